"""The cheapest path where nodes cost something: what it costs, then the path by what is left."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import Context, Graph, view_of
from coopgraph.graph.kernels.allowed import (
    arc_allowed,
    is_avoided,
    is_listed,
    passes_type,
)
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.labels_heap import (
    BOUND,
    COST,
    COUNT,
    HEAP,
    NODE,
    SIZE,
    STEPS,
    Labels,
    empty_labels,
    nodes_of,
    pop,
    push,
)

SHIFT: Final = 24
"""Keys hold the cost above this bit and the steps below it, so that of two paths that cost the
same the one with fewer steps comes first."""
STEP: Final = 1000
"""What a step costs: costs are whole thousandths, so that equal costs are equal."""
NONE: Final = -1
BEYOND: Final = -2
SPENT: Final = -3
_LOOK_BACK: Final = 1000
FAR: Final = 2**60
"""More than any key."""
AHEAD: Final = 0
BEHIND: Final = 1
BEST: Final = 2
FEWEST: Final = 3
"""Columns of a node's state, which shares a cache line: keys from the source and to the target,
and the least key and the fewest steps of the search that runs, each plus one; 0 for none."""


@helper
def key_of_step(penalty: NDArray[np.int32], node: int, target: int) -> int:
    """Return the key of a step to a node: one, and what passing through it costs."""
    cost = STEP if node == target else STEP + penalty[node]
    return int((np.int64(cost) << SHIFT) + 1)


@helper
def _relax(
    g: Graph,
    penalty: NDArray[np.int32],
    ends: tuple[int, int],
    state: NDArray[np.int64],
    labels: Labels,
    side: int,
    least: int,
) -> tuple[Labels, int, int]:
    """Settle the nearest node of a side; return its queue, the cheapest crossing, arcs scanned."""
    label = pop(labels)
    u, key = labels[label, NODE], labels[label, BOUND]
    source, target = ends
    if labels[label, COST] + 1 > state[u, side]:
        return labels, least, 0
    begin, end = g.indptr[u], g.indptr[u + 1]
    last = -1
    for arc in range(begin, end):
        v = g.neighbour[arc]
        if v == last:
            continue
        # What passing through a node costs is paid on arrival, so that a hub is not read before
        # its turn; but a key to the target holds no more than what comes after its node.
        through = key + key_of_step(penalty, v, target)
        longer = through if side == AHEAD else key + key_of_step(penalty, target, target)
        if longer >= least or (state[v, side] != 0 and state[v, side] <= longer + 1):
            continue
        if not arc_allowed(g, side, arc):
            continue
        last = v
        if v != source and v != target and not passes_type(g, v):
            continue
        if is_avoided(g, v):
            continue
        state[v, side] = longer + 1
        if state[v, 1 - side] != 0:
            least = min(least, longer + state[v, 1 - side] - 1)
        # No label extends another here: the order of ties does not matter for keys.
        labels = push(labels, v, 0, 0, longer, through)
    return labels, least, end - begin


@kernel
def keys_to(
    view: Context,
    penalty: NDArray[np.int32],
    source: int,
    target: int,
    state: NDArray[np.int64],
    budget: int,
) -> tuple[NDArray[np.int32], int, int, int]:
    """Find the key of the cheapest path, and of those from nodes near the target.

    Two balls grow, around the source and around the target, the one that has scanned fewer arcs
    first (Dijkstra 1959; Pohl 1971), until no path across can be cheaper than the one known. The
    keys of the target's ball are left in ``state[:, BEHIND]``, plus one; 0 where unknown.

    Returns
    -------
    touched, key, radius, budget
        Nodes whose state is not clean any more; the key of the cheapest path (``NONE`` where there
        is none, ``SPENT`` when the budget is); the radius of the target's ball: a key that is
        unknown or not below it is at least that; what is left of the budget.
    """
    g = view_of(view)
    least = FAR
    step = key_of_step(penalty, target, target)
    ahead, behind = empty_labels(64), empty_labels(64)
    scanned, returned = 0, 0
    if not (is_avoided(g, source) or is_avoided(g, target)):
        ahead = push(ahead, source, 0, 0, 0, 0)
        behind = push(behind, target, 0, 0, 0, 0)
        state[source, AHEAD] = 1
        state[target, BEHIND] = 1
    while ahead[0, SIZE] > 0 and behind[0, SIZE] > 0 and scanned + returned <= budget:
        if ahead[ahead[1, HEAP], BOUND] + behind[behind[1, HEAP], BOUND] + step >= least:
            break
        if scanned < returned:
            ahead, least, arcs = _relax(g, penalty, (source, target), state, ahead, AHEAD, least)
            scanned += arcs
        else:
            behind, least, arcs = _relax(g, penalty, (source, target), state, behind, BEHIND, least)
            returned += arcs
    radius = least  # nodes that cost more were not looked at
    if behind[0, SIZE] > 0:
        # Who is not reached through a node that was read is one step from one that was not.
        radius = min(radius, behind[behind[1, HEAP], BOUND] + step)
    touched = np.empty(ahead[0, COUNT] + behind[0, COUNT], np.int32)
    for i in range(ahead[0, COUNT]):
        touched[i] = ahead[i + 1, NODE]
    for i in range(behind[0, COUNT]):
        touched[ahead[0, COUNT] + i] = behind[i + 1, NODE]
    budget -= scanned + returned
    if budget < 0:
        return touched, SPENT, radius, budget
    return touched, least if least < FAR else NONE, radius, budget


@kernel
def forget(state: NDArray[np.int64], touched: NDArray[np.int32]) -> None:
    """Clean what :func:`keys_to` has touched."""
    for v in touched:
        state[v, AHEAD] = 0
        state[v, BEHIND] = 0


@helper
def _cut_off(
    g: Graph,
    state: NDArray[np.int64],
    source: int,
    target: int,
    banned: NDArray[np.int32],
    most_arcs: int,
) -> bool:
    """Say whether a few arcs back from the target show that no path leads there.

    The nodes of a prefix are marked as taken. A target that hangs on a taken node would otherwise
    be sought in the whole graph.
    """
    queue = np.empty(most_arcs + 1, np.int32)
    queue[0] = target
    state[target, BEST] = 1
    first, tail, left = 0, 1, most_arcs
    closed = True
    while closed and first < tail:
        v = queue[first]
        first += 1
        begin, end = g.indptr[v], g.indptr[v + 1]
        left -= end - begin
        if left < 0:
            closed = False
            break
        for arc in range(begin, end):
            u = g.neighbour[arc]
            if state[u, BEST] != 0 or state[u, FEWEST] != 0:
                continue
            if not arc_allowed(g, 1, arc):
                continue
            if u == source:
                if not is_listed(banned, v):
                    closed = False
                    break
                continue
            state[u, BEST] = 1
            queue[tail] = u
            tail += 1
    for i in range(tail):
        state[queue[i], BEST] = 0
    return closed


@kernel
def first_cheapest(
    view: Context,
    penalty: NDArray[np.int32],
    state: NDArray[np.int64],
    radius: int,
    source: int,
    target: int,
    prefix: NDArray[np.int32],
    banned: NDArray[np.int32],
    most_steps: int,
    most: int,
    budget: int,
) -> tuple[NDArray[np.int32], int, int]:
    """Find the first of the cheapest paths that leave a prefix.

    Parameters
    ----------
    state, radius
        Of :func:`keys_to`: what is left from each node, exactly or at least.
    prefix
        Nodes that may not be on the path, the source aside.
    banned
        Sorted: nodes that may not be its second.
    most_steps, most
        The most steps, or a negative number for any; the largest key that is of use.

    Returns
    -------
    path, key, budget
        The key is ``NONE`` where there is no path, ``BEYOND`` where there is none up to ``most``,
        ``SPENT`` when the budget is.
    """
    g = view_of(view)
    path = np.empty(0, np.int32)
    found = NONE
    # Labels of one node are taken cheapest first, so that only one with fewer steps is of use.
    for v in prefix:
        state[v, FEWEST] = 1
    state[source, FEWEST] = 0
    labels = empty_labels(64)
    if banned.size == 0 or not _cut_off(g, state, source, target, banned, _LOOK_BACK):
        labels = push(labels, source, 0, 0, 0, 0)
    while labels[0, SIZE] > 0:
        label = pop(labels)
        u, steps = labels[label, NODE], labels[label, STEPS]
        if u == target:
            path, found = nodes_of(labels, label), labels[label, COST]
            break
        fewest = state[u, FEWEST]
        if fewest != 0 and (most_steps < 0 or steps >= fewest - 1):
            continue
        state[u, FEWEST] = steps + 1
        if steps == most_steps:
            continue
        begin, end = g.indptr[u], g.indptr[u + 1]
        budget -= end - begin
        if budget < 0:
            found = SPENT
            break
        last = -1
        for arc in range(begin, end):
            w = g.neighbour[arc]
            if w == last:
                continue
            fewest = state[w, FEWEST]
            if fewest != 0 and (most_steps < 0 or steps + 1 >= fewest - 1):
                continue
            cost = labels[label, COST] + key_of_step(penalty, w, target)
            left = radius
            if state[w, BEHIND] != 0 and state[w, BEHIND] - 1 < radius:
                left = state[w, BEHIND] - 1
            if cost + left > most:
                found = BEYOND
                continue
            best = state[w, BEST]
            if most_steps < 0 and best != 0 and best < cost + 1:
                continue  # equal ones stay: the order of their nodes decides
            if not arc_allowed(g, 0, arc):
                continue
            last = w
            if w != target and not passes_type(g, w):
                continue
            if is_avoided(g, w):
                continue
            if steps == 0 and banned.size > 0 and is_listed(banned, w):
                continue
            if most_steps < 0:
                state[w, BEST] = cost + 1
            labels = push(labels, w, label, steps + 1, cost, cost + left)
    for v in prefix:
        state[v, FEWEST] = 0
    for i in range(1, labels[0, COUNT] + 1):
        v = labels[i, NODE]
        state[v, BEST] = 0
        state[v, FEWEST] = 0
    return path, found, budget
