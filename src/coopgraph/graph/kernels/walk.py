"""Depth-first search for the paths of one exact length inside a corridor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import int32_at, shifted
from coopgraph.graph.kernels.compile import helper
from coopgraph.graph.kernels.corridor import Corridor
from coopgraph.graph.kernels.room import reallocate
from coopgraph.graph.kernels.scratch import FILLED, LEFT, ROOM, WORDS


@helper
def walk(
    inside: Corridor,
    source: int,
    target: int,
    length: int,
    required: NDArray[np.int64],
    to_required: NDArray[np.int32],
    limit: int,
    counter: Any,
    paths: int,
) -> int:
    """Add the simple paths of exactly this length, in the order of their nodes.

    They lie as :func:`~coopgraph.graph.kernels.boxed.lists_freed` takes them. Returns how many
    there are, with those found before.
    """
    path = np.empty(length + 1, np.int32)
    position = np.empty(length + 1, np.int64)
    used = np.zeros(inside.node.size, np.bool_)
    depth = 0
    path[0] = source
    position[0] = inside.indptr[source]
    used[source] = True
    while depth >= 0 and paths < limit:
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
                    _add(inside, path, counter)
                    paths += 1
            continue
        if used[w] or inside.distance[w] > left or left == 0:
            continue
        if required.size > 0 and not _feasible(inside, required, to_required, used, w, left):
            continue
        depth += 1
        path[depth] = w
        position[depth] = inside.indptr[w]
        used[w] = True
    return paths


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
def _add(inside: Corridor, path: NDArray[np.int32], counter: Any) -> None:
    filled = counter[FILLED]
    if filled + path.size + 1 > counter[ROOM]:
        counter[ROOM] = 2 * (filled + path.size + 1)
        counter[WORDS] = reallocate(counter[WORDS], 4 * counter[ROOM])
    words = shifted(int32_at(counter[WORDS]), filled)
    words[0] = path.size
    for i in range(path.size):
        words[1 + i] = inside.node[path[i]]
    counter[FILLED] = filled + 1 + path.size
