"""Which edges join nodes that a search has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.allowed import arc_allowed, is_listed, passes_type
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.levels import Neighbourhood
from coopgraph.graph.kernels.places import edge_at, lower_bound
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
    view = adjacency.bound(edge_filter)
    depth = len(around.starts) - 1
    return Arcs(
        *_arcs_to(
            view.context,
            around.source,
            frozen(around.node, np.int32),
            frozen(around.starts, np.int32),
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
    view = adjacency.bound(edge_filter)
    return Arcs(*_along(view.context, frozen(sequence, np.int32)))


@helper
def _push(edges: NDArray[np.int32], used: int, edge: int) -> NDArray[np.int32]:
    if used == edges.size:
        longer = np.empty(2 * used, np.int32)
        for i in range(used):
            longer[i] = edges[i]
        edges = longer
    edges[used] = edge
    return edges


@helper
def _between(
    g: Graph,
    tail: int,
    head: int,
    edges: NDArray[np.int32],
    used: int,
) -> tuple[NDArray[np.int32], int]:
    """Add the allowed edges from one node to another, found in the shorter row."""
    row, other, back = tail, head, 0
    if g.indptr[head + 1] - g.indptr[head] < g.indptr[tail + 1] - g.indptr[tail]:
        row, other, back = head, tail, 1
    begin, end = g.indptr[row], g.indptr[row + 1]
    arc = lower_bound(g.neighbour, begin, end, other)
    while arc < end and g.neighbour[arc] == other:
        if arc_allowed(g, back, arc):
            edges = _push(edges, used, edge_at(g, row, arc))
            used += 1
        arc += 1
    return edges, used


@kernel
def _along(
    view: Context, sequence: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    g = view_of(view)
    indptr = np.zeros(sequence.size, np.int64)
    edges = np.empty(16, np.int32)
    used = 0
    for i in range(sequence.size - 1):
        edges, used = _between(g, sequence[i], sequence[i + 1], edges, used)
        indptr[i + 1] = used
    return indptr, edges[:used].copy()


@kernel
def _arcs_to(
    view: Context,
    source: int,
    node: NDArray[np.int32],
    starts: NDArray[np.int32],
    depth: int,
    page: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    g = view_of(view)
    # Level 0 is the source itself, so that every level is a slice of one array.
    every = np.empty(node.size + 1, np.int32)
    every[0] = source
    for i in range(node.size):
        every[i + 1] = node[i]
    bounds = np.empty(depth + 2, np.int64)
    bounds[0] = 0
    for d in range(depth + 1):
        bounds[d + 1] = starts[d] + 1
    indptr = np.zeros(page.size + 1, np.int64)
    edges = np.empty(64, np.int32)
    used = 0
    for i in range(page.size):
        v = page[i]
        for d in range(1, depth + 1):
            if not is_listed(every[bounds[d] : bounds[d + 1]], v):
                continue
            nearer = every[bounds[d - 1] : bounds[d]]
            begin, end = g.indptr[v], g.indptr[v + 1]
            if nearer.size < end - begin:
                for u in nearer:
                    if u == source or passes_type(g, u):
                        edges, used = _between(g, u, v, edges, used)
                break
            for arc in range(begin, end):
                u = g.neighbour[arc]
                if (
                    arc_allowed(g, 1, arc)
                    and is_listed(nearer, u)
                    and (u == source or passes_type(g, u))
                ):
                    edges = _push(edges, used, edge_at(g, v, arc))
                    used += 1
            break
        indptr[i + 1] = used
    return indptr, edges[:used].copy()
