"""What is answered past the framework is answered as the framework would."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from coopgraph import CoopGraph
from coopgraph.api.app import create_app
from coopgraph.api.connection import bounded
from coopgraph.api.patience import ClientGone, unless_gone
from coopgraph.settings import Settings

BAOWU = "<https://w3id.org/coopgraph/id/org/baowu>"
POINT = f"SELECT ?p ?o {{ {BAOWU} ?p ?o }}"
GROUP = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
LONG = "SELECT * { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
JSON = "application/sparql-results+json"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Service(NamedTuple):
    """A service whose framework can be asked alone, by a header."""

    port: int
    state: Any
    log: Path

    def ask(
        self, way: str, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer:
        if body and not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("Content-Length", str(len(body)))]
        if len(body) < 100_000:  # else it is the service that closes, when we have read why
            headers = [*headers, ("Connection", "close")]
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"X-Way: {way}",
                 *(f"{name}: {value}" for name, value in headers)]  # fmt: skip
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
            client.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        head, _, rest = answer.partition(b"\r\n\r\n")
        first, *named = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in named)
        found = {name.lower(): value for name, value in pairs if name.lower() != "date"}
        if found.pop("transfer-encoding", "") == "chunked":
            rest = b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n(?=[0-9a-f]+\r\n)", rest, re.S))
        return Answer(int(first.split()[1]), found, rest)


@pytest.fixture(scope="module", params=["", "https://elsewhere.example"])
def service(published_dir: Path, serve, tmp_path_factory, request) -> Iterator[Service]:
    log = tmp_path_factory.mktemp("log") / "queries.jsonl"
    settings = Settings(
        query_log=str(log), cors_origins=(request.param,) if request.param else (),
        query_timeout=5, max_body_bytes=300_000,
    )  # fmt: skip
    with CoopGraph.open(published_dir, shipped=False, settings=settings) as graph:
        app = create_app(graph)
        inner = FastAPI.__call__

        async def either(scope: Any, receive: Any, send: Any) -> None:
            way = dict(scope.get("headers", ())).get(b"x-way")
            await (inner if way == b"framework" else type(app).__call__)(app, scope, receive, send)

        with serve(either, http=bounded(settings)) as running:
            yield Service(running.port, app.state, log)


def got(query: str, **more: str) -> str:
    return "/sparql?" + "&".join(
        f"{name}={quote(value, safe='')}" for name, value in {"query": query, **more}.items()
    )


REQUESTS: dict[str, tuple[str, str, list[tuple[str, str]], bytes]] = {
    "point": ("GET", got(POINT), [], b""),
    "group": ("GET", got(GROUP), [], b""),
    "ask": ("GET", got("ASK {}"), [], b""),
    "construct": ("GET", got(f"CONSTRUCT {{ ?s a ?o }} {{ {BAOWU} a ?o . ?s a ?o }}"), [], b""),
    "describe": ("GET", got(f"DESCRIBE {BAOWU}"), [], b""),
    "not the same twice": ("GET", got("SELECT (1 AS ?n) { FILTER(NOW() > 0 || true) }"), [], b""),
    "in Chinese": ("GET", got('ASK { ?s ?p "宝武集团"@zh }'), [], b""),
    "long answer": ("GET", got(LONG), [], b""),
    "long text": ("GET", got(POINT + " #" + "x" * 40_000), [], b""),
    "too long": ("POST", "/sparql", [("Content-Type", QUERY)], b"ASK {} #" + b"x" * 290_000),
    "far too long": ("POST", "/sparql", [("Content-Type", QUERY)], b"#" * 310_000),
    "form": ("POST", "/sparql", [("Content-Type", FORM)], f"query={quote(POINT)}".encode()),
    "direct": ("POST", "/sparql", [("Content-Type", QUERY)], POINT.encode()),
    "direct, charset": ("POST", "/sparql", [("Content-Type", f"{QUERY}; charset=utf-8")], b"ASK{}"),
    "direct, other charset": ("POST", "/sparql", [("Content-Type", f"{QUERY};charset=big5")],
                              b"ASK{}"),
    "form and URL": ("POST", "/sparql?query=ASK%7B%7D", [("Content-Type", FORM)], b"query=ASK{}"),
    "direct and URL": ("POST", "/sparql?query=ASK%7B%7D", [("Content-Type", QUERY)], b"ASK{}"),
    "dataset in URL": ("POST", "/sparql?default-graph-uri=http://x/none",
                       [("Content-Type", QUERY)], POINT.encode()),
    "dataset": ("GET", got(POINT, **{"named-graph-uri": "http://x/none"}), [], b""),
    "no IRI as dataset": ("GET", got(POINT, **{"default-graph-uri": "no iri"}), [], b""),
    "no body": ("POST", "/sparql", [("Content-Type", QUERY), ("Content-Length", "0")], b""),
    "no type": ("POST", "/sparql", [], b"ASK{}"),
    "other type": ("POST", "/sparql", [("Content-Type", "application/json")], b"{}"),
    "chunked": ("POST", "/sparql", [("Content-Type", QUERY), ("Transfer-Encoding", "chunked"),
                                    ("Content-Length", "")][:2], b"5\r\nASK{}\r\n0\r\n\r\n"),
    "no UTF-8": ("POST", "/sparql", [("Content-Type", QUERY)], b"ASK { ?s ?p '\xff' }"),
    "bad percent": ("GET", "/sparql?query=ASK%20%7B%zz%7D", [], b""),
    "half a percent": ("GET", "/sparql?query=ASK%20%7B%7D%2", [], b""),
    "percent of no UTF-8": ("GET", "/sparql?query=%ff%fe", [], b""),
    "twice": ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", [], b""),
    "format twice": ("GET", got("ASK{}") + "&format=json&format=xml", [], b""),
    "unknown format": ("GET", got("ASK{}", format="yaml"), [], b""),
    "format wins": ("GET", got(POINT, format="csv"), [("Accept", JSON)], b""),
    "unknown parameter": ("GET", got("ASK{}", timeout="5"), [], b""),
    "plus for space": ("GET", "/sparql?query=ASK+%7B+%7D&", [], b""),
    "empty query": ("GET", "/sparql?query=", [], b""),
    "no query": ("GET", "/sparql?default-graph-uri=http://x/", [], b""),
    "an update": ("GET", "/sparql?update=CLEAR%20ALL", [], b""),
    "query and update": ("GET", got("ASK{}") + "&update=CLEAR%20ALL", [], b""),
    "update in a form": ("POST", "/sparql", [("Content-Type", FORM)], b"update=CLEAR%20ALL"),
    "update posted": ("POST", "/sparql", [("Content-Type", "application/sparql-update")],
                      b"CLEAR ALL"),
    "update by a stranger": ("POST", "/sparql", [("Content-Type", "application/sparql-update"),
                             ("Authorization", "Bearer nobody")], b"CLEAR ALL"),
    "with a token": ("GET", got(POINT), [("Authorization", "Bearer nobody")], b""),
    "no service description": ("GET", "/sparql", [("Accept", "image/png")], b""),
    "service description": ("GET", "/sparql", [("Accept", "application/n-triples")], b""),
    "accept csv": ("GET", got(POINT), [("Accept", "text/csv")], b""),
    "accept one of two": ("GET", got(POINT), [("Accept", "text/csv;q=0.1"),
                                              ("Accept", "application/sparql-results+xml")], b""),
    "accept nothing": ("GET", got(POINT), [("Accept", "image/png")], b""),
    "accept nonsense": ("GET", got(POINT), [("Accept", ";;;q=,,/")], b""),
    "accept a graph": ("GET", got(POINT), [("Accept", "text/turtle")], b""),
    "syntax": ("GET", got("SELEKT * {}"), [], b""),
    "syntax in the engine": ("GET", got("SELECT * { ?s ?p ?o } GROUP BY ?s"), [], b""),
    "brackets": ("GET", got("SELECT * { ?s ?p ?o ] }"), [], b""),
    "service": ("GET", got("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), [], b""),
    "load": ("GET", got("LOAD <http://127.0.0.1:9/>"), [], b""),
    "from": ("GET", got("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), [], b""),
    "too deep": ("GET", got("ASK " + "{" * 120 + "}" * 120), [], b""),
    "too many": ("GET", got("ASK {" + "?s ?p ?o." * 500 + "}"), [], b""),
    "half a character": ("POST", "/sparql", [("Content-Type", QUERY)], b"ASK { ?s ?p '\\uD800' }"),
    "null": ("GET", got("ASK { \0 }"), [], b""),
    "known": ("GET", got(POINT), [("If-None-Match", 'W/"1-x"')], b""),
    "any known": ("GET", got(POINT), [("If-None-Match", "*")], b""),
    "range": ("GET", got(POINT), [("Range", "bytes=0-5")], b""),
    "other site": ("GET", got(POINT), [("Origin", "https://elsewhere.example")], b""),
    "unknown site": ("GET", got(POINT), [("Origin", "https://bad.example")], b""),
    "preflight": ("OPTIONS", "/sparql", [("Origin", "https://elsewhere.example"),
                  ("Access-Control-Request-Method", "POST")], b""),
    "head": ("HEAD", got(POINT), [], b""),
    "options": ("OPTIONS", "/sparql", [], b""),
    "put": ("PUT", "/sparql", [], b""),
    "delete": ("DELETE", "/sparql", [], b""),
    "slash": ("GET", "/sparql/?query=ASK%7B%7D", [], b""),
    "escaped path": ("GET", "/%73parql?query=ASK%7B%7D", [], b""),
    "expect": ("POST", "/sparql", [("Content-Type", QUERY), ("Expect", "nothing")], b"ASK{}"),
    "other host": ("GET", got("ASK { <a> ?p ?o }"), [("X-Forwarded-Host", "x")], b""),
}  # fmt: skip


def comparable(answer: Answer) -> Answer:
    """A store says its rows, and what it describes, in any order."""
    if answer.status == 200 and b"\n" in answer.body:
        return answer._replace(body=b"\n".join(sorted(answer.body.split(b"\n"))))
    return answer


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_the_framework_does(service, name):
    results = service.state.queries.results
    results.clear()
    new = comparable(service.ask("direct", *REQUESTS[name]))
    again = comparable(service.ask("direct", *REQUESTS[name]))
    results.clear()
    expected = comparable(service.ask("framework", *REQUESTS[name]))
    kept = comparable(service.ask("framework", *REQUESTS[name]))
    assert new == expected
    assert (again.status, again.body) == (kept.status, kept.body)
    assert again.headers == kept.headers
    assert new.status != 500


@pytest.mark.parametrize("name", ["point", "group", "form", "direct", "accept csv"])
def test_tags_are_honoured(service, name):
    method, target, headers, body = REQUESTS[name]
    service.state.queries.results.clear()
    tag = service.ask("direct", method, target, headers, body).headers["etag"]
    for clear in (False, True):
        for way in ("direct", "framework"):
            if clear:
                service.state.queries.results.clear()
            same = service.ask(way, method, target, [*headers, ("If-None-Match", tag)], body)
            assert (same.status, same.body) == (304, b"")
            assert same.headers["etag"] == tag
            assert same.headers["vary"].startswith("Accept")


def counted(service: Service) -> dict[str, float]:
    text = service.ask("framework", "GET", "/metrics", [], b"").body.decode()
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if line[:1] != "#")
    wanted = ("coopgraph_http_requests_total", "coopgraph_queries_total",
              "coopgraph_http_request_seconds_count", "coopgraph_query_cache_")  # fmt: skip
    return {
        name: float(value)
        for name, value in lines
        if name.startswith(wanted) and "/metrics" not in name and "bytes" not in name
    }


def logged(service: Service, mark: str, count: int) -> list[dict[str, Any]]:
    """What the log says of so many requests whose text holds a mark."""
    found: list[dict[str, Any]] = []
    for _ in range(100):
        lines = service.log.read_bytes().splitlines() if service.log.exists() else []
        found = [e for e in map(json.loads, lines) if mark in e["text"]]
        if len(found) >= count:
            break
        time.sleep(0.05)
    return found


WATCHED = {
    "GET ok": ("GET", POINT, []),
    "GET table": ("GET", GROUP, []),
    "POST ok": ("POST", POINT, []),
    "GET long": ("GET", LONG, []),
    "GET syntax": ("GET", "SELEKT", []),
    "GET refused": ("GET", "ASK { SERVICE <http://x/> {} }", []),
    "GET other format": ("GET", POINT, [("Accept", "image/png")]),
}  # fmt: skip


@pytest.mark.parametrize("name", WATCHED)
def test_it_is_counted_and_logged_alike(service, name):
    method, query, headers = WATCHED[name]
    seen = {}
    for way in ("direct", "framework"):
        mark = f"#{way:10}{name} {service.port}"
        text = f"{query} {mark}"
        before = counted(service)
        for _ in range(2):
            if method == "GET":
                service.ask(way, "GET", got(text), headers, b"")
            else:
                service.ask(way, "POST", "/sparql", [("Content-Type", QUERY)], text.encode())
        after = counted(service)
        told = {k: v - before.get(k, 0) for k, v in after.items() if v != before.get(k, 0)}
        entries = logged(service, mark, 2)
        keys = ("who", "kind", "length", "bytes", "cache", "ended", "status")
        seen[way] = told, [{k: e[k] for k in keys if k != "length"} for e in entries]
        assert len(entries) == 2
    assert seen["direct"] == seen["framework"]


class TestSingleFlight:
    """Who asks what is being asked waits for that answer."""

    SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d && STR(?c) < STR(?f)) }"

    def together(self, service: Service, query: str, count: int) -> list[Answer]:
        found: list[Answer] = []

        def ask() -> None:
            found.append(service.ask("direct", "GET", got(query), [], b""))

        threads = [threading.Thread(target=ask) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    def test_one_runs_for_all(self, service):
        mark = f"# together {service.port}"
        query = f"SELECT (COUNT(*) AS ?n) {{ ?a a ?t . ?b a ?u . ?c ?p 'none' }} {mark}"
        answers = self.together(service, query, 12)
        assert {a.status for a in answers} == {200}
        assert len({a.body for a in answers}) == 1
        assert len({a.headers["etag"] for a in answers}) == 1
        entries = logged(service, mark, 12)
        assert sum(e["cache"] == "miss" for e in entries) == 1
        assert sum(e["cache"] == "hit" for e in entries) == 11

    def test_one_time_limit_for_all(self, service):
        begin = time.monotonic()
        answers = self.together(service, f"{self.SLOW} # all wait", 12)
        assert {a.status for a in answers} <= {503, 504}
        assert 504 in {a.status for a in answers}
        assert time.monotonic() - begin < 5 * 1.6

    def test_who_leaves_first_takes_nothing_from_the_others(self, service):
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e 'none' . ?f ?g ?h } # left"
        service.state.queries.results.clear()
        head = f"GET {got(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            client.sendall(head)
        answers = self.together(service, query, 3)
        assert {a.status for a in answers} == {200}


def test_a_client_that_leaves_ends_its_query(service):
    mark = f" # gone {service.port}"
    head = f"GET {got(TestSingleFlight.SLOW + mark)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(head.encode())
        time.sleep(0.2)
    entries = logged(service, mark, 1)
    assert entries[0]["ended"] == "client-gone"
    for _ in range(100):
        if not service.state.pool.running:
            break
        time.sleep(0.05)
    assert service.state.pool.running == 0


def test_a_body_in_pieces(service):
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nAS"
        )
        time.sleep(0.1)
        client.sendall(b"K {}")
        assert b'"boolean":true' in b"".join(iter(lambda: client.recv(65536), b""))


def test_requests_on_one_connection(service):
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}") as client:
        for number in range(20):
            query = f"SELECT * {{ {BAOWU} ?p ?o }} # {number}"
            one = client.get("/sparql", params={"query": query})
            two = client.post("/sparql", content=query, headers={"Content-Type": QUERY})
            assert one.content == two.content


class TestPatience:
    def test_work_that_ends_is_returned(self):
        async def main() -> int:
            async def receive() -> dict[str, str]:
                await asyncio.sleep(100)
                raise AssertionError

            async def work() -> int:
                await asyncio.sleep(0.05)
                return 7

            return await unless_gone(receive, work())

        assert asyncio.run(main()) == 7

    def test_who_goes_ends_the_work(self):
        ended = []

        async def main() -> None:
            async def receive() -> dict[str, str]:
                await asyncio.sleep(0.02)
                return {"type": "http.disconnect"}

            async def work() -> None:
                try:
                    await asyncio.sleep(100)
                finally:
                    ended.append(True)

            with pytest.raises(ClientGone):
                await unless_gone(receive, work())
            await asyncio.sleep(0.05)  # and nothing is left of it

        asyncio.run(main())
        assert ended

    def test_a_cancelled_task_stays_cancelled(self):
        async def main() -> None:
            async def receive() -> dict[str, str]:
                await asyncio.sleep(100)
                raise AssertionError

            task = asyncio.create_task(unless_gone(receive, asyncio.sleep(100)))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(main())


def test_a_fault_of_ours_is_told_as_the_framework_tells_it(service, monkeypatch):
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr(service.state.screen, "read_short", fail)
    told = [
        service.ask(way, "GET", f"/sparql?query={quote(POINT)}", [], b"")
        for way in ("direct", "framework")
    ]
    for answer in told:
        assert answer.status == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert b"the inside" not in answer.body
    assert told[0].body == told[1].body
