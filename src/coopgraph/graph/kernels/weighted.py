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
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.cheapest import (
    SHIFT,
    SPENT,
    STEP,
    first_cheapest,
    forget,
    keys_to,
)
from coopgraph.graph.kernels.scratch import DEFAULT_BUDGET, Paths, prepare

_ANY_COST: Final = 2**60
_KEPT: Final = 16
_CHECKED: Final[deque[NDArray[np.int32]]] = deque(maxlen=4)
_FREE: Final[deque[NDArray[np.int64]]] = deque(maxlen=_KEPT)


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
    view = prepare(adjacency, edge_filter, source, target)
    if not any(penalty is known for known in _CHECKED):
        given, penalty = penalty, frozen(penalty, np.int32)
        if len(penalty) and int(penalty.min()) < 0:
            raise ValueError("a penalty must not be below 0")
        if given.dtype == np.int32 and given.flags.c_contiguous and not given.flags.writeable:
            _CHECKED.append(given)  # looking at a million nodes takes longer than many a search
    if len(penalty) != adjacency.nodes:
        raise ValueError("penalty must have one value a node")
    if source == target:
        found = [] if source in edge_filter.avoid or k < 1 else [[source]]
        return Paths(found, len(found))
    steps = -1 if max_length is None else max_length
    if k < 1 or steps == 0:
        return Paths([], 0)
    state = _take(adjacency.nodes)
    touched, least, radius, budget = keys_to(view.context, penalty, source, target, state, budget)
    if least < 0:
        forget(state, touched)
        _FREE.append(state)
        return Paths([], 0, exhausted=least == SPENT)
    heap: list[tuple[int, list[int], int, list[int]]] = []
    keys: list[int] = []  # of what is in the heap, sorted
    found = []
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
    forget(state, touched)
    _FREE.append(state)
    return Paths(found, len(found), truncated=bool(heap), exhausted=exhausted)


def _take(nodes: int) -> NDArray[np.int64]:
    """Return clean state, int64[at least nodes, 4]; one that failed half-way never comes back."""
    try:
        state = _FREE.pop()
    except IndexError:
        return np.zeros((nodes, 4), np.int64)
    return state if len(state) >= nodes else np.zeros((nodes, 4), np.int64)
