"""Shortcuts by rule: SPARQL CONSTRUCT files, run for each layer on its own.

A rule sees the vocabulary and the graphs of one layer and writes into
``graph/derived/{layer}/{rule}``: what follows from background knowledge never passes for something
a document says, and the graph's name tells which rule derived a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from coopgraph.store.union import replace_graph_by_lines
from coopgraph.vocabulary import DERIVED, LAYERS, VOCABULARY_GRAPH, derived_graph_iri, layer_of


def layer_graphs(store: ox.Store, layers: Iterable[str]) -> list[ox.NamedNode]:
    """Return the named graphs of the given layers, in the order of their names."""
    wanted = set(layers)
    graphs = (g for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    return sorted((g for g in graphs if layer_of(g.value) in wanted), key=lambda g: g.value)


def derived_graphs(store: ox.Store, layers: Iterable[str]) -> list[ox.NamedNode]:
    """Return the graphs that hold what is derived from the given layers, by name."""
    homes = tuple(f"{DERIVED}{layer}" for layer in layers)
    return sorted(
        (
            g
            for g in store.named_graphs()
            if isinstance(g, ox.NamedNode)
            and any(g.value == home or g.value.startswith(home + "/") for home in homes)
        ),
        key=lambda g: g.value,
    )


def derive(
    store: ox.Store,
    rules: Path,
    layers: Iterable[str] = LAYERS,
    changed: set[str] | None = None,
) -> dict[str, int]:
    """Rebuild the derived graphs of some layers.

    Parameters
    ----------
    store
        A writable store; its derived graphs are replaced.
    rules
        Folder of ``*.rq`` files, each one CONSTRUCT query; the file's name is the rule's.
    layers
        The layers to rebuild.
    changed
        Gathers the graphs that hold something else than before.

    Returns
    -------
    dict
        How many statements each derived graph holds; one that would hold none is not there.

    Notes
    -----
    Rules read only stated things, never derived ones, so their order does not matter.
    """
    counts: dict[str, int] = {}
    for layer in layers:
        dataset = [ox.NamedNode(VOCABULARY_GRAPH), *layer_graphs(store, [layer])]
        stale = {graph.value for graph in derived_graphs(store, [layer])}
        # Written one by one: together they may be as large as what they are derived from.
        for path in sorted(rules.glob("*.rq")):
            graph = derived_graph_iri(layer, path.stem)
            stale.discard(graph)
            lines = _construct(store, path.read_text("utf-8"), dataset)
            if replace_graph_by_lines(store, graph, lines) and changed is not None:
                changed.add(graph)
            if lines:
                counts[graph] = lines.count(b"\n")
        for graph in sorted(stale):
            if replace_graph_by_lines(store, graph, b"") and changed is not None:
                changed.add(graph)
    return counts


def _construct(store: ox.Store, rule: str, dataset: list[ox.NamedNode]) -> bytes:
    """Return what a rule derives as N-Triples, each statement once."""
    found = store.query(rule, default_graph=dataset)  # type: ignore[arg-type]
    assert isinstance(found, ox.QueryTriples)  # noqa: S101  (it is a CONSTRUCT)
    # As text: an object for each statement would take longer than deriving it.
    lines = found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(set(lines.splitlines(keepends=True))))
