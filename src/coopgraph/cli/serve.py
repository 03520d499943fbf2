"""``coopgraph serve``."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn
from rich.text import Text

from coopgraph.api.app import create_app
from coopgraph.cli.options import DataDir, open_graph
from coopgraph.cli.output import console
from coopgraph.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(serve)


def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Default: $COOPGRAPH_HOST, 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on. Default: $COOPGRAPH_PORT, 8000."),
    ] = None,
    log_level: Annotated[str, typer.Option(help="uvicorn's log level.")] = "warning",
) -> None:
    """Serve the graph over HTTP: API, SPARQL, pages."""
    settings = read_settings()
    host = host or settings.host
    port = settings.port if port is None else port
    with open_graph(data_dir) as graph:
        shown = f"[{host}]" if ":" in host else host
        console.print(
            Text.assemble(
                "coopgraph · generation ",
                (str(graph.generation), "bold"),
                " · ",
                (f"http://{shown}:{port}/", "bold cyan"),
                " · stop with Ctrl-C",
            )
        )
        config = uvicorn.Config(
            create_app(graph),
            host=host,
            port=port,
            log_level=log_level,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run()
