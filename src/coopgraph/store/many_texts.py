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

    A natural merge sort (Knuth, The Art of Computer Programming, volume 3, 5.2.4): what lies in
    order already is not looked at again, and terms mostly come in a few sorted runs.

    Examples
    --------
    >>> letters = np.frombuffer(b"bcab", np.uint8)
    >>> in_order(letters, np.array([0, 1, 2, 3, 4]), np.arange(4)).tolist()  # equal ones stay
    [2, 0, 3, 1]
    """
    order = np.array(places, np.int64)
    if len(order) < 2:
        return order
    other = np.empty_like(order)
    starts = _runs(letters, ends, order)
    while len(starts) > 2:
        _merge_pairs(letters, ends, order, other, starts)
        order, other = other, order
        last = starts[-1:]
        starts = starts[:-1:2]
        starts = np.concatenate([starts, last])
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
def _is_less(letters: Letters, ends: Ends, one: int, other: int) -> bool:
    a, b = ends[one], ends[other]
    last_a, last_b = ends[one + 1], ends[other + 1]
    while a < last_a and b < last_b:
        if letters[a] != letters[b]:
            less: bool = letters[a] < letters[b]
            return less
        a += 1
        b += 1
    shorter: bool = last_a - a < last_b - b
    return shorter


@compiled
def _runs(letters: Letters, ends: Ends, order: Ends) -> Ends:
    """Return where ascending runs begin, and the end of the last."""
    count = 1
    for i in range(1, order.size):
        if _is_less(letters, ends, order[i], order[i - 1]):
            count += 1
    starts = np.empty(count + 1, np.int64)
    starts[0] = 0
    count = 1
    for i in range(1, order.size):
        if _is_less(letters, ends, order[i], order[i - 1]):
            starts[count] = i
            count += 1
    starts[count] = order.size
    return starts


@compiled
def _merge_pairs(letters: Letters, ends: Ends, order: Ends, made: Ends, starts: Ends) -> None:
    run = 0
    while run < starts.size - 1:
        a, middle = starts[run], starts[run + 1]
        stop = starts[run + 2] if run + 2 < starts.size else middle
        b = middle
        at = a
        while a < middle and b < stop:
            if _is_less(letters, ends, order[b], order[a]):
                made[at] = order[b]
                b += 1
            else:
                made[at] = order[a]
                a += 1
            at += 1
        while a < middle:
            made[at] = order[a]
            a += 1
            at += 1
        while b < stop:
            made[at] = order[b]
            b += 1
            at += 1
        run += 2
