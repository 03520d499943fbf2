"""The real service in a process of its own, over the shipped graph, with small limits."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from coopgraph.store.memory import tree, used

LIMIT = 2.0
MEMORY = 4 * 1024**3
SETTINGS = {
    "COOPGRAPH_QUERY_TIMEOUT": str(LIMIT),
    "COOPGRAPH_REQUEST_TIMEOUT": str(LIMIT),
    "COOPGRAPH_MEMORY_BYTES": str(MEMORY),
}


class Service(NamedTuple):
    """A service that runs."""

    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """Return the bytes that it and its processes hold."""
        return sum(map(used, tree(self.process.pid)))


@pytest.fixture(scope="session")
def service(published_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(published_dir, folder / "data")
    log = folder / "log"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COOPGRAPH_")}
    command = "import sys; from coopgraph.cli import main; sys.exit(main())"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", "0", "--log-level", "info",
             "--data-dir", str(folder / "data")],
            stdout=subprocess.DEVNULL, stderr=file, env={**kept, **SETTINGS},
        )  # fmt: skip
    try:
        yield Service(_port(log), process)
        assert process.poll() is None, log.read_text()[-2000:]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(log: Path) -> int:
    for _ in range(1200):
        if found := re.search(r"running on http://[^:]+:(\d+)", log.read_text()):
            return int(found[1])
        time.sleep(0.05)
    raise TimeoutError(log.read_text())
