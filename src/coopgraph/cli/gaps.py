"""``coopgraph gaps``, and below it one gap, the matrix and the decisions."""

from __future__ import annotations

import csv
import io
import sys
from functools import partial
from typing import Annotated, Any

import typer
from rich.text import Text

from coopgraph.answer import Answer
from coopgraph.cli.options import AsOf, DataDir, Dated, Json, Lang, Layers, Store, open_graph
from coopgraph.cli.output import (
    console,
    footer,
    label,
    print_answer,
    readings,
    sources,
    table,
    tell_notes,
)
from coopgraph.gaps.decisions import cell, to_csv
from coopgraph.page import MAX_LIMIT

Many = Annotated[list[str] | None, typer.Option(help="Repeatable.")]
Match = Annotated[str | None, typer.Option(help="exact or broader.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
Id = Annotated[str, typer.Argument(help="The id of a gap.", show_default=False)]
Why = Annotated[str, typer.Option("--why", help="The reason.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who decides.", show_default=False)]

group = typer.Typer(help="What should be there and is not recorded.", invoke_without_command=True)

MARKS = {"covered": "●", "gap": "○", "none-recorded": "·"}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(group, name="gaps")


@group.callback()
def gaps(
    context: typer.Context,
    rule: Many = None,
    actor: Annotated[str | None, typer.Option(help="Only gaps of this actor.")] = None,
    sector: Annotated[str | None, typer.Option(help="Only gaps in this sector.")] = None,
    match: Annotated[str | None, typer.Option(help="exact or broader.")] = None,
    decided: Annotated[str, typer.Option(help="any, none, confirmed or dismissed.")] = "any",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 100,
    fail_over: Annotated[
        int | None, typer.Option(help="Exit code 1 if there are more gaps than this.")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead.")] = False,
    lang: Lang = "zh", layers: Layers = None, as_of: AsOf = None, dated: Dated = None,
    data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """What should be there and is not recorded."""
    if context.invoked_subcommand is not None:
        return
    with open_graph(data_dir, store=store) as graph:
        asked = partial(
            graph.gaps, rule=rule or (), actor=actor, sector=sector, match=match,
            decided=decided, layers=layers, as_of=as_of, dated=dated,
        )  # fmt: skip
        answer = graph.gap_rules() if rules else asked(limit=limit)
        count, rest = len(answer.data), answer
        while fail_over is not None and rest.cursor is not None:  # a threshold is about all gaps
            rest = asked(limit=MAX_LIMIT, cursor=rest.cursor)
            count += len(rest.data)
    if as_json:
        print_answer(answer)
    elif rules:
        listed = table("gap rules", "id", "severity", "file", "definition")
        for item in answer.data:
            listed.add_row(item["id"], item["severity"], item["file"], item["definition"][lang])
        console.print(listed)
    else:
        found = table(f"{len(answer.data)} gaps", "severity", "rule", "gap", "found")
        for item in answer.data:
            found.add_row(
                item["severity"],
                item["rule"],
                item["explanation"][lang],
                sources(item["found"]),
            )
        console.print(found)
        readings(answer.data, lang)
        if answer.data:
            console.print(Text(answer.data[0]["open_world_note"][lang], style="dim"))
        footer(answer)
    tell_notes(answer, lang)
    if rules and answer.notes:  # a file that cannot be used
        raise typer.Exit(1)
    if not rules and fail_over is not None and count > fail_over:
        raise typer.Exit(1)


@group.command()
def show(
    id: Id, match: Match = None, lang: Lang = "zh", layers: Layers = None, as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Show one gap, with every decision about it."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.gap(id, match=match, layers=layers, as_of=as_of, dated=dated)
    if as_json:
        print_answer(answer)
        return
    gap = answer.data
    console.print(Text(gap["explanation"][lang], style="bold"))
    lines = table("", "", "")
    lines.add_row("id", gap["id"])
    lines.add_row("found", sources(gap["found"]))
    lines.add_row("absent", "\n".join(words[lang] for words in gap["absent"]))
    lines.add_row("candidates", "\n".join(label(node, lang) for node in gap["candidates"]))
    for said in gap["history"]:
        lines.add_row(said["verdict"], f"{said['by']} {said['at']}: {said['why']}")
    console.print(lines)
    readings([gap], lang)
    console.print(Text(gap["open_world_note"][lang], style="dim"))
    footer(answer)


@group.command()
def matrix(
    rows: Annotated[str, typer.Option(help="A class, such as Province.")] = "Organization",
    cols: Annotated[str, typer.Option(help="A scheme of sectors.")] = "sector",
    match: Match = None,
    limit: Annotated[int, typer.Option(help="Rows, at most 200.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Begin of the page.")] = None,
    as_csv: Csv = False, lang: Lang = "zh", layers: Layers = None, as_of: AsOf = None,
    dated: Dated = None, data_dir: DataDir = None, as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """Who is active where: covered, gap, or nothing recorded."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.gap_matrix(
            rows=rows, cols=cols, match=match, limit=limit, cursor=cursor, layers=layers,
            as_of=as_of, dated=dated,
        )  # fmt: skip
    if as_json:
        print_answer(answer)
        return
    data = answer.data
    state = {(item["row"], item["column"]): item for item in data["cells"]}
    if as_csv:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(["id", "label", *(column["id"] for column in data["columns"])])
        for row in data["rows"]:
            states = [state[row["id"], column["id"]]["state"] for column in data["columns"]]
            writer.writerow([cell(row["id"]), cell(row["label"][lang]), *states])
        _write(text.getvalue())
        return
    # Numbers as heads: names of sectors side by side would be a letter wide.
    shown = table(
        f"{data['total_rows']} × {data['total_columns']}", "",
        *(str(number) for number in range(1, len(data["columns"]) + 1)),
    )  # fmt: skip
    for row in data["rows"]:
        cells = (state[row["id"], column["id"]] for column in data["columns"])
        shown.add_row(label(row, lang), *(_mark(item) for item in cells))
    console.print(shown)
    heads = (f"{i} {c['label'][lang]}" for i, c in enumerate(data["columns"], 1))
    console.print(Text("  ".join(heads)))
    legend = {
        "zh": "● 有记录  ○ 缺口  · 未见记录（不等于不存在）",
        "en": "● covered  ○ gap  · nothing recorded (which does not mean not existing)",
    }
    console.print(Text(legend[lang], style="dim"))
    footer(answer)
    tell_notes(answer, lang)


@group.command()
def confirm(
    id: Id, why: Why, by: By, data_dir: DataDir = None, as_json: Json = False, store: Store = None
) -> None:
    """Record that a gap is one."""
    with open_graph(data_dir, store=store) as graph:
        _decided(graph.confirm_gap(id, why=why, by=by), as_json)


@group.command()
def dismiss(
    id: Id, why: Why, by: By, data_dir: DataDir = None, as_json: Json = False, store: Store = None
) -> None:
    """Record that a gap is none."""
    with open_graph(data_dir, store=store) as graph:
        _decided(graph.dismiss_gap(id, why=why, by=by), as_json)


@group.command()
def decisions(
    as_csv: Csv = False, lang: Lang = "zh", layers: Layers = None, data_dir: DataDir = None,
    as_json: Json = False, store: Store = None,
) -> None:  # fmt: skip
    """List every decision, the newest first: the labelled set."""
    with open_graph(data_dir, store=store) as graph:
        answer = graph.gap_decisions(layers=layers)
    if as_json:
        print_answer(answer)
    elif as_csv:
        _write(to_csv(answer.data))
    else:
        listed = table(f"{len(answer.data)} decisions", "verdict", "gap", "by", "at", "why", "")
        for said in answer.data:
            state = "" if said["current"] else "superseded"
            listed.add_row(said["verdict"], said["gap"], said["by"], said["at"], said["why"], state)
        console.print(listed)
        tell_notes(answer, lang)


def _decided(answer: Answer, as_json: bool) -> None:
    if as_json:
        print_answer(answer)
        return
    said = answer.data
    console.print(Text(f"{said['verdict']}: {said['gap']} · {said['by']} · {said['at']}"))


def _mark(item: dict[str, Any]) -> str:
    count = sum(item["counts"].values())
    return MARKS[item["state"]] + (str(count) if count else "")


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
