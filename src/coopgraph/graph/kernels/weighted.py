"""The k cheapest paths without repeated nodes, where passing through a node costs something."""

from __future__ import annotations

import heapq
from bisect import insort
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Bound
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.balls import SHIFT, SPENT, STEP, UNKNOWN, forget, two_balls
from coopgraph.graph.kernels.cheapest import first_cheapest
from coopgraph.graph.kernels.scratch import (
    DEFAULT_BUDGET,
    POOL,
    Paths,
    lend,
    made,
    prepare,
)

_ANY_COST: Final = 2**60
_LAST: Final = deque[tuple[NDArray[np.int32], int]]([(frozen([], np.int32), 0)], maxlen=4)
"""Penalties that were looked at, and where they lie."""


def penalties(degree: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return what passing through each node costs: the logarithm of its degree.

    Parameters
    ----------
    degree
        int32[n]: distinct neighbours.

    Returns
    -------
    numpy.ndarray
        int32[n], in thousandths: ``round(1000 * log2(max(degree, 1)))``.

    Notes
    -----
    A walker who leaves a node of degree d by a random edge takes a given one with probability
    1/d: log2 d is the information, in bits, of going on just so (Shannon 1948). That degrees as
    costs of nodes keep paths off hubs that join everything to everything is shown by Croes et al.
    2006, "Inferring meaningful pathways in weighted metabolic networks".

    Examples
    --------
    >>> penalties(np.array([0, 1, 2, 1000], np.int32)).tolist()
    [0, 0, 1000, 9966]
    """
    return frozen(np.rint(1000 * np.log2(np.maximum(degree, 1))), np.int32)


def path_cost(sequence: Sequence[int], penalty: NDArray[np.int32]) -> float:
    """Return what a path costs: its steps, and the penalties of the nodes between its ends.

    Examples
    --------
    >>> path_cost([0, 1, 2], np.array([5000, 1500, 5000], np.int32))
    3.5
    """
    inner = sum(int(penalty[v]) for v in sequence[1:-1])
    return (STEP * (len(sequence) - 1) + inner) / STEP


def cheapest_paths(
    adjacency: Adjacency,
    source: int,
    target: int,
    k: int,
    penalty: NDArray[np.int32],
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    max_length: int | None = None,
    equal_only: bool = False,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find the k cheapest paths without repeated nodes.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends; they cost nothing.
    k
        How many paths.
    penalty
        int32[n]: what passing through each node costs, in thousandths of a step; not negative.
    edge_filter
        What the paths may use.
    max_length
        The most edges a path may have; ``None`` for no limit.
    equal_only
        Only paths that cost as little as the cheapest.
    budget
        The most arcs to scan, all in all, before giving up.

    Returns
    -------
    Paths
        At most ``k`` sequences by cost, then by number of steps, then by node numbers.

    Raises
    ------
    IndexError
        If an end does not exist.
    ValueError
        If the filter or the penalties do not fit the graph.

    Notes
    -----
    Yen 1971 with Lawler's partition (1972). One search from both ends (Dijkstra 1959, Pohl 1971)
    tells what the cheapest path costs, and what is left from each node near the target, at least
    the radius of what was searched elsewhere. That guides every later search (A*, Hart, Nilsson
    and Raphael 1968), which looks at nothing that can bring nothing among the first k.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1], [2, 1, 3, 3])
    >>> cheapest_paths(square, 0, 3, 2, np.array([0, 2000, 500, 0])).sequences
    [[0, 2, 3], [0, 1, 3]]
    """
    nodes = adjacency.nodes
    known, address = _LAST[0]
    if known is not penalty:
        penalty, address = _checked(penalty)
    if len(penalty) != nodes:
        prepare(adjacency, edge_filter, source, target)
        raise ValueError("penalty must have one value a node")
    steps = -1 if max_length is None else max_length
    if source == target or k < 1 or steps == 0:
        prepare(adjacency, edge_filter, source, target)
        lone = source == target and k > 0 and source not in edge_filter.avoid
        return Paths([[source]], 1) if lone else Paths([], 0)
    view, scratch = lend(adjacency, edge_filter, source, target)
    alone = k == 1 and not equal_only
    run = two_balls.run
    path, least, radius, more, budget = run(
        view.context, scratch.context, address, source, target, steps, 1 if alone else 0, budget
    )
    if least < 0:
        POOL.give_back(scratch)
        return Paths([], 0, False, least == SPENT)
    if alone and path and more != UNKNOWN and not 0 <= steps < len(path) - 1:
        POOL.give_back(scratch)
        return made(Paths, ([path], 1, True, False))
    found = _all(
        view, scratch.parts.keys, source, target, k, penalty, path, least, radius, steps,
        equal_only, budget,
    )  # fmt: skip
    forget.run(scratch.context)
    POOL.give_back(scratch)
    return found


def _all(
    view: Bound, state: NDArray[np.int64], source: int, target: int, k: int,
    penalty: NDArray[np.int32], first: list[int], least: int, radius: int, steps: int,
    equal_only: bool, budget: int,
) -> Paths:  # fmt: skip
    """Find the first k paths, and whether there are more, by what :func:`two_balls` has left."""
    heap: list[tuple[int, list[int], int, list[int]]] = []
    keys: list[int] = []  # of what is in the heap, sorted
    found: list[list[int]] = []
    exhausted, most = False, _ANY_COST

    def branch(sequence: list[int], begin: int, i: int, banned: list[int]) -> None:
        nonlocal budget, exhausted
        wanted = k + 1 - len(found)
        useful = min(most, keys[wanted - 1] if len(keys) >= wanted else most)
        if not sequence[1:] and steps < 0:
            useful = least
        path, key, budget = first_cheapest(
            view.context, penalty, state, radius, sequence[i], target,
            frozen(sequence[: i + 1], np.int32), frozen(banned, np.int32),
            steps - i if steps >= 0 else -1, useful - begin, budget,
        )  # fmt: skip
        exhausted = exhausted or key == SPENT
        if key >= 0:
            heapq.heappush(heap, (begin + key, sequence[:i] + path.tolist(), i, banned))
            insort(keys, begin + key)

    if first and not 0 <= steps < len(first) - 1:
        heap.append((least, first, 0, []))
        keys.append(least)
    else:
        branch([source], 0, 0, [])
    if heap and equal_only:
        most = (heap[0][0] >> SHIFT << SHIFT) + (1 << SHIFT) - 1
    while heap and len(found) < k and not exhausted:
        _key, sequence, deviation, banned = heapq.heappop(heap)
        del keys[0]
        found.append(sequence)
        begin = 0
        for i in range(len(sequence) - 1):
            if heap and len(found) == k:
                break  # all that is left to know is whether there are more
            if i > 0:
                begin += ((STEP + int(penalty[sequence[i]])) << SHIFT) + 1
            if i >= deviation:
                taken = [*(banned if i == deviation else []), sequence[i + 1]]
                branch(sequence, begin, i, sorted(taken))
    return Paths(found, len(found), truncated=bool(heap), exhausted=exhausted)


def _checked(given: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Return penalties as kernels take them, and their address."""
    for known in _LAST:
        if known[0] is given:
            return known
    penalty = frozen(given, np.int32)
    if len(penalty) and int(penalty.min()) < 0:
        raise ValueError("a penalty must not be below 0")
    looked_at = (penalty, int(penalty.__array_interface__["data"][0]))
    if given.dtype == np.int32 and given.flags.c_contiguous and not given.flags.writeable:
        # Looking at a million nodes takes longer than many a search. What is kept keeps its place.
        _LAST.appendleft((given, looked_at[1]))
    return looked_at
