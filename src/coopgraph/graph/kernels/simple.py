"""Simple paths by length: all shortest ones, and all up to a length."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen, node_set
from coopgraph.graph.kernels.by_length import by_length
from coopgraph.graph.kernels.scratch import DEFAULT_BUDGET, POOL, Paths, lend, prepare

NO_NODES = frozen([], np.int32)


def all_shortest_paths(
    adjacency: Adjacency,
    source: int,
    target: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    limit: int = 100,
    max_length: int | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find all shortest paths; parallel edges do not make a path of their own.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends.
    edge_filter
        What the paths may use.
    limit
        The most sequences to return.
    max_length
        The most edges a path may have; ``None`` for no limit.
    budget
        The most arcs to scan before giving up.

    Returns
    -------
    Paths
        The first ``limit`` sequences; ``count`` is the number of all (2**62 stands for more).

    Raises
    ------
    IndexError
        If an end does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Bidirectional breadth-first search, then the directed acyclic graph of all shortest paths
    (Brandes 2001, "A faster algorithm for betweenness centrality", for the counting).

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1], [2, 1, 3, 3])
    >>> all_shortest_paths(square, 0, 3).sequences
    [[0, 1, 3], [0, 2, 3]]
    """
    longest = adjacency.nodes if max_length is None else max_length
    return _search(
        adjacency, source, target, edge_filter, (0, longest), NO_NODES, limit, True, budget
    )


def simple_paths(
    adjacency: Adjacency,
    source: int,
    target: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    max_length: int,
    min_length: int = 0,
    required: Iterable[int] = (),
    limit: int = 100,
    first_length_only: bool = False,
    budget: int = DEFAULT_BUDGET,
) -> Paths:
    """Find the paths without repeated nodes up to a length, shortest first.

    Parameters
    ----------
    adjacency
        The graph.
    source, target
        The ends.
    edge_filter
        What the paths may use.
    max_length, min_length
        The most and the fewest edges a path may have.
    required
        Nodes that every path must hold.
    limit
        The most sequences to return.
    first_length_only
        Stop after the shortest length at which there is a path: the shortest paths through the
        required nodes.
    budget
        The most arcs to scan before giving up.

    Returns
    -------
    Paths
        At most ``limit`` sequences by length, then by node numbers; ``count`` is their number.

    Raises
    ------
    IndexError
        If a node does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Iterative deepening (Korf 1985): for each length the corridor of nodes whose distances to
    both ends allow it, then a depth-first search there, cut by the exact distance to the target
    and to each required node.

    Examples
    --------
    >>> square = Adjacency.build(4, [0, 0, 2, 1, 0], [2, 1, 3, 3, 3])
    >>> simple_paths(square, 0, 3, max_length=2, limit=2)
    Paths(sequences=[[0, 3], [0, 1, 3]], count=2, truncated=True, exhausted=False)
    >>> simple_paths(square, 0, 3, max_length=2, required=[2]).sequences
    [[0, 2, 3]]
    """
    needed = node_set(required)
    prepare(adjacency, edge_filter, source, target, *needed.tolist())
    needed = frozen(needed[(needed != source) & (needed != target)], np.int32)
    lengths = (min_length, max_length)
    return _search(
        adjacency, source, target, edge_filter, lengths, needed, limit, first_length_only, budget
    )


def _search(
    adjacency: Adjacency,
    source: int,
    target: int,
    edge_filter: EdgeFilter,
    lengths: tuple[int, int],
    required: NDArray[np.int32],
    limit: int,
    first_only: bool,
    budget: int,
) -> Paths:
    if source == target:
        prepare(adjacency, edge_filter, source)
        lone = lengths[0] <= 0 <= lengths[1] and not len(required)
        if not lone or source in edge_filter.avoid:
            return Paths([], 0)
        return Paths([[source]] if limit > 0 else [], 1, truncated=limit <= 0)
    nodes = adjacency.nodes
    view, scratch = lend(adjacency, edge_filter, source, target)
    needed = len(required)
    if needed:
        scratch.parts.found[nodes + 2 : nodes + 2 + needed] = required
    counts_all = first_only and not needed and lengths[0] == 0
    run = by_length.run
    sequences, count, exhausted = run(
        view.context, scratch.context, source, target, lengths[0], min(lengths[1], nodes - 1),
        needed, max(limit, 0), 1 if first_only else 0, budget,
    )  # fmt: skip
    POOL.give_back(scratch)
    truncated = len(sequences) > limit or (counts_all and count > limit)
    if len(sequences) > limit:
        del sequences[max(limit, 0) :]
    return Paths(sequences, count if counts_all else len(sequences), truncated, exhausted)
