"""Small bounds of a service, crossed one by one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

from coopgraph.api import memory_watch
from coopgraph.bare import BareStore
from coopgraph.errors import CoopgraphError, QueryOutOfMemory
from coopgraph.store.memory import tree, used
from coopgraph.store.query_pool import QueryPool, QueryRequest

from .attacks import posted, send


@contextmanager
def bare_service(folder, **settings):
    """Serve an empty store in a process of its own; yield its port and its process."""
    log = folder / "log"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COOPGRAPH_")}
    said = {f"COOPGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    command = "import sys; from coopgraph.cli import main; sys.exit(main())"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", "0", "--log-level", "info",
             "--bare", str(folder / "data")],
            stdout=subprocess.DEVNULL, stderr=file, env={**kept, **said},
        )  # fmt: skip
    try:
        for _ in range(1200):
            if found := re.search(r"running on http://[^:]+:(\d+)", log.read_text()):
                break
            time.sleep(0.05)
        yield int(found[1]), process
        assert process.poll() is None, log.read_text()[-2000:]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(port):
    return asyncio.run(send(port, posted("ASK {}")))


def eventually_works(port):
    for _ in range(100):
        if ask(port).status == 200:
            return
        time.sleep(0.1)
    raise AssertionError("it does not recover")


def test_one_connection_too_many_is_told_so(tmp_path):
    with bare_service(tmp_path, max_connections=5) as (port, _):
        with ExitStack() as stack:
            for _ in range(5):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            time.sleep(0.2)
            got = ask(port)
            assert got.status == 503
            assert b"too many connections" in got.body
        eventually_works(port)


def test_bodies_that_are_too_much_together_are_refused(tmp_path):
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Connection: close\r\nContent-Length: 200000\r\n\r\n"
    )
    with bare_service(tmp_path, max_bodies_bytes=300_000) as (port, _):
        with ExitStack() as stack:
            for _ in range(2):
                slow = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                slow.sendall(head + b"#" * 140_000)  # and nothing more
            time.sleep(0.5)
            got = asyncio.run(send(port, head + b"#" * 200_000))
            assert got.status == 503, got
            assert b"too much is being sent" in got.body
            assert ask(port).status == 200  # what is small finds room
        eventually_works(port)
        got = asyncio.run(send(port, head + b"#" * 199_993 + b"\nASK {}"))
        assert got.status == 200, got  # what was held has been given back


def test_five_hundred_uploads_at_once(tmp_path):
    body = b"".join(b"<http://x/%d> <http://x/p> <http://x/o> .\n" % i for i in range(1500))
    requests = [
        b"PUT /store?graph=http://x/g%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/n-triples\r\nContent-Length: %d\r\n\r\n" % (i, len(body)) + body
        for i in range(500)
    ]

    async def uploads(port):
        return await asyncio.gather(*(send(port, each, patience=60) for each in requests))

    with bare_service(tmp_path) as (port, process):
        endings = asyncio.run(uploads(port))
        counts = Counter(each.status for each in endings)
        assert set(counts) <= {201, 503}, counts
        assert counts[201] >= 1
        assert sum(map(used, tree(process.pid))) < 2**30
        asked = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        found = asyncio.run(send(port, posted(asked)))
        assert b'"value":"%d"' % counts[201] in found.body  # those acknowledged, and no other


def test_the_watch_ends_the_largest_query(tmp_path):
    async def work(path):
        async with QueryPool(1) as pool:
            most = sum(map(used, tree(os.getpid()))) + 200 * 2**20
            watching = asyncio.create_task(memory_watch.watch(pool, most))
            text = "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?v0) " + " ".join(
                f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(24)
            )
            # 256 MiB a value: below what one worker may have, above what the service may.
            text += " BIND(MD5(CONCAT(?v24, ?v23, ?v24, ?v23)) AS ?v40) }"
            try:
                async with pool.run(QueryRequest(text, path), 20) as result:
                    await result.read()
            except CoopgraphError as error:
                ended = error
            else:
                ended = None
            watching.cancel()
            async with pool.run(QueryRequest("ASK {}", path), 20) as result:
                assert b"true" in await result.read()
            return ended

    with BareStore(tmp_path) as store:
        ended = asyncio.run(work(str(store.reader.generation.store_path)))
    assert isinstance(ended, QueryOutOfMemory), ended
