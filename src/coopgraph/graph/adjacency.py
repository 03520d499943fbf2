"""A multigraph as compressed sparse rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coopgraph.graph.edge_filter import EdgeFilter, frozen
from coopgraph.graph.filtered import Filtered
from coopgraph.graph.kernels.compile import kernel


class Rows(NamedTuple):
    """The arrays of an :class:`Adjacency` as the kernels take them."""

    indptr: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    orientation: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The rows of an undirected multigraph whose edges may have a direction.

    Row ``u`` holds an arc for every edge at ``u``, sorted by neighbour, then by edge number, so
    that parallel edges lie side by side and every search has one order. A self-loop is one arc.

    Attributes
    ----------
    indptr
        int64[n + 1]: row ``u`` is ``indptr[u]:indptr[u + 1]``.
    neighbour
        int32[arcs]: the node at the other end.
    edge
        int32[arcs]: the number of the edge.
    orientation
        uint8[arcs]: 0 both ways, 1 the row is the source of the directed edge, 2 its target.
    edges
        The number of edges.
    """

    indptr: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    orientation: NDArray[np.uint8]
    edges: int

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return len(self.indptr) - 1

    @cached_property
    def rows(self) -> Rows:
        """The arrays as the kernels take them."""
        return Rows(
            frozen(self.indptr, np.int64),
            frozen(self.neighbour, np.int32),
            frozen(self.edge, np.int32),
            frozen(self.orientation, np.uint8),
        )

    def filtered(self, edge_filter: EdgeFilter) -> Filtered:
        """Bind a filter to the rows, as the kernels take both.

        The last one is kept: a question asks several kernels with one filter.

        Parameters
        ----------
        edge_filter
            What may be used.

        Returns
        -------
        Filtered
            Rows and filter.

        Raises
        ------
        ValueError
            If a column does not fit the graph: a kernel does not look before it reads.

        Examples
        --------
        >>> from coopgraph.graph.edge_filter import NO_FILTER
        >>> rows = Adjacency.build(2, [0], [1])
        >>> rows.filtered(NO_FILTER) is rows.filtered(NO_FILTER)
        True
        """
        last: tuple[EdgeFilter, Filtered] | None = self.__dict__.get("_last")
        if last is not None and last[0] is edge_filter:
            return last[1]
        edge_filter.check(self.nodes, self.edges)
        bound = Filtered(self.rows, edge_filter)
        self.__dict__["_last"] = (edge_filter, bound)  # one assignment: threads may race for it
        return bound

    @classmethod
    def build(
        cls,
        nodes: int,
        source: ArrayLike,
        target: ArrayLike,
        directed: ArrayLike | None = None,
    ) -> Adjacency:
        """Build the rows by two counting sorts.

        Parameters
        ----------
        nodes
            The number of nodes ``n``.
        source, target
            int32[m]: the ends of each edge, 0 to n - 1.
        directed
            bool[m]: whether the edge has a direction; ``None`` where none has.

        Returns
        -------
        Adjacency
            The rows; edge ``j`` is the ``j``-th of the input.

        Raises
        ------
        ValueError
            If the arrays differ in length or name a node that does not exist.

        Notes
        -----
        Scattering the arcs by neighbour, then scattering the result by row, is a radix sort of
        two digits (Knuth, The Art of Computer Programming, volume 3, 5.2.5): linear in the
        number of edges.

        Examples
        --------
        >>> rows = Adjacency.build(3, [0, 2, 0], [1, 0, 1])
        >>> rows.indptr.tolist(), rows.neighbour.tolist(), rows.edge.tolist()
        ([0, 3, 5, 6], [1, 1, 2, 0, 0, 0], [0, 2, 1, 0, 2, 1])
        """
        ends = [np.asarray(array) for array in (source, target)]
        if nodes < 0 or len(ends[0]) != len(ends[1]):
            raise ValueError("source and target must have the same length")
        for array in ends:
            if array.size and (int(array.min()) < 0 or int(array.max()) >= nodes):
                raise ValueError(f"an edge names a node outside 0 to {nodes - 1}")
        edges = len(ends[0])
        if directed is None:
            directed = np.zeros(edges, dtype=np.bool_)
        has_direction = frozen(directed, np.bool_)
        if len(has_direction) != edges:
            raise ValueError("directed must have one value an edge")
        return cls(
            *_rows(nodes, frozen(ends[0], np.int32), frozen(ends[1], np.int32), has_direction),
            edges=edges,
        )


@kernel
def _rows(
    n: int, source: NDArray[np.int32], target: NDArray[np.int32], directed: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    m = source.size
    indptr = np.zeros(n + 1, np.int64)
    for j in range(m):
        indptr[source[j] + 1] += 1
        if source[j] != target[j]:
            indptr[target[j] + 1] += 1
    for u in range(n):
        indptr[u + 1] += indptr[u]
    arcs = indptr[n]
    # An arc is one word while it is sorted (node 31 bits, edge 31, orientation 2), so that each
    # scattered write touches one cache line. First digit: for each node x the edges at x.
    fill = indptr[:-1].copy()
    first = np.empty(arcs, np.uint64)
    for j in range(m):
        a, b = source[j], target[j]
        word = np.uint64(j) << np.uint64(2)
        if a == b:
            first[fill[a]] = np.uint64(b) << np.uint64(33) | word
            fill[a] += 1
            continue
        # The orientation is seen from the row where the arc will lie: that of the other end.
        at_source, at_target = np.uint64(0), np.uint64(0)
        if directed[j]:
            at_source, at_target = np.uint64(1), np.uint64(2)
        first[fill[a]] = np.uint64(b) << np.uint64(33) | word | at_target
        fill[a] += 1
        first[fill[b]] = np.uint64(a) << np.uint64(33) | word | at_source
        fill[b] += 1
    # Second digit: hand each arc to the row of its other end, in the order of x.
    fill[:] = indptr[:-1]
    second = np.empty(arcs, np.uint64)
    low = np.uint64(2**33 - 1)
    for x in range(n):
        here = np.uint64(x) << np.uint64(33)
        for position in range(indptr[x], indptr[x + 1]):
            row = np.int64(first[position] >> np.uint64(33))
            second[fill[row]] = here | (first[position] & low)
            fill[row] += 1
    neighbour = np.empty(arcs, np.int32)
    edge = np.empty(arcs, np.int32)
    orientation = np.empty(arcs, np.uint8)
    for position in range(arcs):
        word = second[position]
        neighbour[position] = np.int32(word >> np.uint64(33))
        edge[position] = np.int32((word & low) >> np.uint64(2))
        orientation[position] = np.uint8(word & np.uint64(3))
    return indptr, neighbour, edge, orientation
