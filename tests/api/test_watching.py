"""Kept answers, tags, the query log, metrics and CORS, of a real service."""

from __future__ import annotations

import json
from contextlib import contextmanager

import httpx
import pytest

from coopgraph.api.app import create_bare_app
from coopgraph.bare import BareStore
from coopgraph.settings import Settings

ASK = "SELECT ?o { <http://x/s> <http://x/p> ?o }"
EXPOSED = "access-control-expose-headers"


@pytest.fixture(scope="module")
def service(serve):
    @contextmanager
    def start(folder, **settings):
        with (
            BareStore(folder, Settings(**settings)) as store,
            serve(create_bare_app(store, open_to_local=True)) as running,
            httpx.Client(base_url=running.url, timeout=30) as client,
        ):
            yield client

    return start


def insert(client, value):
    kind = {"Content-Type": "application/sparql-update"}
    text = f"INSERT DATA {{ <http://x/s> <http://x/p> {value} }}"
    assert client.post("/sparql", content=text, headers=kind).status_code == 204


def ask(client, query=ASK, **headers):
    return client.get("/sparql", params={"query": query}, headers=headers)


def metric(client, name):
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_kept_answers_tags_log_and_metrics(service, tmp_path):
    with service(tmp_path) as client:
        insert(client, 1)
        first, second = ask(client), ask(client)
        posted = client.post("/sparql", data={"query": ASK})
        assert first.content == second.content == posted.content
        assert first.headers["etag"] == second.headers["etag"]
        assert second.headers["content-type"] == first.headers["content-type"]
        csv = ask(client, Accept="text/csv")
        assert csv.headers["content-type"].startswith("text/csv")
        assert csv.headers["etag"] != first.headers["etag"]
        known = {"If-None-Match": first.headers["etag"]}
        assert ask(client, **known).status_code == 304
        assert ask(client, **known, Accept="text/csv").status_code == 200
        assert (
            client.head("/sparql", params={"query": ASK}).headers["etag"] == (first.headers["etag"])
        )
        insert(client, 2)
        after = ask(client, **known)
        assert after.status_code == 200
        assert len(after.json()["results"]["bindings"]) == 2
        assert "etag" not in ask(client, "SELECT (RAND() AS ?r) {}").headers
        random = {ask(client, "SELECT (RAND() AS ?r) {}").content for _ in range(3)}
        assert len(random) == 3
        hostile = (
            'ASK { ?s ?p "\u2028{}\x85 coopgraph_0123456789012345678901234567" } } \n{"who":1}'
        )
        assert ask(client, hostile).status_code == 400
        assert client.get("/store?default").status_code == 200
        assert metric(client, "coopgraph_query_cache_hits_total") >= 3
        assert metric(client, 'coopgraph_queries_total{ended="syntax"') == 1
        assert metric(client, "coopgraph_triples") == 2
        assert metric(client, 'coopgraph_http_requests_total{method="GET",route="/sparql"') >= 5
    text = (tmp_path / "logs" / "queries.jsonl").read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert {e["ended"] for e in entries} == {"ok", "not-modified", "syntax"}
    assert {e["kind"] for e in entries} == {"query", "update", "store read"}
    assert [e["cache"] for e in entries[1:4]] == ["miss", "hit", "hit"]
    assert "0123456789012345" not in text


def test_a_log_that_cannot_be_written_harms_nobody(service, tmp_path):
    (tmp_path / "logs").write_text("in the way")
    with service(tmp_path) as client:
        assert ask(client).status_code == 200


def test_without_a_cache_and_in_memory(service):
    with service(":memory:", query_cache_bytes=0) as client:
        tags = [ask(client).headers["etag"] for _ in range(2)]
        assert tags[0] == tags[1]
        assert metric(client, "coopgraph_query_cache_hits_total") == 0
        headers = ask(client, Origin="https://a.example").headers
        assert not [name for name in headers if name.startswith("access-control")]
    with service(":memory:") as client:
        assert ask(client).headers["etag"] != tags[0]
        assert ask(client, **{"If-None-Match": tags[0]}).status_code == 200


@pytest.mark.parametrize("origins", [("https://a.example",), ("*",)])
def test_cors(service, problem, origins):
    with service(":memory:", cors_origins=origins) as client:
        allowed = "*" if "*" in origins else "https://a.example"
        origin = {"Origin": "https://a.example"}
        for response in (
            ask(client, **origin), ask(client, **origin), ask(client, "]", **origin),
            client.get("/store?graph=http://x/none", headers=origin),
            client.get("/nothing", headers=origin),
        ):  # fmt: skip
            assert response.headers["access-control-allow-origin"] == allowed
            assert "ETag" in response.headers[EXPOSED]
            assert "access-control-allow-credentials" not in response.headers
        wish = {**origin, "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip
        assert client.options("/store", headers=wish).status_code == 200
        other = {**wish, "Origin": "https://b.example"}
        refused = client.options("/store", headers=other)
        if "*" in origins:
            assert refused.status_code == 200
        else:
            assert problem(refused)["status"] == 403
            assert "access-control-allow-origin" not in refused.headers
            assert (
                "access-control-allow-origin" not in ask(client, Origin="https://b.example").headers
            )
