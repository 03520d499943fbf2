"""The builder of snapshots as it was before it joined columns: one cooperation after the other.

Slow and plain; what the package builds is compared with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeVar

import numpy as np
import pyoxigraph as ox

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, day_number, valid_days
from coopgraph.graph.draw import LEAD, SECTOR
from coopgraph.graph.facts import DATES, SUBCLASS, TYPE, ClassTree
from coopgraph.graph.labels import label_of
from coopgraph.graph.layers import ALL, ANYWHERE, BIT, is_visible, subsets, visibility
from coopgraph.graph.projection import EdgeRule, Projection
from coopgraph.graph.snapshot import UNTYPED, Relation, SectorSubjects, Snapshot
from coopgraph.store.columns import resources, texts
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import (
    COOP,
    LAYERS,
    SCHEME,
    VOCABULARY_GRAPH,
    layer_of,
    local_name,
    short_id,
)

Values = dict[str, dict[str, int]]
"""Subject → value → the bits of the layers that say so."""

Parties = dict[tuple[str, str], tuple[int, int]]
"""Participant and role → visibility byte, and the bits of the layers that bear on it."""

Column = Callable[[ox.Store, str, str], Iterator[tuple[str, str]]]


@dataclass
class Facts:
    """The statements of one generation that bear on drawing it.

    Attributes
    ----------
    types
        Classes of each resource.
    values
        By property IRI: its values.
    participants
        By relator: who takes part in which role.
    tree
        The class hierarchy.
    concepts
        Classes that the vocabulary, which belongs to every selection, gives its terms.
    terms
        IRIs of everything the vocabulary describes: classes, properties, concepts.
    """

    types: Values
    values: dict[str, Values]
    participants: dict[str, Parties]
    tree: ClassTree
    concepts: dict[str, list[str]]
    terms: frozenset[str]


def read_facts(store: ox.Store, properties: Iterable[str]) -> Facts:
    """Read types, the given properties, dates and participations of all layers."""
    # Graph by graph: the default graph, the union of all, would be read for nothing.
    layers = {
        graph.value: BIT[layer]
        for graph in store.named_graphs()
        if isinstance(graph, ox.NamedNode) and (layer := layer_of(graph.value))
    }

    def read(prop: str, column: Column = resources) -> Values:
        values: Values = {}
        for graph, layer in layers.items():
            for subject, value in column(store, graph, prop):
                found = values.get(subject)
                if found is None:
                    values[subject] = {value: layer}
                else:
                    found[value] = found.get(value, 0) | layer
        return values

    parents: dict[str, list[str]] = defaultdict(list)
    vocabulary = ox.NamedNode(VOCABULARY_GRAPH)
    terms: set[str] = set()
    concepts: dict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, None, None, vocabulary):
        terms.add(quad.subject.value)  # type: ignore[union-attr]
        if isinstance(quad.object, ox.NamedNode):
            if quad.predicate.value == SUBCLASS:
                parents[quad.subject.value].append(quad.object.value)  # type: ignore[union-attr]
            elif quad.predicate.value == TYPE:
                concepts[quad.subject.value].append(quad.object.value)  # type: ignore[union-attr]
    return Facts(
        types=read(TYPE),
        values={
            **{prop: read(prop) for prop in properties},
            **{prop: read(prop, texts) for prop in DATES},
        },
        concepts=concepts,
        participants=_participants(
            read(COOP + "hasParticipation"), read(COOP + "participant"), read(COOP + "role")
        ),
        tree=ClassTree(parents),
        terms=frozenset(terms),
    )


def _participants(has: Values, who: Values, role: Values) -> dict[str, Parties]:
    """Join relator, participation, participant and role.

    Somebody is seen to take part in every selection in which all three statements are.
    """
    found: dict[str, Parties] = {}
    for relator, participations in has.items():
        parties = found.setdefault(relator, {})
        for participation, a in participations.items():
            for participant, b in who.get(participation, {}).items():
                for as_role, c in role.get(participation, {}).items():
                    key = (participant, as_role)
                    byte, layers = parties.get(key, (0, 0))
                    parties[key] = (byte | _all_seen(a, b, c), layers | a | b | c)
    return found


@cache  # at most 7³ cases
def _all_seen(a: int, b: int, c: int) -> int:
    return sum(1 << s for s in range(1, ALL + 1) if a & s and b & s and c & s)


def seen(values: dict[str, int], selection: int) -> Iterator[str]:
    """Yield the values that some layer of a selection says."""
    return (value for value, layers in values.items() if layers & selection)


@dataclass(frozen=True)
class Drawn:
    """One edge before it has a number.

    Attributes
    ----------
    source, target
        IRIs of the ends.
    relation
        IRI of a class, property or concept.
    label
        Of the relation by language, where the table gives one.
    directed
        Whether it has a direction.
    subject
        The resource that says it.
    valid
        First and last day.
    """

    source: str
    target: str
    relation: str
    label: tuple[tuple[str, str], ...]
    directed: bool
    subject: str
    valid: tuple[int, int]


@dataclass(frozen=True)
class _Parties:
    """Who takes part in one cooperation, as seen in one selection.

    ``speakers`` are those from whom its edges go out: who leads, else the one or two who take
    part. Where nobody leads and more than two take part, the cooperation itself, which then stays
    a node: so n parties never become n² edges.
    """

    roles: list[tuple[str, str]]
    everyone: list[str]
    speakers: list[str]
    others: list[str]


class Compact:
    """The compact view of some facts.

    Parameters
    ----------
    facts
        What the store says.
    table
        How it is drawn.
    """

    def __init__(self, facts: Facts, table: Projection) -> None:
        self._facts = facts
        self._node_classes = frozenset(table.node_classes)
        self._by_class: dict[str, list[EdgeRule]] = {}
        for rule in table.edges:
            self._by_class.setdefault(rule.class_iri, []).append(rule)
        self._rules: dict[str, list[EdgeRule]] = {}
        self._relators: dict[frozenset[str], bool] = {}

    def is_node(self, classes: list[str]) -> bool:
        """Say whether a resource of these classes is a node."""
        above = self._facts.tree.above
        return any(not self._node_classes.isdisjoint(above(c)) for c in classes)

    def nodes(self) -> Iterator[tuple[str, int]]:
        """Yield each node and the visibility its types alone give it."""
        for iri, classes in self._facts.types.items():
            present = _union(classes)
            seen_in = [s for s in subsets(present) if self.is_node(list(seen(classes, s)))]
            if seen_in:
                yield iri, visibility(present, seen_in)

    def edges(self) -> Iterator[tuple[Drawn, int]]:
        """Yield each edge and its visibility."""
        for subject, classes in self._facts.types.items():
            if not self._rules_of(list(classes)):
                continue
            present = self._layers_about(subject)
            if present in ANYWHERE:  # the usual case: one layer says all there is
                for edge in dict.fromkeys(self._draw(subject, present)):
                    yield edge, ANYWHERE[present]
                continue
            seen_in: dict[Drawn, dict[int, None]] = {}
            for selection in subsets(present):
                for edge in self._draw(subject, selection):
                    seen_in.setdefault(edge, {})[selection] = None
            for edge, selections in seen_in.items():
                yield edge, visibility(present, selections)

    def sector_subjects(self) -> dict[str, list[tuple[int, str]]]:
        """Return, by sector, who is in it and the layers that say so."""
        found: dict[str, list[tuple[int, str]]] = {}
        for subject, sectors in self._facts.values.get(SECTOR, {}).items():
            for sector, layers in sectors.items():
                found.setdefault(sector, []).append((layers, subject))
        return found

    def _rules_of(self, classes: list[str]) -> list[EdgeRule]:
        rules: list[EdgeRule] = []
        for class_iri in classes:
            known = self._rules.get(class_iri)
            if known is None:
                above = self._facts.tree.above(class_iri)
                known = [r for c, found in self._by_class.items() if c in above for r in found]
                self._rules[class_iri] = known
            rules += (rule for rule in known if rule not in rules)
        return rules

    def _layers_about(self, subject: str) -> int:
        present = _union(self._facts.types[subject])
        for values in self._facts.values.values():
            if subject in values:
                present |= _union(values[subject])
        for _, layers in self._facts.participants.get(subject, {}).values():
            present |= layers
        return present

    def _draw(self, subject: str, selection: int) -> Iterator[Drawn]:
        classes = sorted(seen(self._facts.types[subject], selection))
        rules = self._rules_of(classes)
        if not rules:
            return
        parties = self._parties(subject, selection)
        valid = self._valid(subject, selection)
        for rule in rules:
            pairs, directed = self._pairs(rule, subject, selection, parties)
            label = tuple(rule.label.items()) if any(rule.label.values()) else ()
            for source, target in pairs:
                if source == target or self._is_relator(target, selection):
                    continue
                for relation in self._relations(rule, subject, selection, classes, target, parties):
                    yield Drawn(source, target, relation, label, directed, subject, valid)

    def _is_relator(self, iri: str, selection: int) -> bool:
        """Say whether something is drawn as edges, so that none can end in it.

        A measure may promote a cooperation: the full view has that, the compact one does not.
        """
        classes = frozenset(seen(self._facts.types.get(iri, {}), selection))
        known = self._relators.get(classes)
        if known is None:
            known = self._relators[classes] = bool(
                self._rules_of(sorted(classes))
            ) and not self.is_node(sorted(classes))
        return known

    def _parties(self, subject: str, selection: int) -> _Parties:
        roles = [
            end
            for end, (byte, _) in self._facts.participants.get(subject, {}).items()
            if is_visible(byte, selection)
        ]
        everyone = sorted({who for who, _ in roles})
        leads = sorted({who for who, role in roles if role == LEAD})
        others = [who for who in everyone if who not in set(leads)]
        if leads and (others or len(everyone) <= 2):
            return _Parties(roles, everyone, leads, others)
        if len(everyone) > 2:  # nobody leads, or everybody does
            return _Parties(roles, everyone, [subject], everyone)
        return _Parties(roles, everyone, everyone, [])

    def _pairs(
        self, rule: EdgeRule, subject: str, selection: int, parties: _Parties
    ) -> tuple[Iterable[tuple[str, str]], bool]:
        """Return the ends that a rule joins, and whether with a direction."""
        sources = self._find(rule.source, subject, selection, parties)
        if rule.target != "role:*":
            targets = self._find(rule.target, subject, selection, parties)
            return product(sources, targets), rule.directed
        if rule.source == "self":
            return product(sources, parties.everyone), rule.directed
        if not parties.others and len(parties.everyone) == 2:
            return [(parties.everyone[0], parties.everyone[1])], False
        return product(sources, parties.others), rule.directed

    def _find(self, end: str, subject: str, selection: int, parties: _Parties) -> list[str]:
        if end == "self":
            return [subject]
        if end == "role:lead":
            return parties.speakers
        if end.startswith("role:"):
            role = SCHEME + "role/" + end.removeprefix("role:")
            return sorted({who for who, as_role in parties.roles if as_role == role})
        values = self._facts.values[COOP + end.removeprefix("coop:")].get(subject, {})
        return sorted(seen(values, selection))

    def _relations(
        self,
        rule: EdgeRule,
        subject: str,
        selection: int,
        classes: list[str],
        target: str,
        parties: _Parties,
    ) -> list[str]:
        if rule.relation == "class":
            return [self._facts.tree.most_specific(classes) or ""]
        if rule.relation == "coop:role":
            return sorted({role for who, role in parties.roles if who == target})
        if rule.relation.startswith("coop:"):
            prop = COOP + rule.relation.removeprefix("coop:")
            values = self._facts.values[prop].get(subject, {})
            found = sorted(seen(values, selection))
            # A cooperation whose type is not known is still a cooperation.
            return found or [self._facts.tree.most_specific(classes) or ""]
        return [COOP + rule.relation]

    def _valid(self, subject: str, selection: int) -> tuple[int, int]:
        """Return the actual dates, else the planned ones, else open ends."""
        days: list[int | None] = []
        for prop in DATES:
            values = self._facts.values[prop].get(subject)
            numbers = [day_number(v) for v in seen(values, selection)] if values else []
            known = [n for n in numbers if n is not None]
            days.append(min(known) if known else None)
        return valid_days(*days)


def _union(values: dict[str, int]) -> int:
    union = 0
    for layers in values.values():
        union |= layers
    return union


T = TypeVar("T")

Edge = tuple[Drawn, int]
"""An edge and its visibility byte."""


def build_snapshot(store: ox.Store, view: str, table: Projection) -> Snapshot:
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
    """
    facts = read_facts(store, _properties(table))
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
        adjacency=Adjacency.build(
            len(iris),
            np.fromiter((index[e[0].source] for e in edges), np.int32, len(edges)),
            np.fromiter((index[e[0].target] for e in edges), np.int32, len(edges)),
            np.fromiter((e[0].directed for e in edges), np.bool_, len(edges)),
            subject=np.array(subject_codes, np.int32),
            relation=np.array(relation_codes, np.uint16),
            visible=np.fromiter((e[1] for e in edges), np.uint8, len(edges)),
            interval=np.array(interval_codes, np.uint32),
            interval_from=np.array([first for first, _ in intervals], np.int32),
            interval_to=np.array([last for _, last in intervals], np.int32),
        ),
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
