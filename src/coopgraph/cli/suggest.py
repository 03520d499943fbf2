"""``coopgraph suggest``: links that the graph predicts and nobody has recorded."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from coopgraph.cli.options import (
    AsOf,
    DataDir,
    Dated,
    Json,
    Lang,
    Layers,
    Store,
    View,
    open_graph,
)
from coopgraph.cli.output import console, footer, label, mining, print_answer, table, tell_notes
from coopgraph.gaps.reasons import NOT_CALIBRATED


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(suggest)


def suggest(
    for_: Annotated[
        str, typer.Argument(metavar="FOR", help="IRI, short id, or exact name in any script.")
    ],
    type: Annotated[list[str] | None, typer.Option(help="Repeatable.")] = None,
    sector: Annotated[str | None, typer.Option(help="Only candidates in this sector.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Begin of the page.")] = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Links that the graph predicts and nobody has recorded, with reasons."""
    with open_graph(data_dir, store=store) as graph, mining():
        answer = graph.suggest(
            for_, type=type or (), sector=sector, limit=limit, cursor=cursor, layers=layers,
            view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    if not answer.data:
        console.print("nothing is suggested: too little is recorded · 记录过少，无可推荐")
    found = table(f"{len(answer.data)} suggestions", "rank", "band", "candidate", "relation", "why")
    for item in answer.data:
        found.add_row(
            str(item["rank"]), item["band"], label(item["node"], lang),
            f"{'←' if item['direction'] == 'in' else '→'} {item['label'][lang]}",
            "\n".join(reason["words"][lang] for reason in item["reasons"]),
        )  # fmt: skip
    console.print(found)
    console.print(Text(NOT_CALIBRATED[lang], style="dim"))
    footer(answer)
    tell_notes(answer, lang)
