"""What clients can do to the service, one by one and all at once, and what becomes of others."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .attacks import (
    HEAVY,
    LONG,
    LONGEST,
    REFUSED,
    STOPPED,
    Ending,
    flood,
    monsters,
    posted,
    send,
)
from .conftest import LIMIT, MEMORY, Service

POINT = "SELECT ?o { <https://w3id.org/coopgraph/id/org/baowu> ?p ?o }"
MONSTERS = [(times, name) for times in (1, 10) for name in monsters(times)]
UPLOAD = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"


def one(service: Service, data: bytes) -> Ending:
    return asyncio.run(send(service.port, data))


def works(service: Service) -> None:
    got = one(service, posted(POINT))
    assert got.status == 200
    assert got.seconds < 1


@pytest.mark.parametrize("name", HEAVY)
def test_what_takes_for_ever_is_stopped(service, name):
    got = one(service, posted(HEAVY[name]))
    assert got.status in STOPPED, got
    assert got.seconds < LIMIT + 1
    assert service.memory() < MEMORY
    works(service)


@pytest.mark.parametrize(("times", "name"), MONSTERS)
def test_what_would_crash_the_parser_is_refused(service, times, name):
    got = one(service, posted(monsters(times)[name]))
    assert got.status in REFUSED, got
    assert got.seconds < 1


def test_a_gigabyte_is_refused_and_not_kept(service):
    for head in (b"Content-Length: 1073741824\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"):
        piece = (
            b"x" * 65536 if head.startswith(b"Content") else b"10000\r\n" + b"x" * 65536 + b"\r\n"
        )
        before = service.memory()
        got, sent = asyncio.run(flood(service.port, UPLOAD + head, piece, 2**30))
        assert got.status in (413, 0)  # 0: who never stops to read may lose the answer
        assert got.seconds < LIMIT + 2
        assert sent < 2**29
        assert service.memory() < before + 2**26
        got, _ = asyncio.run(flood(service.port, UPLOAD + head, piece, 2**21))
        assert got.status == 413  # but not who does
    works(service)


def test_a_head_without_end_is_refused(service):
    got, sent = asyncio.run(flood(service.port, b"GET /sparql?query=", b"x" * 65536, 2**26))
    assert got.status in (431, 0)
    assert sent < 2**25
    works(service)


@pytest.mark.parametrize(
    "part", [b"GET /healthz HT", UPLOAD + b"Content-Length: 500\r\n\r\nSEL", b""]
)
def test_who_speaks_too_slowly_is_cut(service, part):
    got = one(service, part)
    assert got.status in (400, 408, 0)
    assert got.seconds < LIMIT + 3


@pytest.mark.parametrize(
    "query",
    ["SELECT * { ?a ?b ?c . ?d ?e ?f }", "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"],
)
def test_who_never_reads_is_cut(service, query):
    before = service.memory()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", service.port))
        ours = client.getsockname()[1]
        client.sendall(posted(query))
        begin = time.monotonic()
        while _is_open(service, ours) and time.monotonic() < begin + 10:
            time.sleep(0.05)
        assert time.monotonic() - begin < LIMIT + 1
        assert service.memory() < before + 2**28
    works(service)


def _is_open(service: Service, port: int) -> bool:
    """Tell whether the service still has its end of a connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, state = line.split()[1:4]
        if (int(local[9:], 16), int(remote[9:], 16)) == (service.port, port):
            return state == "01"
    return False


def test_who_leaves_takes_the_query_along(service):
    for _ in range(8):
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            client.sendall(posted(HEAVY["cartesian count"]))
            time.sleep(0.05)
    time.sleep(0.5)
    got = one(service, posted("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert got.status == 200
    assert got.seconds < 1


LOOKUPS = """
import http.client, json, sys, time
from urllib.parse import quote
port, seconds, query = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
taken, statuses, end = [], set(), time.monotonic() + seconds
while time.monotonic() < end:
    begin = time.perf_counter()
    connection.request("GET", "/sparql?query=" + quote(query))
    answer = connection.getresponse()
    answer.read()
    taken.append(time.perf_counter() - begin)
    statuses.add(answer.status)
    time.sleep(0.005)
taken.sort()
print(json.dumps([sorted(statuses), len(taken), taken[len(taken) * 95 // 100]]))
"""


KNOWN = [*HEAVY.values(), *monsters(1).values(), *monsters(10).values()]
# No two alike, so that nothing that is remembered of one helps with another.
SWARMS = {
    "all kinds": lambda i: KNOWN[i % len(KNOWN)],
    "all kinds, each another": lambda i: f"#{i}\n" + KNOWN[i % len(KNOWN)],
    "heavy, each another": lambda i: f"#{i}\n" + [*HEAVY.values()][i % len(HEAVY)],
    "long, each another": lambda i: (f"#{i}\n" + [*LONG.values()][i % len(LONG)])[:LONGEST],
}


@pytest.mark.parametrize("swarm", SWARMS)
def test_five_hundred_at_once(service, swarm):
    requests = [posted(SWARMS[swarm](i)) for i in range(500)]

    async def attack() -> list[Ending]:
        return await asyncio.gather(*(send(service.port, data) for data in requests))

    with subprocess.Popen(
        [sys.executable, "-c", LOOKUPS, str(service.port), "4", POINT], stdout=subprocess.PIPE
    ) as lookups:
        time.sleep(0.5)
        endings = asyncio.run(attack())
        assert service.memory() < MEMORY
        printed, _ = lookups.communicate(timeout=60)
    answered = {200} if swarm.startswith("long") else set()  # to be long is no crime
    assert {each.status for each in endings} <= REFUSED | STOPPED | answered
    seconds = sorted(each.seconds for each in endings)
    assert seconds[-1] < LIMIT + 1, (seconds[::50], os.getloadavg())
    statuses, count, p95 = json.loads(printed)
    assert statuses == [200]
    assert count > 20
    assert p95 < 0.5
    works(service)
