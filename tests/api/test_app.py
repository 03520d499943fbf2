from __future__ import annotations

import concurrent.futures
import socket
import time

import httpx
import pytest

from coopgraph import CoopGraph


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.settimeout(10)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize(
    "host",
    [b"localhost", b"[::1]:80", b"[", b"a<b", b'"', b"a b", b"xn--", b"\xe7\x94\x98", b"", b"%00"],
)
@pytest.mark.parametrize(
    "path",
    [b"/api/v1/neighbours?of=region/CN-GS&limit=1", b"/sparql", b"/", b"/docs", b"/static/x"],
)
def test_no_host_header_makes_the_server_fail(server, host, path):
    answer = raw(
        server.port,
        b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n",
    )
    status = int(answer.split(b" ", 2)[1])
    assert status < 500, answer[:400]


@pytest.mark.parametrize(
    "line",
    [b"GET /api/v1/nodes/\xe5\xae\x9d HTTP/1.1", b"GET /api/v1/search?q=\xff\xfe HTTP/1.1",
     b"GET /api/v1/search?q=%FF%FE HTTP/1.1", b"GET /api/v1/search?q=%ED%A0%80 HTTP/1.1",
     b"GET /api/v1/search?%zz=%&q=%a HTTP/1.1", b"GET http://x/api/v1/stats HTTP/1.1",
     b"GET //api/v1/stats HTTP/1.1", b"GET /api/v1/../v1/stats HTTP/1.1",
     b"GET /static/../../pyproject.toml HTTP/1.1", b"GET /static/%2e%2e/%2e%2e/errors.py HTTP/1.1",
     b"GET /static/..%2f..%2ferrors.py HTTP/1.1", b"BREW / HTTP/1.1", b"OPTIONS * HTTP/1.1"],
)  # fmt: skip
def test_no_request_line_makes_the_server_fail(server, line):
    answer = raw(server.port, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    assert status < 500, answer[:400]
    assert b"class CoopgraphError" not in answer


def test_a_new_generation_is_served_without_a_restart(serve, data_folder, tmp_path, prefixes):
    file = tmp_path / "new.ttl"
    file.write_text(prefixes + "<https://w3id.org/coopgraph/id/org/acme> a coop:Enterprise .")
    with (
        CoopGraph.open(data_folder, shipped=False) as graph,
        serve(graph) as running,
        httpx.Client(base_url=running.url) as client,
    ):
        before = client.get("/api/v1/stats")
        assert client.get("/api/v1/nodes/org/acme").status_code == 404
        with CoopGraph.open(data_folder, shipped=False) as writer:
            writer.load(file, shacl=False)
        tag = {"If-None-Match": before.headers["etag"]}
        for _ in range(60):
            after = client.get("/api/v1/stats", headers=tag)
            assert after.status_code in (200, 304)
            if after.status_code == 200 and after.headers["etag"] != before.headers["etag"]:
                break
            time.sleep(0.1)
        assert after.json()["meta"]["generation"] == before.json()["meta"]["generation"] + 1
        assert client.get("/api/v1/nodes/org/acme").status_code == 200
        ask = {"query": "ASK { <https://w3id.org/coopgraph/id/org/acme> ?p ?o }"}
        assert client.get("/sparql", params=ask).json()["boolean"]


def test_the_description_covers_every_call(client):
    document = client.get("/openapi.json").json()
    assert {
        "/api/v1/stats", "/api/v1/search", "/api/v1/nodes/{id}", "/api/v1/neighbours",
         "/api/v1/paths",
        "/api/v1/gaps", "/api/v1/gaps/rules", "/api/v1/export", "/sparql", "/healthz", "/readyz",
    } <= set(document["paths"])  # fmt: skip
    for path, methods in document["paths"].items():
        for method in methods.values():
            assert method.get("summary") or method.get("description"), path
            for parameter in method.get("parameters", []):
                assert parameter["name"]
    problem = document["components"]["schemas"]["Problem"]["properties"]
    assert {"type", "title", "status", "detail"} <= set(problem)


def test_answers_are_as_they_are_described(client, server):
    """The pydantic models are the schema: every answer is valid against its own."""
    from coopgraph.api import gap_models, models

    for path, model in {
        "stats": models.Envelope[models.Stats],
        "search?q=甘肃": models.Envelope[list[models.Hit]],
        "nodes/org/baowu": models.Envelope[models.NodeDetail],
        "neighbours?of=甘肃省&depth=2&limit=1000": models.Envelope[models.Neighbours],
        "neighbours?of=甘肃省&view=full": models.Envelope[models.Neighbours],
        "paths?from=宝武集团&to=广东&mode=all": models.Envelope[models.PathList],
        "gaps?limit=1000": models.Envelope[list[gap_models.Gap]],
        "gaps/matrix?rows=Province": models.Envelope[gap_models.GapMatrix],
        "gaps/decisions": models.Envelope[list[gap_models.GapDecision]],
        "gaps/rules": models.Envelope[list[gap_models.Rule]],
    }.items():
        body = client.get(f"/api/v1/{path}").json()
        model.model_validate(body)
    for path in ("/api/v1/neighbours?of=nobody", "/api/v1/neighbours", "/none", "/sparql?query=x"):
        models.Problem.model_validate(client.get(path).json())


def test_a_graph_with_nothing_in_it_is_served_as_not_ready(tmp_path, problem, serve):
    with (
        CoopGraph.open(tmp_path / "empty", shipped=False) as graph,
        serve(graph) as running,
        httpx.Client(base_url=running.url) as client,
    ):
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/api/v1/stats", "/api/v1/neighbours?of=a", "/api/v1/gaps",
         "/sparql",
                     "/api/v1/export", "/sparql?query=ASK%20%7B%7D"):  # fmt: skip
            response = client.get(path)
            assert response.status_code == 503, path
            assert problem(response)["detail_zh"]
            assert response.headers["retry-after"]


def test_many_ask_at_once(client, server):
    def ask(i: int) -> int:
        path = ("/api/v1/neighbours?of=甘肃省&depth=2", "/api/v1/gaps", "/sparql?query=ASK%7B%7D")[
            i % 3
        ]
        return httpx.get(server.url + path, timeout=60).status_code

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        assert set(pool.map(ask, range(72))) == {200}
