"""``coopgraph query``, ``search``, ``neighbours``, ``paths`` and ``stats``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
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
from coopgraph.cli.output import (
    console,
    footer,
    label,
    mining,
    print_answer,
    readings,
    relation,
    sources,
    table,
    tell_notes,
)
from coopgraph.graph.neighbours import DEFAULT_LIMIT

Many = Annotated[list[str] | None, typer.Option(help="Repeatable.")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for verb in (stats, search, neighbours, paths, query):
        app.command()(verb)


def stats(
    layers: Layers = None, view: View = "compact", as_of: AsOf = None, dated: Dated = None,
    data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Count what is loaded."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.stats(layers=layers, view=view, as_of=as_of, dated=dated)
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    counts = table(f"{data['nodes']} nodes · {data['edges']} edges", "kind", "name", "count")
    for kind in ("classes", "relations"):
        for name, count in data[kind].items():
            counts.add_row(kind, name, str(count))
    for name, weight in data["memory"].items():
        counts.add_row("bytes", name, f"{weight:,}")
    console.print(counts)
    footer(answer)


def search(
    q: Annotated[str, typer.Argument(help="A name, or what it begins with, in any script.")],
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact",
    data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Find nodes by name."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.search(q, limit=limit, layers=layers, view=view)
    if as_json:
        print_answer(answer)
        return
    hits = table(q, "score", "node", "type", "matched")
    for hit in answer.data:
        hits.add_row(f"{hit['score']:.2f}", label(hit, lang), hit["type"], hit["matched"])
    console.print(hits)
    footer(answer)


def neighbours(
    of: Annotated[str, typer.Argument(help="IRI, short id, or exact name in any script.")],
    depth: Annotated[int, typer.Option(help="Steps away, 1 to 4.")] = 1,
    type: Many = None,
    relation_: Annotated[
        list[str] | None, typer.Option("--relation", help="Repeatable.")
    ] = None,
    sector: Annotated[str | None, typer.Option(help="Only what is said in this sector.")] = None,
    status: Many = None,
    direction: Annotated[str, typer.Option(help="any, out or in.")] = "any",
    suggested: Annotated[
        str | None, typer.Option(help="include adds suggested links, marked as such.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, typer.Option(help="Begin of the page.")] = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Who is next to whom."""
    with open_graph(data_dir, store=store) as graph, mining():
        answer = graph.neighbours(
            of, depth=depth, type=type or (), relation=relation_ or (), sector=sector,
            status=status or (), direction=direction, suggested=suggested, limit=limit,
            cursor=cursor, layers=layers, view=view, as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    counts = ", ".join(f"{name} {count}" for name, count in data["counts"].items())
    found = table(f"{label(data['node'], lang)}: {data['total']} neighbours ({counts})",
                  "step", "node", "relation", "source")  # fmt: skip
    for item in data["neighbours"]:
        found.add_row(
            str(item["distance"]),
            label(item["node"], lang),
            "\n".join(relation(edge, lang) for edge in item["edges"]),
            sources(_distinct(item["edges"])),
        )
    console.print(found)
    readings((edge for item in data["neighbours"] for edge in item["edges"]), lang)
    footer(answer)
    tell_notes(answer, lang)


def paths(
    source: Annotated[str, typer.Argument(help="IRI, short id, or exact name.")],
    target: Annotated[str, typer.Argument(help="IRI, short id, or exact name.")],
    mode: Annotated[
        str, typer.Option(help="shortest, all-shortest, k-shortest or all.")
    ] = "shortest",
    k: Annotated[int | None, typer.Option(help="At most so many paths.")] = None,
    max_length: Annotated[int | None, typer.Option(help="At most so many steps.")] = None,
    via: Many = None, avoid: Many = None, type: Many = None,
    relation_: Annotated[
        list[str] | None, typer.Option("--relation", help="Repeatable.")
    ] = None,
    sector: Annotated[str | None, typer.Option(help="Only what is said in this sector.")] = None,
    status: Many = None,
    cost: Annotated[
        str, typer.Option(help="hops, or informative: hubs cost more than a step.")
    ] = "hops",
    suggested: Annotated[
        str | None, typer.Option(help="include: paths may use suggested links, marked as such.")
    ] = None,
    lang: Lang = "zh", layers: Layers = None, view: View = "compact", as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """How are two connected."""
    with open_graph(data_dir, store=store) as graph, mining():
        answer = graph.paths(
            source, target, mode=mode, k=k, max_length=max_length, via=via or (),
            avoid=avoid or (), type=type or (), relation=relation_ or (), sector=sector,
            status=status or (), cost=cost, suggested=suggested, layers=layers, view=view,
            as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    if not answer.data["paths"]:
        console.print("no path is recorded · 未见路径")
    for number, path in enumerate(answer.data["paths"], 1):
        steps = table(f"{number}. {path['length']} steps", "from", "relation", "to", "source")
        for here, there, edges in zip(
            path["nodes"], path["nodes"][1:], path["edges"], strict=False
        ):
            steps.add_row(
                label(here, lang),
                "\n".join(relation(edge, lang) for edge in edges),
                label(there, lang),
                sources(_distinct(edges)),
            )
        console.print(steps)
    shown = (e for path in answer.data["paths"] for edges in path["edges"] for e in edges)
    readings(shown, lang)
    footer(answer)
    tell_notes(answer, lang)


def query(
    text: Annotated[
        str | None, typer.Argument(help="A SPARQL query; '-' reads the standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A .rq file.")] = None,
    format: Annotated[
        str | None,
        typer.Option(help="json, xml, csv, tsv, turtle, ntriples, jsonld, rdfxml, trig, nquads."),
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Run a SPARQL query."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give a query or --file, not both", param_hint="TEXT")
    if file is not None:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{file}: {error}", param_hint="--file") from None
    elif text == "-":
        text = sys.stdin.read()
    assert text is not None  # noqa: S101  (one of the two was given)
    with open_graph(data_dir, store=store) as graph:
        kind, body = graph.sparql(text, "json" if as_json and format is None else format,
                                  timeout=timeout)  # fmt: skip
    if format is not None or as_json or "json" not in kind or "ld+" in kind:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    result = orjson.loads(body)
    if "boolean" in result:
        console.print("yes · 是" if result["boolean"] else "no · 否")
        return
    names = result["head"]["vars"]
    rows = table("", *names)
    for row in result["results"]["bindings"]:
        rows.add_row(*(row[name]["value"] if name in row else "" for name in names))
    console.print(rows)
    console.print(Text(f"{len(result['results']['bindings'])} rows", style="dim"))


def _distinct(edges: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the evidence of some edges, each once."""
    found: dict[object, dict[str, object]] = {}
    for edge in edges:
        for evidence in edge["evidence"]:  # type: ignore[attr-defined]
            found[evidence["id"]] = evidence
    return list(found.values())
