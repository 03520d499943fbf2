"""The verbs put together, and what happens to errors.

Exit codes: 0 fine, 1 the answer is no (invalid data, gaps over a threshold), 2 usage, 3 failed.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated, Any, Final

import typer
from rich.text import Text
from typer.core import TyperGroup

from coopgraph.__about__ import __version__
from coopgraph.cli import evaluate
from coopgraph.cli.output import errors, print_json
from coopgraph.errors import CoopgraphError

MOST_SHOWN: Final = 40
"""So many violations are written out; a file with more has one fault many times."""


class _Verbs(TyperGroup):
    """The verbs; one whose reader goes away (``| head``) has failed, it did not answer no."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(3)


app = typer.Typer(
    name="coopgraph",
    cls=_Verbs,
    help="A knowledge graph of cooperation: who is next to whom, how are two connected, "
    "what should be there and is not recorded.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


evaluate.register(app)


def _register_rest() -> None:
    """Add the verbs that need the store and the kernels, whose import takes a second."""
    from coopgraph.cli import (
        ask,
        backtest,
        brief,
        data,
        export,
        gaps,
        network,
        serve,
        suggest,
        token,
    )

    for part in (serve, data, export, brief, ask, network, gaps, suggest, backtest, token):
        part.register(app)


if sys.argv[1:2] != ["evaluate"]:
    _register_rest()


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese
    try:
        app()
    except CoopgraphError as error:
        report(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)


def report(error: CoopgraphError, *, as_json: bool) -> None:
    """Tell what is wrong, in both languages, and each violation on lines of its own."""
    if as_json:
        print_json(error.problem())
        return
    errors.print(Text(f"{error.title} · {error.title_zh}", style="bold red"))
    errors.print(Text(error.detail))
    if error.zh:
        errors.print(Text(error.zh))
    violations = error.extensions.get("violations", [])
    for violation in violations[:MOST_SHOWN]:
        where = f"line {violation['line']} · 第 {violation['line']} 行" if violation["line"] else ""
        path = f" · {violation['path']}" if violation["path"] else ""
        value = f" = {violation['value']}" if violation["value"] else ""
        errors.print(
            Text(f"  {where} {violation['focus']}{path}{value} [{violation['shape']}]", "yellow")
        )
        for message in violation["message"].values():
            errors.print(Text(f"    {message}"))
    more = len(violations) - MOST_SHOWN
    if more > 0:
        errors.print(Text(f"  and {more} more: --json lists all · 另有 {more} 处，--json 可列全部"))
