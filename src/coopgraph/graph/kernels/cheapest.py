"""The cheapest path where nodes cost something: backwards once, then forwards by what is left."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Rows
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.allowed import (
    arc_allowed,
    filter_mode,
    is_listed,
    passes_type,
)
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.labels_heap import empty_labels, nodes_of, pop, push

SHIFT: Final = 24
"""Keys hold the cost above this bit and the steps below it, so that of two paths that cost the
same the one with fewer steps comes first."""
STEP: Final = 1000
"""What a step costs: costs are whole thousandths, so that equal costs are equal."""
NONE: Final = -1
BEYOND: Final = -2
SPENT: Final = -3


@kernel
def key_of_step(penalty: NDArray[np.int32], node: int, target: int) -> int:
    """Return the key of a step to a node: one, and what passing through it costs."""
    cost = STEP if node == target else STEP + penalty[node]
    return int((np.int64(cost) << SHIFT) + 1)


@kernel
def keys_to(
    rows: Rows,
    f: EdgeFilter,
    penalty: NDArray[np.int32],
    source: int,
    target: int,
    budget: int,
) -> tuple[NDArray[np.int64], int, int]:
    """Find the key of the cheapest path from each node to the target, as far as the source.

    Returns the keys plus one (0 where unknown), that of the source (``NONE`` where it does not
    reach the target, ``SPENT`` when the budget is), and what is left of the budget. Where a key
    is unknown or above the source's, it is at least the source's.
    """
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    want = f.direction if f.direction == 0 else 3 - f.direction
    known = np.zeros(n, np.int64)
    if is_listed(f.avoid, source) or is_listed(f.avoid, target):
        return known, NONE, budget
    labels = empty_labels(64)
    labels = push(labels, target, -1, 0, 0, 0)
    known[target] = 1
    while labels.used[1] > 0:
        label = pop(labels)
        w, key = labels.node[label], labels.cost[label]
        if key + 1 > known[w]:
            continue
        if w == source:
            return known, key, budget
        begin, end = rows.indptr[w], rows.indptr[w + 1]
        budget -= end - begin
        if budget < 0:
            return known, SPENT, budget
        longer = key + key_of_step(penalty, w, target)
        last = -1
        for arc in range(begin, end):
            v = rows.neighbour[arc]
            if v == last or (known[v] != 0 and known[v] <= longer + 1):
                continue
            if not arc_allowed(rows, f, mode, want, arc):
                continue
            last = v
            if v != source and not passes_type(f, v):
                continue
            if f.avoid.size > 0 and is_listed(f.avoid, v):
                continue
            known[v] = longer + 1
            # No label extends another here: the order of ties does not matter for keys.
            labels = push(labels, v, -1, 0, longer, longer)
    return known, NONE, budget


@kernel
def first_cheapest(
    rows: Rows,
    f: EdgeFilter,
    penalty: NDArray[np.int32],
    known: NDArray[np.int64],
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
    known, radius
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
    n = rows.indptr.size - 1
    mode = filter_mode(f)
    nothing = np.empty(0, np.int32)
    # Labels of one node are taken cheapest first, so that only one with fewer steps is of use.
    fewest = np.zeros(n, np.int32)
    best = np.zeros(n if most_steps < 0 else 0, np.int64)
    for v in prefix:
        fewest[v] = 1
    fewest[source] = 0
    labels = empty_labels(64)
    labels = push(labels, source, -1, 0, 0, 0)
    while labels.used[1] > 0:
        label = pop(labels)
        u, steps = labels.node[label], labels.steps[label]
        if labels.bound[label] > most:
            return nothing, BEYOND, budget
        if u == target:
            return nodes_of(labels, label), labels.cost[label], budget
        if fewest[u] != 0 and (most_steps < 0 or steps >= fewest[u] - 1):
            continue
        fewest[u] = steps + 1
        if steps == most_steps:
            continue
        begin, end = rows.indptr[u], rows.indptr[u + 1]
        budget -= end - begin
        if budget < 0:
            return nothing, SPENT, budget
        last = -1
        for arc in range(begin, end):
            w = rows.neighbour[arc]
            if w == last:
                continue
            if fewest[w] != 0 and (most_steps < 0 or steps + 1 >= fewest[w] - 1):
                continue
            if not arc_allowed(rows, f, mode, f.direction, arc):
                continue
            last = w
            if w != target and not passes_type(f, w):
                continue
            if f.avoid.size > 0 and is_listed(f.avoid, w):
                continue
            if steps == 0 and banned.size > 0 and is_listed(banned, w):
                continue
            cost = labels.cost[label] + key_of_step(penalty, w, target)
            if most_steps < 0:
                if best[w] != 0 and best[w] < cost + 1:
                    continue  # equal ones stay: the order of their nodes decides
                best[w] = cost + 1
            left = radius
            if known[w] != 0 and known[w] - 1 < radius:
                left = known[w] - 1
            labels = push(labels, w, label, steps + 1, cost, cost + left)
    return nothing, NONE, budget
