"""The console examples of the documentation: run them, compare, or write what they print.

A block ``console`` holds commands (``$ …``) and what they print. ``coopgraph`` runs as it is;
``curl`` asks a service started for the purpose. Lines longer than 200 characters are cut.

``python docs/console.py README.md README.zh.md`` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
LONGEST = 200
ROOT = Path(__file__).resolve().parents[1]
SERVICE = "http://127.0.0.1:8000"


def cut(text: str) -> str:
    """Return a text without trailing blanks, its long lines cut."""
    lines = (line.rstrip() for line in text.rstrip().splitlines())
    return "\n".join(line if len(line) <= LONGEST else line[:LONGEST] + "…" for line in lines)


def examples(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a document and what it says the command prints."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output.rstrip()


def run(command: str, folder: Path, service: str) -> str:
    """Run one command in a folder; return what it prints to either stream."""
    words = shlex.split(command)
    if not (folder / "docs").exists():
        (folder / "docs").symlink_to(ROOT / "docs")
    if words[0] == "curl":
        import httpx

        urls = [word for word in words[1:] if not word.startswith("-")]
        assert words[1] == "-s", command
        assert len(urls) == 1, command
        return cut(httpx.get(urls[0].replace(SERVICE, service)).text)
    assert words[0] == "coopgraph", command
    code = "from coopgraph.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words[1:]],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return cut(done.stdout.decode())


@contextmanager
def service(folder: Path, port: int) -> Iterator[str]:
    """Serve the graph of a folder for as long as the block lasts."""
    import httpx

    code = "from coopgraph.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", str(port)],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if httpx.get(f"{base}/readyz").status_code == httpx.codes.OK:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "COOPGRAPH_DATA_DIR": str(folder / "data"), "COLUMNS": "100",
            "NO_COLOR": "1", "PYTHONUTF8": "1", "TERM": "dumb"}  # fmt: skip


def main() -> None:
    """Write what the commands of the given documents print."""
    with tempfile.TemporaryDirectory() as name, service(Path(name), 8000) as base:
        for path in map(Path, sys.argv[1:]):
            text = path.read_text("utf-8")

            def block(found: re.Match[str]) -> str:
                commands = [command for command, _ in examples(found[0])]
                ran = (f"$ {c}\n{run(c, Path(name), base)}\n" for c in commands)
                return "```console\n" + "\n".join(ran) + "```"

            path.write_text(BLOCK.sub(block, text), "utf-8")


if __name__ == "__main__":
    main()
