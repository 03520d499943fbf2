"""What layers say of a resource, most trusted first: values, labels, status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from coopgraph.graph.layers import BIT
from coopgraph.graph.remembered import Quads
from coopgraph.vocabulary import (
    COOP,
    DCT,
    RDFS,
    SKOS,
    VOCABULARY_GRAPH,
    layer_of,
    local_name,
)

LANGUAGES: Final = ("zh", "en")
LABELS: Final = tuple(
    ox.NamedNode(iri)
    for iri in (SKOS + "prefLabel", RDFS + "label", COOP + "officialName", DCT + "title",
                SKOS + "altLabel")
)  # fmt: skip
STATUS: Final = ox.NamedNode(COOP + "status")
STATUS_RECORD: Final = ox.NamedNode(COOP + "hasStatusRecord")
HAS_PARTICIPATION: Final = ox.NamedNode(COOP + "hasParticipation")
PARTICIPANT: Final = ox.NamedNode(COOP + "participant")
RECORD_DATE: Final = ox.NamedNode(COOP + "recordDate")


def values_of(
    store: Quads, iri: str, prop: ox.NamedNode, layers: Iterable[str]
) -> Iterator[ox.NamedNode | ox.Literal]:
    """Yield what the vocabulary and then each layer say, most trusted first, in stable order."""
    allowed: dict[str | None, int] = {None: 0}
    allowed.update((layer, i) for i, layer in enumerate(layers, 1))
    found = []
    for quad in store.quads_for_pattern(ox.NamedNode(iri), prop, None, None):
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        layer = layer_of(graph)
        if layer in allowed and (layer or graph == VOCABULARY_GRAPH):
            found.append((allowed[layer], str(quad.object), quad.object))
    for _, _, term in sorted(found, key=lambda f: f[:2]):
        if isinstance(term, ox.NamedNode | ox.Literal):
            yield term


def iris_of(
    store: Quads, iri: str, prop: ox.NamedNode, layers: Iterable[str]
) -> Iterator[ox.NamedNode]:
    """Yield the resources among what :func:`values_of` yields."""
    return (term for term in values_of(store, iri, prop, layers) if isinstance(term, ox.NamedNode))


def label_of(store: Quads, iri: str, layers: Iterable[str]) -> dict[str, str]:
    """Return the label of a resource in Chinese and in English, as some layers give it.

    A language without a label takes the other's; a resource without any is called by the last
    part of its IRI.
    """
    layers = tuple(layers)
    label: dict[str, str] = {}
    others: list[str] = []  # in another language, or in none
    for prop in LABELS:
        for term in values_of(store, iri, prop, layers):
            if isinstance(term, ox.Literal):
                language = (term.language or "").split("-")[0]
                if language in LANGUAGES:
                    label.setdefault(language, term.value)
                else:
                    others.append(term.value)
        if len(label) == len(LANGUAGES):
            break
    fallback = next(iter([*label.values(), *others]), local_name(iri))
    return {language: label.get(language, fallback) for language in LANGUAGES}


def status_of(store: Quads, iri: str, layers: Iterable[str]) -> str | None:
    """Return the status of a resource: that of its latest record, else the one it is given.

    Where layers differ, the latest record of all of them counts; without records the most trusted
    layer's word does.
    """
    layers = tuple(layers)
    records = [
        (day.value, status.value)
        for record in iris_of(store, iri, STATUS_RECORD, layers)
        for day in values_of(store, record.value, RECORD_DATE, layers)
        for status in iris_of(store, record.value, STATUS, layers)
    ]
    if records:
        return max(records)[1]
    return next((term.value for term in iris_of(store, iri, STATUS, layers)), None)


def said_in(store: Quads, subject: str, end: str) -> int:
    """Return the bits of the layers in which a resource leads to another.

    By a property of its own, or by way of a participation.
    """
    node, other = ox.NamedNode(subject), ox.NamedNode(end)
    found = 0
    for quad in store.quads_for_pattern(node, None, other, None):
        found |= _bit(quad)
    for quad in store.quads_for_pattern(None, PARTICIPANT, other, None):
        for had in store.quads_for_pattern(node, HAS_PARTICIPATION, quad.subject, None):
            # Both must be said, so it is the word of whoever is trusted less.
            found |= max(_bit(quad), _bit(had)) if _bit(quad) and _bit(had) else 0
    return found


def _bit(quad: ox.Quad) -> int:
    graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
    layer = layer_of(graph)
    return BIT[layer] if layer else 0
