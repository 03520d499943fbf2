"""Two SPARQL servers that are not ours, and a gate in front of one that can fail on purpose."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from coopgraph import CoopGraph
from coopgraph.knowledge.shipped import shipped_files
from coopgraph.settings import Settings
from coopgraph.vocabulary import GRAPH

VIRTUOSO = shutil.which("virtuoso-t")
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without authorities, whose reading takes 25 ms: all servers here speak plain HTTP."""
INI = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/v-temp.db
TransactionFile = {folder}/v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000
MaxQueryExecutionTime = 60
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Engine:
    """A SPARQL server of somebody else's in a process of its own."""

    name = ""
    graph_path = query_path = update_path = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(timeout=60, trust_env=False, verify=NO_TLS)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                self.count("urn:none")
            except (httpx.TransportError, KeyError, ValueError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(f"{self.name} did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        self.stop()
        self.http.close()

    def urls(self, url: str = "") -> dict[str, Any]:
        """The settings that name this server."""
        url = url or self.url
        return {
            "store": url + self.query_path,
            "store_update": url + self.update_path,
            "store_graph": url + self.graph_path,
        }

    def settings(self, folder: Path, **more: Any) -> Settings:
        quick = {"store_retries": 1, "store_recount_seconds": 0, "store_poll_seconds": 0.2}
        return Settings(data_dir=folder, **{**self.urls(), **quick, **more})

    # What others do behind our back, not by way of our client.

    def select(self, query: str) -> list[dict[str, Any]]:
        accept = {"Accept": "application/sparql-results+json"}
        response = self.http.post(self.url + self.query_path, data={"query": query}, headers=accept)
        response.raise_for_status()
        found: list[dict[str, Any]] = response.json()["results"]["bindings"]
        return found

    def count(self, graph: str) -> int:
        query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        return int(self.select(query)[0]["n"]["value"])

    def put(self, graph: str, text: str) -> None:
        self.http.put(
            self.url + self.graph_path, params={"graph": graph}, content=text.encode(),
            headers={"Content-Type": "text/turtle"},
        ).raise_for_status()  # fmt: skip

    def delete(self, graph: str) -> None:
        self.http.delete(self.url + self.graph_path, params={"graph": graph}).raise_for_status()

    def graphs(self) -> list[str]:
        found = self.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        return sorted(row["g"]["value"] for row in found if row["g"]["value"].startswith(GRAPH))

    def wipe(self) -> None:
        for graph in self.graphs():
            self.delete(graph)


class Oxigraph(Engine):
    name = "oxigraph"
    query_path, update_path, graph_path = "/query", "/update", "/store"

    def command(self) -> list[str]:
        binary = Path(sys.executable).with_name("oxigraph")
        bind = f"127.0.0.1:{self.port}"
        return [str(binary), "serve", "--location", str(self.folder / "store"), "--bind", bind]


class Virtuoso(Engine):
    name = "virtuoso"
    query_path, update_path, graph_path = "/sparql", "/sparql-auth", "/sparql-graph-crud-auth"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.http.auth = httpx.DigestAuth("dba", "dba")
        text = INI.format(folder=folder, http=self.port, sql=free_port())
        (folder / "virtuoso.ini").write_text(text)

    def command(self) -> list[str]:
        assert VIRTUOSO
        return [VIRTUOSO, "+foreground", "+configfile", str(self.folder / "virtuoso.ini")]

    def urls(self, url: str = "") -> dict[str, Any]:
        user = {"store_user": "dba", "store_password": "dba", "store_auth": "digest"}
        return {**super().urls(url), **user}


@pytest.fixture(scope="session")
def oxigraph_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Oxigraph(tmp_path_factory.mktemp("oxigraph"))
    engine.start()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def virtuoso_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if VIRTUOSO is None:
        assert not os.environ.get("COOPGRAPH_REQUIRE_VIRTUOSO"), "virtuoso-t is not installed"
        pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
    engine = Virtuoso(tmp_path_factory.mktemp("virtuoso"))
    engine.start()
    yield engine
    engine.close()


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the two, kept for the session: other tests have been there."""
    engine: Engine = request.getfixturevalue(f"{request.param}_session")
    return engine


@pytest.fixture
def engine(any_engine: Engine) -> Engine:
    """Each of the two, empty."""
    any_engine.wipe()
    return any_engine


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[Engine]:
    """An empty server of one's own, that may be stopped and started."""
    folder = tmp_path / "oxigraph"
    folder.mkdir()
    engine = Oxigraph(folder)
    engine.start()
    yield engine
    engine.close()


Fault = Callable[[str, str], "int | str | tuple[int, dict[str, str], bytes] | None"]


class Gate:
    """Passes requests on to a server, and writes them down; fails where it is told to.

    ``fault`` is given method and path and returns a status, a whole answer, ``"close"`` to break
    the connection, ``"stall"`` to say nothing more, or None to pass the request on.
    """

    def __init__(self, behind: str = "") -> None:
        self.behind = behind
        self.fault: Fault = lambda method, path: None
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.released = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                gate.handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # a client that has gone

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.seen]

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((request.command, request.path, headers))
        fault = self.fault(request.command, request.path)
        if fault == "close":
            request.close_connection = True
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        if fault == "stall":
            self.released.wait(30)
            request.close_connection = True
            return
        if fault is None:
            kept = {k: v for k, v in headers.items() if k not in ("host", "accept-encoding")}
            response = httpx.request(
                request.command, self.behind + request.path, content=body, headers=kept,
                timeout=60, trust_env=False, verify=NO_TLS,
            )  # fmt: skip
            fault = (response.status_code, dict(response.headers), response.content)
        elif isinstance(fault, int):
            fault = (fault, {}, b"a fault on purpose")
        assert not isinstance(fault, str)
        status, sent, content = fault
        request.send_response(status)
        for name, value in sent.items():
            if name.lower() not in ("content-length", "transfer-encoding", "content-encoding"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.close()


@pytest.fixture
def gated(oxigraph: Engine, gate: Gate, tmp_path: Path) -> Callable[..., Settings]:
    """Settings of an empty server behind the gate."""
    gate.behind = oxigraph.url

    def settings(folder: str = "data", **more: Any) -> Settings:
        return oxigraph.settings(tmp_path / folder, **{**oxigraph.urls(gate.url), **more})

    return settings


@pytest.fixture(scope="session")
def load_shipped() -> Callable[..., CoopGraph]:
    """Open a store, and load what ships into it."""

    def load(settings: Settings) -> CoopGraph:
        graph = CoopGraph.open(settings=settings)
        graph.load(shipped_files(), shacl=False)
        return graph

    return load
