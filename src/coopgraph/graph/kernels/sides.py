"""The two sides of a bidirectional breadth-first search.

Each side grows by whole levels, the one with fewer arcs at its border first (Pohl 1971,
"Bi-directional search"; the balance by arcs is what makes hubs bearable).
"""

from __future__ import annotations

from typing import Final

from coopgraph.graph.bound import Graph, shifted
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.compile import helper, inlined
from coopgraph.graph.kernels.scratch import AT, DEPTH, LEFT, TAIL, Scratch, level_start

UNREACHABLE: Final = -1
EXHAUSTED: Final = -2
_AT_MOST: Final = 16
"""So many times the arcs of the target's border that of the source may have to be tried first."""


@helper
def open_side(scratch: Scratch, side: int, node: int) -> None:
    """Put a side at its end of the path."""
    scratch.state[2 * node + side] = 1
    scratch.queue[side * scratch.room] = node
    scratch.level[side * scratch.room] = 0
    scratch.level[side * scratch.room + 1] = 1
    scratch.counter[DEPTH + side] = 0


@inlined
def border_arcs(g: Graph, scratch: Scratch, side: int) -> int:
    """Count the arcs that the next level of a side has to scan."""
    depth = scratch.counter[DEPTH + side]
    arcs = 0
    for i in range(level_start(scratch, side, depth), level_start(scratch, side, depth + 1)):
        v = scratch.queue[side * scratch.room + i]
        arcs += g.indptr[v + 1] - g.indptr[v]
    return arcs


@helper
def expand(g: Graph, scratch: Scratch, side: int, stop: bool, resume: bool) -> bool:
    """Grow a side by one level; say whether it met the other side.

    With ``stop`` it halts in the row where they meet, and ``resume`` finishes the level then.
    """
    state, counter = scratch.state, scratch.counter
    queue = shifted(scratch.queue, side * scratch.room)
    other = 1 - side
    depth = counter[DEPTH + side]
    first, last = level_start(scratch, side, depth), level_start(scratch, side, depth + 1)
    tail = last
    if resume:
        first, tail = counter[AT], counter[TAIL]
    met = False
    left = counter[LEFT]
    for i in range(first, last):
        u = queue[i]
        begin, end = g.indptr[u], g.indptr[u + 1]
        left -= end - begin
        if left < 0:
            break
        for arc in range(begin, end):
            w = g.neighbour[arc]
            if state[2 * w + side] == 0 and arc_allowed(g, side, arc):
                if state[2 * w + other] > 0:
                    met = True
                elif not passes_type(g, w):
                    continue
                state[2 * w + side] = depth + 2
                queue[tail] = w
                tail += 1
                if met and stop:
                    counter[AT], counter[TAIL] = i, tail
                    break
        if met and stop:
            break
    counter[LEFT] = left
    counter[DEPTH + side] = depth + 1
    scratch.level[side * scratch.room + depth + 2] = tail
    return met


@helper
def meet(g: Graph, scratch: Scratch, longest: int, stop: bool) -> tuple[int, int]:
    """Grow both sides until they meet.

    Returns the distance of the two ends and the side that grew last. The distance is
    ``UNREACHABLE`` where it is more than ``longest``, and ``EXHAUSTED`` when the budget is spent.
    Without ``stop`` every node within ``depth`` of either side is labelled in the end.
    """
    cost0, cost1 = border_arcs(g, scratch, 0), border_arcs(g, scratch, 1)
    while True:
        depth0, depth1 = scratch.counter[DEPTH], scratch.counter[DEPTH + 1]
        side = 0 if cost0 <= cost1 else 1
        if stop and side == 1:
            # A level that meets the other side stops there, in a graph without any order after
            # about n arcs by the size of the other's border; and when it is side 0 that meets,
            # nothing is left to do to know the first crossing.
            border = max(1, level_start(scratch, 1, depth1 + 1) - level_start(scratch, 1, depth1))
            if cost0 <= _AT_MOST * cost1 and (g.nodes) // border <= cost1:
                side = 0
        depth = scratch.counter[DEPTH + side]
        if depth0 + depth1 >= longest:
            return UNREACHABLE, side
        if level_start(scratch, side, depth) == level_start(scratch, side, depth + 1):
            return UNREACHABLE, side
        met = expand(g, scratch, side, stop, False)
        if scratch.counter[LEFT] < 0:
            return EXHAUSTED, side
        if met:
            return depth0 + depth1 + 1, side
        if side == 0:
            cost0 = border_arcs(g, scratch, 0)
        else:
            cost1 = border_arcs(g, scratch, 1)


@helper
def relax(g: Graph, scratch: Scratch, side: int, shortest: int, length: int) -> None:
    """Carry the other side's distances on into this side.

    Afterwards every node of this side that lies on a walk of at most ``length`` from end to end
    has its exact distance to the other end. Only rows that the side has scanned are read.
    """
    state, queue = scratch.state, shifted(scratch.queue, side * scratch.room)
    other = 1 - side
    for distance in range(scratch.counter[DEPTH + other] + 1, length + 1):
        low = max(0, shortest - distance)
        high = min(length - distance, scratch.counter[DEPTH + side] - 1)
        if high < low:
            return
        found = False
        for i in range(level_start(scratch, side, low), level_start(scratch, side, high + 1)):
            u = queue[i]
            if state[2 * u + other] != 0:
                continue
            begin, end = g.indptr[u], g.indptr[u + 1]
            for arc in range(begin, end):
                if state[2 * g.neighbour[arc] + other] == distance and arc_allowed(g, side, arc):
                    state[2 * u + other] = distance + 1
                    found = True
                    break
            scratch.counter[LEFT] -= end - begin
            if scratch.counter[LEFT] < 0:
                return
        if not found:
            return


@helper
def forget_relaxed(scratch: Scratch, side: int) -> None:
    """Undo ``relax``: labels beyond the other side's depth would stop it from growing."""
    other = 1 - side
    deepest = scratch.counter[DEPTH + other] + 1
    for i in range(level_start(scratch, side, scratch.counter[DEPTH + side] + 1)):
        v = scratch.queue[side * scratch.room + i]
        if scratch.state[2 * v + other] > deepest:
            scratch.state[2 * v + other] = 0
