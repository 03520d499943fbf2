"""Many lines put together from pieces: markup that repeats, numbers, and texts where they lie.

A line of an export is some twenty pieces, most of which other lines have too. Here a column of
pieces is an array of addresses and one of sizes, and one compiled loop copies and escapes: no text
becomes an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.export.spans import Spans, address_of, equal, local, short, spans
from coopgraph.graph.bound import bytes_at
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Places, Terms, as_read_only, compiled

BLOCK: Final = 1 << 20
"""Bytes that are yielded at once, at most; a longer line comes alone."""
_PLAIN: Final = 0
_ESCAPED: Final = 1
_NUMBER: Final = 2
_TENTHS: Final = 3
_WIDEST: Final = 6
"""Bytes that a byte becomes at most: a quotation mark is ``&quot;``."""
_DIGITS: Final = 24
"""Bytes of a number at most, with sign and point."""

Int64 = NDArray[np.int64]


class Lines:
    """Some lines, built column by column.

    Parameters
    ----------
    count
        How many lines.

    Examples
    --------
    >>> lines = Lines(2)
    >>> lines.markup([b"<a>", b"<b>"], np.array([1, 0]))
    >>> lines.text(spans(StringTable.of(["x & y", "z"]), np.array([0, 1])))
    >>> lines.number(np.array([7, -1]), np.array([True, False]))
    >>> lines.tenths(np.array([-1.5, 20.0]))
    >>> b"".join(lines.written())
    b'<b>x &amp; y7-1.5<a>z20.0'
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._kinds: list[int] = []
        self._starts: list[Int64 | int] = []
        self._sizes: list[Int64 | int] = []
        self._held: list[Any] = []

    def markup(self, pieces: Sequence[bytes], which: NDArray[Any]) -> None:
        """Add one of some pieces to each line, by number or truth value, as they are."""
        table = StringTable.of_bytes(pieces)
        self._add(_PLAIN, *spans(table, which.astype(np.int64)))

    def same(self, piece: bytes) -> None:
        """Add a piece to every line, as it is."""
        letters = np.frombuffer(piece, np.uint8)
        self._add(_PLAIN, address_of(letters), len(piece), letters)

    def text(self, texts: Spans, there: NDArray[np.bool_] | None = None) -> None:
        """Add a text to each line, escaped as the content of an element.

        Parameters
        ----------
        texts
            One a line.
        there
            Which lines have it; None for all.
        """
        size = texts.size if there is None else np.where(there, texts.size, 0)
        self._add(_ESCAPED, texts.start, size, texts.held)

    def number(
        self, values: NDArray[np.integer[Any]], there: NDArray[np.bool_] | None = None
    ) -> None:
        """Add a whole number to each line, or to some."""
        self._add(_NUMBER, values.astype(np.int64), 1 if there is None else there.astype(np.int64))

    def tenths(self, values: NDArray[np.float64]) -> None:
        """Add a number with one digit after the point, as ``repr`` writes what has no more."""
        self._add(_TENTHS, np.rint(values * 10).astype(np.int64), 1)

    def _add(self, kind: int, start: Int64 | int, size: Int64 | int, held: Any = None) -> None:
        self._kinds.append(kind)
        self._starts.append(start)
        self._sizes.append(size)
        self._held.append(held)

    def written(self) -> Iterator[bytes]:
        """Yield the lines, some thousand at once."""
        shape = len(self._kinds), self._count
        starts, sizes = np.empty(shape, np.int64), np.empty(shape, np.int64)
        for field, (start, size) in enumerate(zip(self._starts, self._sizes, strict=True)):
            starts[field], sizes[field] = start, size
        kinds = np.array(self._kinds, np.int64)
        out = np.empty(BLOCK, np.uint8)
        done = np.zeros(2, np.int64)  # lines, and the bytes of the last block
        while done[0] < self._count:
            first = int(done[0])
            _join(kinds, starts, sizes, out, done)
            if done[0] == first:
                widest = _WIDEST * int(sizes[:, first].sum()) + _DIGITS * len(kinds)
                out = np.empty(widest, np.uint8)
                continue
            yield out[: done[1]].tobytes()


def warm_up() -> None:
    """Compile what looks words up and puts lines together, or load it from the cache.

    Examples
    --------
    >>> warm_up()
    """
    lines, table = Lines(1), StringTable.of(["a"])
    Places(table).of(table)
    Terms().add(as_read_only(table.letters), np.zeros(1, np.int64), np.ones(1, np.int64))
    texts = spans(table, np.zeros(1, np.int64))
    lines.text(local(short(texts)), equal(texts, texts))
    list(lines.written())


@compiled
def _digits(value: int, out: NDArray[np.uint8], at: int) -> int:
    """Write a whole number from a place on; return the place after it."""
    if value < 0:
        out[at] = 45
        at += 1
        value = -value
    size = 1
    rest = value // 10
    while rest:
        size += 1
        rest //= 10
    for place in range(at + size - 1, at - 1, -1):
        out[place] = 48 + value % 10
        value //= 10
    return at + size


@compiled
def _escaped(address: int, size: int, out: NDArray[np.uint8], at: int) -> int:
    """Write a text as :func:`coopgraph.export.xml_text.content` does."""
    letters = bytes_at(address)
    i = 0
    while i < size:
        letter = letters[i]
        i += 1
        # 0xED begins a surrogate and 0xEF what is no character, among others.
        if letter > 62 and letter != 0xED and letter != 0xEF:
            out[at] = letter
            at += 1
        elif letter == 38:
            for code in (38, 97, 109, 112, 59):  # &amp;
                out[at] = code
                at += 1
        elif letter == 60 or letter == 62:
            for code in (38, 108 if letter == 60 else 103, 116, 59):  # &lt; &gt;
                out[at] = code
                at += 1
        elif letter == 13:
            for code in (38, 35, 49, 51, 59):  # &#13;
                out[at] = code
                at += 1
        else:
            wide = letter > 62
            if wide:
                second = letters[i]
                if letter == 0xED:
                    forbidden = second >= 0xA0
                else:
                    forbidden = second == 0xBF and letters[i + 1] >= 0xBE
            else:
                forbidden = letter < 32 and letter != 9 and letter != 10
            if forbidden:
                out[at] = 0xEF
                out[at + 1] = 0xBF
                out[at + 2] = 0xBD
                at += 3
                if wide:
                    i += 2
            else:
                out[at] = letter
                at += 1
    return at


@compiled
def _join(
    kinds: Int64, starts: NDArray[np.int64], sizes: NDArray[np.int64], out: NDArray[np.uint8],
    done: Int64,
) -> None:  # fmt: skip
    """Write lines from ``done[0]`` on while they surely fit."""
    at = 0
    row = done[0]
    while row < starts.shape[1]:
        room = at
        for field in range(kinds.size):
            kind = kinds[field]
            room += sizes[field, row] * (1 if kind == 0 else 6 if kind == 1 else 24)
        if room > out.size:
            break
        for field in range(kinds.size):
            kind = kinds[field]
            start = starts[field, row]
            size = sizes[field, row]
            if size == 0:
                continue
            if kind == 0:
                letters = bytes_at(start)
                for i in range(size):
                    out[at + i] = letters[i]
                at += size
            elif kind == 1:
                at = _escaped(start, size, out, at)
            elif kind == 2:
                at = _digits(start, out, at)
            else:
                if start < 0:
                    out[at] = 45
                    at += 1
                    start = -start
                at = _digits(start // 10, out, at)
                out[at] = 46
                out[at + 1] = 48 + start % 10
                at += 2
        row += 1
    done[0] = row
    done[1] = at
