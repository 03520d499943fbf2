"""Solutions of a query as columns of numbers, and their joins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
UNBOUND: Final = -1
MOST_ROWS: Final = 30_000_000
"""A join of more rows is not made here: 240 MB a column."""


class Unsupported(Exception):
    """A query has something that is not evaluated on columns."""


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
        """Return each row once."""
        if self.rows < 2 or not self.columns:
            return Table(min(self.rows, 1) if not self.columns else self.rows, self.columns)
        _, first = np.unique(row_keys(list(self.columns.values())), return_index=True)
        return self.take(first)

    def bound(self) -> dict[str, Ids]:
        """Return the distinct values of variables that every row binds."""
        return {
            name: np.unique(column)
            for name, column in self.columns.items()
            if not self.rows or column.min() >= 0
        }


def concat(tables: list[Table]) -> Table:
    """Put rows of several tables one below the other."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    return Table(
        sum(table.rows for table in tables),
        {name: np.concatenate([table.column(name) for table in tables]) for name in names},
    )


def row_keys(columns: list[Ids]) -> Ids:
    """Return one number a row, equal exactly where the rows are equal.

    Examples
    --------
    >>> keys = row_keys([np.array([1, 1, 2]), np.array([-1, -1, 0]), np.array([5, 5, 5])])
    >>> bool(keys[0] == keys[1]), bool(keys[1] == keys[2])
    (True, False)
    """
    keys = columns[0] + 1
    for i, column in enumerate(columns[1:]):
        if i:  # two columns fit into 64 bits, so what came before is numbered anew
            keys = np.unique(keys, return_inverse=True)[1].reshape(-1)
        keys = keys << 32 | (column + 1)
    return keys


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
        raise Unsupported("too many rows")
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
    pattern = np.zeros(table.rows, np.int64)
    for i, name in enumerate(names):
        pattern |= (table.columns[name] != UNBOUND).astype(np.int64) << i
    return [
        (
            {name for i, name in enumerate(names) if code >> i & 1},
            np.flatnonzero(pattern == code),
        )
        for code in np.unique(pattern).tolist()
    ]


def _equal(
    left: Table, rows_left: Ids, right: Table, rows_right: Ids, names: list[str]
) -> tuple[Ids, Ids]:
    """Return the pairs of rows that are equal in some variables, all of them bound."""
    if not names:
        if len(rows_left) * len(rows_right) > MOST_ROWS:
            raise Unsupported("too many rows")
        return np.repeat(rows_left, len(rows_right)), np.tile(rows_right, len(rows_left))
    keys = [
        np.concatenate([left.columns[name][rows_left], right.columns[name][rows_right]])
        for name in names
    ]
    both = keys[0] if len(keys) == 1 else row_keys(keys)
    ours, theirs = both[: len(rows_left)], both[len(rows_left) :]
    order = np.argsort(theirs, kind="stable")
    theirs = theirs[order]
    first = np.searchsorted(theirs, ours, "left")
    count = np.searchsorted(theirs, ours, "right") - first
    total = int(count.sum())
    if total > MOST_ROWS:
        raise Unsupported("too many rows")
    a = np.repeat(np.arange(len(ours)), count)
    within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    return rows_left[a], rows_right[order[np.repeat(first, count) + within]]
