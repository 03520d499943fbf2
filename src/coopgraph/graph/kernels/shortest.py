"""One shortest path."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, int64_at, shifted, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.boxed import list_of_int32
from coopgraph.graph.kernels.compile import entry, helper
from coopgraph.graph.kernels.crossing import first_bridge, trace
from coopgraph.graph.kernels.places import lower_bound
from coopgraph.graph.kernels.scratch import (
    DEFAULT_BUDGET,
    DEPTH,
    LEFT,
    POOL,
    Lent,
    Paths,
    Scratch,
    block,
    made,
    prepare,
    scratch_of,
    take,
    unblock,
    wipe,
)
from coopgraph.graph.kernels.sides import EXHAUSTED, UNREACHABLE, meet, open_side

NO_NODES = frozen([], np.int32)
give_back = POOL.give_back


def shortest_path(
    adjacency: Adjacency,
    source: int,
    target: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    max_length: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find a shortest path; of several the first in the order of the node numbers.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends.
    edge_filter
        What the path may use.
    max_length
        The most edges the path may have; ``None`` for no limit.
    budget
        The most arcs to scan before giving up.

    Returns
    -------
    Paths
        One sequence or none. ``count`` is the number of sequences.

    Raises
    ------
    IndexError
        If an end does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Bidirectional breadth-first search by whole levels (Pohl 1971). The sides end with exact
    distances to the target along every shortest path; walking down them, always to the smallest
    node, gives the first sequence.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1], [2, 1, 3, 3])
    >>> shortest_path(square, 0, 3).sequences
    [[0, 1, 3]]
    """
    nodes = adjacency.nodes
    asked, view = adjacency.last
    if asked is not edge_filter or not (0 <= source < nodes and 0 <= target < nodes):
        view = prepare(adjacency, edge_filter, source, target)
    try:  # what ``lend`` does, without a call
        scratch = take()
    except IndexError:
        scratch = Lent(nodes)
    if scratch.nodes < nodes:
        scratch = Lent(nodes)
    run = _shortest.run
    if max_length is not None:
        nodes = max_length
    path = run(view.context, scratch.context, source, target, nodes, budget)
    if path:
        give_back(scratch)
        return made(Paths, ([path], 1, False, False))
    exhausted = bool(scratch.parts.counter[LEFT] < 0 <= budget)
    give_back(scratch)
    return Paths([], 0, False, exhausted)


def spur_path(
    adjacency: Adjacency,
    source: int,
    target: int,
    edge_filter: EdgeFilter,
    *,
    prefix: NDArray[np.int32] = NO_NODES,
    banned: NDArray[np.int32] = NO_NODES,
    max_length: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find the first shortest path that leaves a prefix: the step of Yen's algorithm.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends.
    edge_filter
        What the path may use.
    prefix
        int32: nodes that the path may not return to; ``source`` among them when ``banned`` is
        not empty.
    banned
        int32, sorted: nodes that may not be the second of the path.
    max_length
        The most edges the path may have; ``None`` for no limit.
    budget
        The most arcs to scan before giving up.

    Returns
    -------
    Paths
        One sequence or none.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1], [2, 1, 3, 3])
    >>> one, start = frozen([1], np.int32), frozen([0], np.int32)
    >>> spur_path(square, 0, 3, NO_FILTER, prefix=start, banned=one).sequences
    [[0, 2, 3]]
    """
    nodes = adjacency.nodes
    view = adjacency.bound(edge_filter)
    longest = nodes if max_length is None else min(max_length, nodes)
    scratch = POOL.take(nodes)
    kept_out, denied = len(prefix), len(banned)
    if kept_out or denied:
        given = scratch.parts.found[nodes + 2 :]
        given[:kept_out], given[kept_out : kept_out + denied] = prefix, banned
    run = _spur.run
    path, length = run(
        view.context, scratch.context, source, target, kept_out, denied, longest, budget
    )  # fmt: skip
    give_back(scratch)
    return Paths([path], 1) if path else Paths([], 0, False, length == EXHAUSTED)


@entry()
def _shortest(
    view: Context, memory: Context, source: int, target: int, longest: int, budget: int
) -> Any:
    """Return a path; it is empty with less than nothing left where the budget was spent."""
    length = _search(view, memory, source, target, 0, 0, longest, budget)
    return list_of_int32(int64_at(memory)[10], max(length + 1, 0))


@entry()
def _spur(
    view: Context,
    memory: Context,
    source: int,
    target: int,
    kept_out: int,
    denied: int,
    longest: int,
    budget: int,
) -> Any:
    """Return a path and its length."""
    length = _search(view, memory, source, target, kept_out, denied, longest, budget)
    return list_of_int32(int64_at(memory)[10], max(length + 1, 0)), length


@helper
def _search(
    view: Context,
    memory: Context,
    source: int,
    target: int,
    kept_out: int,
    denied: int,
    longest: int,
    budget: int,
) -> int:
    """Leave a path in what is found, and return its length.

    Given are so many nodes that are kept out, and so many that may not be second.
    """
    g, scratch = view_of(view), scratch_of(memory)
    n = g.nodes
    prefix = shifted(scratch.found, n + 2)
    banned = shifted(prefix, kept_out)
    scratch.counter[LEFT] = budget
    block(scratch, g.avoid, g.avoided, n)
    allowed = scratch.state[2 * source] == 0 and scratch.state[2 * target + 1] == 0
    block(scratch, prefix, kept_out, n)
    length = UNREACHABLE
    if allowed and scratch.state[2 * target + 1] == 0:
        open_side(scratch, 1, target)
        lead = 0
        if denied == 0:
            open_side(scratch, 0, source)
        else:
            lead = 1
            _open_beyond(g, scratch, source, target, banned, denied)
        if scratch.counter[LEFT] < 0:
            length = EXHAUSTED
        elif longest >= lead:
            if scratch.state[2 * target] > 0:
                scratch.found[lead] = target
                scratch.found[0] = source
                length = lead
            else:
                length, side = meet(g, scratch, longest - lead, True)
                if length >= 0:
                    position = first_bridge(g, scratch, side)
                    if scratch.counter[LEFT] < 0:
                        length = EXHAUSTED
                    else:
                        length += lead
                        scratch.found[0] = source
                        trace(
                            g, scratch, side, position, shifted(scratch.found, lead), length - lead
                        )
        wipe(scratch, 0)
        wipe(scratch, 1)
    unblock(scratch, prefix, kept_out, n)
    unblock(scratch, g.avoid, g.avoided, n)
    return int(length)


@helper
def _open_beyond(
    g: Graph,
    scratch: Scratch,
    source: int,
    target: int,
    banned: Any,
    denied: int,
) -> None:
    """Put side 0 at every node one step beyond the source that is not banned."""
    tail = 0
    scratch.counter[LEFT] -= g.indptr[source + 1] - g.indptr[source]
    for arc in range(g.indptr[source], g.indptr[source + 1]):
        w = g.neighbour[arc]
        if scratch.state[2 * w] != 0 or not (w == target or passes_type(g, w)):
            continue
        place = lower_bound(banned, 0, denied, w)
        if place < denied and banned[place] == w:
            continue
        if arc_allowed(g, 0, arc):
            scratch.state[2 * w] = 1
            scratch.queue[tail] = w
            tail += 1
    scratch.level[0] = 0
    scratch.level[1] = tail
    scratch.counter[DEPTH] = 0
