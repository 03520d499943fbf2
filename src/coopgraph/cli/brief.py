"""``coopgraph brief``: what is recorded of a node, to be handed on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from coopgraph.brief_questions import LINES
from coopgraph.briefing.file import FORMATS
from coopgraph.cli.options import AsOf, DataDir, Dated, Lang, Layers, Store, open_graph
from coopgraph.cli.output import errors, mining
from coopgraph.errors import WriteFailed


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(brief)


def brief(
    of: Annotated[
        str, typer.Argument(metavar="OF", help="IRI, short id, or exact name in any script.")
    ],
    file: Annotated[
        Path | None, typer.Argument(help="Where to write; default the standard output.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", help="markdown, html or docx. Default: by the file's ending, else markdown."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="Lines of a section, 1 to 100.")] = LINES,
    lang: Lang = "zh", layers: Layers = None, as_of: AsOf = None, dated: Dated = None,
    data_dir: DataDir = None, store: Store = None,
) -> None:  # fmt: skip
    """A briefing on a node: partners, projects, chains, gaps and suggestions, with sources."""
    name = format or _format_of(file)
    with open_graph(data_dir, store=store) as graph, mining():
        written = graph.brief(
            of, format=name, lang=lang, limit=limit, layers=layers, as_of=as_of, dated=dated
        )
    if file is None:
        sys.stdout.buffer.write(written.content)
        sys.stdout.buffer.flush()
        return
    draft = file.with_name(file.name + ".part")
    try:
        draft.write_bytes(written.content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WriteFailed(
            f"{file}: {error.strerror}", zh=f"无法写入 {file}：{error.strerror}"
        ) from error
    errors.print(Text(f"{file}: {len(written.content)} bytes", style="dim"))


def _format_of(file: Path | None) -> str:
    ending = file.suffix.lower() if file is not None else ""
    found = (name for name, form in FORMATS.items() if form.suffix == ending)
    return next(found, "html" if ending == ".htm" else "markdown")
