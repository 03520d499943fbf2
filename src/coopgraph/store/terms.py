"""Terms as numbers: each distinct text gets one, in the order in which they first come.

Texts are bytes in one block; a compiled hash table numbers a million of them in a fraction of a
second, without an object for each.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.store.compiled import compiled as compiled
from coopgraph.store.string_table import StringTable

_PORTION: Final = 1 << 18
"""Texts numbered at once: room is made as if all of them were new."""
_CODEC: Final = ("utf-8", "surrogatepass")


class Terms:
    """Distinct texts and their numbers.

    Examples
    --------
    >>> terms = Terms()
    >>> data = np.frombuffer(b"a b a", np.uint8)
    >>> terms.add(data, np.array([0, 2, 4]), np.array([1, 3, 5])).tolist()
    [0, 1, 0]
    >>> terms.number("b"), terms.find("c"), terms.table()[1]
    (1, -1, 'b')
    """

    def __init__(self) -> None:
        self._count = 0
        self._letters = np.empty(1 << 12, np.uint8)
        self._ends = np.zeros(1 << 8, np.int64)
        self._hashes = np.empty(1 << 8, np.uint64)
        self._slots = np.full(1 << 8, -1, np.int32)

    def __len__(self) -> int:
        """Return how many distinct texts there are."""
        return self._count

    def add(
        self, data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Number texts.

        Parameters
        ----------
        data
            Bytes.
        starts, stops
            int64[n]: text ``i`` is ``data[starts[i]:stops[i]]``.

        Returns
        -------
        numpy.ndarray
            int32[n]: their numbers.
        """
        codes = np.empty(len(starts), np.int32)
        for at in range(0, len(starts), _PORTION):
            first, last = starts[at : at + _PORTION], stops[at : at + _PORTION]
            self._make_room(len(first), int((last - first).sum()))
            self._count = _number(
                data, first, last, self._letters, self._ends, self._hashes, self._slots,
                self._count, codes[at : at + _PORTION],
            )  # fmt: skip
        return codes

    def add_table(self, table: StringTable) -> NDArray[np.int32]:
        """Number the texts of a table."""
        return self.add(table.letters, table.ends[:-1], table.ends[1:])

    def add_some(self, table: StringTable, places: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """Number texts of a table by their places; those that are not asked for are not added."""
        asked = np.zeros(len(table), np.bool_)
        asked[places] = True
        used = np.flatnonzero(asked)
        numbers = np.full(len(table), -1, np.int32)
        numbers[used] = self.add_table(table.take(used))
        found: NDArray[np.int32] = numbers[places]
        return found

    def number(self, text: str) -> int:
        """Return the number of a text, which is added if it is new."""
        data = np.frombuffer(text.encode(*_CODEC), np.uint8)
        return int(self.add(data, np.zeros(1, np.int64), np.array([len(data)], np.int64))[0])

    def find(self, text: str) -> int:
        """Return the number of a text, -1 if it is not there."""
        return int(
            _find(
                np.frombuffer(text.encode(*_CODEC), np.uint8),
                self._letters, self._ends, self._hashes, self._slots,
            )
        )  # fmt: skip

    def table(self) -> StringTable:
        """Return all texts, each at the place of its number."""
        ends = self._ends[: self._count + 1]
        return StringTable(self._letters[: ends[-1]], ends)

    def _make_room(self, texts: int, letters: int) -> None:
        self._letters = _grown(self._letters, int(self._ends[self._count]) + letters)
        self._ends = _grown(self._ends, self._count + texts + 1)
        self._hashes = _grown(self._hashes, self._count + texts)
        if 2 * (self._count + texts) > len(self._slots):
            size = 1 << (4 * (self._count + texts)).bit_length()
            self._slots = np.full(size, -1, np.int32)
            _place(self._hashes, self._count, self._slots)


class Places:
    """Where texts stand in a table that may be in any order; the table is not copied.

    Weighs some 16 bytes a text of the table.

    Parameters
    ----------
    table
        Distinct texts.
    chosen
        The only ones that are looked for, by number; None for all.

    Examples
    --------
    >>> places = Places(StringTable.of(["b", "a"]))
    >>> places.of(StringTable.of(["a", "c", "b"])).tolist()
    [1, -1, 0]
    >>> places.of(StringTable.of(["a", "c", "b"]), np.array([2, 0])).tolist()
    [0, 1]
    """

    def __init__(self, table: StringTable, chosen: NDArray[np.integer[Any]] | None = None) -> None:
        codes = np.arange(len(table)) if chosen is None else chosen.astype(np.int64)
        self._letters, self._ends = as_read_only(table.letters), as_read_only(table.ends)
        self._hashes = np.empty(len(table), np.uint64)
        self._slots = np.full(1 << (2 * len(codes)).bit_length(), -1, np.int32)
        _index(self._letters, self._ends, codes, self._hashes, self._slots)

    def of(
        self, texts: StringTable, chosen: NDArray[np.integer[Any]] | None = None
    ) -> NDArray[np.int32]:
        """Return the places of texts, -1 for those that are not there.

        Parameters
        ----------
        texts
            Another table.
        chosen
            Numbers of texts there; None for all.
        """
        if chosen is None:
            chosen = np.arange(len(texts))
        found = np.empty(len(chosen), np.int32)
        _find_all(
            as_read_only(texts.letters), as_read_only(texts.ends), chosen.astype(np.int64),
            self._letters, self._ends, self._hashes, self._slots, found,
        )  # fmt: skip
        return found


def as_read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that cannot be written: functions are compiled for each kind of array."""
    view = array.view()
    view.flags.writeable = False
    return view


def _grown(array: NDArray[Any], size: int) -> NDArray[Any]:
    if size <= len(array):
        return array
    grown = np.empty(max(size, len(array) * 3 // 2), array.dtype)
    grown[: len(array)] = array
    return grown


@compiled
def _hash(data: NDArray[np.uint8], start: int, stop: int) -> np.uint64:
    """Return the FNV-1a hash (Fowler, Noll and Vo) of some bytes, its bits mixed once more."""
    found = np.uint64(14695981039346656037)
    for i in range(start, stop):
        found = (found ^ np.uint64(data[i])) * np.uint64(1099511628211)
    return found ^ (found >> np.uint64(32))


@compiled
def _slot_of(
    data: NDArray[np.uint8],
    start: int,
    stop: int,
    hashed: np.uint64,
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
) -> np.int64:
    """Return the slot that holds a text, or the free one that it would get."""
    mask = np.uint64(slots.size - 1)
    slot = np.int64(hashed & mask)
    while slots[slot] >= 0:
        code = slots[slot]
        if hashes[code] == hashed and ends[code + 1] - ends[code] == stop - start:
            same = True
            at = ends[code]
            for i in range(stop - start):
                if letters[at + i] != data[start + i]:
                    same = False
                    break
            if same:
                return slot
        slot = np.int64(np.uint64(slot + 1) & mask)
    return slot


@compiled
def _number(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
    count: int,
    codes: NDArray[np.int32],
) -> int:
    for i in range(starts.size):
        start, stop = starts[i], stops[i]
        hashed = _hash(data, start, stop)
        slot = _slot_of(data, start, stop, hashed, letters, ends, hashes, slots)
        if slots[slot] < 0:
            slots[slot] = count
            hashes[count] = hashed
            at = ends[count]
            for j in range(stop - start):
                letters[at + j] = data[start + j]
            ends[count + 1] = at + stop - start
            count += 1
        codes[i] = slots[slot]
    return count


@compiled
def _find(
    data: NDArray[np.uint8],
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
) -> np.int32:
    slot = _slot_of(data, 0, data.size, _hash(data, 0, data.size), letters, ends, hashes, slots)
    found: np.int32 = slots[slot]
    return found


@compiled
def _place(hashes: NDArray[np.uint64], count: int, slots: NDArray[np.int32]) -> None:
    mask = np.uint64(slots.size - 1)
    for code in range(count):
        slot = np.int64(hashes[code] & mask)
        while slots[slot] >= 0:
            slot = np.int64(np.uint64(slot + 1) & mask)
        slots[slot] = code


@compiled
def _index(
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    codes: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
) -> None:
    mask = np.uint64(slots.size - 1)
    for code in codes:
        hashes[code] = _hash(letters, ends[code], ends[code + 1])
        slot = np.int64(hashes[code] & mask)
        while slots[slot] >= 0:
            slot = np.int64(np.uint64(slot + 1) & mask)
        slots[slot] = code


@compiled
def _find_all(
    data: NDArray[np.uint8],
    stops: NDArray[np.int64],
    chosen: NDArray[np.int64],
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
    found: NDArray[np.int32],
) -> None:
    for i in range(chosen.size):
        start, stop = stops[chosen[i]], stops[chosen[i] + 1]
        hashed = _hash(data, start, stop)
        found[i] = slots[_slot_of(data, start, stop, hashed, letters, ends, hashes, slots)]
