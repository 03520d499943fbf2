"""What the tests share.

Opening a graph with SHACL costs seconds, so what ships is published once a session, into a folder
that is copied where a test publishes. Graphs of a few statements are made in memory, without a
data folder.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from coopgraph import CoopGraph
from coopgraph.api.app import create_app
from coopgraph.errors import CoopgraphError
from coopgraph.graph.kernels.warm import warm_up
from coopgraph.knowledge.derive import derive
from coopgraph.knowledge.ontology import Ontology
from coopgraph.published import Published
from coopgraph.resources import data_dir
from coopgraph.settings import Settings
from coopgraph.store.generations import Generations
from coopgraph.vocabulary import LAYERS, PREFIXES, VOCABULARY_GRAPH, graph_iri

NOTICE = "gansu-iit-2019-67"

# No test speaks TLS, and reading the authorities of the world takes every HTTP client 25 ms.
os.environ.setdefault("SSL_CERT_DIR", str(Path(__file__).parent))

hypothesis_settings.register_profile(
    "coopgraph",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
hypothesis_settings.load_profile("coopgraph")

PREFIX_LINES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return Ontology.shipped()


@pytest.fixture(scope="session")
def prefixes() -> str:
    """The Turtle prefixes of the project."""
    return PREFIX_LINES


@pytest.fixture(scope="session")
def notice_file() -> Path:
    return data_dir() / "stated" / f"{NOTICE}.ttl"


@pytest.fixture(scope="session")
def notice_text() -> str:
    return (data_dir() / "sources" / f"{NOTICE}.txt").read_bytes().decode()


@pytest.fixture(scope="session")
def published_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with what ships. Never publish here: copy it."""
    folder = tmp_path_factory.mktemp("published") / "data"
    CoopGraph.open(folder).close()
    return folder


@pytest.fixture(scope="session")
def full(published_dir: Path) -> Iterator[CoopGraph]:
    """What ships, for asking only."""
    with CoopGraph.open(published_dir, shipped=False) as graph:
        yield graph


@pytest.fixture(scope="session")
def stated_alone(notice_file: Path) -> Iterator[CoopGraph]:
    """The notice, and nothing of the background was ever loaded."""
    with CoopGraph.open(":memory:", shipped=False) as graph:
        graph.load(notice_file, layer="stated", shacl=False)
        yield graph


@pytest.fixture
def data_folder(published_dir: Path, tmp_path: Path) -> Path:
    """A data folder of one's own, with what ships."""
    return Path(shutil.copytree(published_dir, tmp_path / "data"))


@pytest.fixture
def fresh(data_folder: Path) -> Iterator[CoopGraph]:
    """A graph of one's own, with what ships: publish what you like."""
    with CoopGraph.open(data_folder, shipped=False) as graph:
        yield graph


@pytest.fixture(scope="session", autouse=True)
def _kernels() -> None:
    """Compile the kernels first: a minute in a new installation, which no test should wait for."""
    warm_up()


@pytest.fixture(scope="session")
def graph_of(ontology: Ontology) -> Iterator[Callable[..., CoopGraph]]:
    """Make a graph in memory from Turtle or triples by layer, unchecked and in milliseconds."""
    generations = Generations(":memory:")
    vocabulary = [ox.Quad(*t, ox.NamedNode(VOCABULARY_GRAPH)) for t in ontology.vocabulary]
    number = iter(range(1, 10**9))

    def make(*, derived: bool = False, **layers: Any) -> CoopGraph:
        store = ox.Store()
        store.extend(vocabulary)
        datasets = {}
        for layer, content in layers.items():
            assert layer in LAYERS
            name = ox.NamedNode(graph_iri(layer, "test"))
            if isinstance(content, str):
                text = (PREFIX_LINES + content).encode()
                content = (q.triple for q in ox.parse(input=text, format=ox.RdfFormat.TURTLE))
            triples = set(content)
            store.extend(ox.Quad(*triple, name) for triple in triples)
            datasets[name.value] = {"layer": layer, "triples": len(triples)}
        if derived:
            derive(store, ontology.rules)
        generation = SimpleNamespace(number=next(number), info={"datasets": datasets})
        graph = CoopGraph(generations, ontology, Settings())
        reader: Any = SimpleNamespace(store=store, generation=generation)
        graph._published = Published(reader, graph._table, graph._properties)
        return graph

    yield make
    generations.close()


def _difference(ours: Any, theirs: Any, at: str = "") -> str | None:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if list(ours) != list(theirs):
            mine, other = (
                [k for k in a if k not in b] for a, b in ((ours, theirs), (theirs, ours))
            )
            return f"{at}: keys {mine[:5]} against {other[:5]}"
        pairs = [(f"{at}.{key}", ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            return f"{at}: {len(ours)} items against {len(theirs)}"
        pairs = [(f"{at}[{i}]", a, b) for i, (a, b) in enumerate(zip(ours, theirs, strict=True))]
    else:
        return None if ours == theirs else f"{at}: {ours!r:.200} against {theirs!r:.200}"
    return next((found for place, a, b in pairs if (found := _difference(a, b, place))), None)


@pytest.fixture(scope="session")
def difference() -> Callable[[Any, Any], str | None]:
    """Say where two answers first differ: in a line, whatever their size."""
    return _difference


@pytest.fixture(scope="session")
def outcome() -> Callable[..., Any]:
    """Ask, and return the data, or the problem document where it is an error."""

    def ask(question: Callable[..., Any], *args: Any, **parameters: Any) -> Any:
        try:
            return question(*args, **parameters).data
        except CoopgraphError as error:
            return error.problem()

    return ask


class Server:
    """A real server on a free port, in a thread, of a graph or of any application."""

    def __init__(self, served: CoopGraph | FastAPI, **config: Any) -> None:
        self.graph = served
        app = create_app(served) if isinstance(served, CoopGraph) else served
        # With the protocol named, asyncio turns Nagle's algorithm off: 40 ms a request.
        self.socket = socket.socket(proto=socket.IPPROTO_TCP)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = {"log_level": "critical", "timeout_graceful_shutdown": 2, **config}
        self._server = uvicorn.Server(uvicorn.Config(app, **options))
        self._thread = threading.Thread(target=self._server.run, args=([self.socket],), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        # The first start of an installation compiles the kernels: a minute, more on a slow machine.
        for _ in range(12_000):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                raise RuntimeError("the server stopped while starting")
            time.sleep(0.05)
        raise TimeoutError("the server did not start")

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self.socket.close()


@pytest.fixture(scope="session")
def serve() -> type[Server]:
    """Serve a graph or an application for the length of a ``with`` block."""
    return Server


@pytest.fixture(scope="session")
def server(published_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What ships, served; for asking only."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(published_dir, folder)
    with CoopGraph.open(folder, shipped=False) as graph, Server(graph) as running:
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield http


@pytest.fixture(scope="session")
def problem() -> Callable[[httpx.Response], dict[str, Any]]:
    """Check that a response is a problem document in two languages, and return it."""

    def read(response: httpx.Response) -> dict[str, Any]:
        assert response.headers["content-type"] == "application/problem+json", response.text
        document: dict[str, Any] = response.json()
        assert document["status"] == response.status_code
        assert document["title"]
        assert document["title_zh"]
        assert document["detail"]
        assert document["type"].startswith("/problems/")
        return document

    return read
