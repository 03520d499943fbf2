"""``coopgraph load`` and ``validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from coopgraph.cli.options import DataDir, Files, Json, Store, open_graph
from coopgraph.cli.output import console, errors, print_json
from coopgraph.errors import BadRequest
from coopgraph.knowledge.publish import refuse_violations
from coopgraph.knowledge.shipped import shipped_files

Layer = Annotated[
    str | None,
    typer.Option(
        "--layer",
        help="stated, background or analyst. Default: the name of the file's folder if that is a "
        "layer, else analyst.",
    ),
]
Name = Annotated[
    str | None, typer.Option("--name", help="Name of the dataset. Default: the file's name.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(load)
    app.command()(validate)


def load(
    files: Annotated[
        list[Path] | None, typer.Argument(help="RDF files.", show_default=False)
    ] = None,
    layer: Layer = None,
    name: Name = None,
    no_shacl: Annotated[
        bool, typer.Option("--no-shacl", help="Skip validation; the dataset is recorded as such.")
    ] = False,
    shipped: Annotated[
        bool,
        typer.Option(
            "--shipped",
            help="Load the notice and the background that ship with this version; a remote store "
            "has them only when told so.",
        ),
    ] = False,
    data_dir: DataDir = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Load RDF files; the same file twice changes nothing, a faulty one loads nothing."""
    files = [*(files or ()), *(shipped_files() if shipped else ())]
    if not files:
        raise BadRequest(
            "name the files to load, or --shipped", zh="请指定要载入的文件，或使用 --shipped"
        )
    with open_graph(data_dir, store=store) as graph, errors.status("reading and validating …"):
        report = graph.load(files, layer=layer, name=name, shacl=not no_shacl)
    if as_json:
        print_json(report.to_dict())
        return
    for graph_iri, count in report.triples.items():
        state = "changed" if graph_iri in report.changed else "unchanged"
        console.print(Text(f"{state}: {graph_iri} ({count} triples)"))
    for warning in report.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))
        console.print(Text(f"  {warning.message.get('zh', '')}", style="yellow"))
    console.print(Text(f"generation {report.generation}", style="dim"))


def validate(
    files: Files,
    layer: Layer = None,
    name: Name = None,
    data_dir: DataDir = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Check RDF files as `load` would, and change nothing. Exit code 1 if they are refused."""
    with open_graph(data_dir, store=store) as graph, errors.status("reading and validating …"):
        found = graph.validate(files, layer=layer, name=name)
    if as_json:
        print_json({"conforms": not any(v.severity == "Violation" for v in found),
                    "violations": [v.to_dict() for v in found]})  # fmt: skip
        if any(v.severity == "Violation" for v in found):
            raise typer.Exit(1)
        return
    for warning in refuse_violations(found):
        console.print(Text(f"warning: {warning}", style="yellow"))
        console.print(Text(f"  {warning.message.get('zh', '')}", style="yellow"))
    console.print("conforms · 通过校验")
