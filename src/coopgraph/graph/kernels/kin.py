"""How much two nodes have in common: Adamic-Adar and its kin, from one node to all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, Graph, float64_at, int32_at, int64_at, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided, passes_type
from coopgraph.graph.kernels.boxed import array_of_float64, array_of_int32
from coopgraph.graph.kernels.compile import entry, helper
from coopgraph.graph.kernels.order import sort_nodes
from coopgraph.graph.kernels.scratch import POOL, lend, made


class Kin(NamedTuple):
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
    view, scratch = lend(adjacency, edge_filter, source, 0, True)
    run = _kin.run
    found = run(view.context, scratch.context, source, 1 if jaccard else 0)
    POOL.give_back(scratch)
    return made(Kin, found)


@entry()
def _kin(view: Context, memory: Context, source: int, jaccard: int) -> Any:
    """Return what :class:`Kin` is made of."""
    g, c = view_of(view), int64_at(memory)
    room = c[1]
    node, middle = int32_at(c[2]), int32_at(c[2] + 4 * (room + 2))
    local = int32_at(c[6])  # place in the order of discovery plus one
    shared, common = int32_at(c[10]), int32_at(c[10] + 4 * room)
    # Sums in the order of discovery, both of a node side by side, then results in that of nodes.
    sums = float64_at(c[14])
    by_log, by_degree, shares = 16 * room, 24 * room, 32 * room
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
        share, part = 1.0 / np.log(degree), 1.0 / degree
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
                shared[place] = 0
                sums[2 * place] = 0.0
                sums[2 * place + 1] = 0.0
            shared[place] += 1
            sums[2 * place] += share
            sums[2 * place + 1] += part
    if used * 32 < g.nodes:
        sort_nodes(node, 0, used)
    else:
        i = 0
        for w in range(g.nodes):
            if local[w] > 0:
                node[i] = w
                i += 1
    adamic_adar, allocation = float64_at(c[14] + by_log), float64_at(c[14] + by_degree)
    for i in range(used):
        w = node[i]
        place = local[w] - 1
        local[w] = 0
        common[i] = shared[place]
        adamic_adar[i], allocation[i] = sums[2 * place], sums[2 * place + 1]
    both = float64_at(c[14] + shares)
    if jaccard:
        for i in range(used):
            both[i] = common[i] / (own + _others(g, node[i], middle) - common[i])
    return (
        array_of_int32(c[2], used),
        array_of_int32(c[10] + 4 * room, used),
        array_of_float64(c[14] + by_log, used),
        array_of_float64(c[14] + by_degree, used),
        array_of_float64(c[14] + shares, used if jaccard else 0),
    )


@helper
def _others(g: Graph, node: int, found: Any) -> int:
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
