"""Shortcuts by rule: SPARQL CONSTRUCT files, run for each layer on its own.

A rule sees the vocabulary and the graphs of one layer and writes into ``graph/derived/{layer}``,
so that what follows from background knowledge never passes for something a document says.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from coopgraph.store.union import replace_graph
from coopgraph.vocabulary import LAYERS, VOCABULARY_GRAPH, derived_graph_iri, layer_of


def layer_graphs(store: ox.Store, layers: Iterable[str]) -> list[ox.NamedNode]:
    """Return the named graphs of the given layers, in the order of their names."""
    wanted = set(layers)
    graphs = (g for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    return sorted((g for g in graphs if layer_of(g.value) in wanted), key=lambda g: g.value)


def derive(store: ox.Store, rules: Path, layers: Iterable[str] = LAYERS) -> int:
    """Rebuild the derived graphs of some layers.

    Parameters
    ----------
    store
        A writable store; its derived graphs are replaced.
    rules
        Folder of ``*.rq`` files, each one CONSTRUCT query.
    layers
        The layers to rebuild.

    Returns
    -------
    int
        How many statements were derived.

    Notes
    -----
    Rules read only stated things, never derived ones, so their order does not matter.
    """
    total = 0
    for layer in layers:
        dataset = [ox.NamedNode(VOCABULARY_GRAPH), *layer_graphs(store, [layer])]
        derived: set[ox.Triple] = set()
        for path in sorted(rules.glob("*.rq")):
            derived.update(store.query(path.read_text("utf-8"), default_graph=dataset))  # type: ignore[arg-type]
        replace_graph(store, derived_graph_iri(layer), derived)
        total += len(derived)
    return total
