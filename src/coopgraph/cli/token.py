"""``coopgraph token``: who may write over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from coopgraph.cli.options import DataDir, Json
from coopgraph.cli.output import console, errors, print_json, table
from coopgraph.settings import read_settings
from coopgraph.store.generations import Generations
from coopgraph.store.tokens import Tokens

Name = Annotated[str, typer.Argument(help="Whose token it is.", show_default=False)]

verbs = typer.Typer(help="Make, list and revoke the tokens that writing over HTTP needs.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(verbs, name="token", no_args_is_help=True)


def _tokens(data_dir: str | None) -> Tokens:
    return Tokens(Generations(data_dir or read_settings().data_dir).folder)


@verbs.command()
def create(name: Name, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Make a token and show it, once; only a hash of it is kept."""
    token = _tokens(data_dir).create(name)
    if as_json:
        print_json({"name": name, "token": token})
        return
    typer.echo(token)
    errors.print(Text("It cannot be shown again. · 此令牌不会再次显示。", style="dim"))


@verbs.command("list")
def show(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List whose tokens there are, and since when."""
    entries = [
        {"name": entry["name"], "created_at": entry["created_at"]}
        for entry in _tokens(data_dir).entries()
    ]
    if as_json:
        print_json(entries)
        return
    shown = table("", "name", "created")
    for entry in entries:
        shown.add_row(entry["name"], entry["created_at"])
    console.print(shown)


@verbs.command()
def revoke(name: Name, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Take back a token; running services refuse it at once."""
    _tokens(data_dir).revoke(name)
    if as_json:
        print_json({"revoked": name})
        return
    console.print(Text(f"revoked: {name}"))
