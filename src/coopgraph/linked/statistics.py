"""What a generation holds, counted in the store: for its VoID description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.vocabulary import BASE, COOP, DERIVED, ID, LAYERS, layer_of

ENTITY: Final = f"^{BASE}(id|scheme)/[^#]+$".replace(".", r"\.")
"""What counts as an entity: a thing or a concept, not a part of one."""

_EXAMPLES: Final = 5
_CANDIDATES: Final = 200


@dataclass(frozen=True)
class GraphCount:
    """One named graph.

    Attributes
    ----------
    iri
        Its IRI.
    triples
        How many statements it has.
    layer
        ``stated``, ``background``, ``analyst``, or None: vocabulary, provenance.
    derived
        Whether rules made it.
    """

    iri: str
    triples: int
    layer: str | None
    derived: bool


@dataclass(frozen=True)
class Statistics:
    """The numbers of one generation; statements that several graphs make count once.

    Attributes
    ----------
    triples, subjects, objects, entities
        Distinct ones.
    classes
        By class: how many resources are of it.
    properties
        By property: how many statements have it.
    graphs
        Each named graph.
    layers
        By layer: distinct statements of its graphs.
    vocabularies
        Namespaces of the classes and properties.
    examples
        Resources that most passages speak of.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    classes: dict[str, int]
    properties: dict[str, int]
    graphs: tuple[GraphCount, ...]
    layers: dict[str, int]
    vocabularies: tuple[str, ...]
    examples: tuple[str, ...]


def count(store: ox.Store, shown: Callable[[str], bool]) -> Statistics:
    """Count what a store holds in its default graph, the union, and in each named graph.

    Parameters
    ----------
    store
        The generation's store.
    shown
        Whether a resource is one that people look for: only such are examples.
    """
    classes = _by(store, "SELECT ?k (COUNT(DISTINCT ?s) AS ?n) { ?s a ?k } GROUP BY ?k ORDER BY ?k")
    properties = _by(store, "SELECT ?k (COUNT(*) AS ?n) { ?s ?k ?o } GROUP BY ?k ORDER BY ?k")
    graphs = tuple(
        GraphCount(iri, n, _layer(iri), iri.startswith(DERIVED))
        for iri, n in _by(
            store, "SELECT ?k (COUNT(*) AS ?n) { GRAPH ?k { ?s ?p ?o } } GROUP BY ?k ORDER BY ?k"
        ).items()
    )
    layers = {}
    for layer in LAYERS:
        named = [f"<{g.iri}>" for g in graphs if g.layer == layer and not g.derived]
        if named:
            layers[layer] = _one(
                store,
                "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { VALUES ?g { "
                + " ".join(named)
                + " } GRAPH ?g { ?s ?p ?o } } }",
            )
    return Statistics(
        triples=_one(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        subjects=_one(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        objects=_one(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        entities=_one(
            store,
            "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER(isIRI(?s) && "
            f"REGEX(STR(?s), {ox.Literal(ENTITY)})) }}",
        ),
        classes=classes,
        properties=properties,
        graphs=graphs,
        layers=layers,
        vocabularies=tuple(sorted({_namespace(iri) for iri in (*classes, *properties)})),
        examples=tuple(
            iri
            for iri in _by(
                store,
                f"SELECT ?k (COUNT(?e) AS ?n) {{ ?k <{COOP}evidencedBy> ?e "
                f'FILTER(STRSTARTS(STR(?k), "{ID}") && !CONTAINS(STR(?k), "#")) }} '
                f"GROUP BY ?k ORDER BY DESC(?n) ?k LIMIT {_CANDIDATES}",
            )
            if shown(iri)
        )[:_EXAMPLES],
    )


def _layer(graph: str) -> str | None:
    return layer_of(graph.replace(DERIVED, BASE + "graph/", 1))


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1]


def _rows(store: ox.Store, query: str) -> Any:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
    return rows


def _one(store: ox.Store, query: str) -> int:
    return next(int(row["n"].value) for row in _rows(store, query))


def _by(store: ox.Store, query: str) -> dict[str, int]:
    return {row["k"].value: int(row["n"].value) for row in _rows(store, query)}
