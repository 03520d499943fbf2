"""``coopgraph network centrality``, ``components`` and ``bridges``."""

from __future__ import annotations

from typing import Annotated

import typer

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
from coopgraph.cli.output import (
    console,
    footer,
    label,
    print_answer,
    relation,
    sources,
    table,
)
from coopgraph.network_questions import DEFAULT_LIMIT

Many = Annotated[list[str] | None, typer.Option(help="Repeatable.")]
Relation = Annotated[list[str] | None, typer.Option("--relation", help="Repeatable.")]
Sector = Annotated[str | None, typer.Option(help="Only what is said in this sector.")]
Limit = Annotated[int, typer.Option(help="At most so many.")]
Cursor = Annotated[str | None, typer.Option(help="Begin of the page.")]

app = typer.Typer(help="Who holds the network together.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add the verbs."""
    parent.add_typer(app, name="network")


@app.command()
def centrality(
    measure: Annotated[
        str, typer.Option(help="degree, betweenness or constraint.")
    ] = "degree",
    type: Many = None, relation_: Relation = None, sector: Sector = None, status: Many = None,
    avoid: Many = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Rank nodes by how they stand in the network."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.centrality(
            measure, type=type or (), relation=relation_ or (), sector=sector,
            status=status or (), avoid=avoid or (), limit=limit, cursor=cursor, layers=layers,
            view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    ranking = table(f"{measure}: {data['definition'][lang]}", "rank", "node", "type", "value")
    for item in data["nodes"]:
        value = f"{item['value']:.4g}" if item["value"] % 1 else f"{item['value']:.0f}"
        ranking.add_row(str(item["rank"]), label(item["node"], lang), item["node"]["type"], value)
    console.print(ranking)
    footer(answer)


@app.command()
def components(
    relation_: Relation = None, sector: Sector = None, status: Many = None, avoid: Many = None,
    limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """What hangs together: the parts of the network, largest first."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.components(
            relation=relation_ or (), sector=sector, status=status or (), avoid=avoid or (),
            limit=limit, cursor=cursor, layers=layers, view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    parts = table(f"{data['total']} parts, {data['single']} single nodes", "size", "nodes", "types")
    for part in data["components"]:
        parts.add_row(
            str(part["size"]),
            "\n".join(label(node, lang) for node in part["nodes"]),
            ", ".join(f"{name} {count}" for name, count in part["counts"].items()),
        )
    console.print(parts)
    footer(answer)


@app.command()
def bridges(
    relation_: Relation = None, sector: Sector = None, status: Many = None, avoid: Many = None,
    limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """What alone holds parts together: edges and nodes."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.bridges(
            relation=relation_ or (), sector=sector, status=status or (), avoid=avoid or (),
            limit=limit, cursor=cursor, layers=layers, view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    total = answer.data["total"]
    points = table(f"{total['articulation_points']} articulation points", "cuts off", "node")
    for item in answer.data["articulation_points"]:
        points.add_row(str(item["cuts_off"]), label(item["node"], lang))
    console.print(points)
    edges = table(f"{total['bridges']} bridges", "cuts off", "from", "relation", "to", "source")
    for item in answer.data["bridges"]:
        edge = item["edge"]
        edges.add_row(
            str(item["cuts_off"]),
            label(item["source"], lang),
            relation(edge, lang),
            label(item["target"], lang),
            sources(edge["evidence"]),
        )
    console.print(edges)
    footer(answer)
