"""The snapshot after a small change, from the one before: only what is touched is drawn anew.

The edges that stay are taken from the arrays; those of touched subjects are drawn from what the
store says of these alone. Then all are numbered as ever, so the arrays are those of a snapshot
that is built from nothing; tests compare them. That leaves out reading the columns and drawing,
more than half of the work.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.graph.build import Drawn, number, properties_of, seen_by_type
from coopgraph.graph.class_sets import ClassSets
from coopgraph.graph.draw import SECTOR, Drawing, Edges, labels_of, relation_names
from coopgraph.graph.facts import TYPE, Rows, looked_at, read_facts
from coopgraph.graph.layers import ALL
from coopgraph.graph.node_types import Types, numbered, type_codes
from coopgraph.graph.projection import Projection
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.touched import Look, TooMuch, Touched
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Terms
from coopgraph.vocabulary import layer_of

Int32 = NDArray[np.int32]


def redraw(
    before: Snapshot,
    old: ox.Store,
    store: ox.Store,
    changed: Collection[ox.Triple],
    table: Projection,
) -> Snapshot | None:
    """Return the snapshot of a store that differs a little from another.

    Parameters
    ----------
    before
        The compact view of the other.
    old
        The other store; its vocabulary is the same.
    store
        The store.
    changed
        The statements that are in a layer of one and not in the same layer of the other.
    table
        The projection by which the other was drawn, too.

    Returns
    -------
    Snapshot or None
        None if so much is touched that it has to be built from nothing.
    """
    properties = looked_at(properties_of(table))
    try:
        if _classes_come_or_go(changed, old, store):
            return None
        touched = Touched.by(changed, properties, (old, store))
        return _Redrawing(before, store, touched, table).snapshot()
    except TooMuch:
        return None


def _classes_come_or_go(changed: Collection[ox.Triple], *stores: ox.Store) -> bool:
    """Say whether a class has its first thing now, or lost its last."""
    classes = {t.object for t in changed if t.predicate.value == TYPE}
    return any(
        len({_has_things(store, found) for store in stores}) > 1
        for found in classes
        if isinstance(found, ox.NamedNode)
    )


def _has_things(store: ox.Store, class_: ox.NamedNode) -> bool:
    # Graph by graph: of all graphs the union would come first, with as many statements.
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and layer_of(graph.value):
            found = store.quads_for_pattern(None, ox.NamedNode(TYPE), class_, graph)
            if any(isinstance(quad.subject, ox.NamedNode) for quad in found):
                return True
    return False


@dataclass(frozen=True, eq=False)
class _Stay:
    """The edges that stay, and at which nodes others were."""

    edges: Edges
    ends: set[str]


class _Redrawing:
    """One redrawing; numbers of terms are those of a table of its own.

    In it the nodes of the snapshot before come first, each at its old place.
    """

    def __init__(
        self, before: Snapshot, store: ox.Store, touched: Touched, table: Projection
    ) -> None:
        self._before = before
        self._store = store
        self._table = table
        self._terms = Terms()
        self._terms.add_table(before.nodes)
        self._subject = self._terms.add_table(before.subjects)
        self._relation = np.array(
            [self._terms.number(relation.iri) for relation in before.relations], np.int32
        )
        self._touched = {node.value for node in touched.subjects}
        self._gone = np.zeros(len(self._terms), np.bool_)
        known = (self._terms.find(iri) for iri in self._touched)
        self._gone[[place for place in known if place >= 0]] = True
        self._stay = self._staying()
        apart = {*self._touched, *(node.value for node in touched.nodes), *self._stay.ends}
        part = Look().about(store, touched.subjects, {ox.NamedNode(iri) for iri in apart})
        self._facts = read_facts(part, properties_of(table), vocabulary=store)
        for name in relation_names(table):
            self._facts.terms.number(name)
        self._sets = ClassSets(self._facts, table)
        self._names = self._facts.terms.table()
        self._fresh = self._drawn()
        for end in (self._fresh.source, self._fresh.target):
            apart.update(self._names[i] for i in np.unique(end).tolist())
        self._apart = sorted(apart)

    def snapshot(self) -> Snapshot:
        """Number all edges."""
        edges = Edges.joined([self._stay.edges, self._moved(self._fresh)])
        sectors = self._sectors()
        apart = [self._terms.number(iri) for iri in self._apart]
        alone = np.zeros(len(self._terms), np.uint8)
        alone[: len(self._before.nodes)] = self._before.node_visible
        seen = seen_by_type(self._facts, self._sets)
        for iri, place in zip(self._apart, apart, strict=True):
            known = self._facts.terms.find(iri)
            alone[place] = seen[known] if 0 <= known < len(seen) else 0
        drawn = Drawn(
            self._terms.table(),
            edges,
            labels_of(self._table),
            alone,
            sectors,
            self._types,
            dict(self._before.superclasses),
            self._before.terms,
        )
        return number(self._store, "compact", drawn)

    def _staying(self) -> _Stay:
        s, rows = self._before, self._before.adjacency
        arcs = rows.arcs()
        source = np.repeat(np.arange(rows.nodes, dtype=np.int32), np.diff(rows.indptr))[arcs]
        target, kind = rows.neighbour[arcs], rows.code[arcs] >> 1
        subject = self._subject[rows.subject]
        stays = ~self._gone[subject]
        ends = {s.nodes[i] for end in (source, target) for i in np.unique(end[~stays]).tolist()}
        source, target, kind, subject = (a[stays] for a in (source, target, kind, subject))
        kinds = rows.kinds
        interval, relation = kinds.interval[kind], kinds.relation[kind]
        labels = np.array([relation.drawn for relation in s.relations], np.int32)
        edges = Edges(
            source=source,
            target=target,
            relation=self._relation[relation],
            subject=subject,
            label=labels[relation],
            directed=kinds.directed[kind],
            first=kinds.interval_from[interval],
            last=kinds.interval_to[interval],
            # They are in order; none is like one of a touched subject.
            rank=np.arange(len(source), dtype=np.int32),
            visible=kinds.visible[kind],
        )
        return _Stay(edges, ends)

    def _drawn(self) -> Edges:
        """Draw what the touched subjects say, in the numbers of the facts."""
        edges = Drawing(self._facts, self._table, self._sets).edges()
        mine = np.zeros(len(self._names), np.bool_)
        mine[self._own()] = True
        return edges.only(mine[edges.subject])

    def _own(self) -> list[int]:
        """Return the numbers of the touched subjects in the facts."""
        found = (self._facts.terms.find(iri) for iri in sorted(self._touched))
        return [number for number in found if number >= 0]

    def _moved(self, edges: Edges) -> Edges:
        columns: dict[str, Any] = dict(vars(edges))
        for name in ("source", "target", "relation", "subject"):
            columns[name] = self._terms.add_some(self._names, columns[name])
        return Edges(**columns)

    def _sectors(self) -> Rows:
        parts = []
        for sector, (who, layers) in self._before.sector_subjects.items():
            subject = self._subject[who]
            stays = ~self._gone[subject]
            code = np.full(len(subject), self._terms.number(sector), np.int32)
            parts.append(Rows(subject[stays], code[stays], layers[stays]))
        rows = self._facts.link(SECTOR)
        mine = np.isin(rows.subject, self._own())
        parts.append(
            Rows(
                self._terms.add_some(self._names, rows.subject[mine]),
                self._terms.add_some(self._names, rows.value[mine]),
                rows.layers[mine],
            )
        )
        return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _types(self, nodes: Int32, iris: StringTable, visible: NDArray[np.uint8]) -> Types:
        """Take over the classes of nodes that were not touched."""
        s = self._before
        names: dict[str, int] = {name: i for i, name in enumerate(s.types)}
        apart = np.zeros(len(self._terms), np.bool_)
        apart[[self._terms.number(iri) for iri in self._apart]] = True
        again = apart[nodes]
        stay = np.flatnonzero(~again)
        codes = np.full((len(nodes), ALL), -1, np.int32)
        codes[stay, 0] = s.node_type[nodes[stay]]
        for selection in range(1, ALL):
            here = stay[(visible[stay] >> selection & 1).astype(np.bool_)]
            codes[here, selection] = s.node_types(selection)[nodes[here]]
        places = np.flatnonzero(again)
        own = iris.take(places)
        known = np.array([self._facts.terms.find(iri) for iri in own], np.int32)
        codes[places] = type_codes(known, own, visible[places], self._facts, self._sets, names)
        return numbered(codes, names)
