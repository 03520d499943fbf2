from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from coopgraph.cli.app import main


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def clean(folder: Path | None) -> dict[str, str]:
    settings = {"COLUMNS": "200", "LANG": "C", "PYTHONIOENCODING": "", "NO_COLOR": "1"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COOPGRAPH_", "PYTHONUTF8"))}
    if folder is not None:
        settings["COOPGRAPH_DATA_DIR"] = str(folder)
    return {**kept, **settings}


@pytest.fixture
def command() -> Callable[..., Done]:
    """Run the installed command in a process of its own."""

    def run(*arguments: str | bytes | Path, folder: Path | None = None, stdin: str = "",
            **environment: str) -> Done:  # fmt: skip
        done = subprocess.run(
            [Path(sys.executable).with_name("coopgraph"), *arguments],
            capture_output=True, input=stdin.encode(), env={**clean(folder), **environment},
            timeout=40, check=False,
        )  # fmt: skip
        return Done(
            done.returncode,
            done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace"),
        )

    return run


@pytest.fixture
def call(capfdbinary, monkeypatch) -> Callable[..., Done]:
    """Run the command in this process: the same, less the seconds of starting."""

    def run(*arguments: Any, folder: Path | None = None, **environment: str) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["coopgraph", *map(str, arguments)])
        if folder is not None:
            monkeypatch.setenv("COOPGRAPH_DATA_DIR", str(folder))
            # These folders have what ships already; the tests with processes look again.
            monkeypatch.setattr("coopgraph.data_folder.publish_shipped", lambda *_: None)
        monkeypatch.setenv("COLUMNS", "200")
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(errors="replace"), err.decode(errors="replace"))

    return run
