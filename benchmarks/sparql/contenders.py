"""The servers: how each is given the graph, started, watched and ended."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from benchmarks.sparql.client import Failed, fetch, get
from coopgraph.knowledge.ontology import Ontology
from coopgraph.store.generations import Generations
from coopgraph.vocabulary import VOCABULARY_GRAPH, graph_iri

OXIGRAPH: Final = str(Path(sys.executable).with_name("oxigraph"))
_COOPGRAPH: Final = [
    sys.executable, "-c", "import sys; from coopgraph.cli import main; sys.exit(main())", "serve",
]  # fmt: skip
_ASK: Final = "SELECT * WHERE { <http://x/> ?p ?o }"


class Server(NamedTuple):
    """A server that answers: its port, path, seconds to load and to start, and its process."""

    port: int
    path: str
    loaded: float
    started: float
    pid: int

    def resident_mib(self) -> float:
        """Return the memory it holds now, with that of its children."""
        return sum(_resident(pid) for pid in [self.pid, *_children(self.pid)])


@contextmanager
def serving(name: str, file: Path, folder: Path, limit: float) -> Iterator[Server]:
    """Load a file into a contender and start it.

    Parameters
    ----------
    name
        ``coopgraph``, ``bare``, ``oxigraph disk``, ``oxigraph memory`` or ``rdflib-endpoint``.
    file
        N-Triples.
    folder
        For its store.
    limit
        Seconds it may take.

    Raises
    ------
    Failed
        If it does not come up.
    """
    port, path, place = free_port(), "/query", folder / name.replace(" ", "-")
    end = time.monotonic() + limit
    begin = time.perf_counter()
    if name == "coopgraph":
        publish(place, file)
        command = [sys.executable, "-m", "benchmarks.sparql.service", str(place), str(port)]
        path = "/sparql"
    elif name == "bare":
        _fill_bare(place, file)
        command = [*_COOPGRAPH, "--bare", str(place), "--port", str(port)]
        path = "/sparql"
    elif name == "rdflib-endpoint":
        command = [
            sys.executable, "-m", "benchmarks.sparql.rdflib_server", str(file), str(port)
        ]  # fmt: skip
        path = "/"
    else:
        command = [OXIGRAPH, "serve", "--bind", f"127.0.0.1:{port}"]
        if name == "oxigraph disk":
            load = [OXIGRAPH, "load", "--location", str(place), "--file", str(file)]
            subprocess.run(load, check=True, capture_output=True, timeout=limit)
            command += ["--location", str(place)]
    loaded = time.perf_counter() - begin
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        begin = time.perf_counter()
        _wait(process, port, path, end)
        started = time.perf_counter() - begin
        if name == "oxigraph memory":
            begin = time.perf_counter()
            _post(port, file, limit)
            loaded = time.perf_counter() - begin
        if name == "rdflib-endpoint":
            loaded, started = started, 0.0
        yield Server(port, path, loaded, started, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(place, ignore_errors=True)


def publish(folder: Path, file: Path) -> None:
    """Publish a file as an analyst's graph, with the vocabulary; both are in the union too.

    Nothing is compared or derived: this is for what is measured after loading.
    """
    graph = ox.NamedNode(graph_iri("analyst", file.stem))

    def change(store: ox.Store) -> None:
        for where in (ox.NamedNode(VOCABULARY_GRAPH), ox.DefaultGraph()):
            store.bulk_extend(ox.Quad(*t, where) for t in Ontology.shipped().vocabulary)
        for where in (graph, ox.DefaultGraph()):
            store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=where)

    Generations(folder).publish(change)


def _fill_bare(folder: Path, file: Path) -> None:
    def change(store: ox.Store) -> None:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)

    Generations(folder).publish(change, lambda _: {"bare": True})


def _post(port: int, file: Path, limit: float) -> None:
    with file.open("rb") as body:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/store?default", data=body, method="POST",
            headers={
                "Content-Type": "application/n-triples",
                "Content-Length": str(file.stat().st_size),
            },
        )  # fmt: skip
        urllib.request.urlopen(request, timeout=limit).close()  # noqa: S310


def _wait(process: subprocess.Popen[bytes], port: int, path: str, end: float) -> None:
    request = get(path, _ASK, "application/sparql-results+json")
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Failed(f"the server ended with {process.returncode}")
        try:
            fetch(port, request, 5)
        except (OSError, Failed):
            time.sleep(0.05)
        else:
            return
    raise Failed("not finished")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
