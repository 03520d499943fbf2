"""What is known of edges, each combination written down once.

A graph of a million edges has some thousand combinations of relation, layers, dates and direction.
Every arc carries the number of its combination, its *kind*; a filter is worked out once for each
kind and is one look-up in the search, whatever it asks. Where every edge has dates of its own there
are as many kinds as edges: that is slower and heavier, and as right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coopgraph.graph.edge_filter import (
    BACKWARD,
    FORWARD,
    NO_DAY,
    NO_SELECTION,
    OPEN_END,
    OPEN_START,
    EdgeFilter,
    frozen,
)

_LONGEST: Final = 4
_LEAST: Final = 2**16


@dataclass(frozen=True, eq=False)
class Kinds:
    """A table of combinations, k long. A column that a graph does not have is empty.

    Attributes
    ----------
    directed
        bool[k]: whether the edges have a direction.
    visible
        uint8[k]: one bit for each of eight selections in which they are seen.
    relation
        uint16[k]: code of the relation.
    interval
        uint32[k]: place of the dates in ``interval_from`` and ``interval_to``.
    interval_from, interval_to
        int32: first and last day in days since 1970, ``OPEN_START`` and ``OPEN_END`` where there is
        none.
    """

    directed: NDArray[np.bool_]
    visible: NDArray[np.uint8]
    relation: NDArray[np.uint16]
    interval: NDArray[np.uint32]
    interval_from: NDArray[np.int32]
    interval_to: NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of combinations."""
        return len(self.directed)

    @classmethod
    def of(
        cls,
        directed: ArrayLike,
        *,
        visible: ArrayLike = (),
        relation: ArrayLike = (),
        interval: ArrayLike = (),
        interval_from: ArrayLike = (),
        interval_to: ArrayLike = (),
    ) -> tuple[Kinds, NDArray[np.int32]]:
        """Write down the combinations of some edges.

        Parameters
        ----------
        directed, visible, relation, interval
            One value an edge, as the attributes have it; empty for a column that there is not.
        interval_from, interval_to
            As the attributes.

        Returns
        -------
        Kinds, numpy.ndarray
            The table, and int32[m]: the kind of each edge.

        Raises
        ------
        ValueError
            If the columns differ in length.

        Examples
        --------
        >>> kinds, kind = Kinds.of([True, False, True], relation=[4, 4, 4])
        >>> kinds.directed.tolist(), kinds.relation.tolist(), kind.tolist()
        ([False, True], [4, 4], [1, 0, 1])
        """
        columns: dict[str, NDArray[Any]] = {
            "directed": frozen(directed, np.bool_),
            "visible": frozen(visible, np.uint8),
            "relation": frozen(relation, np.uint16),
            "interval": frozen(interval, np.uint32),
        }
        edges = len(columns["directed"])
        for name, column in columns.items():
            if len(column) not in (0, edges):
                raise ValueError(f"{name} has {len(column)} values for {edges} edges")
        spans = frozen(interval_from, np.int32), frozen(interval_to, np.int32)
        if len(spans[0]) != len(spans[1]):
            raise ValueError("interval_from and interval_to differ in length")
        codes = columns["interval"]
        if len(codes) and int(codes.max()) >= len(spans[0]):
            raise ValueError("interval names dates that are not there")
        word, size = np.zeros(edges, np.int64), 1
        for name in ("interval", "relation", "visible", "directed"):
            if len(columns[name]):
                values = int(columns[name].max()) + 1
                word = word * values + columns[name] if size > 1 else columns[name].astype(np.int64)
                size *= values
        first, kind = _numbered(word, size)
        table = {n: frozen(c[first] if len(c) else c, c.dtype) for n, c in columns.items()}
        return cls(**table, interval_from=spans[0], interval_to=spans[1]), kind

    @property
    def nbytes(self) -> int:
        """Bytes of the table."""
        return sum(column.nbytes for column in vars(self).values())

    def mask(self, edge_filter: EdgeFilter, *, both_ways: bool = False) -> NDArray[np.uint8]:
        """Say along which arcs a filter lets a search walk.

        Parameters
        ----------
        edge_filter
            The filter; its nodes and relators are not looked at here.
        both_ways
            Do not look at directions.

        Returns
        -------
        numpy.ndarray
            uint8[2k]: at ``2 * kind`` for arcs in the rows of targets, at ``2 * kind + 1`` for
            those in the rows of sources. Empty if every arc may be walked along.

        Examples
        --------
        >>> kinds, _ = Kinds.of([True, False])
        >>> kinds.mask(EdgeFilter.build(direction=FORWARD)).tolist()  # the undirected kind is first
        [1, 1, 0, 1]
        """
        f = edge_filter
        allowed = np.ones(len(self), np.bool_)
        if f.selection != NO_SELECTION and len(self.visible):
            allowed &= (self.visible >> np.uint8(f.selection) & 1).astype(np.bool_)
        if len(f.relation_allowed) and len(self.relation):
            known = self.relation < len(f.relation_allowed)
            allowed &= known & f.relation_allowed[np.where(known, self.relation, 0)]
        if (f.day != NO_DAY or f.dated_only) and len(self.interval):
            first, last = self.interval_from[self.interval], self.interval_to[self.interval]
            if f.day != NO_DAY:
                allowed &= (first <= f.day) & (f.day <= last)
            if f.dated_only:
                allowed &= (first != OPEN_START) | (last != OPEN_END)
        mask = np.repeat(allowed, 2).reshape(-1, 2)
        if not both_ways and f.direction in (FORWARD, BACKWARD):
            mask[self.directed, 1 if f.direction == BACKWARD else 0] = False
        return frozen(() if mask.all() else mask.ravel(), np.uint8)


def _numbered(word: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Number words below a size in their order; return where each is first, and all as numbers.

    As ``numpy.unique`` does by sorting: with a table, where that is no longer than some columns.
    """
    if size > max(_LONGEST * len(word), _LEAST):
        _, first, kind = np.unique(word, return_index=True, return_inverse=True)
        return first, kind.astype(np.int32)
    where = np.full(size, -1, np.int32)
    where[word[::-1]] = np.arange(len(word) - 1, -1, -1, dtype=np.int32)  # the last one stays
    known = where >= 0
    number = np.cumsum(known, dtype=np.int32)
    number -= 1
    return where[known].astype(np.int64), number[word]
