"""What lies within a few steps of a node."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, int32_at, int64_at, uint64_at, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.bits import has_bit, set_bit, write_bits
from coopgraph.graph.kernels.boxed import array_of_int32
from coopgraph.graph.kernels.compile import entry, helper
from coopgraph.graph.kernels.order import sort_nodes
from coopgraph.graph.kernels.scratch import DEFAULT_BUDGET, POOL, Lent, made, prepare, take

give_back = POOL.give_back

_NO_COUNTS: Final = np.empty(0, np.int64)
_WIDE: Final = 16
"""A level that scans more than one arc for so many nodes of the graph is collected in bits."""


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
    Breadth-first search (Moore 1959) by levels. Who was seen is a bit a node; a large level comes
    in order out of one look at all bits, a small one is sorted.

    Examples
    --------
    >>> chain = Adjacency.build(4, [0, 1, 2], [1, 2, 3])
    >>> found = neighbourhood(chain, 1, 2)
    >>> found.node.tolist(), found.distance.tolist()
    ([0, 2, 3], [1, 1, 2])
    """
    if depth < 1:
        raise ValueError("depth must be 1 or more")
    nodes = adjacency.nodes
    asked, view = adjacency.last
    if asked is not edge_filter or not 0 <= source < nodes:
        view = prepare(adjacency, edge_filter, source)
    try:  # what ``lend`` does, without a call
        scratch = take()
    except IndexError:
        scratch = Lent(nodes)
    if scratch.nodes < nodes:
        scratch = Lent(nodes)
    run = _levels.run
    node, starts, left = run(
        view.context, scratch.context, source, depth if depth < nodes else nodes, budget
    )
    give_back(scratch)
    counts = _NO_COUNTS
    if len(edge_filter.node_type):
        counts = np.bincount(edge_filter.node_type[node])
    return made(Neighbourhood, (source, node, starts, counts, left < 0))


@entry()
def _levels(view: Context, memory: Context, source: int, depth: int, budget: int) -> Any:
    """Return the nodes, where each level starts, and what is left of the budget."""
    g, c = view_of(view), int64_at(memory)
    queue, starts = int32_at(c[2]), int32_at(c[10])
    seen = uint64_at(c[12])
    words = g.nodes // 64 + 1
    before = uint64_at(c[12] + 8 * (c[1] // 64 + 1))  # of a graph that may be larger
    for i in range(g.avoided):
        if 0 <= g.avoid[i] < g.nodes:
            set_bit(seen, g.avoid[i])
    starts[0] = 0
    tail, reached = 1, 0
    if not has_bit(seen, source):
        set_bit(seen, source)
        queue[0] = source
        first = 0
        while reached < depth and first < tail and budget >= 0:
            last = tail
            arcs = 0
            for i in range(first, last):
                arcs += g.indptr[queue[i] + 1] - g.indptr[queue[i]]
            if arcs * _WIDE < g.nodes:
                tail, budget = _narrow(g, seen, queue, first, last, source, budget)
                sort_nodes(queue, last, tail)
            else:
                for i in range(words):
                    before[i] = seen[i]
                budget = _wide(g, seen, queue, first, last, source, budget)
                tail = write_bits(seen, before, words, queue, last)
            first = last
            reached += 1
            starts[reached] = tail - 1
    for d in range(reached + 1, depth + 1):
        starts[d] = tail - 1
    if tail < words:
        for i in range(tail):
            seen[queue[i] >> 6] = 0
        for i in range(g.avoided):
            if 0 <= g.avoid[i] < g.nodes:
                seen[g.avoid[i] >> 6] = 0
    else:
        for i in range(words):
            seen[i] = 0
    return array_of_int32(c[2] + 4, tail - 1), array_of_int32(c[10], depth + 1), budget


@helper
def _narrow(
    g: Graph, seen: Any, queue: Any, first: int, last: int, source: int, budget: int
) -> tuple[int, int]:
    """Add who is one step from a few nodes; return the end of the queue, and the budget left."""
    tail = last
    for i in range(first, last):
        u = queue[i]
        if u != source and not passes_type(g, u):
            continue
        begin, end = g.indptr[u], g.indptr[u + 1]
        budget -= end - begin
        if budget < 0:
            break
        for arc in range(begin, end):
            w = g.neighbour[arc]
            if not has_bit(seen, w) and arc_allowed(g, 0, arc):
                set_bit(seen, w)
                queue[tail] = w
                tail += 1
    return tail, budget


@helper
def _wide(g: Graph, seen: Any, queue: Any, first: int, last: int, source: int, budget: int) -> int:
    """Do the same for many nodes, in bits alone: nothing to guess at an arc, nothing to sort."""
    for i in range(first, last):
        u = queue[i]
        if u != source and not passes_type(g, u):
            continue
        begin, end = g.indptr[u], g.indptr[u + 1]
        budget -= end - begin
        if budget < 0:
            break
        for arc in range(begin, end):
            w = g.neighbour[arc]
            seen[w >> 6] |= np.uint64(arc_allowed(g, 0, arc)) << np.uint64(w & 63)
    return budget
