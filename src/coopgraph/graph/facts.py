"""What the projection needs to know of the store, read in one pass a property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.graph.layers import ALL
from coopgraph.graph.marks import mark_graphs
from coopgraph.store.statements import Column, Statements, text_of
from coopgraph.vocabulary import COOP, RDF, RDFS, VOCABULARY_GRAPH

Values = dict[str, dict[str, int]]
"""Subject → value → the bits of the layers that say so."""

Parties = dict[tuple[str, str], tuple[int, int]]
"""Participant and role → visibility byte, and the bits of the layers that bear on it."""

TYPE: Final = RDF + "type"
_PARTS: Final = tuple(COOP + name for name in ("hasParticipation", "participant", "role"))
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


def fact_properties(properties: Iterable[str]) -> set[str]:
    """Return the IRIs of all properties that facts are read of, given those of the projection."""
    return {*properties, TYPE, *DATES, *_PARTS}


def read_facts(
    store: ox.Store, properties: Iterable[str], statements: Statements | None = None
) -> Facts:
    """Read types, the given properties, dates and participations of all layers.

    Parameters
    ----------
    store
        The generation's store.
    properties
        IRIs of properties.
    statements
        The same generation's, where they have been read; at least of :func:`fact_properties`.
    """
    properties = set(properties)
    if statements is None:
        statements = Statements.read(store, mark_graphs(store), fact_properties(properties))
    reader = _Reader(statements)
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
        types=reader.resources(TYPE),
        values={
            **{prop: reader.resources(prop) for prop in properties},
            **{prop: reader.texts(prop) for prop in DATES},
        },
        concepts=concepts,
        participants=_participants(*(reader.resources(prop) for prop in _PARTS)),
        tree=ClassTree(parents),
        terms=frozenset(terms),
    )


class _Reader:
    """Reads what layers say from columns; what is derived, and the vocabulary, are no facts."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._names = statements.names()

    def resources(self, prop: str) -> Values:
        """Return the values of a property that are resources."""
        first, last = self._statements.iris
        column = self._statements.columns[prop]
        wanted = (column.value >= first) & (column.value < last)
        names = self._names
        return self._values(column, wanted, lambda value: names[value - first])

    def texts(self, prop: str) -> Values:
        """Return the texts of a property's values that are literals."""
        first, last = self._statements.iris
        column, terms = self._statements.columns[prop], self._statements.terms
        written = {int(i): terms[i] for i in np.unique(column.value)}
        texts = {
            i: text
            for i, token in written.items()
            if not first <= i < last and (text := text_of(token)) is not None
        }
        wanted = np.isin(column.value, np.fromiter(texts, np.int64, len(texts)))
        return self._values(column, wanted, texts.__getitem__)

    def _values(
        self, column: Column, wanted: NDArray[np.bool_], value_of: Callable[[int], str]
    ) -> Values:
        first, last = self._statements.iris
        layers = column.marks & ALL
        rows = wanted & (layers != 0) & (column.subject >= first) & (column.subject < last)
        values: Values = {}
        before = -1
        for subject, value, bits in zip(
            column.subject[rows].tolist(),
            column.value[rows].tolist(),
            layers[rows].tolist(),
            strict=True,
        ):
            if subject != before:  # they are sorted by subject
                found = values[self._names[subject - first]] = {}
                before = subject
            text = value_of(value)
            found[text] = found.get(text, 0) | bits  # "a"@en and "a"@fr are one text
        return values


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
