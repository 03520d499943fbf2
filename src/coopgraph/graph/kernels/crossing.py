"""Where the two sides of a search meet, and the first shortest path across."""

from __future__ import annotations

from typing import Any

import numpy as np

from coopgraph.graph.bound import Graph
from coopgraph.graph.kernels.allowed import arc_allowed
from coopgraph.graph.kernels.compile import helper
from coopgraph.graph.kernels.places import lower_bound
from coopgraph.graph.kernels.scratch import AT, DEPTH, LEFT, Scratch, level_start
from coopgraph.graph.kernels.sides import expand


@helper
def first_bridge(g: Graph, scratch: Scratch, side: int) -> int:
    """Return the queue position on side 0 from which the first shortest path crosses over.

    Rows are sorted, so side 0 reaches the nodes of each level in the order of their first
    shortest paths: the first of its border that has a neighbour on the other side's border wins.
    """
    counter, level, queue = scratch.counter, scratch.level, scratch.queue
    if side == 0:
        # The level stopped at this very node.
        return int(counter[AT])
    depth = counter[DEPTH]
    last = level[depth + 1]
    # Side 1 has met side 0 somewhere. Try the border of side 0 in its order, for at most as many
    # arcs as side 1 has yet to scan: where there are many bridges one turns up at once.
    spare = 0
    for i in range(counter[AT], level[scratch.room + counter[DEPTH + 1]]):
        v = queue[scratch.room + i]
        spare += g.indptr[v + 1] - g.indptr[v]
    label = counter[DEPTH + 1]
    for i in range(level[depth], last):
        u = queue[i]
        begin, end = g.indptr[u], g.indptr[u + 1]
        spare -= end - begin
        if spare < 0:
            break
        counter[LEFT] -= end - begin
        if counter[LEFT] < 0:
            return 0
        for arc in range(begin, end):
            if scratch.state[2 * g.neighbour[arc] + 1] == label and arc_allowed(g, 0, arc):
                return i
    counter[DEPTH + 1] -= 1
    expand(g, scratch, 1, False, True)
    for i in range(level[depth], last):
        if scratch.state[2 * queue[i] + 1] == label + 1:
            return i
    return 0


@helper
def trace(
    g: Graph,
    scratch: Scratch,
    side: int,
    position: int,
    path: Any,
    length: int,
) -> None:
    """Write the first shortest path of a length through a node of side 0's border."""
    # When side 0 grew last the crossing starts one level before its depth.
    depth = scratch.counter[DEPTH] - (1 - side)
    path[depth] = scratch.queue[position]
    for distance in range(depth - 1, -1, -1):
        path[distance] = _reached_from(g, scratch, path[distance + 1], distance)
    for i in range(depth + 1, length + 1):
        path[i] = _smallest_step(g, scratch, path[i - 1], length - i)


@helper
def _reached_from(g: Graph, scratch: Scratch, u: int, distance: int) -> int:
    """Return the first of a level of side 0 that has an arc to a node: the one that reached it."""
    first, last = scratch.level[distance], scratch.level[distance + 1]
    begin, end = g.indptr[u], g.indptr[u + 1]
    if last - first == 1:
        return int(scratch.queue[first])
    if end - begin > 4 * (last - first):  # a hub: its row is long, theirs are looked up
        for i in range(first, last):
            if joined(g, scratch.queue[i], u, 0):
                return int(scratch.queue[i])
    # Mostly there is one; its place in the queue matters only where there are several.
    found, several = -1, False
    for arc in range(begin, end):
        w = g.neighbour[arc]
        if scratch.state[2 * w] == distance + 1 and w != found and arc_allowed(g, 1, arc):
            several = found >= 0
            if several:
                break
            found = w
    if several:
        for i in range(first, last):
            if joined(g, u, scratch.queue[i], 1):
                return int(scratch.queue[i])
    return found


@helper
def joined(g: Graph, u: int, w: int, back: int) -> bool:
    """Say whether an allowed arc leads from u to w, or with ``back`` 1 from w to u."""
    end = g.indptr[u + 1]
    arc = lower_bound(g.neighbour, g.indptr[u], end, w)
    while arc < end and g.neighbour[arc] == w:
        if arc_allowed(g, back, arc):
            return True
        arc += 1
    return False


@helper
def _smallest_step(g: Graph, scratch: Scratch, u: int, distance: int) -> int:
    """Return the smallest neighbour at a distance from the target."""
    begin, end = g.indptr[u], g.indptr[u + 1]
    if distance <= scratch.counter[DEPTH + 1]:
        first, last = level_start(scratch, 1, distance), level_start(scratch, 1, distance + 1)
        # A hub that no side has scanned: look the few candidates up in its sorted row instead.
        if (last - first) * 32 < end - begin:
            best = np.int32(2**31 - 1)
            for i in range(first, last):
                w = scratch.queue[scratch.room + i]
                if w < best and joined(g, u, w, 0):
                    best = w
            return int(best)
    for arc in range(begin, end):
        w = g.neighbour[arc]
        if scratch.state[2 * w + 1] == distance + 1 and arc_allowed(g, 0, arc):
            return int(w)
    return -1
