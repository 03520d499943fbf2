"""The k shortest paths without repeated nodes."""

from __future__ import annotations

import heapq
from typing import Final

import numpy as np

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.scratch import DEFAULT_BUDGET, Paths, prepare
from coopgraph.graph.kernels.shortest import spur_path
from coopgraph.graph.kernels.simple import simple_paths

# Arcs that are tried by enumeration before Yen's algorithm takes over: a few milliseconds.
_QUICK: Final = 1_000_000


def k_shortest_paths(
    adjacency: Adjacency,
    source: int,
    target: int,
    k: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    max_length: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find the k shortest paths without repeated nodes, ties by node numbers.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends.
    k
        How many paths.
    edge_filter
        What the paths may use.
    max_length
        The most edges a path may have; ``None`` for no limit.
    budget
        The most arcs to scan, all in all and about, before giving up.

    Returns
    -------
    Paths
        At most ``k`` sequences; ``truncated`` where there are more.

    Raises
    ------
    IndexError
        If an end does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Where the next paths are only a little longer than the shortest, enumerating them length by
    length is many times faster than Yen's algorithm; where they are not, it can take for ever.
    So it is tried first on a small budget. Both give the same paths in the same order.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1, 0], [2, 1, 3, 3, 3])
    >>> k_shortest_paths(square, 0, 3, 2).sequences
    [[0, 3], [0, 1, 3]]
    """
    prepare(adjacency, edge_filter, source, target)
    longest = adjacency.nodes if max_length is None else max_length
    quick = min(_QUICK, budget)
    tried = simple_paths(
        adjacency, source, target, edge_filter, max_length=longest, limit=k, budget=quick
    )
    if not tried.exhausted or quick == budget:
        return tried
    return yen(adjacency, source, target, k, edge_filter, max_length=max_length, budget=budget)


def yen(
    adjacency: Adjacency,
    source: int,
    target: int,
    k: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    max_length: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find the k shortest paths by branching off those already found.

    Parameters
    ----------
    adjacency, source, target, k, edge_filter, max_length, budget
        As for :func:`k_shortest_paths`.

    Returns
    -------
    Paths
        As for :func:`k_shortest_paths`.

    Notes
    -----
    Yen 1971, "Finding the k shortest loopless paths in a network", with Lawler's partition (1972),
    so that no path is found twice. Each part is searched for its first shortest path; the
    smallest of these is the next of all, ties included.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1, 0], [2, 1, 3, 3, 3])
    >>> yen(square, 0, 3, 3).sequences
    [[0, 3], [0, 1, 3], [0, 2, 3]]
    """
    prepare(adjacency, edge_filter, source, target)
    longest = adjacency.nodes if max_length is None else max_length
    first = spur_path(adjacency, source, target, edge_filter, max_length=longest, budget=budget)
    exhausted = first.exhausted
    # A candidate: length, sequence, where it left its parent, what may not follow there.
    heap: list[tuple[int, list[int], int, list[int]]] = [
        (len(sequence) - 1, sequence, 0, []) for sequence in first.sequences
    ]
    found: list[list[int]] = []
    share = max(budget // max(4 * k, 1), 1)
    while heap and len(found) < k:
        _, sequence, deviation, banned = heapq.heappop(heap)
        found.append(sequence)
        for i in range(deviation, len(sequence) - 1):
            taken = sorted([*(banned if i == deviation else []), sequence[i + 1]])
            spur = spur_path(
                adjacency,
                sequence[i],
                target,
                edge_filter,
                prefix=frozen(sequence[: i + 1], np.int32),
                banned=frozen(taken, np.int32),
                max_length=longest - i,
                budget=share,
            )
            exhausted = exhausted or spur.exhausted
            for rest in spur.sequences:
                whole = sequence[:i] + rest
                heapq.heappush(heap, (len(whole) - 1, whole, i, taken))
    return Paths(found, len(found), truncated=bool(heap), exhausted=exhausted)
