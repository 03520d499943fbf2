"""The first start of a large graph, which builds it, and the second, which maps what was built."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks import cooperations
from benchmarks.loading import publish_quickly
from benchmarks.table import Section

PIECES: Final = {
    "imports": "Python and its packages",
    "kernels": "kernels, from their cache",
    "open": "`CoopGraph.open`",
    "snapshot": "… of that, snapshot",
    "names": "… of that, names",
    "neighbours": "first neighbours",
    "paths": "first shortest path",
    "search": "first search by name",
    "total": "start, to the last of these",
}


def start_section(folder: Path, edges: int, starts: int) -> Section:
    """Publish a generated graph, then start on it: once to build, then to map what was built.

    Parameters
    ----------
    folder
        Where; some 25 GB for ten million edges, of which 10 are gone at the end.
    edges
        Of the compact view.
    starts
        How often it is started after the first time; medians count.
    """
    place, text = folder / f"start-{edges}", folder / f"start-{edges}.nt"
    statements = cooperations.write(text, edges)
    publish_quickly(place, text)
    text.unlink()
    first = start(place, edges)
    later = [start(place, edges) for _ in range(starts)]
    section = Section(f"Starting: generated, {edges:,} edges, {statements:,} statements")
    for piece, words in PIECES.items():
        again = float(np.median([run[piece] for run in later]))
        section.add(words, f"1, {starts}", first_start=first[piece], later_start=again)
    section.notes.append(
        "Each start is a process of its own; “kernels” is what they take from the cache on disk. "
        "The first start draws the graph from the columns that a load keeps, reads the names, and "
        "saves both; a later start maps them, and compares their checksums. Questions are the "
        "first of their kind, with words from the store. Memory at most (what is mapped counted "
        f"in): first start {first['peak']:,.0f} MiB, later ones "
        f"{np.median([run['peak'] for run in later]):,.0f} MiB."
    )
    return section


def start(place: Path, edges: int) -> dict[str, float]:
    """Start on a published graph in a process of its own, and return what it took."""
    nodes = [f"org/a{i}" for i in (7, edges // cooperations.EDGES_AN_ACTOR // 2)]
    command = [sys.executable, "-m", "benchmarks.starter", str(place), *nodes, "企业77"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
