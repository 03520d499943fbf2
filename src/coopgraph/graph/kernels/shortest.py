"""One shortest path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency, Rows
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.filtered import Filtered
from coopgraph.graph.kernels.allowed import arc_allowed, filter_mode, lower_bound, passes_type
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.crossing import first_bridge, trace
from coopgraph.graph.kernels.scratch import (
    DEFAULT_BUDGET,
    DEPTH,
    LEFT,
    POOL,
    Paths,
    Scratch,
    block,
    prepare,
    unblock,
    wipe,
)
from coopgraph.graph.kernels.sides import EXHAUSTED, UNREACHABLE, meet, open_side, wanted

NO_NODES = frozen([], np.int32)


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
    prepare(adjacency, edge_filter, source, target)
    return spur_path(adjacency, source, target, edge_filter, max_length=max_length, budget=budget)


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
    longest = nodes if max_length is None else min(max_length, nodes)
    scratch = POOL.take(nodes)
    path, length = _spur(
        adjacency.filtered(edge_filter), scratch, source, target, prefix, banned, longest, budget
    )
    POOL.give_back(scratch)
    if length < 0:
        return Paths([], 0, exhausted=length == EXHAUSTED)
    return Paths([path.tolist()], 1)


@kernel
def _spur(
    view: Filtered,
    scratch: Scratch,
    source: int,
    target: int,
    prefix: NDArray[np.int32],
    banned: NDArray[np.int32],
    longest: int,
    budget: int,
) -> tuple[NDArray[np.int32], int]:
    rows, f = view.rows, view.filter
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    scratch.counter[LEFT] = budget
    block(scratch, f.avoid, n)
    allowed = scratch.state[source, 0] == 0 and scratch.state[target, 1] == 0
    block(scratch, prefix, n)
    path = np.empty(0, np.int32)
    length = UNREACHABLE
    if allowed and scratch.state[target, 1] == 0:
        open_side(scratch, 1, target)
        lead = 0
        if banned.size == 0:
            open_side(scratch, 0, source)
        else:
            lead = 1
            _open_beyond(rows, f, mode, scratch, source, target, banned)
        if scratch.counter[LEFT] < 0:
            length = EXHAUSTED
        elif longest >= lead:
            if scratch.state[target, 0] > 0:
                path = np.empty(lead + 1, np.int32)
                path[lead] = target
                path[0] = source
                length = lead
            else:
                length, side = meet(rows, f, mode, scratch, longest - lead, True)
                if length >= 0:
                    position = first_bridge(rows, f, mode, scratch, side)
                    if scratch.counter[LEFT] < 0:
                        length = EXHAUSTED
                    else:
                        path = np.empty(lead + length + 1, np.int32)
                        path[0] = source
                        trace(rows, f, mode, scratch, side, position, path[lead:])
                        length += lead
        wipe(scratch, 0)
        wipe(scratch, 1)
    unblock(scratch, prefix, n)
    unblock(scratch, f.avoid, n)
    return path, length


@kernel
def _open_beyond(
    rows: Rows,
    f: EdgeFilter,
    mode: int,
    scratch: Scratch,
    source: int,
    target: int,
    banned: NDArray[np.int32],
) -> None:
    """Put side 0 at every node one step beyond the source that is not banned."""
    tail = 0
    want = wanted(f, 0)
    scratch.counter[LEFT] -= rows.indptr[source + 1] - rows.indptr[source]
    for arc in range(rows.indptr[source], rows.indptr[source + 1]):
        w = rows.neighbour[arc]
        if scratch.state[w, 0] != 0 or not (w == target or passes_type(f, w)):
            continue
        place = lower_bound(banned, 0, banned.size, w)
        if place < banned.size and banned[place] == w:
            continue
        if arc_allowed(rows, f, mode, want, arc):
            scratch.state[w, 0] = 1
            scratch.queue[0, tail] = w
            tail += 1
    scratch.level[0, 0] = 0
    scratch.level[0, 1] = tail
    scratch.counter[DEPTH] = 0
