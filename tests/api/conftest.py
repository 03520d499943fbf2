"""Services that may be written to: a bare store, and a knowledge graph with a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from coopgraph import CoopGraph
from coopgraph.api.app import create_bare_app
from coopgraph.bare import BareStore
from coopgraph.settings import Settings
from coopgraph.store.tokens import Tokens


@pytest.fixture(scope="module")
def bare_service(serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A bare store on a loopback address, shared by a module."""
    folder = tmp_path_factory.mktemp("bare")
    with (
        BareStore(folder, Settings(update_timeout=20, max_upload_bytes=2**20)) as store,
        serve(create_bare_app(store, open_to_local=True)) as running,
    ):
        yield running


@pytest.fixture
def bare(bare_service: Any) -> Iterator[httpx.Client]:
    """A client of an empty bare store."""
    with httpx.Client(base_url=bare_service.url, timeout=30) as client:
        kind = {"Content-Type": "application/sparql-update"}
        assert client.post("/sparql", content="DROP ALL", headers=kind).status_code == 204
        yield client


@pytest.fixture
def writable(serve, data_folder: Path) -> Iterator[httpx.Client]:
    """A client with a token of a knowledge graph of one's own."""
    token = Tokens(data_folder).create("tester")
    with (
        CoopGraph.open(data_folder, shipped=False) as graph,
        serve(graph) as running,
        httpx.Client(
            base_url=running.url, timeout=60, headers={"Authorization": f"Bearer {token}"}
        ) as client,
    ):
        yield client
