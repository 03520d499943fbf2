"""The SPARQL 1.1 Protocol, read by other programs' readers."""

from __future__ import annotations

import csv
import io
import json
import time
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph import CoopGraph
from coopgraph.settings import Settings

COOP = "https://w3id.org/coopgraph/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
NOTICE = "https://w3id.org/coopgraph/graph/stated/gansu-iit-2019-67"
SELECT = f"""SELECT ?org ?label WHERE {{
  ?org a <{COOP}CentralEnterprise> ; <{SKOS}prefLabel> ?label }} ORDER BY ?org ?label"""
CONSTRUCT = f"CONSTRUCT WHERE {{ ?org a <{COOP}CentralEnterprise> ; <{SKOS}prefLabel> ?label }}"
QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


def ask(client, query, **more):
    return client.get("/sparql", params={"query": query, **more})


@pytest.fixture(scope="module")
def expected(full) -> set[tuple[str, str, str]]:
    rows = json.loads(full.sparql(SELECT, "json")[1])["results"]["bindings"]
    found = {(r["org"]["value"], r["label"]["value"], r["label"]["xml:lang"]) for r in rows}
    assert len(found) >= 10
    return found


class TestFormats:
    def test_json(self, client, expected):
        response = ask(client, SELECT)
        assert response.headers["content-type"] == "application/sparql-results+json"
        rows = response.json()["results"]["bindings"]
        assert {
            (r["org"]["value"], r["label"]["value"], r["label"]["xml:lang"]) for r in rows
        } == expected

    @pytest.mark.parametrize(
        "kind", ["application/sparql-results+xml", "application/xml", "text/xml"]
    )
    def test_xml(self, client, expected, kind):
        response = client.get("/sparql", params={"query": SELECT}, headers={"Accept": kind})
        root = ET.fromstring(response.content)  # noqa: S314
        ns = "{http://www.w3.org/2005/sparql-results#}"
        rows = {
            (
                row.find(f"{ns}binding[@name='org']/{ns}uri").text,
                row.find(f"{ns}binding[@name='label']/{ns}literal").text,
                row.find(f"{ns}binding[@name='label']/{ns}literal").get(
                    "{http://www.w3.org/XML/1998/namespace}lang"
                ),
            )
            for row in root.iter(f"{ns}result")
        }
        assert rows == expected

    @pytest.mark.parametrize(
        ("kind", "delimiter"), [("text/csv", ","), ("text/tab-separated-values", "\t")]
    )
    def test_csv_and_tsv(self, client, expected, kind, delimiter):
        response = client.get("/sparql", params={"query": SELECT}, headers={"Accept": kind})
        assert response.headers["content-type"].startswith(kind)
        text = response.content.decode("utf-8")
        if delimiter == ",":
            rows = list(csv.DictReader(io.StringIO(text)))
            assert {(r["org"], r["label"]) for r in rows} == {e[:2] for e in expected}
        else:
            rows = [line.split("\t") for line in text.splitlines()]
            assert rows[0] == ["?org", "?label"]
            got = {(org.strip("<>"), rdflib.util.from_n3(label)) for org, label in rows[1:]}
            assert {(org, str(label), label.language) for org, label in got} == expected

    @pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
    def test_rdflib_reads_every_table(self, client, expected, name):
        response = ask(client, SELECT, format=name)
        result = rdflib.query.Result.parse(io.BytesIO(response.content), format=name)
        assert {str(row[0]).strip() for row in result} == {e[0] for e in expected}

    @pytest.mark.parametrize("name", ["json", "xml"])
    @pytest.mark.parametrize(
        ("query", "answer"), [("ASK {?s ?p ?o}", True), ("ASK {<x:a> <x:b> 1}", False)]
    )
    def test_rdflib_reads_every_boolean(self, client, name, query, answer):
        response = ask(client, query, format=name)
        result = rdflib.query.Result.parse(io.BytesIO(response.content), format=name)
        assert result.askAnswer is answer

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/ld+json",
         "json-ld"),
         ("application/rdf+xml", "xml"), ("application/trig", "trig"), ("application/n-quads",
          "nquads")],
    )  # fmt: skip
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_rdflib_reads_every_graph(self, client, expected, kind, name):
        response = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": kind})
        assert response.headers["content-type"].split(";")[0] == kind
        graph = rdflib.Dataset() if name in ("trig", "nquads") else rdflib.Graph()
        graph.parse(data=response.content, format=name)
        statements = {q[:3] for q in graph.quads()} if name in ("trig", "nquads") else set(graph)
        labels = {
            (str(s), str(o), o.language) for s, p, o in statements if str(p) == SKOS + "prefLabel"
        }
        assert labels == expected

    def test_describe(self, client):
        response = ask(client, "DESCRIBE <https://w3id.org/coopgraph/id/org/baowu>")
        assert len(rdflib.Graph().parse(data=response.content, format="turtle")) > 3

    @pytest.mark.parametrize("kind", ["image/png", "application/pdf", "text/html;q=0.5, image/*"])
    def test_nothing_that_is_accepted_is_406(self, client, problem, kind):
        for query in (SELECT, CONSTRUCT, "ASK {}"):
            response = client.get("/sparql", params={"query": query}, headers={"Accept": kind})
            assert response.status_code == 406
            assert problem(response)["available"]

    def test_a_table_is_not_a_graph(self, client, problem):
        for query, kind in (
            (SELECT, "text/turtle"),
            (CONSTRUCT, "text/csv"),
            ("ASK {}", "text/csv"),
        ):
            response = client.get("/sparql", params={"query": query}, headers={"Accept": kind})
            assert response.status_code == 406, kind
            problem(response)

    def test_an_unknown_short_name_is_400(self, client, problem):
        response = ask(client, SELECT, format="yaml")
        assert response.status_code == 400
        assert problem(response)["detail_zh"]


class TestProtocol:
    def test_get_form_and_direct_post_answer_the_same(self, client, server):
        one = ask(client, SELECT)
        form = client.post("/sparql", data={"query": SELECT})
        direct = client.post("/sparql", content=SELECT, headers={"Content-Type": QUERY})
        assert one.content == form.content == direct.content
        for response in (one, form, direct):
            assert response.status_code == 200
            assert response.headers["vary"] == "Accept"
            assert response.headers["etag"].startswith(f'W/"{server.graph.generation}-')
        assert form.headers["etag"] == direct.headers["etag"] == one.headers["etag"]

    @pytest.mark.parametrize(
        "kind", [f"{QUERY}; charset=utf-8", QUERY.upper(), f"{QUERY};charset=UTF-8"]
    )
    def test_a_charset_may_be_named(self, client, kind):
        query = 'SELECT ?s { ?s ?p "宝武集团"@zh }'
        response = client.post("/sparql", content=query.encode(), headers={"Content-Type": kind})
        assert response.json()["results"]["bindings"]

    def test_unicode_in_the_url(self, client):
        response = client.get("/sparql?query=" + quote('ASK { ?s ?p "宝武集团"@zh }'))
        assert response.json()["boolean"] is True

    @pytest.mark.parametrize(
        "request_",
        [
            ("GET", "?query=ASK{}&query=ASK{}", None, ""),
            ("GET", "?query=ASK{}&format=json&format=xml", None, ""),
            ("POST", "", FORM, "query=ASK{}&query=ASK{}"),
            ("POST", "?query=ASK{}", FORM, "query=ASK{}"),
            ("POST", "?query=ASK{}", QUERY, "ASK{}"),
        ],
    )
    def test_a_parameter_given_twice_is_400(self, client, problem, request_):
        method, url, kind, body = request_
        headers = {"Content-Type": kind} if kind else {}
        response = client.request(method, "/sparql" + url, content=body, headers=headers)
        assert response.status_code == 400
        problem(response)

    @pytest.mark.parametrize(
        "request_",
        [
            ("GET", "?default-graph-uri=http://x/", None, b""),
            ("POST", "", FORM, b""),
            ("POST", "", FORM, b"default-graph-uri=http://x/"),
            ("GET", "?query=%FF%FE", None, b""),
            ("POST", "", FORM, b"query=%FF%FE"),
            ("POST", "", FORM, b"query=\xff"),
            ("POST", "", QUERY, b"ASK { ?s ?p '\xff' }"),
            ("POST", "", QUERY, "ASK {}".encode("utf-16")),
            ("POST", "", QUERY, b""),
            ("POST", "", QUERY, b"\x00"),
            ("GET", "?query=", None, b""),
        ],
    )
    def test_a_missing_or_undecodable_query_is_400(self, client, problem, request_):
        method, url, kind, body = request_
        headers = {"Content-Type": kind} if kind else {}
        response = client.request(method, "/sparql" + url, content=body, headers=headers)
        assert response.status_code == 400, response.text
        problem(response)

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/json", "", "application/sparql", "x"]
    )
    def test_another_body_is_415(self, client, problem, kind):
        response = client.post("/sparql", content="ASK {}", headers={"Content-Type": kind})
        assert response.status_code == 415
        assert problem(response)["detail_zh"]

    @pytest.mark.parametrize(
        ("status", "request_"),
        [
            (401, ("POST", "", "application/sparql-update", "CLEAR ALL")),
            (401, ("POST", "", FORM, "update=CLEAR%20ALL")),
            (400, ("GET", "?update=CLEAR%20ALL", None, "")),
            (400, ("GET", "?query=ASK{}&update=CLEAR%20ALL", None, "")),
        ],
    )
    def test_an_update_without_a_token_changes_nothing(self, client, problem, status, request_):
        method, url, kind, body = request_
        headers = {"Content-Type": kind} if kind else {}
        response = client.request(method, "/sparql" + url, content=body, headers=headers)
        assert response.status_code == status
        assert problem(response)["detail_zh"]
        assert client.get("/api/v1/stats").json()["data"]["nodes"] > 50

    @pytest.mark.parametrize("query", ["CLEAR ALL", "DROP ALL", "INSERT DATA { <x:a> <x:b> 1 }",
                                       "DELETE WHERE { ?s ?p ?o }"])  # fmt: skip
    def test_an_update_in_place_of_a_query_changes_nothing(self, client, problem, query):
        response = ask(client, query)
        assert response.status_code in (400, 403)
        problem(response)
        assert client.get("/api/v1/stats").json()["data"]["nodes"] > 50

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_another_method_is_405(self, client, problem, method):
        response = client.request(method, "/sparql")
        assert response.status_code == 405
        problem(response)


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "line"),
        [("SELEKT * {}", 1), ("SELECT *\nWHERE { ?s ?p }", 2), ("ASK {\n\n?s ?p ?o", None)],
    )
    def test_a_query_that_does_not_parse_is_400_with_its_place(self, client, problem, query, line):
        response = ask(client, query)
        assert response.status_code == 400
        document = problem(response)
        assert document["type"] == "/problems/query-syntax"
        assert document["line"] == line or line is None
        assert document["column"] >= 1
        assert document["detail_zh"]

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { { SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } } } }",
            "SELECT * { ?s ?p ?o SERVICE ?s { ?a ?b ?c } }",
            "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        ],
    )
    def test_another_endpoint_is_403(self, client, problem, query):
        response = ask(client, query)
        assert response.status_code == 403
        assert problem(response)["detail_zh"]

    def test_a_word_in_a_string_or_a_remark_is_no_call(self, client):
        assert (
            ask(client, 'ASK { ?s ?p "SERVICE <http://x/> {" } # SERVICE <http://x/> {').status_code
            == 200
        )

    def test_what_is_too_large_is_413(self, client, server, problem):
        limit = server.graph.settings.max_body_bytes
        for content in (b" " * (limit + 1), iter([b" " * 65536] * (limit // 65536 + 1))):
            response = client.post("/sparql", content=content, headers={"Content-Type": QUERY})
            assert response.status_code == 413
            assert problem(response)["detail_zh"]
        long = "ASK {} #" + "x" * server.graph.settings.query_max_length
        response = client.post("/sparql", content=long, headers={"Content-Type": QUERY})
        assert response.status_code == 413
        problem(response)

    def test_what_is_nested_too_deep_is_400(self, client, problem):
        response = client.post("/sparql", data={"query": "ASK " + "{" * 5000 + "}" * 5000})
        assert response.status_code == 400
        problem(response)


@pytest.fixture(scope="module")
def hurried(published_dir, serve):
    settings = Settings(query_timeout=0.4, query_workers=1, query_queue=1, query_max_bytes=100_000)
    with (
        CoopGraph.open(published_dir, shipped=False, settings=settings) as graph,
        serve(graph) as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        yield client


SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def is_served_again(client) -> bool:
    """Say whether a query is answered soon: who comes before the next worker is ready is told."""
    until = time.monotonic() + 10
    while (answer := ask(client, "ASK {}")).status_code == 503 and time.monotonic() < until:
        assert answer.headers["retry-after"]
        time.sleep(0.1)
    return answer.status_code == 200


class TestLimits:
    def test_a_query_that_does_not_end_is_504(self, hurried, problem):
        began = time.monotonic()
        response = ask(hurried, SLOW)
        assert response.status_code == 504
        assert time.monotonic() - began < 5
        assert problem(response)["detail_zh"]
        assert is_served_again(hurried)

    def test_too_many_at_once_are_503(self, hurried, problem):
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: ask(hurried, SLOW), range(6)))
        statuses = sorted(a.status_code for a in answers)
        assert set(statuses) <= {503, 504}
        assert 503 in statuses
        for answer in answers:
            problem(answer)
            assert answer.status_code != 503 or answer.headers["retry-after"]
        assert is_served_again(hurried)

    def test_a_result_that_is_too_large_is_never_taken_for_whole(self, hurried):
        try:
            response = ask(hurried, "SELECT * { ?a ?b ?c . ?d ?e ?f }", format="csv")
        except httpx.RemoteProtocolError:
            return
        assert response.status_code in (413, 503, 504)

    def test_a_client_that_goes_away_frees_its_worker(self, hurried):
        with pytest.raises(httpx.ReadTimeout):
            hurried.get("/sparql", params={"query": SLOW}, timeout=0.1)
        for _ in range(40):
            if ask(hurried, "ASK {}").status_code == 200:
                return
            time.sleep(0.1)
        pytest.fail("the worker is still busy")


class TestDataset:
    def test_the_default_graph_is_the_union_of_the_layers(self, client, full):
        both = "ASK { ?a <https://w3id.org/coopgraph/ns#memberGroup> ?g . ?c a <https://w3id.org/coopgraph/ns#SurplusCapacity> }"  # noqa: E501
        assert ask(client, both).json()["boolean"]

    def test_each_named_graph_can_be_asked_for(self, client):
        rows = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json()["results"][
            "bindings"
        ]
        graphs = {row["g"]["value"] for row in rows}
        assert NOTICE in graphs
        for graph in graphs:
            assert ask(client, f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").json()["boolean"]
            assert ask(client, f"ASK FROM <{graph}> {{ ?s ?p ?o }}").json()["boolean"]

    def test_from_reads_only_that_layer(self, client):
        member = "{ ?s <https://w3id.org/coopgraph/ns#memberGroup> ?o }"
        assert ask(client, f"ASK {member}").json()["boolean"]
        assert not ask(client, f"ASK FROM <{NOTICE}> {member}").json()["boolean"]
        assert not client.get(
            "/sparql", params={"query": f"ASK {member}", "default-graph-uri": NOTICE}
        ).json()["boolean"]

    def test_parameters_override_from(self, client):
        query = "ASK FROM <http://x/none> { ?s ?p ?o }"
        assert not ask(client, query).json()["boolean"]
        assert client.get("/sparql", params={"query": query, "default-graph-uri": NOTICE}).json()[
            "boolean"
        ]

    def test_several_graphs_are_merged(self, client):
        other = NOTICE.replace("stated/gansu-iit-2019-67", "background/central-enterprises")
        query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

        def count(*graphs):
            pairs = [("query", query), *(("default-graph-uri", g) for g in graphs)]
            row = client.get("/sparql", params=pairs).json()["results"]["bindings"][0]
            return int(row["n"]["value"])

        assert (
            max(count(NOTICE), count(other)) < count(NOTICE, other) <= count(NOTICE) + count(other)
        )

    def test_named_graphs_are_those_asked_for(self, client):
        query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
        for request in (
            lambda p: client.get("/sparql", params=p), lambda p: client.post("/sparql", data=p)
        ):  # fmt: skip
            rows = request({"query": query, "named-graph-uri": NOTICE}).json()["results"][
                "bindings"
            ]
            assert [row["g"]["value"] for row in rows] == [NOTICE]

    @pytest.mark.parametrize("uri", ["not an iri", "", "<http://x/>", "relative", "\x00"])
    def test_a_graph_that_is_no_iri_is_400(self, client, problem, uri):
        for name in ("default-graph-uri", "named-graph-uri"):
            response = client.get("/sparql", params={"query": "ASK {}", name: uri})
            assert response.status_code == 400
            problem(response)


@settings(max_examples=80)
@given(st.text(max_size=60), st.sampled_from(["", "SELECT * { ", "ASK { ?s ?p ", "CONSTRUCT {"]))
def test_no_text_makes_the_endpoint_fail(client, problem, text, begin):
    response = client.post(
        "/sparql",
        content=(begin + text).encode("utf-8", "replace"),
        headers={"Content-Type": QUERY},
    )
    assert response.status_code in (200, 400, 403, 413), response.text
    if response.status_code != 200:
        problem(response)


def test_python_and_http_answer_the_same(client, server):
    for name in ("json", "xml", "csv", "tsv"):
        assert server.graph.sparql(SELECT, name)[1] == ask(client, SELECT, format=name).content
