"""How much two nodes have in common: Adamic-Adar and its kin, from one node to all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Bound
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided, passes_type
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.scratch import POOL, prepare


@dataclass(frozen=True)
class Kin:
    """The nodes that share a neighbour with one node.

    Attributes
    ----------
    node
        int32[k]: by number; also direct neighbours, never the node itself.
    common
        int32[k]: how many neighbours are shared.
    adamic_adar
        float64[k]: the sum of 1 / ln(degree) of those shared.
    resource_allocation
        float64[k]: the sum of 1 / degree of those shared.
    jaccard
        float64[k]: the number shared, by that of all neighbours of the two.
    """

    node: NDArray[np.int32]
    common: NDArray[np.int32]
    adamic_adar: NDArray[np.float64]
    resource_allocation: NDArray[np.float64]
    jaccard: NDArray[np.float64]


def kin(
    adjacency: Adjacency,
    source: int,
    edge_filter: EdgeFilter = NO_FILTER,
    *,
    jaccard: bool = True,
) -> Kin:
    """Find who shares neighbours with a node, and how much.

    Parameters
    ----------
    adjacency
        The graph; parallel edges and self-loops add nothing.
    source
        The node.
    edge_filter
        Which edges count, which nodes are left out, and of which types shared neighbours are.
        Direction is not looked at.
    jaccard
        Whether to compute that too: it reads the rows of all who are found.

    Returns
    -------
    Kin
        Without Jaccard its array is empty.

    Raises
    ------
    IndexError
        If the node does not exist.
    ValueError
        If the filter does not fit the graph.

    Notes
    -----
    Adamic and Adar 2003, "Friends and neighbors on the Web"; Zhou, Lü and Zhang 2009, "Predicting
    missing links via local information", for resource allocation. Degrees are counted under the
    filter. Sums run in the order of the shared neighbours, so that they are the same each time.

    Examples
    --------
    >>> found = kin(Adjacency.build(4, [0, 0, 1, 2], [1, 2, 3, 3]), 0)
    >>> found.node.tolist(), found.common.tolist(), found.resource_allocation.tolist()
    ([3], [2], [1.0])
    """
    view = prepare(adjacency, edge_filter, source, both_ways=True)
    scratch = POOL.take(adjacency.nodes)
    found = _kin(view, scratch, source, jaccard)
    POOL.give_back(scratch)
    return Kin(*found)


@kernel
def _kin(
    view: Bound, memory: Bound, source: int, jaccard: bool
) -> tuple[
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]:
    g = view.parts
    local = memory.parts.local  # place in the answer plus one
    node = np.empty(64, np.int32)
    common = np.empty(64, np.int32)
    adar = np.empty(64, np.float64)
    allocation = np.empty(64, np.float64)
    middle = np.empty(64, np.int32)
    used = 0
    own = 0
    last = source
    blocked = is_avoided(g, source)
    end = g.indptr[source] if blocked else g.indptr[source + 1]
    for arc in range(g.indptr[source], end):
        z = g.neighbour[arc]
        if z in (last, source) or not arc_allowed(g, 0, arc):
            continue
        last = z
        if is_avoided(g, z):
            continue
        own += 1
        if not passes_type(g, z):
            continue
        # The row is read once to learn its degree and whom it holds, then each gets its share.
        room = g.indptr[z + 1] - g.indptr[z]
        if room > middle.size:
            middle = np.empty(2 * room, np.int32)
        degree = 0
        previous = z
        for other in range(g.indptr[z], g.indptr[z + 1]):
            w = g.neighbour[other]
            if w in (previous, z) or not arc_allowed(g, 0, other):
                continue
            previous = w
            if is_avoided(g, w):
                continue
            middle[degree] = w
            degree += 1
        if degree < 2:
            continue
        if used + degree > node.size:
            size = 2 * (used + degree)
            more_node, more_common = np.empty(size, np.int32), np.empty(size, np.int32)
            more_adar, more_allocation = np.empty(size), np.empty(size)
            more_node[:used], more_common[:used] = node[:used], common[:used]
            more_adar[:used], more_allocation[:used] = adar[:used], allocation[:used]
            node, common, adar, allocation = more_node, more_common, more_adar, more_allocation
        by_log, by_degree = 1.0 / np.log(degree), 1.0 / degree
        for i in range(degree):
            w = middle[i]
            if w == source:
                continue
            place = local[w] - 1
            if place < 0:
                place = used
                used += 1
                local[w] = used
                node[place] = w
                common[place] = 0
                adar[place] = 0.0
                allocation[place] = 0.0
            common[place] += 1
            adar[place] += by_log
            allocation[place] += by_degree
    for i in range(used):
        local[node[i]] = 0
    order = np.argsort(node[:used])
    node, common = node[order], common[order]
    adar, allocation = adar[order], allocation[order]
    shares = np.empty(used if jaccard else 0)
    if jaccard:
        for i in range(used):
            w = node[i]
            theirs = 0
            last = w
            for arc in range(g.indptr[w], g.indptr[w + 1]):
                z = g.neighbour[arc]
                if z in (last, w) or not arc_allowed(g, 0, arc):
                    continue
                last = z
                if not is_avoided(g, z):
                    theirs += 1
            shares[i] = common[i] / (own + theirs - common[i])
    return node, common, adar, allocation, shares
