"""The part of a graph that paths of a bounded length can use, as small rows of its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import Graph
from coopgraph.graph.kernels.allowed import arc_allowed
from coopgraph.graph.kernels.compile import helper
from coopgraph.graph.kernels.order import sort_nodes
from coopgraph.graph.kernels.scratch import DEPTH, LEFT, Scratch


class Corridor(NamedTuple):
    """Every node and arc on a walk of bounded length from the source to the target.

    Nodes are renumbered in the order of their numbers, and rows are sorted, so that searches
    inside meet paths in the order of the node numbers. Parallel edges are one arc.
    """

    node: NDArray[np.int32]
    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    distance: NDArray[np.int32]


@helper
def grown(pairs: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return an array with twice the room and the same beginning."""
    larger = np.empty((pairs.shape[0] * 2, pairs.shape[1]), pairs.dtype)
    for i in range(pairs.shape[0]):
        larger[i, 0], larger[i, 1] = pairs[i, 0], pairs[i, 1]
    return larger


@helper
def corridor(g: Graph, scratch: Scratch, length: int) -> Corridor:
    """Collect the corridor of a length; both sides together must have come that far.

    Every arc of it starts at a node whose row side 0 has scanned, or ends at one whose row side
    1 has scanned: no other row is read. Spends the budget.
    """
    nodes = _members(scratch, length)
    total = nodes.size
    for i in range(total):
        scratch.local[nodes[i]] = i + 1
    pairs, used = _arcs(g, scratch, nodes, length)
    indptr = np.zeros(total + 1, np.int64)
    for k in range(used):
        indptr[pairs[k, 0] + 1] += 1
    for i in range(total):
        indptr[i + 1] += indptr[i]
    fill = indptr.copy()
    head = np.empty(used, np.int32)
    # All arcs of one tail come from one kind of scan, in the order of their heads: a counting
    # sort keeps that order.
    for k in range(used):
        tail = pairs[k, 0]
        head[fill[tail]] = pairs[k, 1]
        fill[tail] += 1
    distance = np.empty(total, np.int32)
    for i in range(total):
        distance[i] = scratch.state[2 * nodes[i] + 1] - 1
        scratch.local[nodes[i]] = 0
    return Corridor(nodes, indptr, head, distance)


@helper
def _members(scratch: Scratch, length: int) -> NDArray[np.int32]:
    state, queue, level, counter = scratch.state, scratch.queue, scratch.level, scratch.counter
    reached0 = level[counter[DEPTH] + 1]
    reached1 = level[scratch.room + counter[DEPTH + 1] + 1]
    found = np.empty(reached0 + reached1, np.int32)
    used = 0
    for i in range(reached0):
        v = queue[i]
        if state[2 * v + 1] > 0 and state[2 * v] + state[2 * v + 1] - 2 <= length:
            found[used] = v
            used += 1
    for i in range(reached1):
        v = queue[scratch.room + i]
        # Nearer ones are in the queue of side 0 too.
        if state[2 * v] - 1 > counter[DEPTH] and state[2 * v] + state[2 * v + 1] - 2 <= length:
            found[used] = v
            used += 1
    nodes = found[:used].copy()
    sort_nodes(nodes, 0, used)
    return nodes


@helper
def _arcs(
    g: Graph,
    scratch: Scratch,
    nodes: NDArray[np.int32],
    length: int,
) -> tuple[NDArray[np.int32], int]:
    state, local, counter = scratch.state, scratch.local, scratch.counter
    pairs = np.empty((max(nodes.size, 16), 2), np.int32)
    used = 0
    for side in range(2):
        for i in range(nodes.size):
            v = nodes[i]
            if state[2 * v + side] - 1 >= counter[DEPTH + side]:
                continue
            begin, end = g.indptr[v], g.indptr[v + 1]
            counter[LEFT] -= end - begin
            if counter[LEFT] < 0:
                return pairs, 0
            last = -1
            for arc in range(begin, end):
                w = g.neighbour[arc]
                if local[w] == 0 or w == v:
                    continue
                if w == last:
                    continue
                tail, head = (v, w) if side == 0 else (w, v)
                if state[2 * tail] + state[2 * head + 1] - 1 > length:
                    continue
                # What starts within the scanned part of side 0 was found from there.
                if side == 1 and state[2 * tail] - 1 < counter[DEPTH]:
                    continue
                # No path goes on after its target or comes back to its source.
                if state[2 * tail + 1] == 1 or state[2 * head] == 1:
                    continue
                if not arc_allowed(g, side, arc):
                    continue
                last = w
                if used == pairs.shape[0]:
                    pairs = grown(pairs)
                pairs[used, 0] = local[tail] - 1
                pairs[used, 1] = local[head] - 1
                used += 1
    return pairs, used


@helper
def distances_to(inside: Corridor, goal: int) -> NDArray[np.int32]:
    """Return the distance from every node of a corridor to one of them; -1 for none."""
    total = inside.node.size
    indptr = np.zeros(total + 1, np.int64)
    for head in inside.head:
        indptr[head + 1] += 1
    for i in range(total):
        indptr[i + 1] += indptr[i]
    fill = indptr.copy()
    tails = np.empty(inside.head.size, np.int32)
    for u in range(total):
        for k in range(inside.indptr[u], inside.indptr[u + 1]):
            tails[fill[inside.head[k]]] = u
            fill[inside.head[k]] += 1
    distance = np.full(total, -1, np.int32)
    queue = np.empty(total, np.int32)
    distance[goal] = 0
    queue[0] = goal
    tail = 1
    for i in range(total):
        if i == tail:
            break
        w = queue[i]
        for k in range(indptr[w], indptr[w + 1]):
            if distance[tails[k]] < 0:
                distance[tails[k]] = distance[w] + 1
                queue[tail] = tails[k]
                tail += 1
    return distance


@helper
def count_paths(inside: Corridor, source: int, target: int) -> int:
    """Count the paths in the corridor of the shortest length, at most 2**62."""
    total = inside.node.size
    longest = inside.distance[source]
    start = np.zeros(longest + 2, np.int64)
    for d in inside.distance:
        start[d + 1] += 1
    for k in range(longest + 1):
        start[k + 1] += start[k]
    order = np.empty(total, np.int32)
    for u in range(total):
        order[start[inside.distance[u]]] = u
        start[inside.distance[u]] += 1
    ways = np.zeros(total, np.int64)
    ways[target] = 1
    most = 2**62
    for i in range(total):
        node = order[i]
        for arc in range(inside.indptr[node], inside.indptr[node + 1]):
            more = ways[inside.head[arc]]
            # Never beyond: the sum of two such numbers would not fit.
            ways[node] = most if ways[node] > most - more else ways[node] + more
    return int(ways[source])
