"""The service description parses, and what it claims is true."""

from __future__ import annotations

import pytest
import rdflib
from rdflib import RDF, URIRef

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "JSON-LD": "application/ld+json",
    "RDF_XML": "application/rdf+xml",
    "TriG": "application/trig",
    "N-Quads": "application/n-quads",
}
UPDATE = {"Content-Type": "application/sparql-update"}
READERS = {
    "text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}  # fmt: skip


@pytest.fixture(scope="module")
def description(client) -> rdflib.Graph:
    return rdflib.Graph().parse(data=client.get("/sparql").content, format="turtle")


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_comes_in_every_graph_format(client, description, kind):
    response = client.get("/sparql", headers={"Accept": kind})
    assert response.headers["content-type"].split(";")[0] == kind
    assert response.headers["vary"] == "Accept"
    read = rdflib.Graph().parse(data=response.content, format=READERS[kind])
    assert set(read) == set(description)


def test_turtle_is_what_a_browser_gets(client):
    response = client.get("/sparql", headers={"Accept": "*/*"})
    assert response.headers["content-type"].startswith("text/turtle")


def test_nothing_that_is_accepted_is_406(client, problem):
    assert problem(client.get("/sparql", headers={"Accept": "image/png"}))["status"] == 406


def test_the_endpoint_is_where_it_was_asked(client, server, description):
    (service,) = description.subjects(RDF.type, SD.Service)
    assert description.value(service, SD.endpoint) == URIRef(f"{server.url}/sparql")
    assert client.get(f"{server.url}/sparql?query=ASK%7B%7D").status_code == 200


def test_every_result_format_is_served(client, description):
    (service,) = description.subjects(RDF.type, SD.Service)
    claimed = {str(f).removeprefix(FORMATS) for f in description.objects(service, SD.resultFormat)}
    assert claimed == set(MEDIA_TYPES)
    for name in claimed:
        kind = MEDIA_TYPES[name]
        query = (
            "SELECT * {} LIMIT 1" if "Results" in name else "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"
        )
        response = client.get("/sparql", params={"query": query}, headers={"Accept": kind})
        assert response.headers["content-type"].split(";")[0] == kind


def test_both_languages_and_the_union_are_claimed(client, description):
    (service,) = description.subjects(RDF.type, SD.Service)
    languages = set(description.objects(service, SD.supportedLanguage))
    assert languages == {SD.SPARQL11Query, SD.SPARQL11Update}
    assert set(description.objects(service, SD.feature)) == {SD.UnionDefaultGraph}


def test_a_bare_store_claims_what_it_is(bare):
    text = "CREATE GRAPH <http://x/empty>; INSERT DATA { GRAPH <http://x/g> { <x:a> <x:b> 1 } }"
    assert bare.post("/sparql", content=text, headers=UPDATE).status_code == 204
    description = rdflib.Graph().parse(data=bare.get("/sparql").content, format="turtle")
    (service,) = description.subjects(RDF.type, SD.Service)
    assert set(description.objects(service, SD.feature)) == {SD.EmptyGraphs}
    dataset = description.value(service, SD.defaultDataset)
    assert description.value(dataset, SD.defaultGraph)
    names = {str(name) for name in description.objects(None, SD.name)}
    assert names == {"http://x/empty", "http://x/g"}
    asked = {"query": "ASK { ?s ?p ?o }"}
    assert bare.get("/sparql", params=asked).json()["boolean"] is False  # it is no union
    assert bare.get("/store?graph=http://x/empty").status_code == 200


def test_every_named_graph_is_there_and_no_other(client, description):
    claimed = {str(g) for g in description.objects(None, SD.name)}
    rows = client.get(
        "/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}
    ).json()["results"]["bindings"]
    assert claimed == {row["g"]["value"] for row in rows}
