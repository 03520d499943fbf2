"""The cheapest path that leaves a prefix, where nodes cost something, by what is left to pay."""

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
from coopgraph.graph.kernels.balls import (
    BEHIND,
    BEST,
    BEYOND,
    FEWEST,
    NONE,
    SHIFT,
    SPENT,
    STEP,
)
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.labels_heap import (
    COST,
    COUNT,
    NODE,
    SIZE,
    STEPS,
    empty_labels,
    nodes_of,
    pop,
    push,
)

_LOOK_BACK: Final = 1000


@helper
def key_of_step(penalty: NDArray[np.int32], node: int, target: int) -> int:
    """Return the key of a step to a node: one, and what passing through it costs."""
    cost = STEP if node == target else STEP + penalty[node]
    return int((np.int64(cost) << SHIFT) + 1)


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
        Of :func:`~coopgraph.graph.kernels.balls.two_balls`: what is left from each node, exactly
        or at least.
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
