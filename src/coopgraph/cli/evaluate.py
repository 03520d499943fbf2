"""``coopgraph evaluate``: how good link prediction is on data sets in plain files."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from coopgraph.cli.output import console, print_json, table
from coopgraph.errors import WriteFailed

Folder = Annotated[Path, typer.Argument(help="Folder of the data set.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("--out", help="Write scored candidates to this CSV file.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of the bootstrap and of windows that are drawn.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

verbs = typer.Typer(help="Measure link prediction on data sets in plain files.")
KG_COLUMNS = ["entity", "relation", "asked", "candidate", "score", "rank", "is_answer"]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(verbs, name="evaluate", no_args_is_help=True)


@verbs.command()
def kg(folder: Folder, out: Out = None, seed: Seed = 0, as_json: Json = False) -> None:
    """Rank the facts of test.txt; train.txt, valid.txt, test.txt have head, relation, tail."""
    _on_one_thread()
    from coopgraph.prediction.knowledge_graph import evaluate

    with _writer(out, KG_COLUMNS) as write:
        found = evaluate(folder, seed=seed, write=write)
    columns = ("mrr", "hits_at_1", "hits_at_3", "hits_at_10")
    _show(found, f"{found['queries']} queries, filtered ranks", "mrr", columns, as_json)


@verbs.command()
def pairs(folder: Folder, out: Out = None, seed: Seed = 0, as_json: Json = False) -> None:
    """Score the pairs of candidates.csv by what was known before; truth*.csv says who signed."""
    from coopgraph.prediction.pair_signals import PAIR_SIGNALS

    _on_one_thread()
    from coopgraph.prediction.pairs import evaluate_pairs

    header = ["a", "b", "score", "probability", *PAIR_SIGNALS, "signed"]
    with _writer(out, header) as write:
        found = evaluate_pairs(folder, seed=seed, write=write)
    columns = ("auc", "ap_over_base_rate", "precision_at_10", "precision_at_50")
    title = f"{found['candidates']} pairs, {found['signed']} signed: {found['base_rate']:.2%}"
    _show(found, title, "auc", columns, as_json)


def _show(
    found: dict[str, Any], title: str, main: str, columns: tuple[str, ...], as_json: bool
) -> None:
    if as_json:
        print_json(found)
        return
    results = table(title, "signal", *columns, f"{main} 95 %")
    for name, of in found["results"].items():
        low, high = of[f"{main}_interval"]
        results.add_row(name, *(f"{of[c]:.3f}" for c in columns), f"{low:.3f}-{high:.3f}")
    console.print(results)
    console.print(found["combination"])
    if found.get("brier_skill") is not None:
        console.print(
            f"Brier skill {found['brier_skill']:.3f}, ECE {found['ece']:.4f}: "
            f"percentages {found['percentages']}"
        )


@contextmanager
def _writer(path: Path | None, header: list[str]) -> Iterator[Callable[[list[Any]], None] | None]:
    """Write rows beside the file and put it in place when all is well."""
    if path is None:
        yield None
        return
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(header)
            yield rows.writerow
        draft.replace(path)
    except OSError as error:
        raise WriteFailed(
            f"{path}: {error.strerror}", zh=f"无法写入 {path}：{error.strerror}"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _on_one_thread() -> None:
    """Have numpy, once imported, multiply on one thread: at small matrices a second only spins."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
