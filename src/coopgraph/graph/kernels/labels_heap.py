"""A priority queue of partial paths: cheapest first, ties in the order of their nodes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import helper


class Labels(NamedTuple):
    """Partial paths, each an extension of another, and a binary heap of some of them.

    Attributes
    ----------
    node, parent, steps
        int32: last node, label that it extends (-1 for none), number of edges.
    cost, bound
        int64: what the label costs, and the least that a path through it costs in all.
    heap
        int32: labels, the first of all at the top.
    used
        int64[2]: the number of labels and the size of the heap.
    """

    node: NDArray[np.int32]
    parent: NDArray[np.int32]
    steps: NDArray[np.int32]
    cost: NDArray[np.int64]
    bound: NDArray[np.int64]
    heap: NDArray[np.int32]
    used: NDArray[np.int64]


@helper
def empty_labels(room: int) -> Labels:
    """Return room for labels, without any."""
    return Labels(
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int32),
        np.zeros(2, np.int64),
    )


@helper
def precedes(labels: Labels, a: int, b: int) -> bool:
    """Say whether label ``a`` comes before ``b``: by bound, then by the nodes of its path."""
    if labels.bound[a] != labels.bound[b]:
        return bool(labels.bound[a] < labels.bound[b])
    steps_a, steps_b = labels.steps[a], labels.steps[b]
    shorter = steps_a < steps_b
    while labels.steps[a] > steps_b:
        a = labels.parent[a]
    while labels.steps[b] > steps_a:
        b = labels.parent[b]
    # Walking up, the difference seen last is the first of the two paths.
    while a != b and a >= 0 and b >= 0:
        if labels.node[a] != labels.node[b]:
            shorter = labels.node[a] < labels.node[b]
        a, b = labels.parent[a], labels.parent[b]
    return bool(shorter)


@helper
def push(labels: Labels, node: int, parent: int, steps: int, cost: int, bound: int) -> Labels:
    """Add a label and queue it."""
    place, size = labels.used[0], labels.used[1]
    if place == labels.node.size:
        more = empty_labels(2 * place)
        for i in range(place):
            more.node[i], more.parent[i], more.steps[i] = (
                labels.node[i], labels.parent[i], labels.steps[i],
            )  # fmt: skip
            more.cost[i], more.bound[i] = labels.cost[i], labels.bound[i]
        for i in range(size):
            more.heap[i] = labels.heap[i]
        labels = more
    labels.node[place] = node
    labels.parent[place] = parent
    labels.steps[place] = steps
    labels.cost[place] = cost
    labels.bound[place] = bound
    at = size
    while at > 0:
        above = (at - 1) // 2
        if not precedes(labels, place, labels.heap[above]):
            break
        labels.heap[at] = labels.heap[above]
        at = above
    labels.heap[at] = place
    labels.used[0] = place + 1
    labels.used[1] = size + 1
    return labels


@helper
def pop(labels: Labels) -> int:
    """Take the first label out of the queue."""
    heap, top = labels.heap, labels.heap[0]
    size = labels.used[1] - 1
    labels.used[1] = size
    last = heap[size]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and precedes(labels, heap[below + 1], heap[below]):
            below += 1
        if not precedes(labels, heap[below], last):
            break
        heap[at] = heap[below]
        at = below
    heap[at] = last
    return int(top)


@helper
def nodes_of(labels: Labels, label: int) -> NDArray[np.int32]:
    """Return the nodes of a label's path, from its begin."""
    path = np.empty(labels.steps[label] + 1, np.int32)
    while label >= 0:
        path[labels.steps[label]] = labels.node[label]
        label = labels.parent[label]
    return path
