"""Putting nodes in order."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import helper

_RUN: Final = 16


@helper
def sort_nodes(nodes: NDArray[np.int32], first: int, last: int) -> None:
    """Sort a stretch of an array.

    Runs of sixteen by insertion, then merged in pairs, unless two already follow each other: what
    is read from sorted rows often does. numpy's own sorting compiles ten times as long.
    """
    for begin in range(first, last, _RUN):
        for i in range(begin + 1, min(begin + _RUN, last)):
            node = nodes[i]
            j = i
            while j > begin and nodes[j - 1] > node:
                nodes[j] = nodes[j - 1]
                j -= 1
            nodes[j] = node
    width = _RUN
    if last - first <= width:
        return
    room = np.empty((last - first + 1) // 2 + width, np.int32)
    while width < last - first:
        for begin in range(first, last - width, 2 * width):
            middle = begin + width
            end = min(middle + width, last)
            if nodes[middle - 1] <= nodes[middle]:
                continue
            if width > room.size:
                room = np.empty(width, np.int32)
            for i in range(width):
                room[i] = nodes[begin + i]
            i, j, place = 0, middle, begin
            while i < width and j < end:
                if nodes[j] < room[i]:
                    nodes[place] = nodes[j]
                    j += 1
                else:
                    nodes[place] = room[i]
                    i += 1
                place += 1
            while i < width:
                nodes[place] = room[i]
                i += 1
                place += 1
        width *= 2


@helper
def sort_level(
    state: NDArray[np.int32], queue: NDArray[np.int32], first: int, last: int, label: int, n: int
) -> None:
    """Sort a level of a queue: a large one by one look at every node."""
    if (last - first) * 32 < n:
        sort_nodes(queue, first, last)
        return
    place = first
    for v in range(n):
        if state[v, 0] == label:
            queue[place] = v
            place += 1
