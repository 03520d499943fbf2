"""Strangers' queries, handed on to a real server through a gate that fails on purpose."""

from __future__ import annotations

import asyncio
import json
import tracemalloc

import pytest

from coopgraph.errors import (
    CoopgraphError,
    NotAcceptable,
    PayloadTooLarge,
    QuerySyntaxError,
    QueryTimeout,
    Unavailable,
)
from coopgraph.store.frames import QueryRequest
from coopgraph.store.remote_queries import RemotePool, run_remote
from coopgraph.store.result_formats import Accepted

MANY = "SELECT ?a ?b ?c { VALUES ?a { %s } VALUES ?b { %s } VALUES ?c { %s } }" % (
    (" ".join(f'"number {i}"' for i in range(100)),) * 3
)
JSON = {"Content-Type": "application/sparql-results+json"}


async def until(true) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.fixture
def ask(gated):
    """Run a query through the pool, and through the caller without a loop; they must agree."""

    def run(query: str, *formats: str, timeout: float = 20, max_bytes: int = 2**28, **more):
        accepted = Accepted.of(*(formats or ("json", "turtle")))
        request = QueryRequest(query, "", accepted=accepted, max_bytes=max_bytes)
        settings = gated(**more)

        async def main():
            async with RemotePool(settings) as pool, pool.run(request, timeout) as result:
                return result.media_type, await result.read()

        def outcome(call):
            try:
                return call()
            except CoopgraphError as error:
                return error

        one = outcome(lambda: asyncio.run(main()))
        other = outcome(lambda: run_remote(settings, request, timeout))
        assert type(one) is type(other)
        if isinstance(one, CoopgraphError):
            assert one.zh
            raise one
        assert one == other
        return one

    return run


def test_answers_pass_through(ask, oxigraph):
    oxigraph.put("http://g", "<http://a> <http://b> 'ça va 好' .")
    kind, body = ask("SELECT ?o { GRAPH ?g { ?s ?p ?o } }")
    assert kind == "application/sparql-results+json"
    assert json.loads(body)["results"]["bindings"][0]["o"]["value"] == "ça va 好"
    assert ask("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", "csv") == (
        "text/csv",
        "o\r\nça va 好\r\n".encode(),
    )
    assert ask("ASK { GRAPH ?g { ?s ?p ?o } }")[1] == b'{"head":{},"boolean":true}'
    assert ask("CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }", "ntriples") == (
        "application/n-triples", '<http://a> <http://b> "ça va 好" .\n'.encode()
    )  # fmt: skip


def test_the_store_says_what_is_wrong_with_a_query(ask):
    with pytest.raises(QuerySyntaxError, match="the store refuses the query"):
        ask("SELECT * { ?s ?p }")


def test_a_format_for_another_form_is_refused_without_asking(ask, gate):
    with pytest.raises(NotAcceptable):
        ask("ASK {}", "turtle")
    assert gate.seen == []


def test_a_format_that_nobody_asked_for_is_not_passed_on(ask, gate):
    gate.fault = lambda method, path: (200, {"Content-Type": "text/csv"}, b"a\r\n")
    with pytest.raises(NotAcceptable):
        ask("SELECT ?a {}", "json")
    gate.fault = lambda method, path: (200, {"Content-Type": "text/html"}, b"<html>")
    with pytest.raises(Unavailable, match="text/html"):
        ask("SELECT ?a {}", "json")


@pytest.mark.parametrize("fault", ["close", 503])
def test_a_store_that_is_away(ask, gate, fault):
    gate.fault = lambda method, path: fault
    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        ask("ASK {}")
    assert caught.value.extensions["retry_after"] == 5


def test_a_store_that_stopped(ask, gated, oxigraph):
    oxigraph.stop()
    with pytest.raises(Unavailable):
        ask("ASK {}", **oxigraph.urls())


def test_a_store_that_stalls(ask, gate):
    gate.fault = lambda method, path: "stall"
    with pytest.raises(QueryTimeout, match=r"within 0\.3 s"):
        ask("ASK {}", timeout=0.3)


def test_an_answer_that_is_too_large(ask):
    with pytest.raises(PayloadTooLarge):
        ask(MANY, "csv", max_bytes=100_000)


def test_a_large_answer_needs_little_memory(gated, oxigraph):
    settings = gated(**oxigraph.urls())
    request = QueryRequest(MANY, "", accepted=Accepted.of("csv"))

    async def main() -> int:
        size = 0
        async with RemotePool(settings) as pool, pool.run(request, 60) as result:
            tracemalloc.start()
            async for chunk in result:
                size += len(chunk)
        return size

    size = asyncio.run(main())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 20_000_000
    assert peak < 4_000_000


def test_an_answer_may_be_read_by_another_task(gated):
    async def main() -> bytes:
        async with RemotePool(gated()) as pool, pool.run(QueryRequest("ASK {}", ""), 10) as result:
            return await asyncio.create_task(result.read())

    assert asyncio.run(main()) == b'{"head":{},"boolean":true}'


def test_too_many_are_turned_away_and_those_who_leave_make_room(gated, gate):
    gate.fault = lambda method, path: "stall"
    settings = gated(query_workers=1, query_queue=1)
    request = QueryRequest("ASK {}", "")

    async def main() -> None:
        async with RemotePool(settings) as pool:

            async def one() -> None:
                async with pool.run(request, 20) as result:
                    await result.read()

            first, second = asyncio.create_task(one()), asyncio.create_task(one())
            await until(lambda: pool.running == pool.waiting == 1 and gate.seen)
            with pytest.raises(Unavailable, match="too many"):
                await one()
            first.cancel()
            await until(lambda: len(gate.seen) > 1)
            assert pool.waiting == 0
            second.cancel()
            await asyncio.wait([first, second])
            assert pool.running == 0

    asyncio.run(main())


def test_waiting_has_an_end(gated, gate):
    gate.fault = lambda method, path: "stall"

    async def main() -> None:
        async with RemotePool(gated(query_workers=1), queue_timeout=0.1) as pool:

            async def one() -> None:
                async with pool.run(QueryRequest("ASK {}", ""), 20) as result:
                    await result.read()

            first = asyncio.create_task(one())
            await until(lambda: pool.running)
            with pytest.raises(Unavailable):
                await one()
            first.cancel()
            await asyncio.wait([first])

    asyncio.run(main())


def test_only_the_configured_host_is_asked(ask, gate):
    gate.fault = lambda method, path: (307, {"Location": "http://127.0.0.1:9/"}, b"")
    with pytest.raises(Unavailable, match="HTTP 307"):
        ask("SELECT * FROM <http://example.org/> { ?s ?p ?o }")
    assert {path for _, path, _ in gate.seen} == {"/query"}
