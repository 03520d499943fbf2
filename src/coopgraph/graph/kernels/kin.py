"""How much two nodes have in common: Adamic-Adar and its kin, from one node to all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided, passes_type
from coopgraph.graph.kernels.compile import helper, kernel
from coopgraph.graph.kernels.order import sort_nodes
from coopgraph.graph.kernels.scratch import POOL, prepare, scratch_of


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
    parts = scratch.parts
    used, values = _kin(view.context, scratch.context, source, jaccard)
    node = parts.queue[0, :used].copy()
    common = parts.found[:used].copy()
    POOL.give_back(scratch)
    adamic_adar, allocation, shares = values
    return Kin(node, common, adamic_adar, allocation, shares if jaccard else shares[:0])


@kernel
def _kin(
    view: Context, memory: Context, source: int, jaccard: bool
) -> tuple[int, NDArray[np.float64]]:
    """Leave nodes in the first queue, and how many neighbours they share in what is found.

    Returns their number, and float64[3, k]: Adamic-Adar, resource allocation and Jaccard.
    """
    g, scratch = view_of(view), scratch_of(memory)
    local = scratch.local  # place in the order of discovery plus one
    node, common, middle = scratch.queue[0], scratch.found, scratch.queue[1]
    sums = np.empty((64, 2), np.float64)
    used = 0
    own = 0
    last = source
    end = g.indptr[source] if is_avoided(g, source) else g.indptr[source + 1]
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
        degree = _others(g, z, middle)
        if degree < 2:
            continue
        if used + degree > sums.shape[0]:
            more = np.empty((2 * (used + degree), 2), np.float64)
            for i in range(used):
                more[i, 0], more[i, 1] = sums[i, 0], sums[i, 1]
            sums = more
        by_log, by_degree = 1.0 / np.log(degree), 1.0 / degree
        for i in range(degree):
            w = middle[i]
            place = local[w] - 1
            if place < 0:
                if w == source:
                    continue
                place = used
                used += 1
                local[w] = used
                node[place] = w
                common[place] = 0
                sums[place, 0] = 0.0
                sums[place, 1] = 0.0
            common[place] += 1
            sums[place, 0] += by_log
            sums[place, 1] += by_degree
    for i in range(used):
        middle[i] = common[i]
    if used * 32 < local.size:
        sort_nodes(node, 0, used)
    else:
        i = 0
        for w in range(g.nodes):
            if local[w] > 0:
                node[i] = w
                i += 1
    values = np.empty((3, used), np.float64)
    for i in range(used):
        w = node[i]
        place = local[w] - 1
        local[w] = 0
        common[i] = middle[place]
        values[0, i], values[1, i] = sums[place, 0], sums[place, 1]
    if jaccard:
        for i in range(used):
            theirs = _others(g, node[i], middle)
            values[2, i] = common[i] / (own + theirs - common[i])
    return used, values


@helper
def _others(g: Graph, node: int, found: NDArray[np.int32]) -> int:
    """Write down the distinct neighbours of a node, and return how many there are."""
    used = 0
    last = node
    for arc in range(g.indptr[node], g.indptr[node + 1]):
        w = g.neighbour[arc]
        if w in (last, node) or not arc_allowed(g, 0, arc):
            continue
        last = w
        if not is_avoided(g, w):
            found[used] = w
            used += 1
    return used
