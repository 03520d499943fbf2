"""A priority queue of partial paths: cheapest first, ties in the order of their nodes.

Partial paths, each an extension of another, and a binary heap of some of them lie in one array,
int64[room, 6], a row a label; the heap has a column of its own, from row 1. Row 0 holds how many
labels there are, and the size of the heap.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import helper, inlined

NODE: Final = 0
"""Columns: the last node."""
PARENT: Final = 1
"""The label that it extends; 0 for none."""
STEPS: Final = 2
"""The number of edges."""
COST: Final = 3
"""What the label costs."""
BOUND: Final = 4
"""The least that a path through it costs in all."""
HEAP: Final = 5
"""At row ``i + 1`` the label at place ``i`` of the heap; the first of all is at row 1."""
COUNT: Final = 0
"""In row 0: the number of labels."""
SIZE: Final = 1
"""In row 0: the size of the heap."""

Labels = NDArray[np.int64]


@helper
def empty_labels(room: int) -> Labels:
    """Return room for labels, without any."""
    labels = np.empty((room, 6), np.int64)
    labels[0, COUNT] = 0
    labels[0, SIZE] = 0
    return labels


@helper
def _first_by_nodes(labels: Labels, a: int, b: int) -> bool:
    steps_a, steps_b = labels[a, STEPS], labels[b, STEPS]
    shorter = steps_a < steps_b
    while labels[a, STEPS] > steps_b:
        a = labels[a, PARENT]
    while labels[b, STEPS] > steps_a:
        b = labels[b, PARENT]
    # Walking up, the difference seen last is the first of the two paths.
    while a != b and a > 0 and b > 0:
        if labels[a, NODE] != labels[b, NODE]:
            shorter = labels[a, NODE] < labels[b, NODE]
        a, b = labels[a, PARENT], labels[b, PARENT]
    return bool(shorter)


@inlined
def precedes(labels: Labels, a: int, b: int) -> bool:
    """Say whether label ``a`` comes before ``b``: by bound, then by the nodes of its path."""
    if labels[a, BOUND] != labels[b, BOUND]:
        return bool(labels[a, BOUND] < labels[b, BOUND])
    return _first_by_nodes(labels, a, b)


@helper
def push(labels: Labels, node: int, parent: int, steps: int, cost: int, bound: int) -> Labels:
    """Add a label and queue it."""
    place, at = labels[0, COUNT] + 1, labels[0, SIZE] + 1
    if place == labels.shape[0]:
        more = np.empty((2 * place, 6), np.int64)
        for i in range(place):
            for column in range(6):
                more[i, column] = labels[i, column]
        labels = more
    labels[place, NODE] = node
    labels[place, PARENT] = parent
    labels[place, STEPS] = steps
    labels[place, COST] = cost
    labels[place, BOUND] = bound
    labels[0, COUNT] = place
    labels[0, SIZE] = at
    while at > 1:
        above = at // 2
        if not precedes(labels, place, labels[above, HEAP]):
            break
        labels[at, HEAP] = labels[above, HEAP]
        at = above
    labels[at, HEAP] = place
    return labels


@helper
def pop(labels: Labels) -> int:
    """Take the first label out of the queue."""
    top = labels[1, HEAP]
    size = labels[0, SIZE]
    last = labels[size, HEAP]
    size -= 1
    labels[0, SIZE] = size
    at = 1
    while 2 * at <= size:
        below = 2 * at
        if below < size and precedes(labels, labels[below + 1, HEAP], labels[below, HEAP]):
            below += 1
        if not precedes(labels, labels[below, HEAP], last):
            break
        labels[at, HEAP] = labels[below, HEAP]
        at = below
    labels[at, HEAP] = last
    return int(top)


@helper
def nodes_of(labels: Labels, label: int) -> NDArray[np.int32]:
    """Return the nodes of a label's path, from its begin."""
    path = np.empty(labels[label, STEPS] + 1, np.int32)
    while label > 0:
        path[labels[label, STEPS]] = labels[label, NODE]
        label = labels[label, PARENT]
    return path
