"""``coopgraph export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from coopgraph.cli.options import (
    AsOf,
    DataDir,
    Dated,
    Lang,
    Layers,
    Store,
    View,
    open_graph,
)
from coopgraph.cli.output import errors
from coopgraph.errors import WriteFailed

Many = Annotated[list[str] | None, typer.Option(help="Repeatable.")]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(export)


def export(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write; default the standard output.")
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", help="graphml, gexf, cx2, jsonld, turtle, trig, csv (a zip of two) or xlsx."
        ),
    ] = "graphml",
    flavour: Annotated[str | None, typer.Option(help="yed: GraphML as yEd draws it.")] = None,
    focus: Annotated[str | None, typer.Option(help="Only this node and around it.")] = None,
    depth: Annotated[int, typer.Option(help="How far around it, 1 to 4.")] = 1,
    from_: Annotated[str | None, typer.Option("--from", help="Only paths from here.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Only paths to here.")] = None,
    mode: Annotated[
        str, typer.Option(help="shortest, all-shortest, k-shortest or all.")
    ] = "shortest",
    k: Annotated[int | None, typer.Option(help="At most so many paths.")] = None,
    max_length: Annotated[int | None, typer.Option(help="At most so many steps.")] = None,
    via: Many = None, avoid: Many = None, type: Many = None, relation: Many = None,
    sector: Annotated[
        str | None, typer.Option(help="Only paths by what is said, or gaps, in this sector.")
    ] = None,
    status: Many = None,
    cost: Annotated[
        str, typer.Option(help="For paths: hops, or informative: hubs cost more than a step.")
    ] = "hops",
    gaps: Annotated[
        list[str] | None, typer.Option(help="Only gaps: ids of rules, or all. Repeatable.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Only gaps of this actor.")] = None,
    match: Annotated[str | None, typer.Option(help="For gaps: exact or broader.")] = None,
    suggested: Annotated[
        str | None, typer.Option(help="include: what rules suggest as well, marked as such.")
    ] = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, store: Store = None,
) -> None:  # fmt: skip
    """Write the graph, or a part of it, as a file for Gephi, yEd, Cytoscape, Excel or RDF tools."""
    with open_graph(data_dir, store=store) as graph:
        written = graph.export(
            format, flavour=flavour, focus=focus, depth=depth, source=from_, target=to, mode=mode,
            k=k, max_length=max_length, via=via or (), avoid=avoid or (), type=type or (),
            relation=relation or (), sector=sector, status=status or (), cost=cost,
            gaps=gaps or (), actor=actor, match=match, suggested=suggested, lang=lang,
            layers=layers, view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
        if file is None:
            _write(written.chunks, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        draft = file.with_name(file.name + ".part")
        try:
            with draft.open("wb") as out:
                size = _write(written.chunks, out)
            draft.replace(file)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise WriteFailed(
                f"{file}: {error.strerror}", zh=f"无法写入 {file}：{error.strerror}"
            ) from error
    errors.print(Text(f"{file}: {size} bytes", style="dim"))


def _write(chunks: Iterable[bytes], out: BinaryIO) -> int:
    """Write chunks and show on stderr how far it is, where somebody watches."""
    columns = (TextColumn("writing"), DownloadColumn(), TimeElapsedColumn())
    size = 0
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("", total=None)
        for chunk in chunks:
            size += out.write(chunk)
            bar.update(task, completed=size)
    return size
