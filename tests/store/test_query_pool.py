"""The real worker on a real store: what strangers can send, and what becomes of the service."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    NotAcceptable,
    PayloadTooLarge,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    ServiceFailed,
    Unavailable,
)
from coopgraph.store.query_pool import QueryPool, QueryRequest, QueryRunner, run_sync
from coopgraph.store.result_formats import BY_NAME, Accepted
from coopgraph.store.union import replace_graph
from coopgraph.vocabulary import COOP

EX = "http://example.org/"
SIZE = 20_000
MEMORY = 400 * 1024 * 1024
POINT = f"SELECT ?o {{ <{EX}s5> <{COOP}p> ?o }}"
SCAN = "SELECT ?s ?o { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("generation")
    store = ox.Store(str(folder / "working"))
    for graph in range(3):
        facts = (
            ox.Triple(ox.NamedNode(f"{EX}s{i}"), ox.NamedNode(f"{COOP}p"), ox.Literal(f"值 {i}"))
            for i in range(graph, SIZE, 3)
        )
        replace_graph(store, f"{EX}g{graph}", facts)
    store.flush()
    store.backup(str(folder / "store"))
    del store
    gc.collect()
    return str(folder / "store")


@pytest.fixture(scope="module")
def empty_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("empty") / "store"
    ox.Store(str(folder)).flush()
    gc.collect()
    return str(folder)


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def with_pool(
    work: Callable[[QueryPool], Coroutine[Any, Any, None]], size: int = 1, **options: Any
) -> None:
    async def main() -> None:
        async with QueryPool(size, memory_bytes=MEMORY, **options) as pool:
            await work(pool)
            pids = pool.pids
        assert not any(map(exists, pids))

    asyncio.run(main())


async def answer(pool: QueryPool, request: QueryRequest, seconds: float = 10) -> bytes:
    async with pool.run(request, seconds) as result:
        return await result.read()


async def values(pool: QueryPool, request: QueryRequest) -> list[dict[str, str]]:
    body = json.loads(await answer(pool, request))
    return [{k: v["value"] for k, v in row.items()} for row in body["results"]["bindings"]]


# What comes back


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_bindings_in_every_format(path, name):
    async def work(pool):
        request = QueryRequest(POINT, path, accepted=Accepted.of(name))
        async with pool.run(request, 10) as result:
            assert (result.form, result.format) == ("bindings", name)
            assert result.media_type == BY_NAME[name].media_type
            body = await result.read()
        if name == "csv":
            assert list(csv.reader(io.StringIO(body.decode()))) == [["o"], ["值 5"]]
        else:
            rows = ox.parse_query_results(body, BY_NAME[name].engine)
            assert [row["o"].value for row in rows] == ["值 5"]

    with_pool(work)


@pytest.mark.parametrize("name", ["turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"])
def test_graphs_in_every_format(path, name):
    async def work(pool):
        for query in (f"DESCRIBE <{EX}s5>", "CONSTRUCT { ?s ?p '值 5' } { ?s ?p '值 5' }"):
            request = QueryRequest(query, path, accepted=Accepted.of(name))
            async with pool.run(request, 10) as result:
                assert (result.form, result.format) == ("graph", name)
                body = await result.read()
            (quad,) = ox.parse(body, BY_NAME[name].engine)
            assert (quad.subject.value, quad.object.value) == (f"{EX}s5", "值 5")
            if name in ("turtle", "trig"):
                assert b"coop:p" in body

    with_pool(work)


def test_ask_in_its_two_formats_and_no_other(path):
    async def work(pool):
        json_body = await answer(pool, QueryRequest("ASK {}", path))
        assert json.loads(json_body) == {"head": {}, "boolean": True}
        xml_body = await answer(pool, QueryRequest("ASK {}", path, accepted=Accepted.of("xml")))
        assert b"<boolean>true</boolean>" in xml_body
        with pytest.raises(NotAcceptable) as refused:
            await answer(pool, QueryRequest("ASK {}", path, accepted=Accepted.of("csv", "turtle")))
        assert len(refused.value.extensions["available"]) == 2
        with pytest.raises(NotAcceptable):
            await answer(pool, QueryRequest(POINT, path, accepted=Accepted.of("turtle")))

    with_pool(work)


def test_the_best_format_for_the_form_is_taken(path):
    async def work(pool):
        accepted = Accepted.of("tsv", "ntriples", "json")
        for query, name in [(POINT, "tsv"), ("ASK {}", "json"), (f"DESCRIBE <{EX}s5>", "ntriples")]:
            async with pool.run(QueryRequest(query, path, accepted=accepted), 10) as result:
                assert result.format == name
                await result.read()

    with_pool(work)


def test_datasets(path):
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    in_graphs = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    third = str(len(range(0, SIZE, 3)))

    async def work(pool):
        async def n(query: str, **dataset: tuple[str, ...]) -> str:
            return (await values(pool, QueryRequest(query, path, **dataset)))[0]["n"]

        where = "SELECT (COUNT(*) AS ?n) FROM <%s> { ?s ?p ?o }"
        assert await n(count) == str(SIZE)
        assert await n(in_graphs) == str(SIZE)
        assert await n(where % f"{EX}g0") == third
        assert await n(count, default_graph_uris=(f"{EX}g0",)) == third
        # The protocol's dataset replaces the query's, whole.
        assert await n(where % f"{EX}g1", default_graph_uris=(f"{EX}g0",)) == third
        assert await n(in_graphs, default_graph_uris=(f"{EX}g0",)) == "0"
        assert await n(count, named_graph_uris=(f"{EX}g0",)) == "0"
        assert await n(in_graphs, named_graph_uris=(f"{EX}g0",)) == third
        # A graph that is not in the store is empty, and nothing is fetched.
        assert await n(where % "http://127.0.0.1:1/x") == "0"
        with pytest.raises(BadRequest, match="'no iri' is not an IRI"):
            await n(count, default_graph_uris=("no iri",))

    with_pool(work)


def test_another_generation_is_opened_on_demand(path, empty_path):
    async def work(pool):
        for _ in range(2):
            assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
            assert await values(pool, QueryRequest(POINT, empty_path)) == []
        (pid,) = pool.pids
        with pytest.raises(Unavailable, match="cannot be opened"):
            await answer(pool, QueryRequest(POINT, path + "-gone"))
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids == [pid]

    with_pool(work)


def test_large_answers_stream_through_little_memory(path):
    query = "SELECT ?s ?o ?k { ?s ?p ?o VALUES ?k { 1 2 3 4 } }"

    async def work(pool):
        size = 0
        tracemalloc.start()
        try:
            async with pool.run(QueryRequest(query, path), 20) as result:
                async for chunk in result:
                    assert len(chunk) <= 128 * 1024
                    size += len(chunk)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert size > 10_000_000
        assert peak < 1_000_000
        assert pool.running == 0

    with_pool(work)


# What is wrong with the query


def test_syntax_errors_say_where(path):
    async def work(pool):
        (pid,) = pool.pids
        with pytest.raises(QuerySyntaxError) as wrong:
            await answer(pool, QueryRequest("SELECT *\n WHERE { ?s ?p }", path))
        excerpt = f" WHERE {{ ?s ?p }}\n{' ' * 15}^"
        assert wrong.value.extensions == {"line": 2, "column": 16, "excerpt": excerpt}
        assert wrong.value.zh
        for text in (
            "INSERT DATA { <x:a> <x:b> 1 }",
            "",
            "\ud800",
            "\x00",
            "SELECT * { ex:a ?p 1 }",
        ):
            with pytest.raises(QuerySyntaxError):
                await answer(pool, QueryRequest(text, path))
        assert pool.pids == [pid]

    with_pool(work)


def test_other_failures_are_the_clients(path):
    async def work(pool):
        with pytest.raises(BadRequest, match="custom function"):
            await answer(pool, QueryRequest("SELECT (<x:f>(1) AS ?x) {}", path))
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work)


def test_answers_are_bounded(path):
    async def work(pool):
        (pid,) = pool.pids
        with pytest.raises(PayloadTooLarge, match="larger than 1000 bytes"):
            await answer(pool, QueryRequest(SCAN, path, max_bytes=1000))
        async with pool.run(QueryRequest(SCAN, path, max_bytes=500_000), 10) as result:
            with pytest.raises(PayloadTooLarge):
                await result.read()
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids == [pid]

    with_pool(work)


def test_workers_of_a_large_parent_are_kept(path):
    ballast = bytearray(b"x") * (MEMORY * 2 // 3)

    async def work(pool):
        (pid,) = pool.pids
        for _ in range(3):
            await values(pool, QueryRequest(POINT, path))
        assert pool.pids == [pid]

    with_pool(work)
    assert ballast


def test_workers_cannot_reach_the_network(path):
    async def work(pool):
        query = "SELECT * { SERVICE <http://127.0.0.1:8/> { ?s ?p ?o } }"
        with pytest.raises(ServiceFailed, match="Permission denied"):
            await answer(pool, QueryRequest(query, path))

    with_pool(work)


# What would end any process that ran it

BOMBS = {
    "count": (COUNT, QueryTimeout),
    "sort": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a", QueryOutOfMemory),
    "doubling": (
        "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
        + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
        + "}",
        QueryOutOfMemory,
    ),
    "group_concat": (
        "SELECT (STRLEN(GROUP_CONCAT(CONCAT(?c, ?f, STR(?a), STR(?d)))) AS ?n) "
        "{ ?a ?b ?c . ?d ?e ?f }",
        (QueryTimeout, QueryOutOfMemory),
    ),
    "regex": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
        "FILTER(REGEX(CONCAT(?c, ?f), '(x+x+)+y(a|b|c){1,50}')) }",
        QueryTimeout,
    ),
    "any path": (
        f"SELECT (COUNT(*) AS ?n) {{ ?a (<{COOP}p>|!<{COOP}p>)* ?b . ?c (<x:p>|!<x:p>)* ?d }}",
        (QueryTimeout, QueryOutOfMemory),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_one_answer(path, name):
    query, expected = BOMBS[name]
    seconds = 60 if expected is QueryOutOfMemory else 0.5

    async def work(pool):
        start = time.monotonic()
        with pytest.raises(expected) as stopped:
            await answer(pool, QueryRequest(query, path), seconds)
        assert time.monotonic() - start < seconds + 1
        assert stopped.value.status in (503, 504)
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work)


def _big(times: int) -> dict[str, str]:
    def n(count: int) -> int:
        return count * times

    return {
        "braces": "SELECT * " + "{" * n(2_191) + "}" * n(2_191),
        "parentheses": "SELECT * { FILTER(" + "(" * n(5_670) + "1" + ")" * n(5_670) + ") }",
        "not": "SELECT * { FILTER(" + "! " * n(11_564) + "true) }",
        "sub-selects": "SELECT * {" + "{SELECT * {" * n(1_362) + "}}" * n(1_362) + "}",
        "unions": "SELECT * { {?s ?p ?o}" + " UNION {?s ?p ?o}" * n(7_191) + " }",
        "optionals": "SELECT * { ?s ?p ?o" + " OPTIONAL {?s ?p ?o}" * n(2_779) + " }",
        "chain": "SELECT * {" + "".join(f" ?v{i} ?p ?v{i + 1} ." for i in range(n(800))) + " }",
        "path": "SELECT * { ?s " + "/".join(["<x:p>"] * n(1_000)) + " ?o }",
        "list": "SELECT * { ?s ?p (" + "?x " * n(1_000) + ") }",
        "binds": "SELECT *{" + "".join(f"BIND({i} AS ?v{i})" for i in range(n(2_000))) + "}",
    }


@pytest.mark.parametrize("times", [1, 10])
def test_monsters_that_got_past_the_guard_cost_one_answer(path, times):
    async def work(pool):
        turns = asyncio.Semaphore(2)

        async def one(query: str) -> None:
            try:
                async with turns:
                    await answer(pool, QueryRequest(query, path), 0.5)
            except CoopgraphError as error:
                assert error.status in (400, 503, 504), error  # noqa: PT017
                assert type(error) is not Unavailable, error  # noqa: PT017

        await asyncio.gather(*(one(query) for query in _big(times).values()))
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work, size=2)


def test_a_query_too_complex_for_the_parser_is_the_clients_fault(path):
    async def work(pool):
        with pytest.raises(BadRequest, match="too complex"):
            await answer(pool, QueryRequest(_big(1)["braces"], path))

    with_pool(work)


# What clients do


def test_a_reader_that_never_reads_meets_the_deadline(path):
    async def work(pool):
        (pid,) = pool.pids
        async with pool.run(QueryRequest(SCAN, path), 0.3) as result:
            await asyncio.sleep(0.6)
            with pytest.raises(QueryTimeout):
                await result.read()
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids != [pid]

    with_pool(work)


def test_who_leaves_early_frees_the_worker(path):
    async def work(pool):
        (pid,) = pool.pids
        async with pool.run(QueryRequest(SCAN, path), 30) as result:
            async for _ in result:
                break
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        (second,) = pool.pids
        assert second != pid

        task = asyncio.create_task(answer(pool, QueryRequest(COUNT, path), 30))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids != [second]

    with_pool(work)


def test_who_leaves_a_short_answer_unread_costs_nothing(path):
    async def work(pool):
        (pid,) = pool.pids
        async with pool.run(QueryRequest(POINT, path), 10):
            pass
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids == [pid]

    with_pool(work)


def test_a_worker_killed_from_outside_loses_only_its_own_answer(path):
    async def work(pool):
        async def lost() -> None:
            with pytest.raises(Unavailable, match="ended before the query did"):
                await answer(pool, QueryRequest(COUNT, path), 20)

        task = asyncio.create_task(lost())
        await asyncio.sleep(0.1)
        busy = max(pool.pids, key=_cpu_ticks)
        os.kill(busy, signal.SIGKILL)
        await asyncio.gather(task, *(values(pool, QueryRequest(POINT, path)) for _ in range(5)))
        # One that is killed while idle costs nobody anything.
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.05)
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work, size=2)


def _cpu_ticks(pid: int) -> int:
    return int(proc(pid, "stat").split()[13])


def test_fifty_at_once(path):
    async def work(pool):
        async def one(i: int) -> None:
            query = f"SELECT ?o {{ <{EX}s{i}> ?p ?o }}"
            assert await values(pool, QueryRequest(query, path)) == [{"o": f"值 {i}"}]

        await asyncio.gather(*(one(i) for i in range(50)))
        assert (pool.waiting, pool.running) == (0, 0)

    with_pool(work, size=2)


def test_the_queue_is_bounded_in_number_and_time(path):
    async def work(pool):
        slow = [asyncio.create_task(answer(pool, QueryRequest(COUNT, path), 0.8)) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert (pool.waiting, pool.running) == (2, 1)
        with pytest.raises(Unavailable, match="too many") as refused:
            await answer(pool, QueryRequest(POINT, path))
        assert refused.value.status == 503
        assert refused.value.extensions["retry_after"] > 0
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        assert [type(o) for o in outcomes] == [QueryTimeout, Unavailable, Unavailable]
        assert "in time" in str(outcomes[1])
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work, queue=2, queue_timeout=0.4)


def test_waiting_counts(path):
    async def work(pool):
        async def one() -> type[CoopgraphError]:
            with pytest.raises(CoopgraphError) as stopped:
                await answer(pool, QueryRequest(COUNT, path), 0.8)
            return type(stopped.value)

        start = time.monotonic()
        assert await asyncio.gather(one(), one(), one()) == [QueryTimeout, Unavailable, Unavailable]
        assert time.monotonic() - start < 1.2

    with_pool(work)


def test_clients_take_turns(path):
    order = []

    async def work(pool):
        async def one(client: str) -> None:
            async with pool.run(QueryRequest(SCAN, path), 10, client) as result:
                order.append(client)
                await result.read()

        greedy = [asyncio.create_task(one("greedy")) for _ in range(5)]
        await asyncio.sleep(0.01)
        await asyncio.gather(one("modest"), *greedy)
        assert order.index("modest") <= 2

    with_pool(work)


def test_a_client_that_fills_the_queue_makes_room_for_another(path):
    async def work(pool):
        async def one(client: str) -> str:
            try:
                async with pool.run(QueryRequest(COUNT, path), 0.6, client) as result:
                    await result.read()
            except CoopgraphError as error:
                return error.detail
            return ""

        greedy = [asyncio.create_task(one("greedy")) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert pool.waiting == 3
        modest = asyncio.create_task(one("modest"))
        await asyncio.sleep(0.05)
        assert pool.waiting == 3
        ends = await asyncio.gather(*greedy)
        assert "too many queries of this client are waiting; try again" in ends
        assert "too many" not in await modest

    with_pool(work, queue=3)


# Lookups have a lane of their own


def test_lookups_do_not_wait_for_what_takes_long(path):
    async def work(pool):
        slow = [asyncio.create_task(answer(pool, QueryRequest(COUNT, path), 2)) for _ in range(5)]
        await asyncio.sleep(0.1)
        for i in range(50):
            query = f"SELECT ?o {{ <{EX}s{i}> <{COOP}p> ?o }}"
            start = time.monotonic()
            assert await values(pool, QueryRequest(query, path)) == [{"o": f"值 {i}"}]
            assert time.monotonic() - start < 0.5
        ends = await asyncio.gather(*slow, return_exceptions=True)
        assert [type(end) for end in ends] == [QueryTimeout, *[Unavailable] * 4]

    with_pool(work, lookup_workers=1)


def test_what_only_looks_like_a_lookup_moves_over_and_is_answered(path):
    # Each pattern is joined to a constant, and all answers together are far too many.
    product = f"SELECT * {{ ?a ?p '值 5' . ?b ?q '值 6' . {{ ?a <{COOP}p> ?o }} UNION {{ }} }}"
    many = (
        f"SELECT * {{ VALUES ?k {{ {'1 ' * 300} }} VALUES ?l {{ {'1 ' * 300} }} <{EX}s5> ?p ?o }}"
    )

    async def work(pool):
        assert len(await values(pool, QueryRequest(product, path))) == 2
        for _ in range(2):  # the second time it is known
            rows = await values(pool, QueryRequest(many, path))
            assert len(rows) == 300 * 300
        assert list(pool._long) == [many]
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work, lookup_workers=1)


def test_a_lookup_that_holds_on_is_stopped_at_its_limit(path):
    values_ = " ".join(f"VALUES ?v{i} {{ {'1 ' * 40} }}" for i in range(6))
    query = f"ASK {{ <{EX}s5> ?p ?o {values_} FILTER(?v0 + ?v5 = 5) }}"

    async def work(pool):
        start = time.monotonic()
        with pytest.raises((QueryTimeout, QueryOutOfMemory)):
            await answer(pool, QueryRequest(query, path), 1)
        assert time.monotonic() - start < 2
        assert list(pool._long) == [query]
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]

    with_pool(work, lookup_workers=1, lookup_seconds=0.1)


# Beginnings and ends


def test_closing_ends_busy_workers(path):
    async def main():
        pool = QueryPool(2, memory_bytes=MEMORY)
        await pool.start()
        pids = pool.pids
        tasks = [asyncio.create_task(answer(pool, QueryRequest(COUNT, path), 30)) for _ in range(4)]
        await asyncio.sleep(0.1)
        await pool.close()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 4
        assert not any(map(exists, pids))
        with pytest.raises(Unavailable, match="closed"):
            await answer(pool, QueryRequest(POINT, path))

    for _ in range(3):
        asyncio.run(asyncio.wait_for(main(), 5))
    gc.collect()  # a forgotten process or socket would be a ResourceWarning, and so an error


def test_closing_while_a_worker_is_replaced(path):
    async def main():
        async with QueryPool(1, memory_bytes=MEMORY) as pool:
            with pytest.raises(QueryTimeout):
                await answer(pool, QueryRequest(COUNT, path), 0.1)
        assert pool.pids == []

    asyncio.run(main())
    gc.collect()


def test_a_worker_that_has_grown_is_replaced(path):
    async def work(pool):
        (pid,) = pool.pids
        rows = " ".join(map(str, range(50)))
        query = f"SELECT DISTINCT ?s ?o ?k {{ ?s ?p ?o VALUES ?k {{ {rows} }} }}"
        count = QueryRequest(f"SELECT (COUNT(*) AS ?n) {{ {query} }}", path)
        assert await values(pool, count) == [{"n": str(50 * SIZE)}]
        assert await values(pool, QueryRequest(POINT, path)) == [{"o": "值 5"}]
        assert pool.pids != [pid]

    with_pool(work)


def test_workers_end_with_their_parent(path):
    script = (
        "import asyncio, os, sys\n"
        "from coopgraph.store.query_pool import QueryPool, QueryRequest\n"
        "async def main():\n"
        "    async with QueryPool(1) as pool:\n"
        "        print(pool.pids[0], flush=True)\n"
        "        async with pool.run(QueryRequest(sys.argv[2], sys.argv[1]), 60):\n"
        "            pass\n"
        "asyncio.run(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", script, path, COUNT], stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.2)
        assert exists(pid)
        parent.kill()
    deadline = time.monotonic() + 3
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:  # in a container nobody may reap it
        return proc(pid, "stat").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_workers_inherit_no_secrets(path, monkeypatch):
    monkeypatch.setenv("COOPGRAPH_TOKEN", "secret")

    async def work(pool):
        (pid,) = pool.pids
        assert "secret" not in proc(pid, "environ")
        assert str(MEMORY) in proc(pid, "limits")

    with_pool(work)


# Without an event loop


def test_run_sync(path):
    assert run_sync(QueryRequest(POINT, path, accepted=Accepted.of("csv")), 10) == (
        "text/csv",
        "o\r\n值 5\r\n".encode(),
    )


def test_run_sync_inside_a_running_loop(path):
    async def main():
        return run_sync(QueryRequest("ASK {}", path), 10)

    assert asyncio.run(main())[1] == b'{"head":{},"boolean":true}'


def test_a_runner_outlives_what_goes_wrong(path):
    with QueryRunner(MEMORY) as runner:
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            runner.run(QueryRequest(COUNT, path), 0.3)
        assert time.monotonic() - start < 1.3
        with pytest.raises(QuerySyntaxError):
            runner.run(QueryRequest("SELECT", path), 10)
        with pytest.raises(BadRequest, match="too complex"):
            runner.run(QueryRequest(_big(1)["braces"], path), 10)
        with pytest.raises(PayloadTooLarge):
            runner.run(QueryRequest(SCAN, path, max_bytes=1000), 10)
        media_type, body = runner.run(QueryRequest(SCAN, path), 10)
        assert media_type == "application/sparql-results+json"
        assert len(json.loads(body)["results"]["bindings"]) == SIZE
    gc.collect()


def test_a_small_answer_is_there_whole_and_a_large_one_is_left_as_it_is(path):
    async def ask() -> list[tuple[bytes | None, bytes]]:
        found = []
        async with QueryPool(1, memory_bytes=MEMORY) as pool:
            for query in (POINT, SCAN, POINT):
                async with pool.run(QueryRequest(query, path), 30) as result:
                    found.append((result.whole(), await result.read()))
        return found

    (small, nothing), (early, large), (again, _) = asyncio.run(ask())
    assert small is not None
    assert json.loads(small)["results"]["bindings"][0]["o"]["value"] == "值 5"
    assert nothing == b""  # it was taken
    assert early is None
    assert len(json.loads(large)["results"]["bindings"]) == SIZE
    assert again == small
