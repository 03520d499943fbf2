"""Named graphs, and the default graph that is the union of them all.

The union is kept in the store, as a set. The engine could form it for each query, but then a
statement that two graphs make would count twice: ``COUNT(*)`` would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox


def replace_graph(store: ox.Store, graph: str, triples: Iterable[ox.Triple]) -> None:
    """Make a named graph hold exactly some statements, and keep the union true.

    Parameters
    ----------
    store
        A writable store.
    graph
        The graph's IRI; without statements it is removed.
    triples
        What it is to hold, literals as the store writes them (``1``, not ``01``).

    Examples
    --------
    >>> store = ox.Store()
    >>> fact = ox.Triple(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("c"))
    >>> replace_graph(store, "http://x/1", [fact])
    >>> replace_graph(store, "http://x/2", [fact])
    >>> union = lambda: len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph())))
    >>> union()
    1
    >>> replace_graph(store, "http://x/1", [])
    >>> union()
    1
    >>> replace_graph(store, "http://x/2", [])
    >>> union()
    0
    """
    name, union = ox.NamedNode(graph), ox.DefaultGraph()
    wanted = set(triples)
    present = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
    added, removed = wanted - present, present - wanted
    if added:
        store.bulk_extend(_quads(added, name))
        store.bulk_extend(_quads(added, union))
    for triple in removed:
        store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, name))
        others = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        if all(quad.graph_name == union for quad in others):
            store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, union))
    if not wanted:
        store.remove_graph(name)


def _quads(
    triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph
) -> Iterable[ox.Quad]:
    return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
