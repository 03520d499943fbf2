"""What commands print."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from coopgraph.prediction.progress import told_to
from coopgraph.vocabulary import GRAPH

if TYPE_CHECKING:
    from coopgraph.answer import Answer

# Words of the data are shown as they are: [b] is no markup and :-) no picture.
console = Console(highlight=False, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """Print data as JSON, UTF-8 whatever the terminal says."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str)
    except TypeError:  # half a character, quoted from the command line
        text = json.dumps(value, default=str, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def print_answer(answer: Answer) -> None:
    """Print an answer as JSON."""
    print_json(answer.to_dict())


@contextmanager
def copying() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far a copy of a remote store is, once it has begun."""
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task("copying the store", total=None, visible=False)

        def step(graph: str, done: int, total: int) -> None:
            name = graph.removeprefix(GRAPH)
            bar.update(task, completed=done, total=total, visible=True, description=name)

        yield step


PHASES: Final = {
    "facts": "facts · 事实",
    "paths": "paths of two steps · 两步路径",
    "profiles": "profiles · 相似主体与互补",
    "nodes asked": "nodes asked · 回测节点",
}


@contextmanager
def mining() -> Iterator[None]:
    """Show how far mining is, once it has begun: what is known already shows nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    bar = Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)
    tasks: dict[str, TaskID] = {}

    def step(phase: str, done: int, total: int) -> None:
        if not tasks:
            bar.start()
        if phase not in tasks:
            tasks[phase] = bar.add_task(PHASES.get(phase, phase), total=total)
        bar.update(tasks[phase], completed=done, total=total)

    try:
        with told_to(step):
            yield
    finally:
        if tasks:
            bar.stop()


def table(title: str, *columns: str) -> Table:
    """Return an empty table."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="cyan")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def footer(answer: Answer) -> None:
    """Say what an answer rests on."""
    scope = answer.scope
    parts = [f"generation {answer.generation}", f"layers {','.join(scope.layers)}"]
    parts.append(f"view {scope.view}")
    if scope.as_of:
        parts.append(f"as of {scope.as_of.isoformat()}")
    if answer.truncated:
        parts.append("more: raise --limit, --k or --max-length")
    console.print(Text(" · ".join(parts), style="dim"))


def label(node: dict[str, Any] | None, lang: str) -> str:
    """Return what a node is called, with its short id."""
    return f"{node['label'][lang]} ({node['id']})" if node else ""


def relation(edge: dict[str, Any], lang: str) -> str:
    """Return what an edge says, and since when it holds."""
    dates = " – ".join(d or "…" for d in edge["valid"].values()) if any(
        edge["valid"].values()
    ) else ""  # fmt: skip
    return f"{edge['label'][lang]}{f' [{dates}]' if dates else ''} · {edge['layer']}"


def tell_notes(answer: Answer, lang: str) -> None:
    """Tell what could not be looked at, where progress is told."""
    for note in answer.notes:
        errors.print(Text(note[lang], style="yellow"))


def readings(items: Iterable[dict[str, Any]], lang: str) -> None:
    """Name the readings of open words behind what was shown, each once, by who read them."""
    by_reader: dict[str, dict[str, str]] = {}
    for item in items:
        for said in item["interpretations"]:
            who = "、".join(by["label"][lang] for by in said["by"])
            by_reader.setdefault(who, {})[said["id"]] = said["label"][lang]
    for who, names in by_reader.items():
        begin = f"原文有余地之处的解读（{who}）" if lang == "zh" else f"Open words as read by {who}"
        end = "（全文见 --json）" if lang == "zh" else " (in full: --json)"
        colon, comma = ("：", "；") if lang == "zh" else (": ", "; ")
        console.print(Text(begin + colon + comma.join(names.values()) + end, style="italic"))


def sources(evidence: Iterable[dict[str, Any]]) -> str:
    """Return where it says so."""
    return "\n".join(
        f"“{e['quote']}” {e['document'].removeprefix('document/')} ¶{e['paragraph']}"
        if e["quote"]
        else e["document"].removeprefix("document/")
        for e in evidence
    )
