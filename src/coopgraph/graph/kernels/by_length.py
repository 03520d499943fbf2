"""The search behind all simple paths: one length after the other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from coopgraph.graph.bound import Context, int32_at, shifted, view_of
from coopgraph.graph.kernels.boxed import lists_freed
from coopgraph.graph.kernels.compile import entry
from coopgraph.graph.kernels.corridor import corridor, count_paths, distances_to
from coopgraph.graph.kernels.places import lower_bound
from coopgraph.graph.kernels.room import allocate
from coopgraph.graph.kernels.scratch import (
    DEPTH,
    FILLED,
    LEFT,
    ROOM,
    WORDS,
    block,
    scratch_of,
    unblock,
    wipe,
)
from coopgraph.graph.kernels.sides import border_arcs, expand, forget_relaxed, open_side, relax
from coopgraph.graph.kernels.walk import walk

_ROOM: Final = 64


@entry()
def by_length(
    view: Context,
    memory: Context,
    source: int,
    target: int,
    fewest: int,
    longest: int,
    needed: int,
    limit: int,
    first_only: int,
    budget: int,
) -> Any:
    """Find simple paths, shortest first, one more than ``limit`` to tell whether there are more.

    Given are so many nodes that are needed on every path. Returns the paths, the number of all
    shortest paths (with ``first_only`` and nothing needed), and whether the budget was spent.
    """
    g, scratch = view_of(view), scratch_of(memory)
    n = g.nodes
    counter = scratch.counter
    counter[LEFT] = budget
    required = shifted(scratch.found, n + 2)
    counter[WORDS] = allocate(4 * _ROOM)
    counter[FILLED], counter[ROOM] = 1, _ROOM
    paths = 0
    count = 0
    block(scratch, g.avoid, g.avoided, n)
    if scratch.state[2 * source] == 0 and scratch.state[2 * target + 1] == 0:
        open_side(scratch, 0, source)
        open_side(scratch, 1, target)
        cost0, cost1 = border_arcs(g, scratch, 0), border_arcs(g, scratch, 1)
        shortest = -1
        for length in range(1, longest + 1):
            side = 0 if cost0 <= cost1 else 1
            if shortest < 0 and min(cost0, cost1) == 0:
                break
            if expand(g, scratch, side, False, False) and shortest < 0:
                shortest = length
            if counter[LEFT] < 0:
                break
            if side == 0:
                cost0 = border_arcs(g, scratch, 0)
            else:
                cost1 = border_arcs(g, scratch, 1)
            if shortest < 0 or length < fewest:
                continue
            relax(g, scratch, 0, shortest, length)
            if counter[LEFT] >= 0:
                relax(g, scratch, 1, shortest, length)
            if counter[LEFT] < 0:
                break
            inside = corridor(g, scratch, length)
            forget_relaxed(scratch, 0)
            forget_relaxed(scratch, 1)
            if counter[LEFT] < 0:
                break
            total = inside.node.size
            places = np.empty(needed, np.int64)
            complete = True
            for k in range(needed):
                places[k] = lower_bound(inside.node, 0, total, required[k])
                if places[k] == total or inside.node[places[k]] != required[k]:
                    complete = False
            if complete:
                start = lower_bound(inside.node, 0, total, source)
                goal = lower_bound(inside.node, 0, total, target)
                if first_only and needed == 0 and fewest == 0:
                    count = count_paths(inside, start, goal)
                to_required = np.empty((needed, total), np.int32)
                for k in range(needed):
                    away = distances_to(inside, places[k])
                    for i in range(total):
                        to_required[k, i] = away[i]
                paths = walk(
                    inside, start, goal, length, places, to_required, limit + 1, counter, paths
                )
                if counter[LEFT] < 0 or paths > limit:
                    break
                if first_only and paths > 0:
                    break
            # Both sides have seen all they can: no path is longer than its nodes allow.
            seen = scratch.level[counter[DEPTH] + 1]
            if cost0 == 0 and cost1 == 0 and length >= seen:
                break
        wipe(scratch, 0)
        wipe(scratch, 1)
    unblock(scratch, g.avoid, g.avoided, n)
    int32_at(counter[WORDS])[0] = paths
    return lists_freed(counter[WORDS], 0), count, counter[LEFT] < 0
