"""Hostile clients: what lookups take beside them, and what memory the whole service holds."""

from __future__ import annotations

import asyncio
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from benchmarks.serving import _free_port, _serving
from benchmarks.table import Section
from coopgraph.settings import Settings
from coopgraph.store.memory import fitted, tree, used

_ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_DOUBLING = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
ATTACKS = (
    f"SELECT (COUNT(*) AS ?n) {{ {_ALL} }}",
    f"SELECT * {{ {_ALL} }} ORDER BY ?f ?a",
    f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_ALL} }}",
    f"SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) {{ {_ALL} }}",
    f"SELECT (STRLEN(?v40) AS ?n) {{ BIND('xxxxxxxxxxxxxxxx' AS ?v0) {_DOUBLING} }}",
    "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:p>)* ?b . ?c (<x:p>|!<x:p>)* ?d }",
    f"SELECT * {{ {_ALL} FILTER(REGEX(STR(?a), '(x+x+)+y(a|b|c){{1,50}}')) }}",
    "SELECT * {" + "{" * 2_191 + "}" * 2_191 + "}",
    "SELECT * {" + "".join(f"?v{i} ?p ?v{i + 1}." for i in range(5_000)) + "}",
)


def hostile_section(
    title: str, data_dir: Path, node: str, *, clients: int, start: float
) -> Section:
    """Time lookups of one client, alone and beside so many hostile ones.

    Parameters
    ----------
    title
        What the graph is called.
    data_dir
        Where it is published.
    node
        IRI of what is looked up.
    clients
        Hostile clients; each asks again as soon as it is answered.
    start
        Seconds the service may take to be ready.
    """
    section = Section(f"Lookups beside hostile clients: {title}", peer="alone", unit="s")
    port, query = _free_port(), f"SELECT * {{ <{node}> ?p ?o }}"
    program = "import sys; from coopgraph.cli import main; sys.exit(main())"
    own = ["-c", program, "serve", "--data-dir", str(data_dir), "--port", str(port)]
    with _serving(own, port, "/readyz", start):
        _lookups(port, query, 2)
        alone = _lookups(port, query, 10)
        with _watched() as peak, _attacked(port, clients):
            time.sleep(1)
            beside = _lookups(port, query, 20)
    for name, at in (("median", 49), ("p95", 94)):
        section.add(
            f"{name}, {clients} hostile clients", str(len(beside)),
            alone=quantiles(alone, n=100)[at], attacked=quantiles(beside, n=100)[at],
        )  # fmt: skip
    section.notes.append(
        f"Memory of all processes of the service at its peak: {peak[0] / 2**20:,.0f} MiB; allowed "
        f"are {fitted(Settings()).memory_bytes / 2**20:,.0f} MiB. The clients share the processors."
    )
    return section


def _lookups(port: int, query: str, seconds: float) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        connection.request("GET", "/sparql?query=" + quote(query))
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - begin)
        assert answer.status == 200, f"{answer.status} for a lookup"
        time.sleep(0.002)
    connection.close()
    return taken


@contextmanager
def _attacked(port: int, clients: int) -> Iterator[None]:
    attack = [sys.executable, "-m", "benchmarks.hostile", str(port), str(clients)]
    process = subprocess.Popen(attack)
    os.setpriority(os.PRIO_PROCESS, process.pid, 10)  # as if it were another machine
    try:
        yield
        assert process.poll() is None, "the attack ended early"
    finally:
        process.kill()
        process.wait()


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Yield the largest memory so far of what this process started, itself not counted."""
    peak, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            peak[0] = max(peak[0], sum(used(pid) for pid in tree(os.getpid())[1:]))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


async def _attack(port: int, clients: int) -> None:
    async def client(number: int) -> None:
        while True:
            body = ATTACKS[number % len(ATTACKS)].encode()
            number += 1
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(
                    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    b"Content-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )
                while await reader.read(65536):
                    pass
                writer.close()
            except ConnectionError:
                pass
            await asyncio.sleep(2)  # as Retry-After says

    await asyncio.gather(*map(client, range(clients)))


if __name__ == "__main__":
    asyncio.run(_attack(int(sys.argv[1]), int(sys.argv[2])))
