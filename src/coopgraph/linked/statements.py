"""What a person is shown of a resource: its statements, what they rest on, and who refers to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.graph.layers import BIT, selection_of
from coopgraph.graph.words import Words
from coopgraph.linked.document import CITES, is_derived, order, said_of
from coopgraph.linked.fragments import Fragments
from coopgraph.linked.names import belongs, document_of
from coopgraph.linked.texts import graph_label, property_label
from coopgraph.vocabulary import (
    BASE,
    COOP,
    DERIVED,
    LAYERS,
    RDF,
    SKOS,
    VOCABULARY_GRAPH,
    layer_of,
    local_name,
    short_id,
)

SHOWN: Final = 200
"""So many statements are shown at once."""

MOST: Final = 20_000
"""So many references to a resource are looked at; a hub has more."""

TYPE: Final = RDF + "type"
INTERPRETATION: Final = COOP + "interpretation"
_RULE: Final = ox.NamedNode(COOP + "derivedBy")
_READING: Final = (COOP + "reading", COOP + "rationale")
_INNER: Final = 2  # parts of parts are shown, no deeper
_QUOTED: Final = 60


@dataclass
class Value:
    """One end of a statement.

    Attributes
    ----------
    text
        What it is called, or what it says.
    iri
        Of a resource; None for a literal.
    language, datatype
        Of a literal.
    layers
        Who says so: layers, ``vocabulary``, or the graph's own name.
    notes
        Numbers of the passages it rests on.
    parts
        What a fragment says, shown in its place.
    """

    text: str
    iri: str | None = None
    language: str | None = None
    datatype: str | None = None
    layers: list[str] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)


@dataclass
class Row:
    """One property with its values; in derived rows the rule that made them."""

    iri: str
    label: str
    values: list[Value]
    rule: str | None = None


@dataclass
class Notes:
    """The passages that a page cites, numbered in the order in which they are met."""

    found: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def cite(self, evidence: Iterable[dict[str, Any]]) -> list[int]:
        """Return the numbers of some passages."""
        numbers = []
        for piece in evidence:
            known = self.found.setdefault(piece["id"], (len(self.found) + 1, piece))
            numbers.append(known[0])
        return sorted(set(numbers))

    @property
    def listed(self) -> list[tuple[int, dict[str, Any]]]:
        """Number and passage, in order."""
        return list(self.found.values())


@dataclass(frozen=True)
class References:
    """A page of the statements that others make about a resource.

    Attributes
    ----------
    rows
        By property: who makes them.
    first, shown, total
        Which of how many these are, counted from 1.
    more
        Whether there are even more than were counted.
    """

    rows: list[Row]
    first: int
    shown: int
    total: int
    more: bool


class Describer:
    """Reads the statements of one generation for pages in one language.

    Parameters
    ----------
    store, fragments, words
        The generation.
    layers
        The layers that may speak.
    language
        ``zh`` or ``en``.
    """

    def __init__(
        self,
        store: ox.Store,
        fragments: Fragments,
        words: Words,
        layers: tuple[str, ...],
        language: str,
    ) -> None:
        self._store = store
        self._fragments = fragments
        self._words = words
        self.layers = layers
        self.selection = selection_of(layers)
        self.language = language
        self.notes = Notes()

    def name(self, iri: str) -> str:
        """Return what a resource is called; a passage by its words, a part by its whole."""
        label = self._words.label(iri, self.selection)[self.language]
        if label != local_name(iri):
            return label
        known = property_label(iri, self.language) or graph_label(iri, self.language)
        if known:
            return known
        if not iri.startswith(BASE):
            return iri.removeprefix("https://").removeprefix("http://")
        quote = self._quotation(iri)
        if quote:
            return f"“{quote[:_QUOTED]}{'…' if len(quote) > _QUOTED else ''}”"
        whole = document_of(iri)
        if whole != iri and whole != COOP.rstrip("#"):
            return f"{self.name(whole)} · {local_name(iri)}"
        return label

    def _quotation(self, iri: str) -> str | None:
        # Only of what has a selector: to look at every resource would be in vain.
        for quad in self._store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode("http://www.w3.org/ns/oa#hasSelector"), None, None
        ):
            if isinstance(quad.object, ox.NamedNode):
                for said in self._store.quads_for_pattern(
                    quad.object, ox.NamedNode("http://www.w3.org/ns/oa#exact"), None, None
                ):
                    return str(said.object.value)  # type: ignore[union-attr]
        return None

    def types(self, iri: str) -> list[Value]:
        """Return the classes of a resource."""
        return [v for row in self.rows(iri, 0) if row.iri == TYPE for v in row.values]

    def rows(self, iri: str, depth: int = _INNER, *, derived: bool = False) -> list[Row]:
        """Return what a resource says, property by property, its types first."""
        subject = ox.NamedNode(iri)
        quads = [
            quad
            for quad in sorted(said_of(self._store, subject, self.layers), key=order)
            if is_derived(quad) == derived
        ]
        return self._grouped([(quad, quad.object) for quad in quads], depth, document_of(iri))

    def reading(self, value: Value) -> list[Row]:
        """Return what an interpretation says in the language of the page, its reading first.

        What it is called and its type are told already, the passages that it cites become notes.
        """
        if value.iri is None:
            return []
        value.notes = self.notes.cite(self._words.evidence(value.iri, self.selection))
        rows = [
            row for row in self.rows(value.iri) if row.iri not in (TYPE, *CITES, SKOS + "prefLabel")
        ]
        for row in rows:
            told = [v for v in row.values if (v.language or "").startswith(self.language)]
            row.values = told or row.values
        return sorted(
            rows, key=lambda row: (_READING.index(row.iri) if row.iri in _READING else 9, row.iri)
        )

    def parts(self, iri: str) -> list[tuple[str, list[Row]]]:
        """Return the fragments of a resource to which nothing shown leads, with what they say."""
        shown: set[str] = set()

        def look(rows: list[Row]) -> None:
            for row in rows:
                for value in row.values:
                    if value.parts and value.iri:
                        shown.add(value.iri)
                        look(value.parts)

        look(self.rows(iri))
        found = ((part, self.rows(part)) for part in self._fragments.of(iri) if part not in shown)
        return [(part, rows) for part, rows in found if rows]

    def references(self, iri: str, page: int = 1, *, derived: bool = False) -> References:
        """Return a page of what others say about a resource.

        Parts of the resource itself are no others.
        """
        quads = [
            quad
            for quad in islice(
                self._store.quads_for_pattern(None, None, ox.NamedNode(iri), None), 2 * MOST
            )
            if isinstance(quad.graph_name, ox.NamedNode)
            and belongs(quad.graph_name.value, self.layers)
            and is_derived(quad) == derived
            and isinstance(quad.subject, ox.NamedNode)
            and document_of(quad.subject.value) != iri
        ]
        said: dict[tuple[str, str], list[ox.Quad]] = {}
        for quad in sorted(quads, key=lambda q: (q.predicate.value, str(q.subject), order(q))):
            said.setdefault((quad.predicate.value, quad.subject.value), []).append(quad)  # type: ignore[union-attr]
        first = (page - 1) * SHOWN
        part = list(said.values())[first : first + SHOWN]
        rows = self._grouped([(q, q.subject) for group in part for q in group], 0, None)
        return References(rows, first + 1, len(part), len(said), len(quads) >= MOST)

    def _grouped(
        self, found: list[tuple[ox.Quad, Any]], depth: int, document: str | None
    ) -> list[Row]:
        rows: dict[tuple[str, str | None], tuple[Row, dict[str, Value]]] = {}
        for quad, end in found:
            prop = quad.predicate.value
            rule = self._rule(quad) if is_derived(quad) else None
            known = rows.get((prop, rule))
            if known is None:
                known = rows[prop, rule] = (Row(prop, self.name(prop), [], rule), {})
            row, values = known
            value = values.get(str(end))
            if value is None:
                value = values[str(end)] = self._value(end, depth, document)
                row.values.append(value)
            self._say(value, quad)
        for row, _ in rows.values():  # the language of the page first
            row.values.sort(key=lambda v: bool(v.language) and v.language != self.language)
        return [row for row, _ in rows.values()]

    def _value(self, end: Any, depth: int, document: str | None) -> Value:
        if isinstance(end, ox.Literal):
            plain = end.language or end.datatype.value.endswith("#string")
            datatype = None if plain else local_name(end.datatype.value)
            return Value(end.value, language=end.language, datatype=datatype)
        if isinstance(end, ox.BlankNode):
            return Value("[ ]")
        value = Value(self.name(end.value), end.value)
        inside = document is not None and end.value.startswith(document + "#")
        if inside and depth:
            value.parts = self.rows(end.value, depth - 1)
        return value

    def _say(self, value: Value, quad: ox.Quad) -> None:
        graph = quad.graph_name.value  # type: ignore[union-attr]
        layer = layer_of(graph)
        if is_derived(quad):
            layer = graph.removeprefix(DERIVED).partition("/")[0]
        elif layer is not None and quad.predicate.value not in CITES:
            subject = quad.subject.value  # type: ignore[union-attr]
            cited = self._words.evidence(subject, BIT[layer], quad.predicate.value)
            if not cited and (whole := document_of(subject)) != subject:
                cited = self._words.evidence(whole, BIT[layer], quad.predicate.value)
            value.notes = sorted({*value.notes, *self.notes.cite(cited)})
        said_by = layer or ("vocabulary" if graph == VOCABULARY_GRAPH else short_id(graph))
        if said_by not in value.layers:
            value.layers.append(local_name(said_by) if layer is None else said_by)
            value.layers.sort(key=lambda name: (_trust(name), name))

    def _rule(self, quad: ox.Quad) -> str:
        """Return the rule of a derived statement: its graph names it, or else its property."""
        graph = quad.graph_name.value  # type: ignore[union-attr]
        rule = graph.removeprefix(DERIVED).partition("/")[2]
        if rule:
            return rule
        for said in self._store.quads_for_pattern(quad.predicate, _RULE, None, None):
            return str(said.object.value)  # type: ignore[union-attr]
        return local_name(quad.predicate.value)


def _trust(name: str) -> int:
    return LAYERS.index(name) if name in LAYERS else len(LAYERS)
