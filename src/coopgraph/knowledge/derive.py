"""Shortcuts by rule: SPARQL CONSTRUCT files, run for each layer on its own.

A rule sees the vocabulary and the graphs of one layer and writes into
``graph/derived/{layer}/{rule}``: what follows from background knowledge never passes for something
a document says, and the graph's name tells which rule derived a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.columnar.construct import construct
from coopgraph.columnar.rows import properties_named
from coopgraph.columnar.table import TooManyRows, Unsupported
from coopgraph.knowledge.derive_change import Change, change_of
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.statements import Statements
from coopgraph.store.union import change_graph, replace_graph_by_lines
from coopgraph.vocabulary import DERIVED, LAYERS, VOCABULARY_GRAPH, derived_graph_iri, layer_of

_MANY: Final = 50_000
"""Statements in kept columns from which on rules run on columns: below, the store is as quick."""

Kept = Callable[[str], GraphColumns | None]


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
    *,
    kept: Kept = lambda _: None,
    since: Change | None = None,
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
    kept
        Gives the columns of a graph, where there are some: of many statements rules derive from
        these, many times faster than from the store.
    since
        How the layers have changed since everything was derived last, if that is known: of a small
        change only what follows from it is derived.

    Returns
    -------
    dict
        How many statements each derived graph holds; one that would hold none is not there.

    Notes
    -----
    Rules read only stated things, never derived ones, so their order does not matter.
    """
    counts: dict[str, int] = {}
    texts = {path.stem: path.read_text("utf-8") for path in sorted(rules.glob("*.rq"))}
    for layer in layers:
        source = _Layer(store, layer, texts, kept)
        stale = {graph.value for graph in derived_graphs(store, [layer])}
        # Written one by one: together they may be as large as what they are derived from.
        for rule, text in texts.items():
            graph = derived_graph_iri(layer, rule)
            stale.discard(graph)
            made = None if since is None else change_of(since, store, layer, text, source.graphs)
            if made is not None and since is not None:
                more = change_graph(store, graph, made.added, made.removed)
                count, has_changed = since.counts.get(graph, 0) + (more or 0), more is not None
            else:
                lines = source.derive(text)
                has_changed = replace_graph_by_lines(store, graph, lines)
                count = lines.count(b"\n")
            if has_changed and changed is not None:
                changed.add(graph)
            if count:
                counts[graph] = count
        for graph in sorted(stale):
            if replace_graph_by_lines(store, graph, b"") and changed is not None:
                changed.add(graph)
    return counts


@dataclass
class _Layer:
    """What the rules see of one layer."""

    store: ox.Store
    layer: str
    texts: dict[str, str]
    kept: Kept
    graphs: list[ox.NamedNode] = field(init=False)
    _statements: Statements | None = None
    _few: bool | None = None

    def __post_init__(self) -> None:
        graphs = layer_graphs(self.store, [self.layer])
        self.graphs = [ox.NamedNode(VOCABULARY_GRAPH), *graphs]

    def derive(self, rule: str) -> bytes:
        """Return what a rule derives as sorted N-Triples, each statement once."""
        if not self._is_few():
            try:
                return construct(self._columns(), rule, 1)
            except (Unsupported, TooManyRows):
                pass  # the store knows all of SPARQL
        return _construct(self.store, rule, self.graphs)

    def _is_few(self) -> bool:
        if self._few is None:
            columns = (self.kept(graph.value) for graph in self.graphs)
            sizes = (
                sum(len(subject) for part in (c.links, c.words) for subject, _ in part.values())
                for c in columns
                if c is not None
            )
            self._few = sum(sizes) < _MANY
        return self._few

    def _columns(self) -> Statements:
        if self._statements is None:
            named = set().union(*(properties_named(text) for text in self.texts.values()))
            marks = {graph.value: 1 for graph in self.graphs}
            self._statements = Statements.read(self.store, marks, named, self.kept)
        return self._statements


def _construct(store: ox.Store, rule: str, dataset: list[ox.NamedNode]) -> bytes:
    """Return what a rule derives as N-Triples, each statement once."""
    found = store.query(rule, default_graph=dataset)  # type: ignore[arg-type]
    assert isinstance(found, ox.QueryTriples)  # noqa: S101  (it is a CONSTRUCT)
    # As text: an object for each statement would take longer than deriving it.
    lines = found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(set(lines.splitlines(keepends=True))))
