"""What hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.scratch import prepare


@dataclass(frozen=True)
class Components:
    """The parts of a graph.

    Attributes
    ----------
    of_node
        int32[n]: the part each node is in, -1 for a node that may not be used.
    size
        int64[c]: nodes in each part. Parts are numbered by their smallest node.
    """

    of_node: NDArray[np.int32]
    size: NDArray[np.int64]


def components(adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER) -> Components:
    """Find the connected components, whichever way edges lead.

    Parameters
    ----------
    adjacency
        The graph.
    edge_filter
        Which edges join, and which nodes are left out; types and direction are not looked at.

    Returns
    -------
    Components
        A node without edges is a part of its own.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Breadth-first search from each node not yet seen (Hopcroft and Tarjan 1973): linear.

    Examples
    --------
    >>> components(Adjacency.build(4, [0, 3], [2, 3])).of_node.tolist()
    [0, 1, 0, 2]
    """
    view = prepare(adjacency, edge_filter, both_ways=True)
    return Components(*_components(view.context))


@kernel
def _components(view: Context) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    g = view_of(view)
    n = g.nodes
    of_node = np.full(n, -2, np.int32)
    for i in range(g.avoided):
        v = g.avoid[i]
        if 0 <= v < n:
            of_node[v] = -1
    queue = np.empty(n, np.int32)
    size = np.zeros(n, np.int64)
    parts = 0
    for root in range(n):
        if of_node[root] != -2:
            continue
        of_node[root] = parts
        queue[0] = root
        first, tail = 0, 1
        while first < tail:
            v = queue[first]
            first += 1
            for arc in range(g.indptr[v], g.indptr[v + 1]):
                w = g.neighbour[arc]
                if of_node[w] == -2 and arc_allowed(g, 0, arc):
                    of_node[w] = parts
                    queue[tail] = w
                    tail += 1
        size[parts] = tail
        parts += 1
    return of_node, size[:parts].copy()
