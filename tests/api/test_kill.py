"""``kill -9`` at any moment: what was acknowledged is there, and nothing half-done."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from coopgraph import CoopGraph
from coopgraph.api.app import create_bare_app
from coopgraph.bare import BareStore
from coopgraph.store.tokens import Tokens

DIRECT = {"Content-Type": "application/sparql-update"}
SEED = 20190219


def start(log: Path, *options: str | Path) -> tuple[subprocess.Popen[bytes], str]:
    """Serve in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COOPGRAPH_")}
    with log.open("w") as file:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("coopgraph"), "serve", "--port", "0", "--log-level",
             "info", *options],
            stdout=subprocess.DEVNULL, stderr=file, env=kept,
        )  # fmt: skip
    for _ in range(600):
        if found := re.search(r"running on (\S+)", log.read_text()):
            return process, found[1]
        time.sleep(0.05)
    process.kill()
    raise TimeoutError(log.read_text())


def write_until_it_ends(url: str, first: int, headers: dict[str, str], triple: str) -> list[int]:
    """Write numbers until the service is gone; return those that were acknowledged."""
    done = []
    with httpx.Client(base_url=url, headers={**DIRECT, **headers}, timeout=30) as client:
        for number in range(first, first + 1000):
            try:
                sent = client.post("/sparql", content=f"INSERT DATA {{ {triple % number} }}")
            except httpx.TransportError:
                return done
            assert sent.status_code == 204, sent.text
            done.append(number)
    return done


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in (*folder.glob(".writer-*"), *folder.glob("generations/.draft-*"))]


def test_a_bare_service_that_is_killed_keeps_what_it_acknowledged(tmp_path):
    chance = random.Random(SEED)  # noqa: S311
    folder, acknowledged, first = tmp_path / "data", set(), 0
    for _ in range(6):
        process, url = start(tmp_path / "log", "--bare", folder)
        timer = threading.Timer(chance.uniform(0.1, 1.2), process.send_signal, [signal.SIGKILL])
        timer.start()
        done = write_until_it_ends(url, first, {}, "<x:s> <x:n> %d")
        process.wait()
        acknowledged.update(done)
        with BareStore(folder) as store:
            found = {int(quad.object.value) for quad in store.reader.store}
        assert acknowledged <= found
        assert len(found - acknowledged) <= 1  # it was published, and the answer never sent
        acknowledged, first = found, first + 1000
    with BareStore(folder) as store:
        from coopgraph.store.write_request import WriteRequest

        store.write(WriteRequest("update", "INSERT DATA { <x:s> <x:n> -1 }"), None, "me")
        assert len(leftovers(folder)) == 1  # of the writer that runs
    assert leftovers(folder) == []
    assert acknowledged


def test_a_knowledge_service_that_is_killed_keeps_what_it_acknowledged(data_folder, tmp_path):
    chance = random.Random(SEED)  # noqa: S311
    headers = {"Authorization": f"Bearer {Tokens(data_folder).create('me')}"}
    triple = "<https://w3id.org/coopgraph/id/org/acme> <http://purl.org/dc/terms/extent> %d"
    acknowledged: set[int] = set()
    for first in (0, 1000):
        process, url = start(tmp_path / "log", "--data-dir", data_folder)
        wait = chance.uniform(1, 4)
        threading.Timer(wait, process.send_signal, [signal.SIGKILL]).start()
        acknowledged.update(write_until_it_ends(url, first, headers, triple))
        process.wait()
        with CoopGraph.open(data_folder, shipped=False) as graph:
            store = graph.reader.store
            default = "SELECT ?n { ?s <http://purl.org/dc/terms/extent> ?n }"
            found = {int(row["n"].value) for row in store.query(default)}
            assert acknowledged <= found
            assert len(found - acknowledged) <= 1
            whole = "ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
            assert not store.query(whole)
            acknowledged = found


def test_a_writer_that_is_killed_loses_its_own_update_only(serve, tmp_path):
    chance = random.Random(SEED)  # noqa: S311
    acknowledged, refused = set(), 0
    with (
        BareStore(tmp_path) as store,
        serve(create_bare_app(store, open_to_local=True)) as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        for number in range(40):
            pids = store._writers.pids
            if number % 2 and pids:
                threading.Timer(chance.uniform(0, 0.04), kill, pids).start()
            text = f"INSERT DATA {{ <x:s> <x:n> {number} }}"
            sent = client.post("/sparql", content=text, headers=DIRECT)
            assert sent.status_code in (204, 503), sent.text
            if sent.status_code == 204:
                acknowledged.add(number)
            else:
                refused += 1
        query = {"query": "SELECT ?n { <x:s> <x:n> ?n }"}
        rows = client.get("/sparql", params=query).json()["results"]["bindings"]
        assert {int(row["n"]["value"]) for row in rows} == acknowledged
        assert len(acknowledged) + refused == 40
        assert len(acknowledged) >= 20


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_a_worker_that_is_killed_loses_its_own_answer_only(serve, tmp_path):
    chance = random.Random(SEED)  # noqa: S311
    with (
        BareStore(tmp_path) as store,
        serve(create_bare_app(store, open_to_local=True)) as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        data = " . ".join(f"<x:{i}> <x:n> {i}" for i in range(3000))
        sent = client.post("/sparql", content=f"INSERT DATA {{ {data} }}", headers=DIRECT)
        assert sent.status_code == 204
        pool = running.graph.state.pool
        outcomes: list[str] = []

        def read(_: int) -> None:
            query = {"query": "SELECT ?s ?n { ?s <x:n> ?n }"}
            try:
                got = httpx.get(f"{running.url}/sparql", params=query, timeout=30)
            except httpx.RemoteProtocolError:  # broken off: never taken for whole
                outcomes.append("broken")
                return
            if got.status_code == 200:
                assert len(got.json()["results"]["bindings"]) == 3000
            else:
                assert got.status_code == 503
            outcomes.append(str(got.status_code))

        with concurrent.futures.ThreadPoolExecutor(3) as threads:
            work = [threads.submit(read, i) for i in range(60)]
            for _ in range(8):
                time.sleep(chance.uniform(0, 0.15))
                if pids := pool.pids:
                    kill(chance.choice(pids))
            for future in work:
                future.result()
        assert outcomes.count("200") >= 40
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize("size", [0, 1, 7])
def test_a_body_that_breaks_off_changes_nothing(serve, tmp_path, size):
    import socket

    with (
        BareStore(tmp_path) as store,
        serve(create_bare_app(store, open_to_local=True)) as running,
    ):
        head = (
            f"PUT /store?default HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n"
            "Content-Type: text/turtle\r\nContent-Length: 100\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(head.encode() + b"<x:a> <x:b> 1 ."[:size])
        time.sleep(0.3)
        assert store.generation == 1
        assert httpx.get(f"{running.url}/healthz").status_code == 200
