"""Compile every kernel, or load it from the cache, before the first question."""

from __future__ import annotations

import numpy as np

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.arcs import arcs_to, edges_along
from coopgraph.graph.kernels.betweenness import betweenness
from coopgraph.graph.kernels.components import components
from coopgraph.graph.kernels.constraint import constraint
from coopgraph.graph.kernels.cuts import cuts
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.kernels.joining import relation_counts
from coopgraph.graph.kernels.kin import kin
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths, yen
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths
from coopgraph.graph.kernels.weighted import cheapest_paths, penalties


def warm_up() -> None:
    """Run every kernel once on a tiny graph.

    Takes some seconds in the first process of an installation, and well under one afterwards.

    Examples
    --------
    >>> warm_up()
    """
    square = Adjacency.build(
        4, [0, 0, 2, 1], [2, 1, 3, 3], [True, False, False, False],
        subject=[0, 1, 1, -1], relation=[0, 1, 0, 0],
    )  # fmt: skip
    shortest_path(square, 0, 3)
    square.bound(EdgeFilter.build(via_allowed=[True, False]))
    square.arcs(np.empty(0, np.int64))
    square.place(1)
    all_shortest_paths(square, 0, 3)
    k_shortest_paths(square, 0, 3, 2)
    yen(square, 0, 3, 2)
    simple_paths(square, 0, 3, max_length=3, required=[1])
    arcs_to(square, neighbourhood(square, 0, 2), [3])
    edges_along(square, [0, 1, 3])
    relation_counts(square, neighbourhood(square, 0, 2), 2)
    cheapest_paths(square, 0, 3, 2, penalties(np.ones(4, np.int32)))
    for measure in (degrees, components, cuts, constraint, betweenness):
        measure(square)
    kin(square, 0)
