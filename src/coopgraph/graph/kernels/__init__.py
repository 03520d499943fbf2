"""Searches over compressed sparse rows: arrays in, arrays out, no names and no RDF.

Every function takes an :class:`~coopgraph.graph.adjacency.Adjacency` and an
:class:`~coopgraph.graph.edge_filter.EdgeFilter`, which is applied inside the search. Compiled code
takes both as one context (:mod:`coopgraph.graph.bound`).

==================  ===============================================================================
module              functions
==================  ===============================================================================
``shortest``        ``shortest_path(adjacency, source, target, edge_filter=NO_FILTER, *,
                    max_length=None, budget=DEFAULT_BUDGET) -> Paths``
``ranked``          ``k_shortest_paths(adjacency, source, target, k, edge_filter=NO_FILTER, *,
                    max_length=None, budget=DEFAULT_BUDGET) -> Paths``
``simple``          ``all_shortest_paths(adjacency, source, target, edge_filter=NO_FILTER, *,
                    limit=100, max_length=None, budget=DEFAULT_BUDGET) -> Paths``

                    ``simple_paths(adjacency, source, target, edge_filter=NO_FILTER, *, max_length,
                    min_length=0, required=(), limit=100, first_length_only=False,
                    budget=DEFAULT_BUDGET) -> Paths``
``levels``          ``neighbourhood(adjacency, source, depth, edge_filter=NO_FILTER, *,
                    budget=DEFAULT_BUDGET) -> Neighbourhood``
``row``             ``Rows(adjacency, edge_filter=NO_FILTER).row(node) -> int32[...]``
``arcs``            ``arcs_to(adjacency, neighbourhood, page, edge_filter=NO_FILTER) -> Arcs``

                    ``edges_along(adjacency, sequence, edge_filter=NO_FILTER) -> Arcs``
``weighted``        ``cheapest_paths(adjacency, source, target, k, penalty, edge_filter=NO_FILTER,
                    *, max_length=None, equal_only=False, budget=DEFAULT_BUDGET) -> Paths``
``joining``         ``relation_counts(adjacency, around, relations, edge_filter=NO_FILTER,
                    kept=None) -> int64[relations]``
``degree``          ``degrees(adjacency, edge_filter=NO_FILTER) -> int32[n]``
``components``      ``components(adjacency, edge_filter=NO_FILTER) -> Components``
``cuts``            ``cuts(adjacency, edge_filter=NO_FILTER) -> Cuts``
``constraint``      ``constraint(adjacency, edge_filter=NO_FILTER) -> float64[n]``
``betweenness``     ``betweenness(adjacency, edge_filter=NO_FILTER, *, work=DEFAULT_WORK)
                    -> (float64[n], int)``
``kin``             ``kin(adjacency, source, edge_filter=NO_FILTER, *, jaccard=True) -> Kin``
``warm``            ``warm_up() -> None``
==================  ===============================================================================
"""
