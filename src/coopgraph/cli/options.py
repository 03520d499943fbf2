"""The options that many verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopgraph.cli.output import copying
from coopgraph.coopgraph import CoopGraph
from coopgraph.graph.labels import LANGUAGES
from coopgraph.graph.scope import choice
from coopgraph.settings import Settings, read_settings

DataDir = Annotated[
    str | None,
    typer.Option(
        "--data-dir",
        help="Folder of the store; ':memory:' keeps nothing. "
        "Default: $COOPGRAPH_DATA_DIR, else a folder of yours.",
        show_default=False,
    ),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Query URL of a SPARQL 1.1 server that holds the graph. Default: $COOPGRAPH_STORE.",
        show_default=False,
    ),
]
Layers = Annotated[
    str | None,
    typer.Option("--layers", help="Comma list of stated, background, analyst. Default: all."),
]
View = Annotated[str, typer.Option("--view", help="compact or full.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Only what holds on that day, YYYY-MM-DD.")
]
Dated = Annotated[str | None, typer.Option("--dated", help="'only' leaves out what has no dates.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, in the shape of the HTTP API.")]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        help="Language of labels: zh or en.",
        callback=lambda value: choice("lang", value, LANGUAGES),
    ),
]
Files = Annotated[list[Path], typer.Argument(help="RDF files.", show_default=False)]


def open_graph(
    data_dir: str | None,
    *,
    store: str | None = None,
    shipped: bool = True,
    settings: Settings | None = None,
) -> CoopGraph:
    """Open the graph a command works on; only what is not there yet is published first."""
    settings = settings or read_settings()
    if data_dir is not None:
        # Named on the command line, a folder wins over a store in the environment.
        settings = settings.model_copy(
            update={"data_dir": data_dir, **({} if store else {"store": ""})}
        )
    place = store or settings.store
    if not place:
        return CoopGraph.open(settings.data_dir, settings=settings, shipped=shipped)
    with copying() as progress:
        return CoopGraph.open(place, settings=settings, progress=progress)
