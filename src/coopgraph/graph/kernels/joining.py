"""By how many relations a neighbourhood is joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.allowed import arc_allowed, passes_type
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.levels import Neighbourhood
from coopgraph.graph.kernels.places import lower_bound
from coopgraph.graph.kernels.scratch import prepare


def relation_counts(
    adjacency: Adjacency,
    around: Neighbourhood,
    relations: int,
    edge_filter: EdgeFilter = NO_FILTER,
    kept: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Count the neighbours that each relation joins to nodes one step nearer.

    Parameters
    ----------
    adjacency
        The graph.
    around
        The neighbourhood.
    relations
        How many codes of relations there are.
    edge_filter
        The filter that the neighbourhood was found with.
    kept
        bool[k]: which nodes of the neighbourhood count; ``None`` for all.

    Returns
    -------
    numpy.ndarray
        int64[relations]: a neighbour that several relations join counts for each of them. Zeros
        where the graph has no relations.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Reads the rows that the search has read, and nothing of the outermost level.

    Examples
    --------
    >>> from coopgraph.graph.kernels.levels import neighbourhood
    >>> rows = Adjacency.build(3, [0, 0, 0], [1, 1, 2], relation=[0, 1, 1])
    >>> relation_counts(rows, neighbourhood(rows, 0, 1), 2).tolist()
    [1, 2]
    """
    view = prepare(adjacency, edge_filter)
    if not len(adjacency.kinds.relation):
        return np.zeros(relations, np.int64)
    if kept is None:
        kept = np.ones(len(around.node), np.bool_)
    return _count(
        view.context, adjacency.kinds.relation, around.source, frozen(around.node, np.int32),
        frozen(around.starts, np.int32), relations, frozen(kept, np.bool_),
    )  # fmt: skip


@kernel
def _count(
    view: Context,
    relation: NDArray[np.uint16],
    source: int,
    node: NDArray[np.int32],
    starts: NDArray[np.int32],
    relations: int,
    kept: NDArray[np.bool_],
) -> NDArray[np.int64]:
    g = view_of(view)
    counts = np.zeros(relations, np.int64)
    if node.size == 0:
        return counts
    words = (relations + 63) // 64
    seen = np.zeros((node.size, words), np.uint64)
    for d in range(starts.size - 1):
        first, last = starts[d], starts[d + 1]
        nearer = 0 if d == 0 else starts[d - 1]
        for i in range(nearer, max(first, 1) if d == 0 else first):
            u = source if d == 0 else node[i]
            if u != source and not passes_type(g, u):
                continue
            place, previous = first, -1
            for arc in range(g.indptr[u], g.indptr[u + 1]):
                w = g.neighbour[arc]
                if w != previous:  # rows and levels are sorted: the search goes on from here
                    previous = w
                    if place < last and node[place] < w:
                        place += 1
                        if place < last and node[place] < w:
                            place = lower_bound(node, place, last, w)
                if place == last:
                    break
                if node[place] != w or not kept[place]:
                    continue
                if not arc_allowed(g, 0, arc):
                    continue
                code = relation[g.code[arc] >> 1]
                bit = np.uint64(1) << np.uint64(code % 64)
                if not seen[place, code // 64] & bit:
                    seen[place, code // 64] |= bit
                    counts[code] += 1
    return counts
