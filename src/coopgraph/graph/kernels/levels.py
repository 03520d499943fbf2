"""What lies within a few steps of a node."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.order import sort_level
from coopgraph.graph.kernels.scratch import (
    DEFAULT_BUDGET,
    DEPTH,
    LEFT,
    POOL,
    Scratch,
    block,
    prepare,
    scratch_of,
    unblock,
    wipe,
)

_NO_COUNTS: Final = np.empty(0, np.int64)


class Neighbourhood(NamedTuple):
    """The nodes around a node.

    Attributes
    ----------
    source
        The node in the middle.
    node
        int32: the others, by distance, then by number.
    starts
        int32[depth + 1]: nodes at distance ``d`` are ``node[starts[d - 1]:starts[d]]``.
    counts
        int64: how many there are of each node type code; empty where the filter has no types.
    exhausted
        Whether the search gave up because its budget was spent.
    """

    source: int
    node: NDArray[np.int32]
    starts: NDArray[np.int32]
    counts: NDArray[np.int64] = _NO_COUNTS
    exhausted: bool = False

    @property
    def distance(self) -> NDArray[np.int32]:
        """int32: the distance of each node."""
        depths = np.arange(1, len(self.starts), dtype=np.int32)
        return np.repeat(depths, np.diff(self.starts))


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
    nodes = adjacency.nodes
    depth = min(depth, nodes)
    scratch = POOL.take(nodes)
    parts = scratch.parts
    last, left = _levels(view.context, scratch.context, source, depth, budget)
    node = parts.queue[0, 1:last].copy()
    starts = parts.found[: depth + 1].copy()
    POOL.give_back(scratch)
    counts = _NO_COUNTS
    if len(edge_filter.node_type):
        counts = np.bincount(edge_filter.node_type[node])
    return Neighbourhood(source, node, starts, counts, left < 0)


@kernel
def _levels(
    view: Context, memory: Context, source: int, depth: int, budget: int
) -> tuple[int, int]:
    """Leave the nodes in the first queue behind the source, and where each level starts.

    Returns the end of the nodes and what is left of the budget.
    """
    g, scratch = view_of(view), scratch_of(memory)
    n = g.nodes
    state, queue, level, counter = (
        scratch.state,
        scratch.queue[0],
        scratch.level[0],
        scratch.counter,
    )
    counter[LEFT] = budget
    block(scratch, g.avoid, g.avoided, n)
    tail = 1
    reached = 0
    scratch.found[0] = 0
    if state[source, 0] == 0:
        state[source, 0] = 1
        queue[0] = source
        level[0] = 0
        level[1] = 1
        while reached < depth and level[reached] < level[reached + 1] and counter[LEFT] >= 0:
            tail = _grow(g, scratch, source, reached)
            reached += 1
            level[reached + 1] = tail
            sort_level(state, queue, level[reached], tail, reached + 1, n)
            scratch.found[reached] = tail - 1
        level[0] = 0
        level[1] = tail
        counter[DEPTH] = 0
        wipe(scratch, 0)
    for d in range(reached + 1, depth + 1):
        scratch.found[d] = tail - 1
    unblock(scratch, g.avoid, g.avoided, n)
    return tail, int(counter[LEFT])


@helper
def _grow(g: Graph, scratch: Scratch, source: int, depth: int) -> int:
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
