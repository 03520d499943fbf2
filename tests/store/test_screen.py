from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    Forbidden,
    PayloadTooLarge,
    QueryTimeout,
    Unavailable,
)
from coopgraph.store.guard import QueryLimits
from coopgraph.store.screen import SHORT, Screen, Traits

LIMITS = QueryLimits()
LONG = "#" + "x" * SHORT + "\n"


def slow(number: int) -> str:
    """Return a text that takes the better part of a second to read."""
    return f"ASK {{ VALUES ?v{number} {{{'1 ' * 120_000}}} }}"


def screened(work, **options):
    async def all_of_it():
        async with Screen(**options) as screen:
            return await work(screen)

    return asyncio.run(all_of_it())


@pytest.mark.parametrize("before", ["", LONG])
@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("ASK { <http://x/a> ?p ?o }", ("boolean", True, True)),
        ("SELECT * { ?s ?p ?o }", ("bindings", True, False)),
        ("SELECT (NOW() AS ?t) {}", ("bindings", False, False)),
        ("DESCRIBE <http://x/a>", ("graph", True, True)),
        ("nonsense", (None, True, False)),
        ("ASK { ?s ?p '\ud800' }", None),
    ],
)
def test_long_and_short_texts_are_read_alike(before, text, traits):
    got = screened(lambda screen: screen.read(before + text, LIMITS, seconds=10))
    if traits is not None:
        assert got == Traits(*traits)


@pytest.mark.parametrize("before", ["", LONG])
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", Forbidden),
        ("SELECT * " + "{" * 300 + "}" * 300, BadRequest),
        ("SELECT * {" + "?s ?p ?o ." * 90 + "?s ?p ?o, 1}" * 90, CoopgraphError),
        ("#" * 300_000, PayloadTooLarge),
    ],
)
def test_long_and_short_texts_are_refused_alike(before, text, error):
    async def work(screen):
        said = []
        for _ in range(3):  # remembered or not
            with pytest.raises(error) as caught:
                await screen.read(before + text, LIMITS, seconds=10)
            said.append((caught.value.detail, caught.value.zh, caught.value.extensions))
        assert said[0] == said[1] == said[2]

    screened(work)


def test_what_is_remembered_depends_on_the_limits():
    async def work(screen):
        text = LONG + "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"
        with pytest.raises(Forbidden):
            await screen.read(text, LIMITS, seconds=10)
        allowed = LIMITS._replace(service_allow=("http://x/",))
        assert (await screen.read(text, allowed, seconds=10)).form == "bindings"
        update = LONG + "INSERT DATA { <http://x/a> <http://x/b> 1 }"
        with pytest.raises(BadRequest):
            await screen.read(update, LIMITS._replace(max_triples=0), seconds=10, update=True)
        more = LIMITS._replace(max_triples=1)
        assert await screen.read(update, more, seconds=10, update=True) == Traits()

    screened(work)


def test_the_loop_goes_on_while_long_texts_are_read():
    async def work(screen):
        reading = [asyncio.create_task(screen.read(slow(i), LIMITS, seconds=30)) for i in range(4)]
        gaps, last = [], time.perf_counter()
        while not all(task.done() for task in reading):
            await asyncio.sleep(0.001)
            gaps.append((now := time.perf_counter()) - last)
            last = now
        assert await asyncio.gather(*reading) == [Traits("boolean", True, False)] * 4
        return sorted(gaps)

    gaps = screened(work)
    assert gaps[len(gaps) * 95 // 100] < 0.02  # in a thread of ours: most of them 5 ms and more


def test_equal_texts_are_read_once():
    async def work(screen):
        begin = time.perf_counter()
        await screen.read(slow(0), LIMITS, seconds=30)
        one = time.perf_counter() - begin
        begin = time.perf_counter()
        await asyncio.gather(*(screen.read(slow(1), LIMITS, seconds=30) for _ in range(100)))
        assert time.perf_counter() - begin < 10 * one + 1
        begin = time.perf_counter()
        await screen.read(slow(1), LIMITS, seconds=30)
        assert time.perf_counter() - begin < one / 2

    screened(work)


def test_many_long_texts_at_once_end_in_time():
    async def work(screen):
        begin = time.perf_counter()
        ended = await asyncio.gather(
            *(screen.read(slow(i), LIMITS, seconds=1) for i in range(200)), return_exceptions=True
        )
        assert time.perf_counter() - begin < 2
        assert {type(each) for each in ended} <= {Traits, Unavailable, QueryTimeout}
        assert any(isinstance(each, Unavailable) for each in ended)
        assert (await screen.read(slow(1000), LIMITS, seconds=30)).form == "boolean"

    screened(work)


def test_too_many_bytes_are_not_held():
    async def work(screen):
        waiting = asyncio.create_task(screen.read(slow(0), LIMITS, seconds=30))
        await asyncio.sleep(0.01)
        with pytest.raises(Unavailable, match="too many long texts"):
            await screen.read(slow(1), LIMITS, seconds=30)
        await waiting
        await screen.read(slow(1), LIMITS, seconds=30)

    screened(work, waiting_bytes=300_000)


def test_a_reader_that_is_killed_is_replaced():
    async def work(screen):
        reading = asyncio.create_task(screen.read(slow(0), LIMITS, seconds=30))
        await asyncio.sleep(0.1)
        for pid in screen.pids:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(Unavailable):
            await reading
        assert (await screen.read(slow(0), LIMITS, seconds=30)).form == "boolean"

    screened(work)


def test_who_leaves_does_not_take_the_reading_along():
    async def work(screen):
        first = asyncio.create_task(screen.read(slow(0), LIMITS, seconds=30))
        second = asyncio.create_task(screen.read(slow(0), LIMITS, seconds=30))
        await asyncio.sleep(0.05)
        first.cancel()
        assert (await second).form == "boolean"
        with pytest.raises(asyncio.CancelledError):
            await first

    screened(work)


def test_closing_tells_who_waits():
    async def work():
        screen = Screen()
        await screen.start()
        reading = [asyncio.create_task(screen.read(slow(i), LIMITS, seconds=30)) for i in range(5)]
        await asyncio.sleep(0.05)
        await screen.close()
        for each in await asyncio.gather(*reading, return_exceptions=True):
            assert isinstance(each, Unavailable)
        assert screen.pids == []

    asyncio.run(work())
