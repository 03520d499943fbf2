"""Words for what is shown: labels, statuses, quotations and readings, fetched from the store."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, iso_date
from coopgraph.graph.evidence import rests_on
from coopgraph.graph.facts import Kept
from coopgraph.graph.interpretations import (
    OF_A_PARTY,
    SHOWN_OF_AN_EDGE,
    Readings,
    bearing_on,
    interpretations_of,
    is_property,
)
from coopgraph.graph.labels import iris_of, label_of, said_in, status_of, values_of
from coopgraph.graph.layers import ANYWHERE, is_visible, layers_of, most_trusted, sayer
from coopgraph.graph.remembered import Quads, Remembered
from coopgraph.graph.snapshot import UNTYPED, Snapshot
from coopgraph.vocabulary import (
    COOP,
    DCT,
    LAYERS,
    OA,
    RDF,
    SCHEME,
    local_name,
    short_id,
)

EVIDENCED_BY: Final = ox.NamedNode(COOP + "evidencedBy")
SUPPORTS: Final = ox.NamedNode(COOP + "supports")
SOURCE: Final = ox.NamedNode(DCT + "source")
TYPE: Final = ox.NamedNode(RDF + "type")
_CACHED: Final = 100_000


class Words:
    """The words of one snapshot.

    Parameters
    ----------
    store
        The generation's store.
    snapshot
        The view they are for.
    kept
        Gives the columns of a graph that are kept beside the generation.
    """

    def __init__(self, store: ox.Store, snapshot: Snapshot, kept: Kept = lambda _: None) -> None:
        self._store: Quads = Remembered(store)
        self._snapshot = snapshot
        # Mapped once a generation: each time it is looked whether a file is sound.
        self.kept: Kept = lru_cache(maxsize=None)(kept)
        # By selection: all words of a small graph in bulk, for whoever writes it next.
        self.in_bulk: dict[int, Any] = {}
        # Caches of bounded size that live and die with the generation.
        self._label: Callable[[str, int], dict[str, str]] = lru_cache(_CACHED)(self._read_label)
        self._evidence: Callable[[str, int, str | None, str | None], list[dict[str, Any]]] = (
            lru_cache(_CACHED)(self._read_evidence)
        )
        self._readings: Callable[[str, int], Readings] = lru_cache(_CACHED)(self._read_readings)
        self._status: Callable[[str, int], str | None] = lru_cache(_CACHED)(self._read_status)

    def label(self, iri: str, selection: int) -> dict[str, str]:
        """Return ``{"zh", "en"}`` of any resource."""
        return dict(self._label(iri, selection))

    def node(self, node: int, selection: int) -> dict[str, Any]:
        """Return a node in the shape of the API."""
        iri = self._snapshot.nodes[node]
        return {
            "id": short_id(iri),
            "iri": iri,
            "type": self._snapshot.type_of(node, selection),
            "label": dict(self._label(iri, selection)),
        }

    def resource(self, iri: str, selection: int) -> dict[str, Any]:
        """Return any resource in the shape of a node, also one that is none in this view."""
        node = self._snapshot.find(iri, selection)
        if node is not None:
            return self.node(node, selection)
        above = self._snapshot.superclasses
        names = [
            local_name(term.value) for term in iris_of(self._store, iri, TYPE, layers_of(selection))
        ]
        return {
            "id": short_id(iri),
            "iri": iri,
            "type": min(names, key=lambda n: (-len(above.get(n, ())), n), default=UNTYPED),
            "label": dict(self._label(iri, selection)),
        }

    def edge(self, edge: int, selection: int) -> dict[str, Any]:
        """Return an edge in the shape of the API, with its evidence."""
        s = self._snapshot
        at, to, kind = s.adjacency.place(edge)
        kinds = s.adjacency.kinds
        ends = [s.nodes[at], s.nodes[to]]
        source, target = (short_id(end) for end in ends)
        relation = s.relations[kinds.relation[kind]]
        via = s.via(edge)
        subject = s.subjects[s.subject[edge]]
        # Ids are unique: a term of another vocabulary is written out.
        said = relation.name if relation.iri.startswith((COOP, SCHEME)) else relation.iri
        parts = [source, said, target, *([short_id(via)] if via else [])]
        sayers = self._sayers(edge, selection)
        layer, status, evidence = self._said(edge, selection, sayers)
        of_a_party = via is not None or not is_property(relation.iri)  # a project's role, say
        concerned = {relation.iri, *SHOWN_OF_AN_EDGE, *(OF_A_PARTY if of_a_party else ())}
        return {
            "id": "|".join(parts),
            "source": source,
            "target": target,
            "relation": relation.name,
            "label": dict(relation.label),
            "directed": bool(kinds.directed[kind]),
            "via": short_id(via) if via else None,
            "status": status,
            "valid": self.valid(edge),
            "layer": layer,
            "evidence": evidence,
            "interpretations": self.interpretations(
                subject,
                sayers,
                concerned if via is None or is_property(relation.iri) else None,
            ),
        }

    def said(self, edge: int, selection: int) -> tuple[str, str | None, list[dict[str, Any]]]:
        """Return the layer, the status and the evidence of an edge, as :meth:`edge` does."""
        return self._said(edge, selection, self._sayers(edge, selection))

    def _said(
        self, edge: int, selection: int, sayers: int
    ) -> tuple[str, str | None, list[dict[str, Any]]]:
        s = self._snapshot
        at, to, kind = s.adjacency.place(edge)
        kinds, subject = s.adjacency.kinds, s.subjects[s.subject[edge]]
        ends = [s.nodes[at], s.nodes[to]]
        return (
            LAYERS[sayer(int(kinds.visible[kind]), selection)],
            self._status(subject, selection),
            self.evidence(
                subject, sayers, s.relations[kinds.relation[kind]].iri,
                ends[0] if ends[1] == subject else ends[1],
            ),
        )  # fmt: skip

    def _sayers(self, edge: int, selection: int) -> int:
        """Return the layers whose word an edge is.

        Those that say it by themselves: what a document says of Baowu is no evidence for what the
        list of enterprises says of it. Where none does, because one layer adds to what another
        says, the layers of the part that is trusted least: an analyst who adds a sector to a
        cooperation of the notice does not speak with the notice's words.
        """
        s = self._snapshot
        byte = int(s.visible[edge])
        alone = sum(bit for bit in ANYWHERE if bit & selection and is_visible(byte, bit))
        if alone:
            return alone
        subject = s.subjects[s.subject[edge]]
        source, target, _ = s.adjacency.place(edge)
        ends = {s.nodes[source], s.nodes[target]} - {subject}
        parts = [said_in(self._store, subject, end) & selection for end in sorted(ends)]
        return max((part for part in parts if part), key=most_trusted, default=selection)

    def valid(self, edge: int) -> dict[str, str | None]:
        """Return the first and last day of an edge, None where it has none."""
        s = self._snapshot
        interval = s.interval[edge]
        first, last = int(s.interval_from[interval]), int(s.interval_to[interval])
        return {
            "from": None if first == OPEN_FROM else iso_date(first),
            "to": None if last == OPEN_TO else iso_date(last),
        }

    def evidence(
        self, iri: str, selection: int, prop: str | None = None, other: str | None = None
    ) -> list[dict[str, Any]]:
        """Return where the selected layers say what they say of a resource.

        With a property: where they say that of it. Evidence that names the properties it supports
        is for those alone (``coop:supports``); other evidence is for all the resource says. With
        the property's value, ``other``: where several passages remain, those that the value cites
        too, if any, for they speak of both.

        Each item has the quotation with its document, paragraph and offsets. Where the source is a
        table or a list that is cited as a whole, quotation, paragraph and offsets are None.
        """
        return [dict(e) for e in self._evidence(iri, selection, prop, other)]

    def interpretations(
        self, iri: str, selection: int, props: Collection[str] | None = None
    ) -> list[dict[str, Any]]:
        """Return how open words were read when the selected layers' statements were recorded.

        With properties: only readings that bear on one of them (``coop:concerns``).
        """
        return [dict(said) for said in bearing_on(self._readings(iri, selection), props)]

    def _read_readings(self, iri: str, selection: int) -> Readings:
        return interpretations_of(self._store, iri, layers_of(selection))

    def _read_label(self, iri: str, selection: int) -> dict[str, str]:
        return label_of(self._store, iri, layers_of(selection))

    def _read_status(self, iri: str, selection: int) -> str | None:
        status = status_of(self._store, iri, layers_of(selection))
        return short_id(status) if status else None

    def _read_evidence(
        self, iri: str, selection: int, prop: str | None, other: str | None
    ) -> list[dict[str, Any]]:
        layers = layers_of(selection)
        nodes = [term.value for term in iris_of(self._store, iri, EVIDENCED_BY, layers)]
        return rests_on(
            nodes,
            prop,
            supports=lambda node: {
                term.value
                for term in iris_of(self._store, node, SUPPORTS, layers)
                if any(values_of(self._store, iri, term, layers))
            },
            other=None if other is None else lambda: (
                term.value for term in iris_of(self._store, other, EVIDENCED_BY, layers)
            ),
            quotation=lambda node: quotation(self._store, node),
            sources=[term.value for term in iris_of(self._store, iri, SOURCE, layers)],
        )  # fmt: skip


def quotation(store: Quads, evidence: str) -> dict[str, Any]:
    """Return one evidence node in the shape of the API."""
    found: dict[str, str] = {}
    todo = [ox.NamedNode(evidence)]
    for node in todo:  # the evidence, then its selectors
        for quad in store.quads_for_pattern(node, None, None, None):
            name, term = quad.predicate.value, quad.object
            if name == OA + "hasSelector" and isinstance(term, ox.NamedNode) and term not in todo:
                todo.append(term)
            elif isinstance(term, ox.NamedNode | ox.Literal):
                found[name] = term.value
    number = {
        key: int(found[iri]) if found.get(iri, "").isdecimal() else None
        for key, iri in (
            ("paragraph", COOP + "paragraph"), ("start", OA + "start"), ("end", OA + "end"),
        )
    }  # fmt: skip
    return {
        "id": short_id(evidence),
        "document": short_id(found.get(OA + "hasSource", "")),
        "paragraph": number["paragraph"],
        "quote": found.get(OA + "exact"),
        "start": number["start"],
        "end": number["end"],
    }
