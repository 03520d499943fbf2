"""Texts in one block of bytes: copied together, and put in order, without an object for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coopgraph.store.compiled import compiled

Letters = NDArray[np.uint8]
Ends = NDArray[np.int64]


def chosen(
    letters: Letters,
    ends: Ends,
    places: NDArray[np.integer[Any]],
    before: bytes = b"",
    after: bytes = b"",
) -> tuple[Letters, Ends]:
    """Return some texts, one after another, with something before and after each.

    Parameters
    ----------
    letters, ends
        Text ``i`` is ``letters[ends[i]:ends[i + 1]]``.
    places
        Which texts.

    Examples
    --------
    >>> letters, ends = chosen(np.frombuffer(b"abc", np.uint8), np.array([0, 1, 3]), np.array([1]))
    >>> letters.tobytes(), ends.tolist()
    (b'bc', [0, 2])
    """
    wanted = np.ascontiguousarray(places, np.int64)
    found = np.zeros(len(wanted) + 1, np.int64)
    lengths = ends[wanted + 1] - ends[wanted] + (len(before) + len(after))
    np.cumsum(lengths, out=found[1:])
    made = np.empty(int(found[-1]), np.uint8)
    fences = np.frombuffer(before, np.uint8), np.frombuffer(after, np.uint8)
    _copy(letters, ends, wanted, *fences, made)
    return made, found


def in_order(letters: Letters, ends: Ends, places: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return the places of some texts in the order of the texts.

    A radix sort from the left (Knuth, The Art of Computer Programming, volume 3, 5.2.5) by seven
    bytes at once, which leaves out what all texts of a part have in common: IRIs begin alike.

    Examples
    --------
    >>> letters = np.frombuffer(b"bcab", np.uint8)
    >>> in_order(letters, np.array([0, 1, 2, 3, 4]), np.arange(4)).tolist()  # equal ones stay
    [2, 0, 3, 1]
    """
    order = np.array(places, np.int64)
    _sort(letters, ends, order)
    return order


@compiled
def _copy(
    letters: Letters,
    ends: Ends,
    places: Ends,
    before: Letters,
    after: Letters,
    made: Letters,
) -> None:
    at = 0
    for i in range(places.size):
        for j in range(before.size):
            made[at] = before[j]
            at += 1
        for j in range(ends[places[i]], ends[places[i] + 1]):
            made[at] = letters[j]
            at += 1
        for j in range(after.size):
            made[at] = after[j]
            at += 1


@compiled
def _sort(letters: Letters, ends: Ends, order: Ends) -> None:
    # Parts that begin alike: where they lie, and how many bytes are alike.
    todo = [(0, order.size, 0)]
    while todo:
        first, last, depth = todo.pop()
        if last - first < 2:
            continue
        depth += _alike(letters, ends, order[first:last], depth)
        keys = np.empty(last - first, np.uint64)
        for i in range(first, last):
            keys[i - first] = _key(letters, ends[order[i]] + depth, ends[order[i] + 1])
        sorting = np.argsort(keys, kind="mergesort")
        order[first:last] = order[first:last][sorting]
        keys = keys[sorting]
        begin = 0
        for i in range(1, keys.size + 1):
            if i == keys.size or keys[i] != keys[begin]:
                if i - begin > 1 and keys[begin] & np.uint64(255) == np.uint64(8):
                    todo.append((first + begin, first + i, depth + 7))
                begin = i


@compiled
def _alike(letters: Letters, ends: Ends, order: Ends, depth: int) -> int:
    """Return how many more bytes all texts have in common."""
    start = ends[order[0]] + depth
    most = ends[order[0] + 1] - start
    for i in range(1, order.size):
        other = ends[order[i]] + depth
        most = min(most, ends[order[i] + 1] - other)
        j = 0
        while j < most and letters[start + j] == letters[other + j]:
            j += 1
        most = j
    return int(most)


@compiled
def _key(letters: Letters, start: int, stop: int) -> np.uint64:
    """Return seven bytes as a number, and how many there are; eight for more."""
    found = np.uint64(0)
    for j in range(7):
        found = found << np.uint64(8)
        if start + j < stop:
            found |= np.uint64(letters[start + j])
    return (found << np.uint64(8)) | np.uint64(min(stop - start, 8))
