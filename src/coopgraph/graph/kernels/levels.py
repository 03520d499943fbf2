"""What lies within a few steps of a node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Bound, View
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.scratch import (
    DEFAULT_BUDGET,
    DEPTH,
    LEFT,
    POOL,
    Scratch,
    block,
    prepare,
    unblock,
    wipe,
)


@dataclass(frozen=True)
class Neighbourhood:
    """The nodes around a node.

    Attributes
    ----------
    source
        The node in the middle.
    node
        int32: the others, by distance, then by number.
    distance
        int32: the distance of each.
    starts
        int64[depth + 1]: nodes at distance ``d`` are ``node[starts[d - 1]:starts[d]]``.
    counts
        int64: how many there are of each node type code; empty where the filter has no types.
    exhausted
        Whether the search gave up because its budget was spent.
    """

    source: int
    node: NDArray[np.int32]
    distance: NDArray[np.int32]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    exhausted: bool = False


def neighbourhood(
    adjacency: Adjacency,
    source: int,
    depth: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    budget: int = DEFAULT_BUDGET,
) -> Neighbourhood:
    """Find every node within a number of steps.

    Parameters
    ----------
    adjacency
        The graph.
    source
        The node in the middle; it is not part of the answer.
    depth
        The most steps, 1 or more.
    edge_filter
        What the steps may use. A node whose type is not allowed is found but not passed through.
    budget
        The most arcs to scan before giving up.

    Returns
    -------
    Neighbourhood
        The nodes with their distances.

    Raises
    ------
    IndexError
        If the node does not exist.
    ValueError
        If the depth is not positive or the filter does not fit the graph.

    Notes
    -----
    Breadth-first search (Moore 1959) by levels; a large level is put in order by one look at
    every node, a small one by sorting.

    Examples
    --------
    >>> chain = Adjacency.build(4, [0, 1, 2], [1, 2, 3])
    >>> found = neighbourhood(chain, 1, 2)
    >>> found.node.tolist(), found.distance.tolist()
    ([0, 2, 3], [1, 1, 2])
    """
    view = prepare(adjacency, edge_filter, source)
    if depth < 1:
        raise ValueError("depth must be 1 or more")
    scratch = POOL.take(adjacency.nodes)
    node, distance, starts, exhausted = _levels(
        view, scratch, source, min(depth, adjacency.nodes), budget
    )
    POOL.give_back(scratch)
    counts = np.empty(0, np.int64)
    if len(edge_filter.node_type):
        counts = np.bincount(edge_filter.node_type[node])
    return Neighbourhood(source, node, distance, starts, counts, exhausted)


@kernel
def _levels(
    view: Bound, memory: Bound, source: int, depth: int, budget: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], bool]:
    g, scratch = view.parts, memory.parts
    n = g.indptr.size - 1
    state, queue, level, counter = (
        scratch.state,
        scratch.queue[0],
        scratch.level[0],
        scratch.counter,
    )
    counter[LEFT] = budget
    block(scratch, g.avoid, n)
    tail = 1
    reached = 0
    starts = np.zeros(depth + 1, np.int64)
    if state[source, 0] == 0:
        state[source, 0] = 1
        queue[0] = source
        level[0] = 0
        level[1] = 1
        while reached < depth and level[reached] < level[reached + 1] and counter[LEFT] >= 0:
            tail = _grow(g, scratch, source, reached)
            reached += 1
            level[reached + 1] = tail
            _sort_level(state, queue, level[reached], tail, reached + 1, n)
            starts[reached] = tail - 1
        starts[reached:] = tail - 1
    node = queue[1:tail].copy()
    distance = np.empty(node.size, np.int32)
    for d in range(depth):
        distance[starts[d] : starts[d + 1]] = d + 1
    if state[source, 0] > 0:
        level[0] = 0
        level[1] = tail
        counter[DEPTH] = 0
        wipe(scratch, 0)
    unblock(scratch, g.avoid, n)
    return node, distance, starts, counter[LEFT] < 0


@helper
def _grow(g: View, scratch: Scratch, source: int, depth: int) -> int:
    state, queue, counter = scratch.state, scratch.queue[0], scratch.counter
    first, tail = scratch.level[0, depth], scratch.level[0, depth + 1]
    for i in range(first, scratch.level[0, depth + 1]):
        u = queue[i]
        if u != source and not passes_type(g, u):
            continue
        begin, end = g.indptr[u], g.indptr[u + 1]
        counter[LEFT] -= end - begin
        if counter[LEFT] < 0:
            break
        for arc in range(begin, end):
            w = g.neighbour[arc]
            if state[w, 0] == 0 and arc_allowed(g, 0, arc):
                state[w, 0] = depth + 2
                queue[tail] = w
                tail += 1
    return int(tail)


@helper
def _sort_level(
    state: NDArray[np.int32],
    queue: NDArray[np.int32],
    first: int,
    last: int,
    label: int,
    n: int,
) -> None:
    if (last - first) * 32 < n:
        queue[first:last].sort()
        return
    place = first
    for v in range(n):
        if state[v, 0] == label:
            queue[place] = v
            place += 1
