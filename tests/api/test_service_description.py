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


def test_updates_are_not_claimed_and_the_union_is(client, description):
    (service,) = description.subjects(RDF.type, SD.Service)
    assert list(description.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]
    features = set(description.objects(service, SD.feature))
    assert SD.UnionDefaultGraph in features
    assert SD.BasicFederatedQuery not in features


def test_every_named_graph_is_there_and_no_other(client, description):
    claimed = {str(g) for g in description.objects(None, SD.name)}
    rows = client.get(
        "/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}
    ).json()["results"]["bindings"]
    assert claimed == {row["g"]["value"] for row in rows}
