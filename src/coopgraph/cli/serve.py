"""``coopgraph serve``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from coopgraph.bare import BareStore
from coopgraph.cli.options import DataDir, Store, open_graph
from coopgraph.cli.output import console
from coopgraph.errors import BadRequest
from coopgraph.settings import Settings, read_settings
from coopgraph.store.memory import fitted

if TYPE_CHECKING:
    from fastapi import FastAPI


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(serve)


def serve(
    data_dir: DataDir = None,
    store: Store = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Default: $COOPGRAPH_HOST, 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on. Default: $COOPGRAPH_PORT, 8000."),
    ] = None,
    log_level: Annotated[str, typer.Option(help="uvicorn's log level.")] = "warning",
    bare: Annotated[
        str | None,
        typer.Option(
            "--bare",
            metavar="DIR",
            help="Serve an empty plain RDF store in this folder instead: /sparql and /store only. "
            "On a loopback address writing needs no token.",
        ),
    ] = None,
) -> None:
    """Serve the graph over HTTP: API, SPARQL, pages."""
    # No other verb needs FastAPI, whose import takes a quarter of a second.
    from coopgraph.api.access import is_loopback
    from coopgraph.api.app import create_app, create_bare_app

    settings = fitted(read_settings())
    host = host or settings.host
    port = settings.port if port is None else port
    if bare is not None:
        if data_dir is not None:
            raise BadRequest(
                "--bare names the folder: leave out --data-dir",
                zh="--bare 已指定目录：请去掉 --data-dir",
            )
        with BareStore(bare, settings) as plain:
            app = create_bare_app(plain, open_to_local=is_loopback(host))
            _run(app, settings, plain.generation, host, port, log_level)
        return
    with open_graph(data_dir, store=store, settings=settings) as graph:
        _run(create_app(graph), graph.settings, graph.generation, host, port, log_level)


def _run(
    app: FastAPI, settings: Settings, generation: int, host: str, port: int, log_level: str
) -> None:
    from coopgraph.api.connection import raise_file_limit, server_of

    shown = f"[{host}]" if ":" in host else host
    console.print(
        Text.assemble(
            "coopgraph · generation ",
            (str(generation), "bold"),
            " · ",
            (f"http://{shown}:{port}/", "bold cyan"),
            " · stop with Ctrl-C",
        )
    )
    raise_file_limit()
    sys.setswitchinterval(0.001)  # threads that read long texts shall not hold up the loop
    server = server_of(
        app,
        settings,
        host=host,
        port=port,
        log_level=log_level,
        access_log=log_level in ("info", "debug", "trace"),
        timeout_graceful_shutdown=5,
    )
    server.run()
