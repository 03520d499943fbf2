"""Everything that is read of one published generation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from threading import Lock
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import AmbiguousName, NotFound
from coopgraph.graph.build import build_snapshot
from coopgraph.graph.marks import mark_graphs
from coopgraph.graph.paths import PathQuestion
from coopgraph.graph.projection import Projection
from coopgraph.graph.redraw import redraw
from coopgraph.graph.scope import Names, Scope, many, several
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.statuses import status_mask
from coopgraph.graph.words import Words
from coopgraph.kept_graph import KeptGraph
from coopgraph.knowledge.difference import difference
from coopgraph.knowledge.kept_columns import kept_columns
from coopgraph.knowledge.ontology import Ontology
from coopgraph.linked.linked_data import LinkedData
from coopgraph.search.name_index import NAMING, Name, NameIndex
from coopgraph.store.generations import Reader
from coopgraph.store.statements import Statements
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import iri_of, short_id

NEAREST: Final = 5


class Published:
    """One generation, open for reading; never changes.

    Parameters
    ----------
    reader
        The open generation.
    table
        The projection of the compact view.
    properties
        IRIs of properties that rules read; their statements are kept as columns.
    """

    def __init__(self, reader: Reader, table: Projection, properties: Iterable[str] = ()) -> None:
        self.reader = reader
        self.store = reader.store
        self.number = reader.generation.number
        self._table = table
        self._properties = frozenset(properties)
        self._kept = KeptGraph(reader.generation, table)
        self._lock = Lock()
        self._reading = Lock()
        self._statements: Statements | None = None
        self._snapshots: dict[str, Snapshot] = {}
        self._before: Published | None = None
        self._changed: frozenset[ox.Triple] | None = None
        self.words = lru_cache(maxsize=2)(self._words)
        self.names = lru_cache(maxsize=2)(self._names)
        self.linked_data = lru_cache(maxsize=1)(self._linked_data)

    def prepare(self, before: Published | None = None) -> None:
        """Read now what the first question would wait for.

        Parameters
        ----------
        before
            The generation that was asked until now: what differs little is made from what it has.
        """
        self._before = before
        self._changed = None if before is None else difference(before.reader, self.reader)
        try:
            self.words("compact")
            self.names("compact")
        finally:
            self._before = self._changed = None  # or no generation would ever be let go

    def snapshot(self, view: str) -> Snapshot:
        """Return the snapshot of a view; the full one is built when first asked for."""
        with self._lock:
            if view not in self._snapshots:
                self._snapshots[view] = self._kept.snapshot(view, lambda: self._build(view))
            return self._snapshots[view]

    def _build(self, view: str) -> Snapshot:
        before = self._before
        known = before._snapshots.get(view) if before and view == "compact" else None
        if before is not None and known is not None and self._changed is not None:
            found = redraw(known, before.store, self.store, self._changed, self._table)
            if found is not None:
                return found
        return build_snapshot(self.store, view, self._table, kept_columns(self.reader.generation))

    @property
    def statements(self) -> Statements:
        """The statements of the properties that rules read, as columns; read when first asked."""
        with self._reading:
            if self._statements is None:
                self._statements = self._kept.statements(self._properties, self._read_statements)
            return self._statements

    def _read_statements(self) -> Statements:
        kept = kept_columns(self.reader.generation)
        return Statements.read(self.store, mark_graphs(self.store), self._properties, kept)

    def _words(self, view: str) -> Words:
        return Words(self.store, self.snapshot(view), kept_columns(self.reader.generation))

    @cached_property
    def triples(self) -> dict[str, int]:
        """How many statements each layer has."""
        found: dict[str, int] = {}
        for dataset in self.reader.generation.info["datasets"].values():
            found[dataset["layer"]] = found.get(dataset["layer"], 0) + dataset["triples"]
        return found

    @cached_property
    def graphs(self) -> list[str]:
        """The IRIs of the named graphs."""
        named = self.store.named_graphs()
        return sorted(g.value for g in named if isinstance(g, ox.NamedNode))

    def _names(self, view: str) -> NameIndex:
        nodes = self.snapshot(view).nodes
        return self._kept.names(view, nodes, lambda: self._read_names(view, nodes))

    def _read_names(self, view: str, nodes: StringTable) -> NameIndex:
        before = self._before
        if before is not None and view == "compact" and self._changed is not None:
            named = any(triple.predicate.value in NAMING for triple in self._changed)
            if not named and nodes.equals(before.snapshot(view).nodes):
                return before.names(view).of_same(nodes)
        return NameIndex.read(self.store, nodes, kept_columns(self.reader.generation))

    def _linked_data(self, ontology: Ontology) -> LinkedData:
        words, snapshot = self.words("compact"), self.snapshot("compact")
        return LinkedData(self.reader, words, snapshot, ontology, self._table)

    def resolve(self, text: str, scope: Scope) -> str:
        """Return the IRI of the node that a text names.

        Parameters
        ----------
        text
            An IRI, a short id, or an exact name or alias in any script.
        scope
            Only nodes and names of its layers count.

        Raises
        ------
        NotFound
            With the nearest names as ``candidates``.
        AmbiguousName
            With those who share the name as ``candidates``.
        """
        text = text.encode("utf-8", "replace").decode().strip()  # a shell may pass half a character
        snapshot = self.snapshot(scope.view)
        for iri in (text, iri_of(text)):
            if snapshot.find(iri, scope.selection) is not None:
                return iri
        index = self.names(scope.view)
        names = [
            name
            for name in index.exact(text, scope.selection)
            if snapshot.find(name.iri, scope.selection) is not None
        ]
        certain = [name for name in names if not name.ambiguous]
        if len(certain) == 1:
            return certain[0].iri
        layers = ", ".join(scope.layers)
        if names:
            raise AmbiguousName(
                f"{text!r} may mean more than one thing: ask by short id"
                + ("" if certain else "; its source marks this alias as ambiguous"),
                zh=f"“{text}”所指不唯一，请改用短标识"
                + ("" if certain else "（来源注明此简称有歧义）"),
                name=text,
                candidates=self._describe(names, scope),
            )
        nearest = [
            name
            for name in index.nearest(text, scope.selection, 4 * NEAREST)
            if snapshot.find(name.iri, scope.selection) is not None
        ][:NEAREST]
        hint = "; the nearest names are " + ", ".join(n.text for n in nearest) if nearest else ""
        raise NotFound(
            f"nothing is called {text!r} in {layers} ({scope.view} view){hint}",
            zh=f"在图层 {layers} 中找不到“{text}”"
            + (f"；相近名称：{'、'.join(n.text for n in nearest)}" if nearest else ""),
            name=text,
            candidates=self._describe(nearest, scope),
        )

    def said_by(self, status: Sequence[str], scope: Scope) -> Bool | None:
        """Return which subjects have one of some statuses; None where none is asked for."""
        return status_mask(self.store, self.snapshot(scope.view), scope.selection, status)

    def node(self, text: str, scope: Scope) -> int:
        """Return the index of the node that a text names; raises as :meth:`resolve` does."""
        node = self.snapshot(scope.view).nodes.find(self.resolve(text, scope))
        assert node is not None  # noqa: S101  (it was just found)
        return node

    def path_question(
        self,
        scope: Scope,
        source: str,
        target: str,
        *,
        via: Names,
        avoid: Names,
        type: Names,
        sector: str | None,
        status: Names,
        relation: Names,
        mode: str,
        k: int | None,
        max_length: int | None,
        cost: str,
    ) -> PathQuestion:
        """Return what ``paths`` and ``export`` are asked; raises as :meth:`resolve` does."""
        return PathQuestion(
            source=self.node(source, scope),
            target=self.node(target, scope),
            mode=mode,
            k=k,
            max_length=max_length,
            via=[self.node(name, scope) for name in several(via)],
            avoid=[self.node(name, scope) for name in several(avoid)],
            through=many(type),
            relation=many(relation),
            sector=None if sector is None else self.resolve(sector, scope),
            said_by=self.said_by(many(status), scope),
            cost=cost,
        )

    def _describe(self, names: list[Name], scope: Scope) -> list[dict[str, object]]:
        words = self.words(scope.view)
        return [
            {**words.resource(name.iri, scope.selection), "matched": name.text}
            for name in sorted(names, key=lambda n: short_id(n.iri))
        ]
