"""How many neighbours each node has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency, Rows
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.allowed import arc_allowed, filter_mode, is_listed
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
    prepare(adjacency, edge_filter)
    return frozen(_degrees(adjacency.rows, edge_filter), np.int32)


@kernel
def _degrees(rows: Rows, f: EdgeFilter) -> NDArray[np.int32]:
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    degree = np.zeros(n, np.int32)
    for v in range(n):
        if f.avoid.size > 0 and is_listed(f.avoid, v):
            continue
        last = v
        for arc in range(rows.indptr[v], rows.indptr[v + 1]):
            w = rows.neighbour[arc]
            if w in (v, last) or not arc_allowed(rows, f, mode, f.direction, arc):
                continue
            last = w
            if f.avoid.size == 0 or not is_listed(f.avoid, w):
                degree[v] += 1
    return degree


@kernel
def distinct(rows: Rows, f: EdgeFilter) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return rows of the distinct neighbours both ways, sorted, without self-loops.

    For measures that look at the whole graph many times over: the filter is asked once an arc.
    """
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    indptr = np.zeros(n + 1, np.int64)
    head = np.empty(rows.indptr[n], np.int32)
    used = 0
    for v in range(n):
        if f.avoid.size == 0 or not is_listed(f.avoid, v):
            last = v
            for arc in range(rows.indptr[v], rows.indptr[v + 1]):
                w = rows.neighbour[arc]
                if w in (v, last) or not arc_allowed(rows, f, mode, 0, arc):
                    continue
                last = w
                if f.avoid.size == 0 or not is_listed(f.avoid, w):
                    head[used] = w
                    used += 1
        indptr[v + 1] = used
    return indptr, head[:used].copy()
