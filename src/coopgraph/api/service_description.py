"""The SPARQL 1.1 Service Description: only what is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import Response

from coopgraph.api.negotiation import choose
from coopgraph.api.respond import not_modified, weak_etag
from coopgraph.store.graph_store import GraphStore
from coopgraph.store.result_formats import BY_FORM, BY_NAME
from coopgraph.vocabulary import RDF

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def describe(endpoint: str, graph: GraphStore) -> Iterator[ox.Triple]:
    """Yield the description of the service at an endpoint."""

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    service, dataset, default = (node(f"{endpoint}#{n}") for n in ("service", "dataset", "default"))

    def say(subject: ox.NamedNode, name: str, value: ox.NamedNode) -> ox.Triple:
        return ox.Triple(subject, node(SD + name), value)

    def a(subject: ox.NamedNode, name: str) -> ox.Triple:
        return ox.Triple(subject, node(RDF + "type"), node(SD + name))

    yield a(service, "Service")
    yield say(service, "endpoint", node(endpoint))
    settings = graph.settings
    remote = bool(settings.store)
    written = not remote or settings.store_update or settings.store_graph
    for language in ("SPARQL11Query", *(("SPARQL11Update",) if written else ())):
        yield say(service, "supportedLanguage", node(SD + language))
    if not remote:  # a remote store has a default graph and formats of its own
        # A graph of a layer is gone with its last statement; a bare store keeps it until dropped.
        kind = "UnionDefaultGraph" if graph.union_default_graph else "EmptyGraphs"
        yield say(service, "feature", node(SD + kind))
        for name in BY_NAME:
            yield say(service, "resultFormat", node(FORMATS + _FORMAT_NAMES[name]))
    if graph.settings.service_allow:
        yield say(service, "feature", node(SD + "BasicFederatedQuery"))
    yield say(service, "defaultDataset", dataset)
    yield a(dataset, "Dataset")
    yield say(dataset, "defaultGraph", default)
    yield a(default, "Graph")
    for i, name in enumerate(_names(graph)):
        named = node(f"{endpoint}#graph-{i + 1}")
        yield say(dataset, "namedGraph", named)
        yield a(named, "NamedGraph")
        yield say(named, "name", node(name))


def _names(graph: GraphStore) -> list[str]:
    graphs = graph.reader.store.named_graphs()
    return sorted(g.value for g in graphs if isinstance(g, ox.NamedNode))


def respond(request: Request, graph: GraphStore) -> Response:
    """Return the description in the format the client takes."""
    offered = {f.media_type: f for f in BY_FORM["graph"]}
    chosen = offered[choose(request.headers.getlist("accept"), list(offered))]
    tag = weak_etag(request, graph.generation, chosen.name, str(request.base_url))
    if same := not_modified(request, tag, "Accept"):
        return same
    endpoint = str(request.url.replace(query="", fragment=""))
    assert isinstance(chosen.engine, ox.RdfFormat)  # noqa: S101  (the formats of graphs are)
    body = ox.serialize(
        describe(endpoint, graph),
        format=chosen.engine,
        prefixes={"sd": SD, "formats": FORMATS},
    )
    headers = {"Vary": "Accept", "ETag": tag, "Cache-Control": "no-cache"}
    return Response(body, headers=headers, media_type=chosen.content_type)
