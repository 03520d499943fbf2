"""HTTP: the service beside a bare FastAPI endpoint that returns the same bytes."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.client import fetch, hammer
from benchmarks.table import Section


def http_section(
    title: str, data_dir: Path, nodes: Sequence[str], folder: Path, *, count: int, rounds: int,
    start: float,
) -> Section:  # fmt: skip
    """Time neighbours and shortest paths by one client and by sixteen.

    Parameters
    ----------
    title
        What the graph is called.
    data_dir
        Where it is published.
    nodes
        Short ids to ask for.
    folder
        For the answers that the bare endpoint repeats.
    count, rounds
        Requests a round, and rounds of which the median counts.
    start
        Seconds the service may take to be ready.
    """
    section = Section(f"HTTP: {title}", peer="bare FastAPI", unit="/s")
    urls = {
        "neighbours": [f"/api/v1/neighbours?{urlencode({'of': n})}" for n in nodes],
        "shortest path": [
            f"/api/v1/paths?{urlencode({'from': a, 'to': b})}" for a, b in pairwise(nodes)
        ],
    }
    port = _free_port()
    program = "import sys; from coopgraph.cli import main; sys.exit(main())"
    own = ["-c", program, "serve", "--data-dir", str(data_dir), "--port", str(port)]
    with _serving(own, port, "/readyz", start):
        for words, paths in urls.items():
            answers = asyncio.run(fetch(port, paths))
            wrong = {status for status, _ in answers} - {200}
            if wrong:
                raise AssertionError(f"{words}: answered {wrong}")
            bodies = Path(tempfile.mkdtemp(dir=folder))
            for i, (_, body) in enumerate(answers):
                (bodies / f"{i:06d}").write_bytes(body)
            bare = _free_port()
            same = [f"/bytes/{i}" for i in range(len(paths))]
            with _serving(["-m", "benchmarks.bare", str(bodies), str(bare)], bare, same[0], 60):
                asyncio.run(hammer(bare, same, 4, 100))
                for clients in (1, 16):
                    # By turns, so that a busy moment of the machine meets both.
                    turns = [
                        (
                            asyncio.run(hammer(bare, same, clients, count)),
                            asyncio.run(hammer(port, paths, clients, count)),
                        )
                        for _ in range(rounds)
                    ]
                    size = median(len(body) for _, body in answers) / 1024
                    section.add(
                        f"{words}, {size:.1f} KiB, {clients} client{'s' * (clients > 1)}",
                        f"{rounds} × {count}",
                        bare_FastAPI=median(turn[0] for turn in turns),
                        coopgraph=median(turn[1] for turn in turns),
                    )
    section.notes.append(
        "Requests a second over loopback, one server process each, words warm; the client shares "
        "the processors."
    )
    return section


@contextmanager
def _serving(arguments: list[str], port: int, ready: str, seconds: float) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port, ready, seconds)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, ready: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if asyncio.run(fetch(port, [ready]))[0][0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server was not ready after {seconds:g} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
