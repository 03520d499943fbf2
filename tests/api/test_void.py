"""The description of the dataset: every number in it is counted again."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from lxml import html
from rdflib import DCAT, DCTERMS, PROV, RDF, VOID, URIRef
from rdflib.compare import isomorphic

from coopgraph.linked.names import EVERYTHING
from coopgraph.linked.void import LICENCE
from coopgraph.vocabulary import GRAPH, ID, LAYERS, VOCABULARY_GRAPH

WHERE = "/.well-known/void"
READERS = {
    "text/turtle": "turtle", "application/ld+json": "json-ld", "application/rdf+xml": "xml",
    "application/n-triples": "nt",
}  # fmt: skip
WHOLE = URIRef(EVERYTHING)


def read(response) -> rdflib.Graph:
    kind = response.headers["content-type"].split(";")[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return rdflib.Graph().parse(data=response.content, format=READERS[kind])


@pytest.fixture(scope="module")
def told(client) -> rdflib.Graph:
    return read(client.get(WHERE, headers={"Accept": "text/turtle"}))


@pytest.fixture(scope="module")
def store(server) -> ox.Store:
    return server.graph.published.store


@pytest.fixture(scope="module")
def count(store):
    def ask(pattern: str, what: str = "*") -> int:
        (row,) = store.query(f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")
        return int(row["n"].value)

    return ask


def number(told, subject, prop) -> int:
    (value,) = told.objects(subject, prop)
    return int(value)


class TestNumbers:
    @pytest.mark.parametrize(
        ("prop", "pattern", "what"),
        [
            ("triples", "?s ?p ?o", "*"),
            ("distinctSubjects", "?s ?p ?o", "DISTINCT ?s"),
            ("distinctObjects", "?s ?p ?o", "DISTINCT ?o"),
            ("properties", "?s ?p ?o", "DISTINCT ?p"),
            ("classes", "?s a ?c", "DISTINCT ?c"),
        ],
    )
    def test_of_the_whole(self, told, count, prop, pattern, what):
        assert number(told, WHOLE, VOID[prop]) == count(pattern, what) > 40

    def test_of_entities(self, told, count):
        (pattern,) = told.objects(WHOLE, VOID.uriRegexPattern)
        regex = ox.Literal(str(pattern))
        entities = count(f"?s ?p ?o FILTER REGEX(STR(?s), {regex})", "DISTINCT ?s")
        assert number(told, WHOLE, VOID.entities) == entities > 200
        (space,) = told.objects(WHOLE, VOID.uriSpace)
        assert str(pattern).replace("\\", "").startswith(f"^{space}")

    def test_of_every_class(self, told, count, store):
        parts = {
            str(told.value(part, VOID["class"])): number(told, part, VOID.entities)
            for part in told.objects(WHOLE, VOID.classPartition)
        }
        rows = store.query("SELECT DISTINCT ?c { ?s a ?c }")
        assert set(parts) == {row["c"].value for row in rows}
        for iri, n in parts.items():
            assert n == count(f"?s a <{iri}>", "DISTINCT ?s"), iri

    def test_of_every_property(self, told, count, store):
        parts = {
            str(told.value(part, VOID.property)): number(told, part, VOID.triples)
            for part in told.objects(WHOLE, VOID.propertyPartition)
        }
        rows = store.query("SELECT DISTINCT ?p { ?s ?p ?o }")
        assert set(parts) == {row["p"].value for row in rows}
        for iri, n in parts.items():
            assert n == count(f"?s <{iri}> ?o"), iri
        assert sum(parts.values()) == number(told, WHOLE, VOID.triples)

    def test_of_every_graph(self, told, count, store):
        subsets = {str(s) for s in told.objects(WHOLE, VOID.subset)}
        named = {g.value for g in store.named_graphs()}
        layers = subsets - named
        assert named <= subsets
        assert layers == {GRAPH + name for name in ("stated", "background")}
        for graph in named:
            assert number(told, URIRef(graph), VOID.triples) == count(
                f"GRAPH <{graph}> {{ ?s ?p ?o }}"
            )
        for layer in layers:
            inside = [str(s) for s in told.objects(URIRef(layer), VOID.subset)]
            assert inside == [g for g in inside if g.startswith(layer + "/")]
            values = " ".join(f"<{g}>" for g in inside)
            distinct = count(
                f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            )
            assert number(told, URIRef(layer), VOID.triples) == distinct

    def test_vocabularies_are_those_in_use(self, told, store):
        used = {
            row["t"].value
            for row in store.query("SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } }")
        }
        claimed = {str(v) for v in told.objects(WHOLE, VOID.vocabulary)}
        for vocabulary in claimed:
            assert any(term.startswith(vocabulary) for term in used), vocabulary
        for term in used:
            assert any(term.startswith(vocabulary) for vocabulary in claimed), term


class TestClaims:
    def test_examples_are_there(self, told, client):
        examples = list(told.objects(WHOLE, VOID.exampleResource))
        assert len(examples) >= 3
        for example in examples:
            assert example.startswith(ID)
            assert client.get(f"/id/{example.removeprefix(ID)}").status_code == 303

    def test_dumps_and_distributions_are_there(self, told, client, server):
        dumps = {(str(s), str(o)) for s, o in told.subject_objects(VOID.dataDump)}
        assert len(dumps) > 20
        for subject, url in dumps:
            assert url.startswith(server.url + "/data/graph")
            if not url.endswith(".nq") and len(url) % 7:
                continue
            answer = client.get(url)
            assert answer.status_code == 200, url
            if url.endswith(".nq"):
                lines = [x for x in answer.text.splitlines() if f" <{subject}> ." in x]
                if subject in {str(g.value) for g in server.graph.published.store.named_graphs()}:
                    assert len(lines) == number(told, URIRef(subject), VOID.triples)
        for distribution in sorted(told.subjects(RDF.type, DCAT.Distribution))[::9]:
            (url,) = told.objects(distribution, DCAT.accessURL)
            (kind,) = told.objects(distribution, DCAT.mediaType)
            answer = client.head(str(url))
            assert answer.status_code == 200
            assert str(kind).endswith(answer.headers["content-type"].split(";")[0])

    def test_services_are_there(self, told, client, server):
        services = {
            str(told.value(s, DCAT.endpointURL)) for s in told.subjects(RDF.type, DCAT.DataService)
        }
        assert services == {f"{server.url}/sparql", f"{server.url}/api/v1"}
        (endpoint,) = told.objects(WHOLE, VOID.sparqlEndpoint)
        asked = client.get(str(endpoint), params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
        (row,) = asked.json()["results"]["bindings"]
        assert int(row["n"]["value"]) == number(told, WHOLE, VOID.triples)
        for service in told.subjects(RDF.type, DCAT.DataService):
            assert client.get(str(told.value(service, DCAT.endpointDescription))).status_code == 200
            assert list(told.objects(service, DCAT.servesDataset)) == [WHOLE]

    def test_there_is_a_catalog(self, told):
        (catalog,) = told.subjects(RDF.type, DCAT.Catalog)
        assert list(told.objects(catalog, DCAT.dataset)) == [WHOLE]
        assert len(list(told.objects(catalog, DCAT.service))) == 2
        assert (WHOLE, RDF.type, DCAT.Dataset) in told
        assert {t.language for t in told.objects(WHOLE, DCTERMS.title)} == {"zh", "en"}

    def test_licence_is_that_of_the_file(self, told):
        root = Path(__file__).parents[2]
        assert LICENCE in (root / "LICENSE-DATA").read_text("utf-8")
        assert str(told.value(WHOLE, DCTERMS.license)) == LICENCE

    def test_times_are_those_recorded(self, told, server):
        info = server.graph.info
        (modified,) = told.objects(WHOLE, DCTERMS.modified)
        assert str(modified) == info["published_at"]
        for graph, recorded in info["datasets"].items():
            (when,) = told.objects(URIRef(graph), PROV.generatedAtTime)
            assert str(when) == recorded["loaded_at"]

    def test_a_graph_has_its_own_title_and_source(self, told):
        graph = URIRef(GRAPH + "background/divisions")
        assert {t.language for t in told.objects(graph, DCTERMS.title)} == {"zh", "en"}
        assert list(told.objects(graph, DCTERMS.source))

    def test_what_rules_derive_has_no_dump_that_mixes_it_with_what_is_said(self, told):
        suffixes = {str(d).rsplit(".", 1)[1] for d in told.objects(WHOLE, VOID.dataDump)}
        assert suffixes == {"nq", "trig"}


def test_what_users_load_is_not_licensed_by_us(fresh, serve, tmp_path):
    file = tmp_path / "memo.ttl"
    file.write_text('<https://w3id.org/coopgraph/id/x/1> <http://example.org/p> "1" .')
    fresh.load(file, shacl=False)
    with serve(fresh) as running, httpx.Client(base_url=running.url, timeout=30) as client:
        told = read(client.get(WHERE, headers={"Accept": "text/turtle"}))
    assert not list(told.objects(WHOLE, DCTERMS.license))
    assert not list(told.objects(URIRef(GRAPH + "analyst/memo"), DCTERMS.license))
    assert list(told.objects(URIRef(VOCABULARY_GRAPH), DCTERMS.license))
    assert (WHOLE, VOID.subset, URIRef(GRAPH + LAYERS[2])) in told


class TestNegotiation:
    @pytest.mark.parametrize("kind", READERS)
    def test_every_format_says_the_same(self, client, told, kind):
        response = client.get(WHERE, headers={"Accept": kind})
        assert response.status_code == 200
        assert response.headers["content-type"].split(";")[0] == kind
        assert "Accept" in response.headers["vary"]
        assert isomorphic(read(response), told)

    def test_short_names_win(self, client, told):
        for name in ("turtle", "jsonld", "rdfxml", "ntriples"):
            response = client.get(WHERE, params={"format": name}, headers={"Accept": "text/html"})
            assert set(read(response)) == set(told)
        assert client.get(WHERE, params={"format": "trig"}).status_code == 400

    def test_people_get_a_page(self, client):
        for lang in ("zh", "en"):
            shown = client.get(WHERE, params={"lang": lang}, headers={"Accept": "*/*"})
            assert shown.headers["content-type"].startswith("text/html")
            tree = html.fromstring(shown.content.decode())
            assert tree.get("lang") == lang
            (block,) = tree.xpath("//script/text()")
            assert json.loads(block) == client.get(f"{WHERE}?format=jsonld").json()
            for url in sorted(set(tree.xpath("//@href")))[:: 7 if lang == "zh" else 13]:
                if url.startswith("/") and "#" not in url:
                    assert client.get(url).status_code == 200, url

    def test_unchanged_and_refused(self, client, problem):
        tag = client.get(WHERE).headers["etag"]
        assert tag.startswith('W/"')
        assert client.get(WHERE, headers={"If-None-Match": tag}).status_code == 304
        assert problem(client.get(WHERE, headers={"Accept": "image/png"}))["status"] == 406
