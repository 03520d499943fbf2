"""What hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed
from coopgraph.graph.kernels.compile import helper, inlined, kernel
from coopgraph.graph.kernels.scratch import prepare

_SAMPLED: Final = 2
_VOTES: Final = 64


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
    Disjoint sets with path halving (Tarjan and van Leeuwen 1984), each under its smallest node.
    First each node is joined to but its first neighbours; nearly all are in one part then, of which
    no other edge needs a look (Sutton, Ben-Nun and Barak 2018, "Optimizing parallel graph
    connectivity computation via subgraph sampling").

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
    above = np.empty(n, np.int32)  # a smaller node of the same part, itself where none is known
    for v in range(n):
        above[v] = v
    for i in range(g.avoided):
        v = g.avoid[i]
        if 0 <= v < n:
            above[v] = -1
    for v in range(n):
        if above[v] >= 0:
            _join(g, above, v, _SAMPLED)
    largest, more = -1, 0  # by the vote of some nodes; if it is not, all is as right and slower
    for v in range(0, n, n // _VOTES + 1):
        if above[v] >= 0:
            top = _top(above, v)
            if more == 0:
                largest = top
            more += 1 if top == largest else -1
    # Every edge lies in the rows of both its ends: one that leads out of the largest part is met
    # at the other end.
    for v in range(n):
        if above[v] >= 0 and above[v] != largest and _top(above, v) != largest:
            _join(g, above, v, g.arcs)
    size = np.empty(n, np.int64)
    parts = 0
    for v in range(n):
        if above[v] == v:
            above[v] = parts
            size[parts] = 1
            parts += 1
        elif above[v] >= 0:
            above[v] = above[above[v]]  # the number of the part: smaller nodes have it by now
            size[above[v]] += 1
    return above, size[:parts].copy()


@inlined
def _top(above: NDArray[np.int32], node: int) -> int:
    while above[node] != node:
        node = above[node]
    return node


@helper
def _join(g: Graph, above: NDArray[np.int32], node: int, most: int) -> None:
    """Put the parts of a node and of its first so many neighbours under the smallest of all."""
    top = _top(above, node)
    for arc in range(g.indptr[node], g.indptr[node + 1]):
        w = g.neighbour[arc]
        if above[w] < 0 or not arc_allowed(g, 0, arc):
            continue
        other = above[w]
        while other != top and above[other] != other:
            # Each node that is passed is put under the one above the next: paths are halved.
            above[w] = above[other]
            w, other = other, above[other]
        if other < top:
            above[top] = other
            top = other
        elif other > top:
            above[other] = top
        most -= 1
        if most == 0:
            break
