"""What holds a graph together: bridges and articulation points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency, Rows
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, filter_mode
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.scratch import prepare


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
    prepare(adjacency, edge_filter)
    size, largest, parts, bridge = _cuts(adjacency.rows, edge_filter, adjacency.edges)
    edges = np.flatnonzero(bridge).astype(np.int32)
    points = np.flatnonzero(parts > 1).astype(np.int32)
    return Cuts(edges, bridge[edges], points, parts[points], size[points] - 1 - largest[points])


@kernel
def _cuts(
    rows: Rows, f: EdgeFilter, edges: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    seen = np.zeros(n, np.int32)  # when a node was met, from 1
    low = np.zeros(n, np.int32)
    below = np.zeros(n, np.int64)  # nodes in the subtree
    whole = np.zeros(n, np.int64)  # nodes in the component
    parts = np.zeros(n, np.int64)
    largest = np.zeros(n, np.int64)  # of the parts that a node separates
    apart = np.zeros(n, np.int64)  # nodes in them
    bridge = np.zeros(edges, np.int64)  # nodes on the smaller side
    avoided = np.zeros(n, np.bool_)
    for v in f.avoid:
        if 0 <= v < n:
            avoided[v] = True
    position = rows.indptr[:-1].copy()
    came_by = np.full(n, -1, np.int32)
    stack = np.empty(n, np.int32)
    order = np.empty(n, np.int32)
    clock = 0
    for root in range(n):
        if seen[root] != 0 or avoided[root]:
            continue
        begin = clock
        stack[0] = root
        depth = 0
        clock += 1
        seen[root] = clock
        low[root] = clock
        order[clock - 1] = root
        below[root] = 1
        while depth >= 0:
            v = stack[depth]
            if position[v] < rows.indptr[v + 1]:
                arc = position[v]
                position[v] += 1
                w = rows.neighbour[arc]
                if (
                    w == v
                    or avoided[w]
                    or rows.edge[arc] == came_by[v]
                    or not arc_allowed(rows, f, mode, 0, arc)
                ):
                    continue
                if seen[w] != 0:
                    low[v] = min(low[v], seen[w])
                    continue
                clock += 1
                seen[w] = clock
                low[w] = clock
                order[clock - 1] = w
                below[w] = 1
                came_by[w] = rows.edge[arc]
                depth += 1
                stack[depth] = w
                continue
            depth -= 1
            if depth < 0:
                break
            u = stack[depth]
            low[u] = min(low[u], low[v])
            below[u] += below[v]
            if low[v] > seen[u]:
                bridge[came_by[v]] = below[v]
            if low[v] >= seen[u]:
                parts[u] += 1
                apart[u] += below[v]
                largest[u] = max(largest[u], below[v])
        total = clock - begin
        for i in range(begin, clock):
            v = order[i]
            whole[v] = total
            rest = total - 1 - apart[v]
            if rest > 0:  # the part of whoever led here
                parts[v] += 1
                largest[v] = max(largest[v], rest)
            if came_by[v] >= 0 and bridge[came_by[v]] > 0:
                bridge[came_by[v]] = min(bridge[came_by[v]], total - bridge[came_by[v]])
    return whole, largest, parts, bridge
