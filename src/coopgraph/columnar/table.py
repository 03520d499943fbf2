"""Solutions of a query as columns of numbers, and their joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
UNBOUND: Final = -1
MOST_ROWS: Final = 10_000_000
"""A join of more rows is not made: 80 MB a column."""


_BITS: Final = 63
_DENSE: Final = 1 << 25  # numbers up to here are counted, greater ones looked up


class Unsupported(Exception):
    """A query has something that is not evaluated on columns."""


class TooManyRows(Exception):
    """A join would have more rows than may be held in memory."""


@dataclass
class Table:
    """Solutions: a column a variable, a number a term; ``UNBOUND`` where there is none."""

    rows: int
    columns: dict[str, Ids]

    @classmethod
    def unit(cls) -> Table:
        """Return the table of one solution that binds nothing."""
        return cls(1, {})

    def take(self, places: NDArray[Any]) -> Table:
        """Return some rows, by place or by truth value."""
        columns = {name: column[places] for name, column in self.columns.items()}
        count = int(np.count_nonzero(places)) if places.dtype == np.bool_ else len(places)
        return Table(count, columns)

    def only(self, names: Iterable[str]) -> Table:
        """Return some columns; one that is not there is unbound."""
        return Table(self.rows, {name: self.column(name) for name in names})

    def column(self, name: str) -> Ids:
        """Return a variable's column."""
        found = self.columns.get(name)
        return np.full(self.rows, UNBOUND, np.int64) if found is None else found

    def distinct(self) -> Table:
        """Return each row once, sorted."""
        if not self.columns:
            return Table(min(self.rows, 1), {})
        if self.rows < 2:
            return self
        keys, widths = packed(list(self.columns.values()))
        if widths is None:  # too many columns for one number
            _, first = np.unique(keys, return_index=True)
            return self.take(first)
        columns = unpacked(sorted_once(keys), widths)
        return Table(len(columns[0]), dict(zip(self.columns, columns, strict=True)))


class Bound(Mapping[str, Ids]):
    """The distinct values of variables that every row of a table binds, worked out when asked.

    Parameters
    ----------
    table
        The table.
    others
        What is known of other variables.
    """

    def __init__(self, table: Table, others: Mapping[str, Ids] | None = None) -> None:
        self._table = table
        self._others = others or {}
        self._found: dict[str, Ids | None] = {}

    def __getitem__(self, name: str) -> Ids:
        """Return a variable's values."""
        if name not in self._found:
            column = self._table.columns.get(name)
            if column is not None and (not self._table.rows or column.min() >= 0):
                self._found[name] = distinct_ids(column)
            else:
                self._found[name] = self._others.get(name)
        found = self._found[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield the variables of which something is known."""
        names = {*self._table.columns, *self._others}
        return (name for name in names if self.get(name) is not None)

    def __len__(self) -> int:
        """Return how many they are."""
        return sum(1 for _ in self)


def distinct_ids(column: Ids) -> Ids:
    """Return the numbers of a column, each once, sorted; none is unbound.

    Examples
    --------
    >>> distinct_ids(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    if not column.size:
        return column
    flags = np.zeros(int(column.max()) + 1, np.bool_)  # faster than sorting: numbers are dense
    flags[column] = True
    return np.flatnonzero(flags)


def sorted_once(keys: Ids) -> Ids:
    """Return numbers sorted, each once."""
    keys = np.sort(keys)
    return keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if keys.size else keys


def packed(columns: list[Ids]) -> tuple[Ids, list[int] | None]:
    """Return one number a row, equal exactly where rows are equal, and the bits of each column.

    The bits are None if all columns together do not fit; then the numbers mean nothing else.

    Examples
    --------
    >>> keys, widths = packed([np.array([1, 1, 2]), np.array([-1, -1, 0])])
    >>> bool(keys[0] == keys[1]), bool(keys[1] == keys[2]), unpacked(keys, widths)[1].tolist()
    (True, False, [-1, -1, 0])
    """
    widths = [int(column.max(initial=0) + 1).bit_length() for column in columns]
    keys = columns[0] + 1
    used = widths[0]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        if used + width > _BITS:
            keys = np.unique(keys, return_inverse=True)[1].reshape(-1)
            used = len(keys).bit_length()
        keys = keys << width | (column + 1)
        used += width
    return keys, widths if sum(widths) <= _BITS else None


def unpacked(keys: Ids, widths: list[int]) -> list[Ids]:
    """Return the columns that were packed."""
    columns = []
    for width in reversed(widths):
        columns.append((keys & ((1 << width) - 1)) - 1)
        keys = keys >> width
    return columns[::-1]


def concat(tables: list[Table]) -> Table:
    """Put rows of several tables one below the other."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    return Table(
        sum(table.rows for table in tables),
        {name: np.concatenate([table.column(name) for table in tables]) for name in names},
    )


def join(left: Table, right: Table) -> Table:
    """Return every pair of compatible rows."""
    return _pairs(left, right)[0]


def left_join(left: Table, right: Table, keep: Any = None) -> Table:
    """Return every pair of compatible rows, and the rows of the left that have none.

    Parameters
    ----------
    left, right
        The tables.
    keep
        Given the joined table, tells which of its rows count; None for all.
    """
    joined, origin = _pairs(left, right)
    if keep is not None and joined.rows:
        wanted = keep(joined)
        joined, origin = joined.take(wanted), origin[wanted]
    alone = np.ones(left.rows, np.bool_)
    alone[origin] = False
    return concat([joined, left.take(alone)])


def _pairs(left: Table, right: Table) -> tuple[Table, Ids]:
    """Join, and tell from which row of the left each row comes."""
    shared = [name for name in left.columns if name in right.columns]
    parts = []
    for have_left, rows_left in _by_bound(left, shared):
        for have_right, rows_right in _by_bound(right, shared):
            on = [name for name in shared if name in have_left and name in have_right]
            parts.append(_equal(left, rows_left, right, rows_right, on))
    if sum(len(a) for a, _ in parts) > MOST_ROWS:
        raise TooManyRows
    nothing = np.empty(0, np.int64)
    a = np.concatenate([nothing, *(a for a, _ in parts)])
    b = np.concatenate([nothing, *(b for _, b in parts)])
    columns = {name: column[a] for name, column in left.columns.items()}
    for name, column in right.columns.items():
        values = column[b]
        if name in columns and len(parts) > 1:
            values = np.where(columns[name] == UNBOUND, values, columns[name])
        if name not in columns or len(parts) > 1:
            columns[name] = values
    return Table(len(a), columns), a


def _by_bound(table: Table, names: list[str]) -> list[tuple[set[str], Ids]]:
    """Split rows by which of some variables they bind."""
    if not table.rows or all(table.columns[name].min() >= 0 for name in names):
        return [(set(names), np.arange(table.rows))]
    pattern = np.zeros(table.rows, np.int64)
    for i, name in enumerate(names):
        pattern |= (table.columns[name] != UNBOUND).astype(np.int64) << i
    return [
        (
            {name for i, name in enumerate(names) if code >> i & 1},
            np.flatnonzero(pattern == code),
        )
        for code in distinct_ids(pattern).tolist()
    ]


def _equal(
    left: Table, rows_left: Ids, right: Table, rows_right: Ids, names: list[str]
) -> tuple[Ids, Ids]:
    """Return the pairs of rows that are equal in some variables, all of them bound."""
    if not names:
        if len(rows_left) * len(rows_right) > MOST_ROWS:
            raise TooManyRows
        return np.repeat(rows_left, len(rows_right)), np.tile(rows_right, len(rows_left))
    if len(names) == 1:
        ours = left.columns[names[0]][rows_left]
        theirs = right.columns[names[0]][rows_right]
    else:
        both, _ = packed(
            [
                np.concatenate([left.columns[name][rows_left], right.columns[name][rows_right]])
                for name in names
            ]
        )
        ours, theirs = both[: len(rows_left)], both[len(rows_left) :]
    a, b = matches(ours, theirs)
    return rows_left[a], rows_right[b]


def matches(ours: Ids, theirs: Ids) -> tuple[Ids, Ids]:
    """Return the places of all pairs of equal numbers.

    Examples
    --------
    >>> [places.tolist() for places in matches(np.array([5, 6]), np.array([6, 7, 6]))]
    [[1, 1], [0, 2]]
    """
    order = None
    if len(theirs) > 1 and not (theirs[1:] >= theirs[:-1]).all():
        order = np.argsort(theirs, kind="stable")
        theirs = theirs[order]
    top = int(max(ours.max(initial=0), theirs.max(initial=0))) + 1
    if top <= _DENSE:
        count_of = np.bincount(theirs, minlength=top)
        first = (np.cumsum(count_of) - count_of)[ours]
        count = count_of[ours]
    else:
        # Looking up sorted numbers goes through memory in order, which is several times faster.
        sorting = np.argsort(ours)
        first, last = np.empty(len(ours), np.int64), np.empty(len(ours), np.int64)
        first[sorting] = np.searchsorted(theirs, ours[sorting], "left")
        last[sorting] = np.searchsorted(theirs, ours[sorting], "right")
        count = last - first
    total = int(count.sum())
    if total > MOST_ROWS:
        raise TooManyRows
    a = np.repeat(np.arange(len(ours)), count)
    b = np.repeat(first - np.cumsum(count) + count, count) + np.arange(total)
    return a, b if order is None else order[b]
