"""Build a snapshot from a store: names become numbers, edges become arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
import pyoxigraph as ox

from coopgraph.graph.compact import Compact, Drawn
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO
from coopgraph.graph.facts import ClassTree, Facts, fact_properties, read_facts, seen
from coopgraph.graph.labels import label_of
from coopgraph.graph.layers import ALL, BIT, is_visible, visibility
from coopgraph.graph.projection import Projection
from coopgraph.graph.snapshot import (
    UNTYPED,
    Relation,
    SectorSubjects,
    Snapshot,
)
from coopgraph.store.statements import Statements
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import COOP, LAYERS, SCHEME, layer_of, local_name, short_id

T = TypeVar("T")

Edge = tuple[Drawn, int]
"""An edge and its visibility byte."""


def snapshot_properties(table: Projection) -> set[str]:
    """Return the IRIs of all properties that a snapshot is built from."""
    return fact_properties(_properties(table))


def build_snapshot(
    store: ox.Store, view: str, table: Projection, statements: Statements | None = None
) -> Snapshot:
    """Build the snapshot of a generation.

    Parameters
    ----------
    store
        The generation's store.
    view
        ``compact`` (drawn by the table) or ``full`` (every resource a node, every statement an
        edge).
    table
        The projection.
    statements
        The store's statements of :func:`snapshot_properties`, where they have been read.
    """
    facts = read_facts(store, _properties(table), statements)
    compact = Compact(facts, table)
    nodes: dict[str, int] = {}
    edges: list[Edge] = []
    for edge in compact.edges() if view == "compact" else _statements(store):
        edges.append(edge)
        for end in (edge[0].source, edge[0].target):
            nodes[end] = nodes.get(end, 0) | edge[1]
    if view == "compact":
        for iri, byte in compact.nodes():
            nodes[iri] = nodes.get(iri, 0) | byte
    return _number(store, view, nodes, edges, facts, compact)


def _properties(table: Projection) -> set[str]:
    """Return the properties the table speaks of."""
    named = {end for rule in table.edges for end in (rule.source, rule.target, rule.relation)}
    return {COOP + end.removeprefix("coop:") for end in named if end.startswith("coop:")}


def _statements(store: ox.Store) -> Iterator[Edge]:
    """Yield every statement of a layer between two resources."""
    found: dict[tuple[str, str, str], int] = {}
    for quad in store:
        layer = layer_of(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else ""
        if layer and isinstance(quad.object, ox.NamedNode):
            key = (quad.subject.value, quad.predicate.value, quad.object.value)
            found[key] = found.get(key, 0) | BIT[layer]
    open_ended = (OPEN_FROM, OPEN_TO)
    for (subject, predicate, value), layers in found.items():
        drawn = Drawn(subject, value, predicate, (), True, subject, open_ended)
        seen_in = [s for s in range(1, ALL + 1) if s & layers]
        yield drawn, visibility(ALL, seen_in)


def _number(
    store: ox.Store,
    view: str,
    nodes: dict[str, int],
    edges: list[Edge],
    facts: Facts,
    compact: Compact,
) -> Snapshot:
    iris = sorted(nodes)
    index = {iri: i for i, iri in enumerate(iris)}
    edges.sort(key=lambda e: (e[0].source, e[0].target, e[0].relation, e[0].subject, e[0].valid))
    relations, relation_codes = _codes((e[0].relation, e[0].label) for e in edges)
    subjects, subject_codes = _codes(e[0].subject for e in edges)
    intervals, interval_codes = _codes(e[0].valid for e in edges)
    types, node_type, changes = _types(nodes, iris, facts)
    subject_index = {iri: i for i, iri in enumerate(subjects)}
    return Snapshot(
        view=view,
        nodes=StringTable.of(iris),
        node_visible=np.fromiter((nodes[iri] for iri in iris), np.uint8, len(iris)),
        node_type=node_type,
        type_changes=changes,
        types=types,
        source=np.fromiter((index[e[0].source] for e in edges), np.int32, len(edges)),
        target=np.fromiter((index[e[0].target] for e in edges), np.int32, len(edges)),
        relation=np.array(relation_codes, np.uint16),
        directed=np.fromiter((e[0].directed for e in edges), np.bool_, len(edges)),
        subject=np.array(subject_codes, np.int32),
        visible=np.fromiter((e[1] for e in edges), np.uint8, len(edges)),
        interval=np.array(interval_codes, np.uint32),
        interval_from=np.array([first for first, _ in intervals], np.int32),
        interval_to=np.array([last for _, last in intervals], np.int32),
        relations=[_relation(store, iri, dict(label)) for iri, label in relations],
        subjects=StringTable.of(subjects),
        sector_subjects={
            sector: _in_sector(found, subject_index)
            for sector, found in compact.sector_subjects().items()
        },
        superclasses=_superclasses(facts),
        terms=frozenset(
            short_id(t) if t.startswith(SCHEME) else local_name(t) for t in facts.terms
        ),
    )


def _in_sector(found: list[tuple[int, str]], subjects: dict[str, int]) -> SectorSubjects:
    known = [(subjects[iri], layers) for layers, iri in found if iri in subjects]
    return (
        np.array([subject for subject, _ in known], np.int32),
        np.array([layers for _, layers in known], np.uint8),
    )


def _superclasses(facts: Facts) -> dict[str, frozenset[str]]:
    said = (*facts.types.values(), *facts.concepts.values())
    classes = {c for found in said for c in found}
    return {
        local_name(c): frozenset(local_name(above) for above in facts.tree.above(c))
        for c in classes
    }


def _codes(values: Iterable[T]) -> tuple[list[T], list[int]]:
    """Number values in the order in which they first come."""
    codes: dict[T, int] = {}
    numbers = [codes.setdefault(value, len(codes)) for value in values]
    return list(codes), numbers


def _relation(store: ox.Store, iri: str, label: dict[str, str]) -> Relation:
    """Name a relation: a concept by its short id, a term by its local name."""
    name = short_id(iri) if iri.startswith(SCHEME) else local_name(iri)
    return Relation(name, label or label_of(store, iri, LAYERS), iri)


def _types(
    nodes: dict[str, int], iris: list[str], facts: Facts
) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.uint16]], dict[int, dict[int, int]]]:
    """Return class names, each node's class, and where fewer layers make it another."""
    names: dict[str, int] = {}
    tree: ClassTree = facts.tree

    def code(classes: Iterable[str]) -> int:
        found = tree.most_specific(classes)
        return names.setdefault(local_name(found) if found else UNTYPED, len(names))

    node_type = np.zeros(len(iris), np.uint16)
    changes: dict[int, dict[int, int]] = {}
    for i, iri in enumerate(iris):
        classes = facts.types.get(iri, {})
        always = facts.concepts.get(iri, [])
        node_type[i] = all_layers = code([*classes, *always])
        for selection in range(1, ALL):
            if is_visible(nodes[iri], selection):
                here = code([*seen(classes, selection), *always])
                if here != all_layers:
                    changes.setdefault(selection, {})[i] = here
    return list(names), node_type, changes
