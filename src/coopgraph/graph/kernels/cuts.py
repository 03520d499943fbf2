"""What holds a graph together: bridges and articulation points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.places import edge_at, lower_bound
from coopgraph.graph.kernels.scratch import prepare

SEEN: Final = 0
"""Columns of what is known of a node: when it was met, from 1 (-1 where it may not be used)."""
LOW: Final = 1
NEXT: Final = 2
CAME_BY: Final = 3
"""The arc that led to it plus one; negative once the way back was seen."""
BELOW: Final = 4
PARTS: Final = 5
LARGEST: Final = 6
APART: Final = 7


@dataclass(frozen=True)
class Cuts:
    """Edges and nodes without which a part of the graph falls apart.

    Attributes
    ----------
    bridge
        int32[b]: edges, by number.
    bridge_cuts_off
        int64[b]: nodes on the smaller side of each.
    point
        int32[p]: articulation points, by number.
    parts
        int64[p]: into how many parts its part falls without it.
    point_cuts_off
        int64[p]: how many nodes are then outside the largest of those parts.
    """

    bridge: NDArray[np.int32]
    bridge_cuts_off: NDArray[np.int64]
    point: NDArray[np.int32]
    parts: NDArray[np.int64]
    point_cuts_off: NDArray[np.int64]


def cuts(adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER) -> Cuts:
    """Find bridges and articulation points, whichever way edges lead.

    Parameters
    ----------
    adjacency
        The graph. One of several parallel edges is no bridge.
    edge_filter
        Which edges join, and which nodes are left out; types and direction are not looked at.

    Returns
    -------
    Cuts
        Both, with what each cuts off.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Tarjan 1974, "A note on finding the bridges of a graph", and Hopcroft and Tarjan 1973; one
    depth-first search without recursion: linear.

    Examples
    --------
    >>> found = cuts(Adjacency.build(4, [0, 1, 1, 2], [1, 2, 3, 3]))
    >>> found.bridge.tolist(), found.point.tolist(), found.point_cuts_off.tolist()
    ([0], [1], [1])
    """
    view = prepare(adjacency, edge_filter, both_ways=True)
    node, edge, edge_cuts_off = _cuts(view.context)
    order = np.argsort(edge)
    point = np.flatnonzero(node[:, PARTS] > 1).astype(np.int32)
    parts, off = (node[point, column].astype(np.int64) for column in (PARTS, APART))
    return Cuts(edge[order], edge_cuts_off[order].astype(np.int64), point, parts, off)


@kernel
def _cuts(view: Context) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return int32[n, 8], and bridges with the nodes on their smaller side.

    Of each node the number of parts it separates, and at ``APART`` how many nodes are outside the
    largest of them.
    """
    g = view_of(view)
    n = g.nodes
    node = np.zeros((n, 8), np.int32)  # half a cache line each
    for i in range(g.avoided):
        v = g.avoid[i]
        if 0 <= v < n:
            node[v, SEEN] = -1
    bridge = np.zeros(n, np.int32)  # below a bridge: nodes on its smaller side
    stack = np.empty(n, np.int32)
    order = np.empty(n, np.int32)
    clock = 0
    bridges = 0
    for root in range(n):
        if node[root, SEEN] != 0:
            continue
        begin = clock
        v = root
        depth = 0
        stack[0] = v
        order[clock] = v
        clock += 1
        node[v, SEEN] = node[v, LOW] = clock
        node[v, BELOW] = 1
        node[v, NEXT] = g.indptr[v]
        while True:
            arc = node[v, NEXT]
            if arc < g.indptr[v + 1]:
                node[v, NEXT] = arc + 1
                w = g.neighbour[arc]
                met = node[w, SEEN]
                if w == v or met < 0 or not arc_allowed(g, 0, arc):
                    continue
                if met != 0:
                    # Of the edges to whoever led here one is the way it was come by.
                    if node[v, CAME_BY] > 0 and w == stack[depth - 1]:
                        node[v, CAME_BY] = -node[v, CAME_BY]
                    elif met < node[v, LOW]:
                        node[v, LOW] = met
                    continue
                order[clock] = w
                clock += 1
                node[w, SEEN] = node[w, LOW] = clock
                node[w, BELOW] = 1
                node[w, NEXT] = g.indptr[w]
                node[w, CAME_BY] = arc + 1
                depth += 1
                stack[depth] = v = w
                continue
            depth -= 1
            if depth < 0:
                break
            u = stack[depth]
            node[u, LOW] = min(node[u, LOW], node[v, LOW])
            below = node[v, BELOW]
            node[u, BELOW] += below
            if node[v, LOW] > node[u, SEEN]:
                bridge[v] = below
                bridges += 1
            if node[v, LOW] >= node[u, SEEN]:
                node[u, PARTS] += 1
                node[u, APART] += below
                node[u, LARGEST] = max(node[u, LARGEST], below)
            v = u
        total = clock - begin
        for i in range(begin, clock):
            v = order[i]
            rest = total - 1 - node[v, APART]
            if rest > 0:  # the part of whoever led here
                node[v, PARTS] += 1
                node[v, LARGEST] = max(node[v, LARGEST], rest)
            node[v, APART] = total - 1 - node[v, LARGEST]
            bridge[v] = min(bridge[v], total - bridge[v])
    edge = np.empty(bridges, np.int32)
    off = np.empty(bridges, np.int32)
    used = 0
    for v in range(n):
        if bridge[v] > 0:
            arc = abs(node[v, CAME_BY]) - 1
            row = lower_bound(g.indptr, 0, n + 1, arc + 1) - 1
            edge[used] = edge_at(g, row, arc)
            off[used] = bridge[v]
            used += 1
    return node, edge, off
