"""How open words were read: the interpretations behind a statement, with who read it so and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.graph.labels import LANGUAGES, iris_of, label_of, values_of
from coopgraph.graph.remembered import Quads
from coopgraph.vocabulary import COOP, PROV, SCHEME, short_id

Readings = list[tuple[dict[str, Any], frozenset[str]]]
"""Interpretations in the shape of the API, each with the properties it concerns."""

SHOWN_OF_AN_EDGE: Final = tuple(
    COOP + name
    for name in ("status", "statusWording", "planFrom", "planTo", "actualFrom", "actualTo")
)
"""What an edge shows of the resource that says it, whatever its relation is."""

OF_A_PARTY: Final = tuple(
    COOP + name for name in ("hasParticipation", "participant", "role", "holder")
)
"""What makes a party the end of an edge that a relator is drawn as."""

INTERPRETATION: Final = ox.NamedNode(COOP + "interpretation")
CONCERNS: Final = ox.NamedNode(COOP + "concerns")
READING: Final = ox.NamedNode(COOP + "reading")
RATIONALE: Final = ox.NamedNode(COOP + "rationale")
ATTRIBUTED: Final = ox.NamedNode(PROV + "wasAttributedTo")


def interpretations_of(store: Quads, iri: str, layers: Sequence[str]) -> Readings:
    """Return the interpretations of a resource, each with the properties it concerns.

    Parameters
    ----------
    store
        The generation's store.
    iri
        The resource.
    layers
        The layers that are asked.

    Returns
    -------
    list
        Each interpretation in the shape of the API (``id``, ``label``, ``reading``,
        ``rationale``, ``by``), and the IRIs of the properties it bears on: none for all of them.
    """
    return [
        (
            {
                "id": short_id(node.value),
                "label": label_of(store, node.value, layers),
                "reading": _text(store, node.value, READING, layers),
                "rationale": _text(store, node.value, RATIONALE, layers),
                "by": [
                    {"id": short_id(who.value), "label": label_of(store, who.value, layers)}
                    for who in iris_of(store, node.value, ATTRIBUTED, layers)
                ],
            },
            frozenset(p.value for p in iris_of(store, node.value, CONCERNS, layers)),
        )
        for node in iris_of(store, iri, INTERPRETATION, layers)
    ]


def is_property(relation: str) -> bool:
    """Say whether a relation is a property, and no class or concept that a relator is drawn by.

    Examples
    --------
    >>> is_property("https://w3id.org/coopgraph/ns#locatedIn")
    True
    >>> is_property("https://w3id.org/coopgraph/ns#SurplusCapacity")
    False
    """
    if relation.startswith(COOP):
        return relation[len(COOP) : len(COOP) + 1].islower()
    return not relation.startswith(SCHEME)


def bearing_on(found: Readings, props: Collection[str] | None) -> list[dict[str, Any]]:
    """Return the interpretations that bear on some of what a resource says.

    Parameters
    ----------
    found
        As :func:`interpretations_of` gives them.
    props
        The properties; None for all that the resource says.

    Examples
    --------
    >>> year, party = {"id": "year"}, {"id": "party"}
    >>> date = "https://w3id.org/coopgraph/ns#documentDate"
    >>> found = [(year, frozenset({date})), (party, frozenset())]
    >>> bearing_on(found, ["https://w3id.org/coopgraph/ns#issuedBy"])
    [{'id': 'party'}]
    >>> bearing_on(found, [date])
    [{'id': 'year'}, {'id': 'party'}]
    """
    wanted = None if props is None else set(props)
    return [said for said, concerns in found if wanted is None or not concerns or wanted & concerns]


def distinct(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return interpretations each once, in the order in which they first come."""
    return list({said["id"]: said for said in found}.values())


def _text(store: Quads, iri: str, prop: ox.NamedNode, layers: Sequence[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for term in values_of(store, iri, prop, layers):
        if isinstance(term, ox.Literal):
            said.setdefault((term.language or "").split("-")[0], term.value)
    fallback = next(iter(said.values()), "")
    return {language: said.get(language, fallback) for language in LANGUAGES}
