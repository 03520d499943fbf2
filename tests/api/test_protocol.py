"""SPARQL 1.1 Protocol, update operations: what its text and its validator ask for."""

from __future__ import annotations

import concurrent.futures

import httpx
import pytest

from coopgraph.api.app import create_bare_app
from coopgraph.bare import BareStore
from coopgraph.settings import Settings

FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
DIRECT = {"Content-Type": UPDATE}
G = "http://x/g"


def ask(client: httpx.Client, pattern: str) -> bool:
    return bool(client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"}).json()["boolean"])


def update(client: httpx.Client, text: str, **more) -> httpx.Response:
    return client.post("/sparql", content=text, headers=DIRECT, params=more or None)


class TestAccepted:
    @pytest.mark.parametrize("kind", [UPDATE, UPDATE.upper(), f"{UPDATE}; charset=utf-8"])
    def test_a_direct_post(self, bare, kind):
        text = 'INSERT DATA { <http://x/s> <http://x/p> "值" }'
        response = bare.post("/sparql", content=text, headers={"Content-Type": kind})
        assert (response.status_code, response.content) == (204, b"")
        assert ask(bare, '<http://x/s> <http://x/p> "值"')

    def test_a_form(self, bare):
        response = bare.post("/sparql", data={"update": "INSERT DATA { <x:s> <x:p> '+ &' }"})
        assert response.status_code == 204
        assert ask(bare, "<x:s> <x:p> '+ &'")

    def test_one_reads_what_one_wrote_and_the_tag_says_where(self, bare):
        for number in range(5):
            written = update(bare, f"INSERT DATA {{ <x:s> <x:n> {number} }}")
            read = bare.get("/sparql", params={"query": f"ASK {{ <x:s> <x:n> {number} }}"})
            assert read.json()["boolean"] is True
            assert read.headers["etag"].startswith(written.headers["etag"].removesuffix('"'))

    def test_several_operations_are_all_or_nothing(self, bare):
        text = "INSERT DATA { <x:s> <x:p> 1 } ; CREATE GRAPH <x:g> ; CREATE GRAPH <x:g>"
        assert update(bare, text).status_code == 400
        assert not ask(bare, "<x:s> ?p ?o")
        assert update(bare, "INSERT DATA { <x:s> <x:p> 1 } ; CLEAR DEFAULT").status_code == 204
        assert not ask(bare, "<x:s> ?p ?o")

    def test_relative_iris_are_resolved_against_the_request(self, bare):
        assert update(bare, "INSERT DATA { <s> <x:p> 1 }").status_code == 204
        assert ask(bare, f"<{bare.base_url}/s> <x:p> 1".replace("//s>", "/s>"))
        assert ask(bare, "<s> <x:p> 1")

    def test_a_long_block_of_data_is_no_pattern(self, bare):
        data = " . ".join(f"<x:{i}> <x:p> {i}, {i + 1}" for i in range(5000))
        assert update(bare, f"INSERT DATA {{ {data} }}").status_code == 204
        query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
        row = bare.get("/sparql", params=query).json()["results"]["bindings"][0]
        assert row["n"]["value"] == "10000"


class TestUsing:
    @pytest.fixture(autouse=True)
    def graphs(self, bare):
        update(
            bare,
            f"INSERT DATA {{ <x:d> <x:p> 0 . GRAPH <{G}1> {{ <x:a> <x:p> 1 }} "
            f"GRAPH <{G}2> {{ <x:b> <x:p> 2 }} }}",
        )

    @pytest.mark.parametrize("form", [True, False])
    def test_using_graph_uri(self, bare, form):
        text = "INSERT { GRAPH <x:out> { ?s <x:q> 'WHERE {' } } WHERE { ?s <x:p> ?o } # WHERE {"
        if form:
            sent = bare.post("/sparql", data={"update": text, "using-graph-uri": G + "1"})
        else:
            sent = update(bare, text, **{"using-graph-uri": G + "1"})
        assert sent.status_code == 204, sent.text
        assert ask(bare, "GRAPH <x:out> { <x:a> <x:q> 'WHERE {' }")
        assert not ask(bare, "GRAPH <x:out> { <x:b> ?p ?o }")
        assert not ask(bare, "GRAPH <x:out> { <x:d> ?p ?o }")

    def test_several_graphs_and_named_ones(self, bare):
        text = (
            "INSERT { GRAPH <x:out> { ?s <x:q> ?g } } WHERE { ?s <x:p> ?o GRAPH ?g { ?s ?p ?o } }"
        )
        params = {"using-graph-uri": [G + "1", G + "2"], "using-named-graph-uri": G + "2"}
        assert bare.post("/sparql", data={"update": text, **params}).status_code == 204
        assert ask(bare, f"GRAPH <x:out> {{ <x:b> <x:q> <{G}2> }}")
        assert not ask(bare, "GRAPH <x:out> { <x:a> ?p ?o }")

    @pytest.mark.parametrize(
        "text",
        ["DELETE WHERE { ?s ?p ?o }", "DELETEWHERE{?s ?p ?o}",
         "DELETE#c\nWHERE#{\n{ ?s ?p ?o # }\n}", "delete where { ?s ?p ?o } ; INSERT DATA {}"],
    )  # fmt: skip
    def test_delete_where(self, bare, text):
        """It matches in the graph that is named, and deletes from the default graph."""
        update(bare, "INSERT DATA { <x:a> <x:p> 1 }")
        assert update(bare, text, **{"using-graph-uri": G + "1"}).status_code == 204
        assert not ask(bare, "<x:a> <x:p> 1")
        assert ask(bare, "<x:d> <x:p> 0")
        assert ask(bare, f"GRAPH <{G}1> {{ <x:a> <x:p> 1 }}")

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT { <x:a> <x:b> 1 } USING <x:g> WHERE {}",
            "INSERT { <x:a> <x:b> 1 } USING NAMED <x:g> WHERE {}",
            "INSERT{<x:a> <x:b> 1}USINGNAMED<x:g>WHERE{}",
            "WITH <x:g> INSERT { <x:a> <x:b> 1 } WHERE {}",
            "wIth<x:g>INSERT{<x:a> <x:b> 1}WHERE{}",
            "PREFIX x: <x:> WITHx:g INSERT{<x:a> <x:b> 1}WHERE{}",
            "PREFIX x: <x:> INSERT{<x:a> <x:b> 1}USINGx:g WHERE{}",
            "INSERT DATA { <x:a> <x:b> 1 } ; WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        ],
    )
    def test_not_together_with_using_or_with(self, bare, problem, text):
        for name in ("using-graph-uri", "using-named-graph-uri"):
            response = update(bare, text, **{name: G})
            assert response.status_code == 400
            assert "USING" in problem(response)["detail"]
        assert update(bare, text).status_code == 204

    @pytest.mark.parametrize(
        "text",
        ["PREFIX with: <x:> CLEAR SILENT GRAPH with:g",
         "PREFIX using: <x:> INSERT DATA { using:a using:b 'USING' }",
         "INSERT { <x:a> <x:b> 'WITH' } WHERE { ?with ?using <x:WITH> } # USING <x:g>"],
    )  # fmt: skip
    def test_names_and_strings_are_not_taken_for_it(self, bare, text):
        assert update(bare, text, **{"using-graph-uri": G}).status_code == 204

    @pytest.mark.parametrize("iri", ["", "rel", "x:a> WHERE {} #", "x:a\\u003e", "<x:a>", "x: y"])
    def test_what_is_no_iri_is_400(self, bare, problem, iri):
        text = "INSERT { <x:hit> <x:b> 1 } WHERE {}"
        for name in ("using-graph-uri", "using-named-graph-uri"):
            response = bare.post("/sparql", data={"update": text, name: iri})
            assert response.status_code == 400
            problem(response)
        assert not ask(bare, "<x:hit> ?p ?o")


BAD = [
    (FORM, "", "update=CLEAR ALL&update=CLEAR ALL"),
    (FORM, "?update=CLEAR%20ALL", "update=CLEAR ALL"),
    (FORM, "", "query=ASK{}&update=CLEAR ALL"),
    (FORM, "", ""),
    (FORM, "", "using-graph-uri=x:g"),
    (FORM, "", "update=CLEAR ALL&default-graph-uri=x:g"),
    (FORM, "", "update=CLEAR ALL&named-graph-uri=x:g"),
    (FORM, "", "query=ASK{}&using-graph-uri=x:g"),
    (FORM, "", "query=ASK{}&using-named-graph-uri=x:g"),
    (FORM, "", "update=%FF"),
    (FORM, "", b"update=\xff"),
    (UPDATE, "?update=CLEAR%20ALL", "CLEAR ALL"),
    (UPDATE, "?query=ASK{}", "CLEAR ALL"),
    (UPDATE, "?default-graph-uri=x:g", "CLEAR ALL"),
    (UPDATE, "", b"INSERT DATA { <x:a> <x:b> '\xff' }"),
    (UPDATE, "", "CLEAR ALL".encode("utf-16")),
    (UPDATE + "; charset=utf-16", "", "CLEAR ALL".encode("utf-16")),
    (UPDATE, "", "CLEAR"),
    (UPDATE, "", "SELECT * { ?s ?p ?o }"),
    (UPDATE, "", "INSERT DATA { ?s <x:p> 1 }"),
    ("application/sparql-query", "", "CLEAR ALL"),
]


class TestRefused:
    @pytest.mark.parametrize("case", BAD, ids=lambda case: str(case)[:60])
    def test_what_the_protocol_forbids_is_400(self, bare, problem, case):
        kind, url, body = case
        update(bare, "INSERT DATA { <x:kept> <x:p> 1 }")
        response = bare.post("/sparql" + url, content=body, headers={"Content-Type": kind})
        assert response.status_code == 400, response.text
        problem(response)
        assert ask(bare, "<x:kept> <x:p> 1")

    def test_by_get_it_is_400(self, bare, problem):
        for text in ("CLEAR ALL", ""):
            response = bare.get("/sparql", params={"update": text})
            assert response.status_code == 400
            problem(response)

    @pytest.mark.parametrize("kind", ["text/plain", "application/json", "", "text/turtle"])
    def test_another_body_is_415(self, bare, problem, kind):
        response = bare.post("/sparql", content="CLEAR ALL", headers={"Content-Type": kind})
        assert response.status_code == 415
        problem(response)

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_another_method_is_405(self, bare, problem, method):
        response = bare.request(method, "/sparql", content="CLEAR ALL", headers=DIRECT)
        assert response.status_code == 405
        problem(response)

    @pytest.mark.parametrize(
        "text",
        [
            "LOAD <http://127.0.0.1:9/>",
            "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <x:g>",
            "lOaD#c\n<http://127.0.0.1:9/>",
            "CLEAR ALL;LOADSILENT<http://127.0.0.1:9/>",
            "PREFIX x: <http://127.0.0.1:9/> LOADx:a",
            "INSERT DATA {} ; PREFIX load: <x:> LOAD load:a",
            "LO\\u0041D <http://127.0.0.1:9/>",
            "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "INSERT{?s ?p ?o}WHERE{{SELECT * {service#c\n<http://127.0.0.1:9/>{?s ?p ?o}}}}",
            "PREFIX x: <http://127.0.0.1:9/> INSERT {} WHERE { SERVICEx:a{?s ?p ?o} }",
            "DELETE {} WHERE { FILTER NOT EXISTS { SERVICE ?e { ?s ?p ?o } } }",
            "INSERT {} WHERE { \\u0053ERVICE <http://127.0.0.1:9/> {} }",
        ],
    )
    def test_what_reaches_out_is_403(self, bare, problem, text):
        for sent in (update(bare, text), bare.post("/sparql", data={"update": text})):
            assert sent.status_code == 403, sent.text
            assert problem(sent)["detail_zh"]

    def test_too_deep_and_too_many_are_400_and_too_long_is_413(self, bare, problem):
        deep = "INSERT DATA { <x:a> <x:b> " + "[ <x:p> " * 5000 + "1" + "]" * 5000 + "}"
        many = "INSERT {} WHERE { " + "?s ?p ?o . " * 1000 + "}"
        data = "INSERT DATA { " + "<x:a> <x:b> 1 . " * 100_001 + "}"
        for text, status in ((deep, 400), (many, 400), (data, 400), (data * 3, 413)):
            response = update(bare, text)
            assert response.status_code == status
            problem(response)

    def test_a_query_of_the_allow_list_is_no_way_out_for_an_update(self, serve, tmp_path):
        settings = Settings(service_allow=("http://127.0.0.1:9/",))
        with (
            BareStore(tmp_path, settings) as store,
            serve(create_bare_app(store, open_to_local=True)) as running,
            httpx.Client(base_url=running.url) as client,
        ):
            text = "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
            assert update(client, text).status_code == 403


@pytest.fixture(scope="module")
def hurried(serve, tmp_path_factory):
    settings = Settings(update_timeout=1.0, update_memory_bytes=512 * 2**20)
    folder = tmp_path_factory.mktemp("hurried")
    with (
        BareStore(folder, settings) as store,
        serve(create_bare_app(store, open_to_local=True)) as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        data = " . ".join(f"<x:{i}> <x:p> {i}" for i in range(1500))
        assert update(client, f"INSERT DATA {{ {data} }}").status_code == 204
        yield client


class TestLimits:
    @pytest.mark.parametrize(
        "where", ["{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?c + ?f + ?i < 0) }",
                  "{ { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } } }"]
    )  # fmt: skip
    def test_one_that_does_not_end_is_504_and_changes_nothing(self, hurried, problem, where):
        before = hurried.get("/readyz").json()["generation"]
        response = update(hurried, f"INSERT {{ <x:late> <x:p> 1 }} WHERE {where}")
        assert response.status_code == 504, response.text
        assert problem(response)["detail_zh"]
        assert hurried.get("/readyz").json()["generation"] == before
        assert update(hurried, "INSERT DATA { <x:next> <x:p> 1 }").status_code == 204
        assert ask(hurried, "<x:next> <x:p> 1")
        assert not ask(hurried, "<x:late> ?p ?o")

    def test_one_that_needs_too_much_is_told(self, hurried, problem):
        text = "INSERT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        response = update(hurried, text)
        assert response.status_code in (503, 504)
        problem(response)
        assert ask(hurried, "<x:1> <x:p> 1")


def test_updates_of_many_clients_all_arrive(bare_service, bare):
    def write(number: int) -> int:
        text = f"INSERT DATA {{ <x:{number}> <x:many> {number} }}"
        return httpx.post(
            f"{bare_service.url}/sparql", content=text, headers=DIRECT, timeout=60
        ).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(40))) == {204}
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s <x:many> ?o }"}
    assert bare.get("/sparql", params=query).json()["results"]["bindings"][0]["n"]["value"] == "40"


class TestWhoMayWrite:
    def test_a_page_of_another_site_may_not(self, bare, problem):
        port = bare.base_url.port
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Host": "evil.example"},
            {"Host": f"rebound.example:{port}", "Origin": f"http://rebound.example:{port}"},
        ):
            response = bare.post("/sparql", data={"update": "CLEAR ALL"}, headers=headers)
            assert response.status_code == 403
            problem(response)
        same = {"Origin": f"http://127.0.0.1:{port}"}
        assert bare.post("/sparql", data={"update": "CLEAR ALL"}, headers=same).status_code == 204

    def test_another_address_needs_a_token(self, serve, tmp_path, problem):
        with (
            BareStore(tmp_path) as store,
            serve(create_bare_app(store)) as running,
            httpx.Client(base_url=running.url) as client,
        ):
            response = update(client, "CLEAR ALL")
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
            token = store.tokens.create("me")
            client.headers["Authorization"] = f"Bearer {token}"
            assert update(client, "CLEAR ALL").status_code == 204
            store.tokens.revoke("me")
            response = update(client, "CLEAR ALL")
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
            assert problem(response)["type"] == "/problems/unauthorized"
