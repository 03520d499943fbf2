"""Betweenness: how many shortest paths go through a node."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.degree import distinct
from coopgraph.graph.kernels.scratch import prepare

DEFAULT_WORK: Final = 200_000_000


def betweenness(
    adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER, *, work: int = DEFAULT_WORK
) -> tuple[NDArray[np.float64], int]:
    """Return the betweenness of each node, and the number of nodes it was computed from.

    Parameters
    ----------
    adjacency
        The graph; parallel edges count once, whichever way they lead.
    edge_filter
        Which edges count, and which nodes are left out; types and direction are not looked at.
    work
        About how many arcs may be scanned. Where all sources would take more, an even sample of
        them is taken and the sums are scaled up.

    Returns
    -------
    numpy.ndarray, int
        float64[n]: for each node the sum over pairs of others of the share of their shortest
        paths that go through it; and how many sources were used, ``n`` where it is exact.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Brandes 2001, "A faster algorithm for betweenness centrality"; sampled as in Brandes and Pich
    2007, "Centrality estimation in large networks", with pivots spread evenly over the nodes that
    have neighbours, so that the same graph gives the same figures.

    Examples
    --------
    >>> betweenness(Adjacency.build(3, [0, 1], [1, 2]))
    (array([0., 1., 0.]), 3)
    """
    view = prepare(adjacency, edge_filter, both_ways=True)
    indptr, head = distinct(view.context)
    having = np.flatnonzero(np.diff(indptr))
    most = max(1, work // max(1, len(head) + len(having)))
    pivots = having
    if len(having) > most:
        pivots = having[np.linspace(0, len(having) - 1, most).astype(np.int64)]
    scale = len(having) / len(pivots) / 2 if len(pivots) else 0.0
    found = _betweenness(frozen(indptr, np.int64), frozen(head, np.int32),
                         frozen(pivots, np.int64))  # fmt: skip
    used = adjacency.nodes if len(pivots) == len(having) else len(pivots)
    return found * scale, used


@kernel
def _betweenness(
    indptr: NDArray[np.int64], head: NDArray[np.int32], pivots: NDArray[np.int64]
) -> NDArray[np.float64]:
    n = indptr.size - 1
    total = np.zeros(n)
    distance = np.full(n, -1, np.int32)
    paths = np.zeros(n)
    share = np.zeros(n)
    queue = np.empty(n, np.int32)
    for s in pivots:
        queue[0] = s
        distance[s] = 0
        paths[s] = 1.0
        tail = 1
        first = 0
        while first < tail:
            v = queue[first]
            first += 1
            for i in range(indptr[v], indptr[v + 1]):
                w = head[i]
                if distance[w] < 0:
                    distance[w] = distance[v] + 1
                    queue[tail] = w
                    tail += 1
                if distance[w] == distance[v] + 1:
                    paths[w] += paths[v]
        for at in range(tail - 1, 0, -1):
            w = queue[at]
            for i in range(indptr[w], indptr[w + 1]):
                v = head[i]
                if distance[v] == distance[w] - 1:
                    share[v] += paths[v] / paths[w] * (1.0 + share[w])
            total[w] += share[w]
        for at in range(tail):
            v = queue[at]
            distance[v] = -1
            paths[v] = 0.0
            share[v] = 0.0
    return total
