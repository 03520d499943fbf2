"""Burt's constraint: how far a node's contacts are contacts of each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.degree import distinct
from coopgraph.graph.kernels.scratch import prepare


def constraint(adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER) -> NDArray[np.float64]:
    """Return the constraint of each node; the lower, the more it stands between others.

    Parameters
    ----------
    adjacency
        The graph; parallel edges count once, whichever way they lead.
    edge_filter
        Which edges count, and which nodes are left out; types and direction are not looked at.

    Returns
    -------
    numpy.ndarray
        float64[n]; NaN for a node without neighbours.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Burt 1992, "Structural Holes": with equal ties the constraint of i is the sum over its
    neighbours j of ``((1 + sum of 1/d(q) over their common neighbours q) / d(i)) ** 2``. Common
    neighbours are found by listing each triangle once from its node of lowest degree (Chiba and
    Nishizeki 1985), in O(m ** 1.5).

    Examples
    --------
    >>> constraint(Adjacency.build(4, [0, 0, 1], [1, 2, 2])).round(4).tolist()
    [1.125, 1.125, 1.125, nan]
    """
    view = prepare(adjacency, edge_filter, both_ways=True)
    indptr, head = distinct(view.context)
    return _constraint(frozen(indptr, np.int64), frozen(head, np.int32))


@helper
def _before(degree: NDArray[np.int64], a: int, b: int) -> bool:
    return bool(degree[a] < degree[b] or (degree[a] == degree[b] and a < b))


@kernel
def _constraint(indptr: NDArray[np.int64], head: NDArray[np.int32]) -> NDArray[np.float64]:
    n = indptr.size - 1
    degree = np.empty(n, np.int64)
    for v in range(n):
        degree[v] = indptr[v + 1] - indptr[v]
    # Forward rows: from lower to higher degree, each pair once.
    start = np.zeros(n + 1, np.int64)
    ahead = np.empty(head.size // 2, np.int32)
    used = 0
    for v in range(n):
        for i in range(indptr[v], indptr[v + 1]):
            if _before(degree, v, head[i]):
                ahead[used] = head[i]
                used += 1
        start[v + 1] = used
    shared = np.zeros(used, np.float64)  # by pair: the sum of 1/degree over common neighbours
    place = np.full(n, -1, np.int64)
    for u in range(n):
        for i in range(start[u], start[u + 1]):
            place[ahead[i]] = i
        for i in range(start[u], start[u + 1]):
            v = ahead[i]
            for j in range(start[v], start[v + 1]):
                w = ahead[j]
                k = place[w]
                if k >= 0:
                    shared[i] += 1.0 / degree[w]
                    shared[j] += 1.0 / degree[u]
                    shared[k] += 1.0 / degree[v]
        for i in range(start[u], start[u + 1]):
            place[ahead[i]] = -1
    total = np.full(n, np.nan)
    for v in range(n):
        if degree[v] > 0:
            total[v] = 0.0
    for u in range(n):
        for i in range(start[u], start[u + 1]):
            v = ahead[i]
            tie = (1.0 + shared[i]) * (1.0 + shared[i])
            total[u] += tie / (degree[u] * degree[u])
            total[v] += tie / (degree[v] * degree[v])
    return total
