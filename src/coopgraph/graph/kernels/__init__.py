"""Searches over compressed sparse rows: arrays in, arrays out, no names and no RDF.

Every function takes an :class:`~coopgraph.graph.adjacency.Adjacency` and an
:class:`~coopgraph.graph.edge_filter.EdgeFilter`, which is applied inside the search.

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
``arcs``            ``arcs_to(adjacency, neighbourhood, page, edge_filter=NO_FILTER) -> Arcs``

                    ``edges_along(adjacency, sequence, edge_filter=NO_FILTER) -> Arcs``
``warm``            ``warm_up() -> None``
==================  ===============================================================================
"""
