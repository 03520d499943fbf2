"""What the projection needs to know of the store, read in one pass a property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox

from coopgraph.graph.layers import ALL, BIT
from coopgraph.store.columns import resources, texts
from coopgraph.vocabulary import COOP, RDF, RDFS, VOCABULARY_GRAPH, layer_of

Values = dict[str, dict[str, int]]
"""Subject → value → the bits of the layers that say so."""

Parties = dict[tuple[str, str], tuple[int, int]]
"""Participant and role → visibility byte, and the bits of the layers that bear on it."""

Column = Callable[[ox.Store, str, str], Iterator[tuple[str, str]]]

TYPE: Final = RDF + "type"
SUBCLASS: Final = RDFS + "subClassOf"
DATES: Final = tuple(COOP + name for name in ("actualFrom", "planFrom", "actualTo", "planTo"))


class ClassTree:
    """The subclass hierarchy of the ontology.

    Parameters
    ----------
    parents
        The direct superclasses of each class.

    Examples
    --------
    >>> tree = ClassTree({"Park": ["Carrier"]})
    >>> tree.most_specific(["Carrier", "Park"])
    'Park'
    """

    def __init__(self, parents: dict[str, list[str]]) -> None:
        self._parents = parents
        self._above: dict[str, frozenset[str]] = {}

    def above(self, iri: str) -> frozenset[str]:
        """Return a class and all its superclasses."""
        known = self._above.get(iri)
        if known is None:
            found = {iri}
            todo = [iri]
            while todo:
                for parent in self._parents.get(todo.pop(), ()):
                    if parent not in found:
                        found.add(parent)
                        todo.append(parent)
            known = self._above[iri] = frozenset(found)
        return known

    def most_specific(self, classes: Iterable[str]) -> str | None:
        """Return the class deepest in the tree; the first by name where several are as deep."""
        return min(classes, key=lambda c: (-len(self.above(c)), c), default=None)


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
