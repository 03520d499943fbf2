"""One worker asked over the event loop: whole answers, and every way one may fail to come."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import pyoxigraph as ox
import pytest

from coopgraph.errors import QuerySyntaxError
from coopgraph.store import frames
from coopgraph.store.channel import Channel
from coopgraph.store.frames import QueryRequest
from coopgraph.store.query_pool import QueryPool
from coopgraph.store.query_process import WorkerProcess

MEMORY = 512 * 1024**2
ALL = "SELECT * { ?s ?p ?o }"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("store"))
    store = ox.Store(folder)
    name = ox.NamedNode("http://x/p")
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"http://x/{i}"), name, ox.Literal("值" * 50)) for i in range(3000)
    )
    store.flush()
    del store
    return folder


def with_channel(work: Callable[[WorkerProcess, Channel], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        worker = WorkerProcess(MEMORY)
        try:
            worker.wait_until_ready()
            worker.socket.setblocking(False)
            await asyncio.wait_for(work(worker, worker.channel()), 30)
        finally:
            worker.close()

    asyncio.run(main())


def asked(query: str, path: str) -> bytes:
    return frames.request_frame(QueryRequest(query, path), 20)


def test_whole_answers_and_errors_by_turns(path):
    async def work(_: WorkerProcess, channel: Channel) -> None:
        for number in range(5):
            reply = await channel.ask(asked(f"ASK {{ <http://x/{number}> ?p ?o }}", path), 1000)
            assert reply is not None
            assert reply.head == ("boolean", "json")
            assert b"true" in reply.body
            assert (reply.error, reply.spent) == (None, False)
            reply = await channel.ask(asked("SELEKT", path), 1000)
            assert reply is not None
            assert isinstance(reply.error, QuerySyntaxError)

    with_channel(work)


def test_an_answer_of_many_pieces_is_whole(path):
    async def work(_: WorkerProcess, channel: Channel) -> None:
        reply = await channel.ask(asked(ALL, path), 10**7)
        assert reply is not None
        assert reply.body.count(b'"s"') == 3001
        assert len(reply.body) > 5 * frames.CHUNK

    with_channel(work)


def test_a_long_answer_is_left(path):
    async def work(_: WorkerProcess, channel: Channel) -> None:
        assert await channel.ask(asked(ALL, path), 1000) is None

    with_channel(work)


def test_a_request_larger_than_the_buffer_of_a_socket(path):
    async def work(_: WorkerProcess, channel: Channel) -> None:
        reply = await channel.ask(asked("ASK {} #" + "x" * 3_000_000, path), 1000)
        assert reply is not None
        assert b"true" in reply.body

    with_channel(work)


def test_a_worker_that_ends_while_it_is_asked_or_idle(path):
    async def while_asked(worker: WorkerProcess, channel: Channel) -> None:
        asyncio.get_running_loop().call_later(0.3, worker.kill)
        with pytest.raises(ConnectionError):
            await channel.ask(asked(FOREVER, path), 1000)
        with pytest.raises(ConnectionError):
            await channel.ask(asked("ASK {}", path), 1000)

    async def while_idle(worker: WorkerProcess, channel: Channel) -> None:
        worker.reap()
        with pytest.raises(ConnectionError):
            await channel.ask(asked("ASK {}", path), 1000)

    with_channel(while_asked)
    with_channel(while_idle)


def test_who_is_cancelled_leaves_nothing_behind(path):
    async def work(worker: WorkerProcess, channel: Channel) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(channel.ask(asked(FOREVER, path), 1000), 0.2)
        worker.kill()
        await asyncio.sleep(0.2)  # the end is read, and nobody is told

    with_channel(work)


def test_lookups_go_on_when_a_worker_is_killed_or_its_client_leaves(path):
    async def main() -> None:
        async with QueryPool(1, lookup_workers=2, lookup_seconds=5) as pool:
            kept = pool._rest.workers[0]

            async def one(number: int) -> bytes:
                text = f"SELECT ?o {{ <http://x/{number}> ?p ?o }}"
                async with pool.run(QueryRequest(text, path), 20) as result:
                    return await result.read()

            assert all("值" in a.decode() for a in await asyncio.gather(*map(one, range(40))))
            for worker in pool.workers:
                if worker is not kept:
                    os.kill(worker.pid, signal.SIGKILL)
            assert all("值" in a.decode() for a in await asyncio.gather(*map(one, range(40, 60))))
            # Looks like a lookup and is none: 40^4 rows.
            rows = " ".join(f"VALUES ?v{i} {{ {'1 ' * 40} }}" for i in range(4))
            slow = f"ASK {{ <http://x/1> ?p ?o {rows} FILTER(?v0 + ?v3 = 5) }}"
            running = asyncio.create_task(pool.look_up(QueryRequest(slow, path), 20))
            await asyncio.sleep(0.2)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert all("值" in a.decode() for a in await asyncio.gather(*map(one, range(60, 80))))

    asyncio.run(asyncio.wait_for(main(), 90))


def test_what_both_ends_remember_of_a_request_is_bounded_and_right(path):
    for number in range(200):
        request = QueryRequest(
            f"ASK {{ {number} }}", path, (f"http://x/{number}",) * (number % 3),
            base_iri=f"http://host{number}/" + "x" * (number * 100),
        )  # fmt: skip
        sent = frames.request_frame(request, number)[frames.HEADER.size :]
        assert frames.read_request(sent) == (request, number)
    assert frames._rest_bytes.cache_info().currsize <= 64
    assert frames._read_rest.cache_info().currsize <= 64
