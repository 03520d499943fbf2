"""How many neighbours each node has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.scratch import prepare


def degrees(adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER) -> NDArray[np.int32]:
    """Count the distinct neighbours of each node; parallel edges and self-loops add nothing.

    Parameters
    ----------
    adjacency
        The graph.
    edge_filter
        Which edges and nodes count.

    Returns
    -------
    numpy.ndarray
        int32[n].

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Examples
    --------
    >>> degrees(Adjacency.build(3, [0, 0, 1, 2], [1, 1, 2, 2])).tolist()
    [1, 2, 1]
    """
    view = prepare(adjacency, edge_filter)
    return frozen(_degrees(view.context), np.int32)


@kernel
def _degrees(view: Context) -> NDArray[np.int32]:
    g = view_of(view)
    n = g.nodes
    degree = np.zeros(n, np.int32)
    for v in range(n):
        if is_avoided(g, v):
            continue
        last = v
        for arc in range(g.indptr[v], g.indptr[v + 1]):
            w = g.neighbour[arc]
            if w in (v, last) or not arc_allowed(g, 0, arc):
                continue
            last = w
            if not is_avoided(g, w):
                degree[v] += 1
    return degree


@kernel
def distinct(view: Context) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return rows of the distinct neighbours both ways, sorted, without self-loops.

    For measures that look at the whole graph many times over: the filter is asked once an arc.
    """
    g = view_of(view)
    n = g.nodes
    indptr = np.zeros(n + 1, np.int64)
    head = np.empty(g.indptr[n], np.int32)
    used = 0
    for v in range(n):
        if not is_avoided(g, v):
            last = v
            for arc in range(g.indptr[v], g.indptr[v + 1]):
                w = g.neighbour[arc]
                if w in (v, last) or not arc_allowed(g, 0, arc):
                    continue
                last = w
                if not is_avoided(g, w):
                    head[used] = w
                    used += 1
        indptr[v + 1] = used
    return indptr, head[:used].copy()
