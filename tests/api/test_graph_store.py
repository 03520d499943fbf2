"""SPARQL 1.1 Graph Store HTTP Protocol, on a bare store."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest
import rdflib

TURTLE = {"Content-Type": "text/turtle"}
G = "http://x/g"
P = "<http://x/p>"
NT = {"Accept": "application/n-triples"}


def put(client: httpx.Client, body: str | bytes, where: str = f"?graph={G}", kind: str = "turtle"):
    kinds = {"turtle": "text/turtle"}
    sent = {"Content-Type": kinds.get(kind, kind)}
    return client.put("/store" + where, content=body, headers=sent)


def triples(client: httpx.Client, where: str = f"?graph={G}") -> set[str]:
    response = client.get("/store" + where, headers=NT)
    assert response.status_code == 200, response.text
    parsed = ox.parse(input=response.content, format=ox.RdfFormat.N_TRIPLES)
    return {str(quad.triple) for quad in parsed}


class TestPut:
    def test_a_new_graph_is_201_and_one_that_is_there_204(self, bare):
        first = put(bare, f"<x:a> {P} 1 .")
        assert (first.status_code, first.content) == (201, b"")
        assert triples(bare) == {f'<x:a> {P} "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}
        second = put(bare, f"<x:b> {P} 'two' .")
        assert second.status_code == 204
        assert second.headers["etag"] != first.headers["etag"]
        assert triples(bare) == {f'<x:b> {P} "two"'}

    def test_an_empty_body_makes_an_empty_graph(self, bare):
        assert put(bare, "").status_code == 201
        assert triples(bare) == set()
        assert bare.head(f"/store?graph={G}").status_code == 200

    def test_the_default_graph_is_always_there(self, bare):
        assert triples(bare, "?default") == set()
        assert put(bare, f"<x:a> {P} 'd' .", "?default").status_code == 204
        assert put(bare, f"<x:a> {P} 'e' .", "?default").status_code == 204
        assert triples(bare, "?default") == {f'<x:a> {P} "e"'}

    def test_other_graphs_stay_as_they_are(self, bare):
        put(bare, f"<x:a> {P} 'g' .")
        put(bare, f"<x:a> {P} 'h' .", "?graph=http://x/h")
        put(bare, f"<x:a> {P} 'd' .", "?default")
        put(bare, f"<x:a> {P} 'new' .")
        assert triples(bare, "?graph=http://x/h") == {f'<x:a> {P} "h"'}
        assert triples(bare, "?default") == {f'<x:a> {P} "d"'}

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/turtle; charset=utf-8", f"<x:a> {P} '值' ."),
            ("application/n-triples", f"<x:a> {P} '值' .".replace("'", '"')),
            ("application/rdf+xml", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
             ' xmlns:x="http://x/"><rdf:Description rdf:about="x:a"><x:p>值</x:p>'
             "</rdf:Description></rdf:RDF>"),
            ("application/ld+json", '{"@id": "x:a", "http://x/p": "值"}'),
            ("application/json", '{"@id": "x:a", "http://x/p": "值"}'),
            ("application/trig", f"<x:a> {P} '值' ."),
            ("application/n-quads", f'<x:a> {P} "值" .'),
        ],
    )  # fmt: skip
    def test_every_format_is_read(self, bare, kind, body):
        assert put(bare, body.encode(), kind=kind).status_code == 201
        assert triples(bare) == {f'<x:a> {P} "值"'}

    @pytest.mark.parametrize(
        ("kind", "body"),
        [("application/trig", f"<x:other> {{ <x:a> {P} 1 }}"),
         ("application/n-quads", f'<x:a> {P} "1" <x:other> .'),
         ("application/ld+json", '{"@id": "x:other", "@graph": [{"@id": "x:a", "x:p": "1"}]}'),
         ("application/ld+json", '{"@context": "http://127.0.0.1:9/c", "@id": "x:a"}'),
         ("application/n-triples", "<a> <b> <c> ."), ("text/turtle", f"<x:a> {P} "),
         ("application/rdf+xml", "<rdf:RDF"), ("text/turtle", b"<x:a> <x:b> '\xff' .")],
    )  # fmt: skip
    def test_what_is_no_graph_is_400_and_changes_nothing(self, bare, problem, kind, body):
        put(bare, f"<x:kept> {P} 'here' .")
        for method in ("PUT", "POST"):
            response = bare.request(
                method, f"/store?graph={G}", content=body, headers={"Content-Type": kind}
            )
            assert response.status_code == 400, response.text
            assert problem(response)["type"] == "/problems/document-syntax"
        assert triples(bare) == {f'<x:kept> {P} "here"'}
        assert bare.get("/store?graph=x:other").status_code == 404

    @pytest.mark.parametrize("kind", ["text/plain", "image/png", "", "text/csv", "text/html",
                                      "application/sparql-results+json"])  # fmt: skip
    def test_another_type_is_415(self, bare, problem, kind):
        for method in ("PUT", "POST"):
            response = bare.request(
                method, f"/store?graph={G}", content="", headers={"Content-Type": kind}
            )
            assert response.status_code == 415
            problem(response)

    def test_a_compressed_body_is_415(self, bare, problem):
        headers = {**TURTLE, "Content-Encoding": "gzip"}
        problem(bare.put(f"/store?graph={G}", content=b"x", headers=headers))

    def test_what_is_too_large_is_413(self, bare, bare_service, problem):
        limit = 2**20
        for content in (b" " * (limit + 1), iter([b" " * 65536] * (limit // 65536 + 1))):
            response = bare.put(f"/store?graph={G}", content=content, headers=TURTLE)
            assert response.status_code == 413
            problem(response)
        assert bare.get(f"/store?graph={G}").status_code == 404
        lines = "".join(f"<x:{i}> {P} {i} .\n" for i in range(20_000))
        assert put(bare, lines[: limit - 1].rpartition("\n")[0]).status_code == 201
        assert len(triples(bare)) == 20_000

    def test_relative_iris_are_resolved_against_the_request(self, bare):
        put(bare, f"<rel> {P} </abs> .")
        here = str(bare.base_url).rstrip("/")
        assert triples(bare) == {f"<{here}/rel> {P} <{here}/abs>"}


class TestPost:
    def test_it_merges(self, bare):
        assert bare.post(f"/store?graph={G}", content=f"<x:a> {P} '1' .", headers=TURTLE
                         ).status_code == 201  # fmt: skip
        for _ in range(2):
            sent = bare.post(f"/store?graph={G}", content=f"<x:a> {P} '2' .", headers=TURTLE)
            assert sent.status_code == 204
        assert triples(bare) == {f'<x:a> {P} "1"', f'<x:a> {P} "2"'}

    def test_blank_nodes_of_two_bodies_are_two(self, bare):
        for value in "ab":
            bare.post(f"/store?graph={G}", content=f"_:x {P} '{value}' .", headers=TURTLE)
        graph = rdflib.Graph().parse(data=bare.get(f"/store?graph={G}").content, format="turtle")
        assert len(set(graph.subjects())) == 2

    def test_without_a_graph_it_makes_one(self, bare):
        places = []
        for _ in range(2):
            sent = bare.post("/store", content=f"<x:a> {P} 'new' .", headers=TURTLE)
            assert sent.status_code == 201
            places.append(sent.headers["location"])
        assert places[0] != places[1]
        for place in places:
            read = bare.get(place, headers=NT)
            assert read.status_code == 200
            assert b'"new"' in read.content
            query = {"query": f"ASK {{ GRAPH <{place}> {{ ?s ?p 'new' }} }}"}
            assert bare.get("/sparql", params=query).json()["boolean"]

    def test_a_form_with_files(self, bare):
        files = [("one", ("1.ttl", f"<x:a> {P} '1' .", "text/turtle")),
                 ("two", ("2.nt", f'<x:b> {P} "2" .', "application/n-triples"))]  # fmt: skip
        assert bare.post(f"/store?graph={G}", files=files).status_code == 201
        assert triples(bare) == {f'<x:a> {P} "1"', f'<x:b> {P} "2"'}

    def test_a_form_that_holds_no_graph(self, bare, problem):
        odd = [("one", ("1.png", b"x", "image/png"))]
        broken = [("one", ("1.ttl", b"<x:a> <", "text/turtle"))]
        for files, status in ((odd, 415), (broken, 400)):
            response = bare.post(f"/store?graph={G}", files=files)
            assert response.status_code == status
            problem(response)
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
            response = bare.post(
                f"/store?graph={G}", content=b"nothing", headers={"Content-Type": kind}
            )
            assert response.status_code == 400, response.text
        assert bare.get(f"/store?graph={G}").status_code == 404


class TestDelete:
    def test_a_graph_is_gone_and_then_404(self, bare, problem):
        put(bare, f"<x:a> {P} 1 .")
        gone = bare.delete(f"/store?graph={G}")
        assert (gone.status_code, gone.content) == (204, b"")
        for method in ("GET", "DELETE"):
            response = bare.request(method, f"/store?graph={G}")
            assert response.status_code == 404
            assert problem(response)["detail_zh"]
        assert bare.head(f"/store?graph={G}").status_code == 404

    def test_the_default_graph_is_emptied(self, bare):
        put(bare, f"<x:a> {P} 1 .", "?default")
        put(bare, f"<x:a> {P} 1 .")
        assert bare.delete("/store?default").status_code == 204
        assert triples(bare, "?default") == set()
        assert len(triples(bare)) == 1


class TestRead:
    @pytest.mark.parametrize(
        ("kind", "name"),
        [("text/turtle", "turtle"), ("application/n-triples", "nt"),
         ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")],
    )  # fmt: skip
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_every_format_is_written(self, bare, kind, name):
        put(bare, f"<x:a> {P} '值'@zh .")
        response = bare.get(f"/store?graph={G}", headers={"Accept": kind})
        assert response.headers["content-type"].split(";")[0] == kind
        assert response.headers["vary"] == "Accept"
        assert len(rdflib.Graph().parse(data=response.content, format=name)) == 1

    def test_head_is_get_without_its_body(self, bare):
        put(bare, f"<x:a> {P} 1 .")
        head, get = bare.head(f"/store?graph={G}"), bare.get(f"/store?graph={G}")
        assert head.status_code == get.status_code == 200
        assert head.content == b""
        for name in ("content-type", "etag", "vary"):
            assert head.headers[name] == get.headers[name]

    def test_nothing_that_is_accepted_is_406(self, bare, problem):
        for kind in ("image/png", "text/csv", "application/sparql-results+json"):
            response = bare.get("/store?default", headers={"Accept": kind})
            assert response.status_code == 406
            problem(response)

    def test_what_is_known_already_is_304(self, bare):
        tag = bare.get("/store?default").headers["etag"]
        again = bare.get("/store?default", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


class TestNames:
    @pytest.mark.parametrize(
        "where",
        ["", f"?graph={G}&default", f"?graph={G}&graph={G}", "?default&default", "?default=x",
         "?graph=", "?graph=rel", "?graph=/abs", "?graph=a b", "?graph=%FF", "?graph=http://x/%3E",
         f"/direct?graph={G}", "/direct?default", "?other=1"],
    )  # fmt: skip
    def test_a_request_names_one_graph_by_its_absolute_iri(self, bare, problem, where):
        for method in ("GET", "PUT", "DELETE"):
            response = bare.request(method, "/store" + where, headers=TURTLE)
            assert response.status_code == 400, (method, response.text)
            problem(response)

    def test_the_url_itself_may_name_it(self, bare):
        place = "/person/1.ttl"
        assert put(bare, f"<> {P} 'me' .", place).status_code == 201
        iri = f"{str(bare.base_url).rstrip('/')}/store{place}"
        assert triples(bare, place) == {f'<{iri}> {P} "me"'}
        assert triples(bare, f"?graph={iri}") == triples(bare, place)
        assert bare.delete("/store" + place).status_code == 204
        assert bare.get("/store" + place).status_code == 404

    def test_another_method_is_405(self, bare, problem):
        response = bare.patch(f"/store?graph={G}", content="CLEAR ALL")
        assert response.status_code == 405
        problem(response)

    def test_without_a_token_reading_is_all_there_is(self, client, problem):
        where = "?graph=https://w3id.org/coopgraph/graph/stated/gansu-iit-2019-67"
        assert client.get("/store" + where).status_code == 200
        for method in ("PUT", "POST", "DELETE"):
            response = client.request(method, "/store" + where, headers=TURTLE, content="")
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
            problem(response)


def test_the_description_of_the_api_names_the_token(client):
    api = client.get("/openapi.json").json()
    scheme = api["components"]["securitySchemes"]["HTTPBearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for method in ("put", "post", "delete"):
        assert {"HTTPBearer": []} in api["paths"]["/store"][method]["security"]
    assert {} in api["paths"]["/sparql"]["post"]["security"]
    assert "security" not in api["paths"]["/store"]["get"]
