"""Many texts as two arrays: their bytes one after another, and where each ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from coopgraph.store.many_texts import chosen, in_order

_CODEC = ("utf-8", "surrogatepass")


class StringTable(Sequence[str]):
    """Texts that are decoded when asked for.

    A text of 60 letters takes 68 bytes here, 117 in a list of ``str``, and none that is not read
    need be in memory where the arrays are mapped from a file.

    Parameters
    ----------
    letters
        uint8: the UTF-8 of all texts.
    ends
        int64[n + 1]: text ``i`` is ``letters[ends[i]:ends[i + 1]]``.

    Examples
    --------
    >>> table = StringTable.of(["Gansu", "甘肃"])
    >>> table[1], len(table), table.place("Shanghai")
    ('甘肃', 2, 1)
    """

    def __init__(self, letters: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.letters = letters
        self.ends = ends
        # Slices of memory views are plain bytes and numbers, several times faster than numpy's.
        self._letters: memoryview = letters.data
        self._ends: memoryview = ends.data

    @classmethod
    def of(cls, texts: Iterable[str]) -> StringTable:
        """Make a table of some texts, in their order."""
        return cls.of_bytes([text.encode(*_CODEC) for text in texts])

    @classmethod
    def of_bytes(cls, encoded: Sequence[bytes]) -> StringTable:
        """Make a table of the UTF-8 of some texts, in their order."""
        ends = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=ends[1:])
        letters = b"".join(encoded)
        return cls(np.frombuffer(letters, np.uint8) if letters else np.empty(0, np.uint8), ends)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return one text, or a list of several."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        place = int(place)
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(place)
        return str(self._bytes(place), *_CODEC)

    def place(self, text: str) -> int:
        """Return where a text stands or would stand, if the texts are sorted.

        The order of UTF-8 is that of ``str``: both go by code point.
        """
        wanted = text.encode(*_CODEC)
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, text: str) -> int | None:
        """Return where a text stands if the texts are sorted; None if it is not there.

        Examples
        --------
        >>> StringTable.of(["a", "b"]).find("b"), StringTable.of(["a", "b"]).find("c")
        (1, None)
        """
        place = self.place(text)
        return place if place < len(self) and self[place] == text else None

    def raw(self, places: NDArray[np.integer[Any]]) -> list[bytes]:
        """Return the UTF-8 of some texts; it sorts as the texts do.

        Examples
        --------
        >>> StringTable.of(["a", "b", "c"]).raw(np.array([2, 0]))
        [b'c', b'a']
        """
        starts, stops = self.ends[places].tolist(), self.ends[places + 1].tolist()
        letters = self.letters.tobytes()
        return [letters[a:b] for a, b in zip(starts, stops, strict=True)]

    def take(self, places: NDArray[np.integer[Any]]) -> StringTable:
        """Make a table of some texts, in the order of their places.

        Examples
        --------
        >>> list(StringTable.of(["a", "b", "c"]).take(np.array([2, 0])))
        ['c', 'a']
        """
        return StringTable(*chosen(self.letters, self.ends, places))

    def enclosed(
        self, places: NDArray[np.integer[Any]], before: bytes, after: bytes
    ) -> StringTable:
        """Make a table of some texts with something before and after each.

        Examples
        --------
        >>> list(StringTable.of(["a", "b"]).enclosed(np.array([1]), b"<", b">"))
        ['<b>']
        """
        return StringTable(*chosen(self.letters, self.ends, places, before, after))

    def order(self, places: NDArray[np.integer[Any]] | None = None) -> NDArray[np.int64]:
        """Return the places of all texts, or of some, in the order of the texts.

        Examples
        --------
        >>> StringTable.of(["b", "c", "a"]).order().tolist()
        [2, 0, 1]
        """
        every = np.arange(len(self)) if places is None else places
        return in_order(self.letters, self.ends, every)

    def equals(self, other: StringTable) -> bool:
        """Say whether another table holds the same texts, in the same order.

        Examples
        --------
        >>> StringTable.of(["a", "b"]).equals(StringTable.of(["ab", ""]))
        False
        """
        return np.array_equal(self.ends, other.ends) and np.array_equal(self.letters, other.letters)

    def weight(self, places: NDArray[np.integer[Any]]) -> int:
        """Return the bytes that a table of some of the texts would take.

        Examples
        --------
        >>> table = StringTable.of(["Gansu", "Tibet"])
        >>> table.weight(np.array([0])), table.weight(np.array([0, 1])) == table.nbytes
        (21, True)
        """
        letters = int((self.ends[places + 1] - self.ends[places]).sum())
        return letters + (len(places) + 1) * self.ends.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of both arrays."""
        return self.letters.nbytes + self.ends.nbytes

    def _bytes(self, place: int) -> bytes:
        return bytes(self._letters[self._ends[place] : self._ends[place + 1]])
