"""The search behind all simple paths: one length after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import Context, view_of
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.corridor import corridor, count_paths, distances_to
from coopgraph.graph.kernels.places import lower_bound
from coopgraph.graph.kernels.scratch import DEPTH, LEFT, block, scratch_of, unblock, wipe
from coopgraph.graph.kernels.sides import border_arcs, expand, forget_relaxed, open_side, relax
from coopgraph.graph.kernels.walk import Found, walk


@kernel
def by_length(
    view: Context,
    memory: Context,
    source: int,
    target: int,
    fewest: int,
    longest: int,
    required: NDArray[np.int32],
    limit: int,
    first_only: bool,
    budget: int,
) -> tuple[NDArray[np.int32], NDArray[np.int64], int, bool]:
    """Find simple paths, shortest first, one more than ``limit`` to tell whether there are more.

    Returns the paths one after the other, where each ends, the number of all shortest paths
    (with ``first_only`` and nothing required), and whether the budget was spent.
    """
    g, scratch = view_of(view), scratch_of(memory)
    n = g.nodes
    counter = scratch.counter
    counter[LEFT] = budget
    found = Found(np.empty(64, np.int32), np.empty(16, np.int64), np.zeros(2, np.int64))
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
            places = np.empty(required.size, np.int64)
            complete = True
            for k in range(required.size):
                places[k] = lower_bound(inside.node, 0, total, required[k])
                if places[k] == total or inside.node[places[k]] != required[k]:
                    complete = False
            if complete:
                start = lower_bound(inside.node, 0, total, source)
                goal = lower_bound(inside.node, 0, total, target)
                if first_only and required.size == 0 and fewest == 0:
                    count = count_paths(inside, start, goal)
                to_required = np.empty((required.size, total), np.int32)
                for k in range(required.size):
                    away = distances_to(inside, places[k])
                    for i in range(total):
                        to_required[k, i] = away[i]
                found = walk(
                    inside, start, goal, length, places, to_required, limit + 1, counter, found
                )
                if counter[LEFT] < 0 or found.used[0] > limit:
                    break
                if first_only and found.used[0] > 0:
                    break
            # Both sides have seen all they can: no path is longer than its nodes allow.
            seen = scratch.level[counter[DEPTH] + 1]
            if cost0 == 0 and cost1 == 0 and length >= seen:
                break
        wipe(scratch, 0)
        wipe(scratch, 1)
    unblock(scratch, g.avoid, g.avoided, n)
    used = found.used
    return found.flat[: used[1]], found.ends[: used[0]], count, counter[LEFT] < 0
