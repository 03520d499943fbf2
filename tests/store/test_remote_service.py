"""A service and commands on a real store: away and back again, and everything over HTTP."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from coopgraph import CoopGraph
from coopgraph.errors import Unavailable
from coopgraph.knowledge.shipped import shipped_files
from coopgraph.vocabulary import graph_iri

MEMO = graph_iri("analyst", "memo")
ACME = "<https://w3id.org/coopgraph/id/org/acme>"
PATHS = {"from": "中铝集团", "to": "electrolytic aluminium", "layers": "stated"}


def until(true, *, seconds: float = 20):
    """Wait for something that a service does on its own."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture
def service(serve, oxigraph, tmp_path, load_shipped):
    """What ships, in a server of somebody else's, served by us."""
    settings = oxigraph.settings(tmp_path / "data", store_default_graph="union", store_retries=0)
    with (
        load_shipped(settings) as graph,
        serve(graph) as running,
        httpx.Client(base_url=running.url, timeout=20) as client,
    ):
        yield client


def test_the_store_goes_away_and_comes_back(service, oxigraph, problem):
    query = {"query": "ASK { ?s ?p ?o }"}
    before = service.get("/api/v1/paths", params=PATHS).json()
    assert service.get("/sparql", params=query).json()["boolean"] is True
    oxigraph.stop()
    response = service.get("/sparql", params=query)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    document = problem(response)
    assert oxigraph.url in document["detail"]
    assert "无法连接远程存储" in document["detail_zh"]
    assert service.get("/api/v1/paths", params=PATHS).json() == before
    assert service.get("/api/v1/neighbours", params={"of": "org/baowu"}).status_code == 200
    assert service.get("/api/v1/gaps").status_code == 200
    assert service.get("/readyz").status_code == 200
    oxigraph.start()
    assert service.get("/sparql", params=query).json()["boolean"] is True
    assert service.get("/api/v1/paths", params=PATHS).json() == before


def test_the_protocol_over_http(service, problem):
    def ask(query: str, accept: str = "*/*", **more) -> httpx.Response:
        return service.post("/sparql", data={"query": query, **more}, headers={"Accept": accept})

    table = ask("SELECT ?s { ?s ?p ?o } LIMIT 2", "text/csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "etag" not in table.headers
    assert len(table.text.splitlines()) == 3
    graph = ask("CONSTRUCT { ?s ?p ?o } { SELECT * { ?s ?p ?o } LIMIT 2 }", "application/n-triples")
    assert graph.headers["content-type"].startswith("application/n-triples")
    assert problem(ask("SELECT * { ?s ?p }"))["status"] == 400
    assert problem(ask("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"))["status"] == 403
    assert problem(ask("DELETE WHERE { ?s ?p ?o }"))["status"] in (400, 403)
    assert problem(ask("ASK {}", "image/png"))["status"] == 406
    assert service.get("/sparql", headers={"Accept": "text/turtle"}).status_code == 200


def test_a_change_behind_its_back_is_served(serve, oxigraph, tmp_path, prefixes):
    def put(label: str) -> None:
        oxigraph.put(MEMO, prefixes + f"{ACME} a coop:Enterprise ; skos:prefLabel {label} .")

    put("'一'@zh")
    settings = oxigraph.settings(tmp_path / "data", store_recount_seconds=0.1)
    with CoopGraph.open(settings=settings) as graph, serve(graph) as running:
        node = f"{running.url}/api/v1/nodes/org/acme"
        first = httpx.get(node)
        assert first.json()["meta"]["generation"] == 1
        put("'二'@zh , 'Acme'@en")
        until(lambda: httpx.get(node).json()["data"]["label"]["zh"] == "二")
        assert httpx.get(node).json()["meta"]["generation"] == 2
        old = {"If-None-Match": first.headers["etag"]}
        assert httpx.get(node, headers=old).status_code == 200


def test_a_service_that_starts_while_the_store_is_away(serve, oxigraph, tmp_path, problem):
    settings = oxigraph.settings(tmp_path / "data", store_retries=0)
    oxigraph.put(MEMO, f"{ACME} a <https://w3id.org/coopgraph/ns#Enterprise> .")
    CoopGraph.open(settings=settings).close()
    oxigraph.stop()
    with CoopGraph.open(settings=settings) as graph:
        assert graph.generation == 1, "the last copy"
        with pytest.raises(Unavailable):
            graph.sparql("ASK {}")
    other = settings.model_copy(update={"data_dir": tmp_path / "other"})
    with CoopGraph.open(settings=other) as graph, serve(graph) as running:
        for path in ("/readyz", "/api/v1/stats", "/sparql?query=ASK%7B%7D"):
            response = httpx.get(running.url + path)
            assert response.status_code == 503, path
            assert response.headers["retry-after"]
            assert "无法连接远程存储" in problem(response)["detail_zh"]
        assert httpx.get(running.url + "/healthz").status_code == 200
        oxigraph.start()
        until(lambda: httpx.get(running.url + "/readyz").status_code == 200)
        assert httpx.get(running.url + "/api/v1/nodes/org/acme").status_code == 200


@pytest.fixture
def command(tmp_path):
    def run(*arguments: str | Path, **environment: str):
        return subprocess.run(
            [Path(sys.executable).with_name("coopgraph"), *arguments],
            capture_output=True, text=True, timeout=60, check=False,
            env={"PATH": "/usr/bin:/bin", "COOPGRAPH_DATA_DIR": str(tmp_path / "cli"),
                 "PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path), **environment},
        )  # fmt: skip

    return run


def test_commands_take_the_store_by_option_or_environment(command, oxigraph):
    urls = oxigraph.urls()
    writing = {"COOPGRAPH_STORE_GRAPH": urls["store_graph"]}
    empty = command("stats", "--store", urls["store"])
    assert empty.returncode == 3
    assert "nothing is loaded yet" in empty.stderr
    loaded = command("load", "--shipped", "--no-shacl", "--store", urls["store"], **writing)
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.count("changed: ") == len(shipped_files())
    asked = ["paths", "中铝集团", "electrolytic aluminium", "--layers", "stated", "--json"]
    by_option = command(*asked, "--store", urls["store"])
    by_environment = command(*asked, COOPGRAPH_STORE=urls["store"])
    assert by_option.returncode == by_environment.returncode == 0, by_option.stderr
    assert by_option.stdout == by_environment.stdout
    assert '"org/chinalco"' in by_option.stdout
    query = command("query", "ASK { GRAPH ?g { ?s ?p ?o } }", "--json", "--store", urls["store"])
    assert '"boolean":true' in query.stdout.replace(" ", ""), query.stderr
    assert command("load", "--store", urls["store"]).returncode == 2
    wrong = command("stats", "--store", "http://")
    assert wrong.returncode == 2
    assert "store" in wrong.stderr
    oxigraph.stop()
    still = command(*asked, "--store", urls["store"], COOPGRAPH_STORE_RETRIES="0")
    assert still.returncode == 0
    assert still.stdout == by_option.stdout
    assert "cannot be reached" in still.stderr


def test_a_url_is_opened_like_a_folder(oxigraph, tmp_path, monkeypatch):
    monkeypatch.setenv("COOPGRAPH_DATA_DIR", str(tmp_path / "data"))
    oxigraph.put(MEMO, f"{ACME} a <https://w3id.org/coopgraph/ns#Enterprise> .")
    with CoopGraph.open(oxigraph.urls()["store"]) as graph:
        assert graph.node("org/acme").data["type"] == "Enterprise"
        assert graph.settings.store == oxigraph.urls()["store"]
    monkeypatch.setenv("COOPGRAPH_STORE", oxigraph.urls()["store"])
    with CoopGraph.open() as graph:
        assert graph.node("org/acme").data["type"] == "Enterprise"
    with CoopGraph.open(":memory:", shipped=False) as graph:
        assert graph.generation == 0, "a folder that is named wins over the setting"
