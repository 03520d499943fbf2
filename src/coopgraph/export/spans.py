"""Texts where they lie in memory, and what is made of them without an object for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import bytes_at
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import compiled
from coopgraph.vocabulary import BASE, ID, SCHEME

Int64 = NDArray[np.int64]


class Spans(NamedTuple):
    """Texts where they lie in memory.

    Attributes
    ----------
    start, size
        int64: address and bytes of each.
    held
        What must live as long as they are used.
    """

    start: Int64
    size: Int64
    held: Any


def spans(table: StringTable, places: NDArray[np.integer[Any]]) -> Spans:
    """Return where some texts of a table lie.

    Examples
    --------
    >>> spans(StringTable.of(["a", "甘肃"]), np.array([1, 0])).size.tolist()
    [6, 1]
    """
    first = table.ends[places]
    size = table.ends[places + 1] - first
    return Spans(address_of(table.letters) + first, size, table)


def address_of(letters: NDArray[np.uint8]) -> int:
    """Return where some bytes lie."""
    address: int = letters.__array_interface__["data"][0]
    return address


def short(texts: Spans) -> Spans:
    """Return the short ids of IRIs, as :func:`coopgraph.vocabulary.short_id` does: their ends.

    Examples
    --------
    >>> iris = StringTable.of([ID + "org/baowu", "http://x/a"])
    >>> short(spans(iris, np.arange(2))).size.tolist()
    [9, 10]
    """
    start, size = texts.start.copy(), texts.size.copy()
    _shorten(start, size, _ID, _SCHEME, len(BASE))
    return Spans(start, size, texts.held)


def local(texts: Spans) -> Spans:
    """Return the last parts of IRIs, as :func:`coopgraph.vocabulary.local_name` does.

    Examples
    --------
    >>> iris = StringTable.of(["http://x/a#bcd", "http://x/ab/", "///"])
    >>> local(spans(iris, np.arange(3))).size.tolist()
    [3, 2, 3]
    """
    start, size = texts.start.copy(), texts.size.copy()
    _last_parts(start, size)
    return Spans(start, size, texts.held)


def equal(ones: Spans, others: Spans) -> NDArray[np.bool_]:
    """Return which texts are those of another column.

    Examples
    --------
    >>> one, other = StringTable.of(["a", "b", "c"]), StringTable.of(["a", "x", "cc"])
    >>> equal(spans(one, np.arange(3)), spans(other, np.arange(3))).tolist()
    [True, False, False]
    """
    found = np.empty(len(ones.start), np.bool_)
    _compare(ones.start, ones.size, others.start, others.size, found)
    return found


def joined(parts: Sequence[tuple[NDArray[np.bool_], Spans]], count: int) -> Spans:
    """Return one column of several that fill the places of each other; elsewhere nothing.

    Examples
    --------
    >>> table = StringTable.of(["a", "bc"])
    >>> joined([(np.array([False, True]), spans(table, np.array([1])))], 2).size.tolist()
    [0, 2]
    """
    start, size = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for mine, texts in parts:
        start[mine], size[mine] = texts.start, texts.size
    return Spans(start, size, [texts.held for _, texts in parts])


_ID: Final = np.frombuffer(ID.encode(), np.uint8)
_SCHEME: Final = np.frombuffer(SCHEME.encode(), np.uint8)


@compiled
def _begins(address: int, size: int, prefix: NDArray[np.uint8]) -> bool:
    letters = bytes_at(address)
    i = 0
    while i < prefix.size and i < size and letters[i] == prefix[i]:
        i += 1
    return i == prefix.size


@compiled
def _shorten(
    start: Int64, size: Int64, own: NDArray[np.uint8], scheme: NDArray[np.uint8], base: int
) -> None:
    """Cut what a short id leaves out off; not where what is left would mean something else."""
    for row in range(start.size):
        if _begins(start[row], size[row], own):
            rest = start[row] + own.size
            left = size[row] - own.size
            if _begins(rest, left, scheme[base:]):
                continue
            letters = bytes_at(rest)
            at = 0
            while at < left:  # [A-Za-z][A-Za-z0-9+.-]*: is the scheme of an IRI
                low = letters[at] | 32
                if not (97 <= low <= 122):
                    other = letters[at]
                    more = 48 <= other <= 57 or other == 43 or other == 45 or other == 46
                    if at == 0 or not more:
                        break
                at += 1
            if at > 0 and at < left and letters[at] == 58:
                continue
            start[row] = rest
            size[row] = left
        elif _begins(start[row], size[row], scheme):
            start[row] += base
            size[row] -= base


@compiled
def _last_parts(start: Int64, size: Int64) -> None:
    for row in range(start.size):
        letters = bytes_at(start[row])
        stop = size[row]
        while stop > 0 and (letters[stop - 1] == 35 or letters[stop - 1] == 47):  # "#" and "/"
            stop -= 1
        if stop == 0:
            continue
        first = stop
        while first > 0 and letters[first - 1] != 35 and letters[first - 1] != 47:
            first -= 1
        start[row] += first
        size[row] = stop - first


@compiled
def _compare(
    start: Int64, size: Int64, start_: Int64, size_: Int64, found: NDArray[np.bool_]
) -> None:
    for row in range(start.size):
        same = size[row] == size_[row]
        if same and start[row] != start_[row]:
            one = bytes_at(start[row])
            other = bytes_at(start_[row])
            i = size[row] - 1
            while i >= 0 and one[i] == other[i]:  # IRIs begin alike
                i -= 1
            same = i < 0
        found[row] = same
