"""Which edges join nodes that a search has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency, Rows
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.filtered import Filtered
from coopgraph.graph.kernels.allowed import arc_allowed, filter_mode, lower_bound, passes_type
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.levels import Neighbourhood
from coopgraph.graph.kernels.scratch import prepare


@dataclass(frozen=True)
class Arcs:
    """Edges in groups.

    Attributes
    ----------
    indptr
        int64[groups + 1]: group ``i`` is ``edge[indptr[i]:indptr[i + 1]]``.
    edge
        int32: edge numbers.
    """

    indptr: NDArray[np.int64]
    edge: NDArray[np.int32]

    def groups(self) -> list[list[int]]:
        """Return the edges as one list a group."""
        stops: list[int] = self.indptr.tolist()
        edges: list[int] = self.edge.tolist()
        return [edges[i:j] for i, j in pairwise(stops)]


def arcs_to(
    adjacency: Adjacency,
    around: Neighbourhood,
    page: Sequence[int] | NDArray[np.int32],
    edge_filter: EdgeFilter = NO_FILTER,
) -> Arcs:
    """Find the edges that join nodes of a neighbourhood to those one step nearer.

    Parameters
    ----------
    adjacency
        The graph.
    around
        The neighbourhood.
    page
        int32[p]: nodes of it, usually few.
    edge_filter
        The filter that the neighbourhood was found with.

    Returns
    -------
    Arcs
        A group for each node of the page; in it by nearer node, then by edge number, all parallel
        edges included. Empty for a node that is not in the neighbourhood.

    Raises
    ------
    IndexError
        If a node does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Rows and levels are both sorted: of the two, the shorter is read and looked up in the other
    by binary search, so that a hub costs no more than what it is joined to.

    Examples
    --------
    >>> from coopgraph.graph.kernels.levels import neighbourhood
    >>> double = Adjacency.build(3, [0, 1, 1], [1, 2, 0])
    >>> arcs_to(double, neighbourhood(double, 0, 2), [1, 2]).groups()
    [[0, 2], [1]]
    """
    wanted = frozen(page, np.int32)
    if len(wanted):
        prepare(adjacency, edge_filter, around.source, int(wanted.min()), int(wanted.max()))
    depth = len(around.starts) - 1
    return Arcs(
        *_arcs_to(
            adjacency.filtered(edge_filter),
            around.source,
            frozen(around.node, np.int32),
            frozen(around.starts, np.int64),
            depth,
            wanted,
        )
    )


def edges_along(
    adjacency: Adjacency, sequence: Sequence[int], edge_filter: EdgeFilter = NO_FILTER
) -> Arcs:
    """Find the edges between each two neighbours of a path.

    Parameters
    ----------
    adjacency
        The graph.
    sequence
        The nodes of the path.
    edge_filter
        The filter that the path was found with.

    Returns
    -------
    Arcs
        A group for each step, by edge number, all parallel edges included.

    Raises
    ------
    IndexError
        If a node does not exist.
    ValueError
        If the filter does not fit the graph.

    Examples
    --------
    >>> double = Adjacency.build(3, [0, 1, 1], [1, 2, 0])
    >>> edges_along(double, [0, 1, 2]).groups()
    [[0, 2], [1]]
    """
    if not len(sequence):
        return Arcs(np.zeros(1, np.int64), np.empty(0, np.int32))
    prepare(adjacency, edge_filter, min(sequence), max(sequence))
    return Arcs(*_along(adjacency.filtered(edge_filter), frozen(sequence, np.int32)))


@kernel
def _push(edges: NDArray[np.int32], used: int, edge: int) -> NDArray[np.int32]:
    if used == edges.size:
        longer = np.empty(2 * used, np.int32)
        longer[:used] = edges
        edges = longer
    edges[used] = edge
    return edges


@kernel
def _between(
    rows: Rows,
    f: EdgeFilter,
    mode: int,
    tail: int,
    head: int,
    edges: NDArray[np.int32],
    used: int,
) -> tuple[NDArray[np.int32], int]:
    """Add the allowed edges from one node to another, found in the shorter row."""
    row, other, want = tail, head, f.direction
    if rows.indptr[head + 1] - rows.indptr[head] < rows.indptr[tail + 1] - rows.indptr[tail]:
        row, other = head, tail
        if want != 0:
            want = 3 - want
    begin, end = rows.indptr[row], rows.indptr[row + 1]
    arc = lower_bound(rows.neighbour, begin, end, other)
    while arc < end and rows.neighbour[arc] == other:
        if arc_allowed(rows, f, mode, want, arc):
            edges = _push(edges, used, rows.edge[arc])
            used += 1
        arc += 1
    return edges, used


@kernel
def _along(
    view: Filtered, sequence: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    rows, f = view.rows, view.filter
    mode = filter_mode(f)
    indptr = np.zeros(sequence.size, np.int64)
    edges = np.empty(16, np.int32)
    used = 0
    for i in range(sequence.size - 1):
        edges, used = _between(rows, f, mode, sequence[i], sequence[i + 1], edges, used)
        indptr[i + 1] = used
    return indptr, edges[:used].copy()


@kernel
def _find(nodes: NDArray[np.int32], wanted: int) -> bool:
    place = lower_bound(nodes, 0, nodes.size, wanted)
    return bool(place < nodes.size and nodes[place] == wanted)


@kernel
def _arcs_to(
    view: Filtered,
    source: int,
    node: NDArray[np.int32],
    starts: NDArray[np.int64],
    depth: int,
    page: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    rows, f = view.rows, view.filter
    mode = filter_mode(f)
    back = f.direction if f.direction == 0 else 3 - f.direction
    # Level 0 is the source itself, so that every level is a slice of one array.
    every = np.empty(node.size + 1, np.int32)
    every[0] = source
    every[1:] = node
    bounds = np.empty(depth + 2, np.int64)
    bounds[0] = 0
    bounds[1:] = starts + 1
    indptr = np.zeros(page.size + 1, np.int64)
    edges = np.empty(64, np.int32)
    used = 0
    for i in range(page.size):
        v = page[i]
        for d in range(1, depth + 1):
            if not _find(every[bounds[d] : bounds[d + 1]], v):
                continue
            nearer = every[bounds[d - 1] : bounds[d]]
            begin, end = rows.indptr[v], rows.indptr[v + 1]
            if nearer.size < end - begin:
                for u in nearer:
                    if u == source or passes_type(f, u):
                        edges, used = _between(rows, f, mode, u, v, edges, used)
                break
            for arc in range(begin, end):
                u = rows.neighbour[arc]
                if (
                    arc_allowed(rows, f, mode, back, arc)
                    and _find(nearer, u)
                    and (u == source or passes_type(f, u))
                ):
                    edges = _push(edges, used, rows.edge[arc])
                    used += 1
            break
        indptr[i + 1] = used
    return indptr, edges[:used].copy()
