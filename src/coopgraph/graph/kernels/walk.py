"""Depth-first search for the paths of one exact length inside a corridor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import helper
from coopgraph.graph.kernels.corridor import Corridor
from coopgraph.graph.kernels.scratch import LEFT


class Found(NamedTuple):
    """Paths found so far, one after the other.

    ``used`` holds the number of paths and the number of nodes in ``flat``.
    """

    flat: NDArray[np.int32]
    ends: NDArray[np.int64]
    used: NDArray[np.int64]


@helper
def walk(
    inside: Corridor,
    source: int,
    target: int,
    length: int,
    required: NDArray[np.int64],
    to_required: NDArray[np.int32],
    limit: int,
    counter: NDArray[np.int64],
    found: Found,
) -> Found:
    """Add the simple paths of exactly this length, in the order of their nodes."""
    path = np.empty(length + 1, np.int32)
    position = np.empty(length + 1, np.int64)
    used = np.zeros(inside.node.size, np.bool_)
    depth = 0
    path[0] = source
    position[0] = inside.indptr[source]
    used[source] = True
    while depth >= 0 and found.used[0] < limit:
        u = path[depth]
        if position[depth] == inside.indptr[u + 1]:
            used[u] = False
            depth -= 1
            continue
        w = inside.head[position[depth]]
        position[depth] += 1
        counter[LEFT] -= 1
        if counter[LEFT] < 0:
            break
        left = length - depth - 1
        if w == target:
            if left == 0:
                complete = True
                for r in required:
                    complete = complete and used[r]
                if complete:
                    path[length] = w
                    found = _add(found, inside, path)
            continue
        if used[w] or inside.distance[w] > left or left == 0:
            continue
        if required.size > 0 and not _feasible(inside, required, to_required, used, w, left):
            continue
        depth += 1
        path[depth] = w
        position[depth] = inside.indptr[w]
        used[w] = True
    return found


@helper
def _feasible(
    inside: Corridor,
    required: NDArray[np.int64],
    to_required: NDArray[np.int32],
    used: NDArray[np.bool_],
    w: int,
    left: int,
) -> bool:
    """Say whether each required node can still be visited on the way to the target."""
    missing = 0
    for k in range(required.size):
        r = required[k]
        if used[r] or r == w:
            continue
        missing += 1
        away = to_required[k, w]
        if away < 0 or away + inside.distance[r] > left:
            return False
    return missing < left


@helper
def _add(found: Found, inside: Corridor, path: NDArray[np.int32]) -> Found:
    flat, ends, used = found
    paths, filled = used[0], used[1]
    if filled + path.size > flat.size:
        larger = np.empty(2 * (filled + path.size), np.int32)
        for i in range(filled):
            larger[i] = flat[i]
        flat = larger
    if paths == ends.size:
        longer = np.empty(2 * paths, np.int64)
        for i in range(paths):
            longer[i] = ends[i]
        ends = longer
    for i in range(path.size):
        flat[filled + i] = inside.node[path[i]]
    used[0] = paths + 1
    used[1] = filled + path.size
    ends[paths] = used[1]
    return Found(flat, ends, used)
