"""The console examples of the documentation: run them, compare, or write what they print.

A block ``console`` holds commands (``$ …``) and what they print. ``coopgraph`` runs as it is;
``curl`` asks a service started for the purpose. Lines longer than 200 characters are cut.

``python docs/console.py README.md README.zh.md`` writes the outputs anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


STARTED = """
import json, os, sys
from coopgraph.cli import main
from coopgraph.graph.kernels.warm import warm_up
warm_up()
for line in sys.stdin:
    words, output = json.loads(line)
    if os.fork() == 0:
        break
    os.wait()
    print(flush=True)
else:
    sys.exit()
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
os.dup2(1, 2)
sys.argv[1:] = words
main()
"""


class Tour:
    """Where commands run: each in a process of its own, a fork of one that has started already.

    Parameters
    ----------
    folder
        Its ``data`` is the data folder, and the commands find ``docs`` in it.
    service
        The address of a service of that data folder.
    """

    def __init__(self, folder: Path, service: str) -> None:
        self.folder = folder
        self.service = service
        if not (folder / "docs").exists():
            (folder / "docs").symlink_to(ROOT / "docs")
        self._started = subprocess.Popen(
            [sys.executable, "-c", STARTED],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str) -> str:
        """Run one command; return what it prints to either stream."""
        words = shlex.split(command)
        if words[0] == "curl":
            import httpx

            urls = [word for word in words[1:] if not word.startswith("-")]
            assert words[1] == "-s", command
            assert len(urls) == 1, command
            return cut(httpx.get(urls[0].replace(SERVICE, self.service)).text)
        assert words[0] == "coopgraph", command
        printed = self.folder / "printed"
        print(json.dumps([words[1:], str(printed)]), file=self._started.stdin, flush=True)
        assert self._started.stdout.readline() == "\n", command
        return cut(printed.read_text("utf-8"))

    def close(self) -> None:
        """End the process."""
        self._started.communicate(timeout=30)


@contextmanager
def tour(folder: Path, port: int) -> Iterator[Tour]:
    """Serve the graph of a folder and be ready for commands for as long as the block lasts."""
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
        with closing(Tour(folder, base)) as ready:
            yield ready
    finally:
        process.terminate()
        process.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "COOPGRAPH_DATA_DIR": str(folder / "data"), "COLUMNS": "100",
            "NO_COLOR": "1", "PYTHONUTF8": "1", "TERM": "dumb"}  # fmt: skip


def main() -> None:
    """Write what the commands of the given documents print."""
    with tempfile.TemporaryDirectory() as name, tour(Path(name), 8000) as ready:
        for path in map(Path, sys.argv[1:]):
            text = path.read_text("utf-8")

            def block(found: re.Match[str]) -> str:
                commands = [command for command, _ in examples(found[0])]
                ran = (f"$ {c}\n{ready.run(c)}\n" for c in commands)
                return "```console\n" + "\n".join(ran) + "```"

            path.write_text(BLOCK.sub(block, text), "utf-8")


if __name__ == "__main__":
    main()
