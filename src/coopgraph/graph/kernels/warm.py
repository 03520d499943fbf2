"""Compile every kernel, or load it from the cache, before the first question."""

from __future__ import annotations

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.kernels.arcs import arcs_to, edges_along
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths, yen
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths


def warm_up() -> None:
    """Run every kernel once on a tiny graph.

    Takes some seconds in the first process of an installation, and well under one afterwards.

    Examples
    --------
    >>> warm_up()
    """
    square = Adjacency.build(4, [0, 0, 2, 1], [2, 1, 3, 3], [True, False, False, False])
    shortest_path(square, 0, 3)
    all_shortest_paths(square, 0, 3)
    k_shortest_paths(square, 0, 3, 2)
    yen(square, 0, 3, 2)
    simple_paths(square, 0, 3, max_length=3, required=[1])
    arcs_to(square, neighbourhood(square, 0, 2), [3])
    edges_along(square, [0, 1, 3])
