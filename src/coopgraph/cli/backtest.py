"""``coopgraph backtest``: how well suggestions find what came after a day."""

from __future__ import annotations

from typing import Annotated

import typer

from coopgraph.cli.options import DataDir, Dated, Json, Lang, Layers, Store, View, open_graph
from coopgraph.cli.output import console, footer, mining, print_answer, table

COLUMNS = ("mrr", "hits_at_1", "hits_at_10", "auc", "ap_over_base_rate", "precision_at_50")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(backtest)


def backtest(
    as_of: Annotated[
        str, typer.Option("--as-of", help="The day that parts known from later, YYYY-MM-DD.")
    ],
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", dated: Dated = None,
    data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Train suggestions on what was valid before a day, test them on what came after."""
    with open_graph(data_dir, store=store) as graph, mining():
        answer = graph.backtest(as_of, layers=layers, view=view, dated=dated)
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    if not data["possible"]:
        console.print(data["cannot_say"][lang])
        footer(answer)
        return
    found = table(
        f"{data['as_of']}: {data['candidates']} candidates, {data['came_true']} came true "
        f"({data['base_rate']:.2%})", "signal", *COLUMNS, "auc 95 %",
    )  # fmt: skip
    for name, of in data["results"].items():
        low, high = of["auc_interval"]
        found.add_row(name, *(f"{of[c]:.3f}" for c in COLUMNS), f"{low:.3f}-{high:.3f}")
    console.print(found)
    bands = table("by band · 各档", "band", "candidates", "came true", "rate")
    for band, of in data["bands"].items():
        rate = "-" if of["rate"] is None else f"{of['rate']:.2%}"
        bands.add_row(band, str(of["candidates"]), str(of["came_true"]), rate)
    console.print(bands)
    if data["calibration"]:
        c = data["calibration"]
        console.print(
            f"ECE {c['ece']:.4f}, Brier skill {c['brier_skill']:.3f} (fitted on {c['fitted_on']})"
        )
    console.print(answer.notes[0][lang])
    footer(answer)
