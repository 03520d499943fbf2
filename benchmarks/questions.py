"""Competency questions and gap rules on a large graph: none may take long.

Run as ``python -m benchmarks.questions FOLDER FIRST`` it is the process that asks: one query after
the other from a number on, a JSON line each, so that one that does not end can be killed.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from benchmarks import industry
from benchmarks.sparql.client import Failed, fetch, get
from benchmarks.sparql.contenders import serving
from benchmarks.sparql.kinds import JSON
from benchmarks.table import Cell, Section
from coopgraph.gaps.rules import read_rules
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.questions import read_questions
from coopgraph.resources import data_dir, ontology_dir

SLOW: Final = 0.1
FIRST: Final = 1000
_BASE: Final = "https://w3id.org/coopgraph/"


def asked() -> list[tuple[str, str]]:
    """Return name and text of every question and every gap rule that ships."""
    questions = read_questions(ontology_dir() / "questions")
    rules = read_rules([ontology_dir() / "gaps"])
    return [(q.id, q.query) for q in questions] + [
        (f"gap {r.id}", r.select) for r in rules.values()
    ]


def question_section(folder: Path, triples: int, limit: float) -> Section:
    """Ask each of them in process and over HTTP; the table has those over a tenth of a second.

    Parameters
    ----------
    folder
        For the store.
    triples
        Size of the generated graph, to which what ships is added.
    limit
        Seconds one may take.
    """
    file = folder / "questions.nt"
    statements = industry.write(file, triples)
    with file.open("ab") as out:  # what ships, so that every question has its answer to look for
        shipped = ox.Store()
        for path in sorted(data_dir().glob("*/*.ttl")):
            if path.parent.name in ("stated", "background"):
                shipped.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=_BASE)
        shipped.extend(ox.Quad(*triple) for triple in Ontology.shipped().vocabulary)
        shipped.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        statements += len(shipped)
    place = folder / "questions"
    store = ox.Store(str(place))
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)
    del store
    inside = _inside(place, limit)
    over = _over_http(file, folder, limit)
    queries = asked()
    slow = [n for n, _ in queries if not (_quick(inside[n][0]) and _quick(over[n]))]
    section = Section(f"Questions and gap rules, {statements:,} triples: over {SLOW * 1000:g} ms")
    for name in slow:
        whole, first = inside[name]
        section.add(
            name, "1",
            **{"first 1,000 rows": Cell(first, limit), "in process": Cell(whole, limit),
               "HTTP": Cell(over[name], limit)},
        )  # fmt: skip
    section.notes.append(
        f"Of {len(queries)} questions and rules {len(slow)} took longer than {SLOW * 1000:g} ms, "
        "in process or over HTTP. Of rules the query itself is timed, with its default parameters; "
        "the service runs them on columns. The first 1,000 rows, or all where there are fewer, are "
        "taken one by one; an answer is streamed, so its reader has them by then."
    )
    return section


def _quick(seconds: float | None) -> bool:
    return seconds is not None and seconds <= SLOW


def _inside(store: Path, limit: float) -> dict[str, tuple[float | None, float | None]]:
    """Return the seconds of each whole answer, and of its first rows."""
    found: dict[str, tuple[float | None, float | None]] = {}
    queries = asked()
    while len(found) < len(queries):
        command = [sys.executable, "-m", "benchmarks.questions", str(store), str(len(found))]
        begun: tuple[str, float | None] = "", None
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            while True:
                timer = threading.Timer(limit + 5, process.kill)
                timer.start()
                line = process.stdout.readline()
                timer.cancel()
                if not line:
                    break
                name, part, seconds = json.loads(line)
                if part == "first":
                    begun = name, seconds
                else:
                    found[name] = seconds, begun[1]
        if len(found) < len(queries):
            name = queries[len(found)][0]
            found[name] = None, begun[1] if begun[0] == name else None
    return found


def _over_http(file: Path, folder: Path, limit: float) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    with serving("bare", file, folder, 3600) as server:
        for name, text in asked():
            times = []
            try:
                for i in range(2):
                    request = get(server.path, f"{text}\n#{i}", JSON)
                    begin = time.perf_counter()
                    fetch(server.port, request, limit)
                    times.append(time.perf_counter() - begin)
                found[name] = min(times)
            except Failed:
                found[name] = None
    return found


def _ask(folder: str, first: int) -> None:
    store = ox.Store.read_only(folder)
    for name, text in asked()[first:]:
        for part, ask in (("first", _first), ("whole", _whole)):
            times = []
            for _ in range(2):
                begin = time.perf_counter()
                ask(store, text)
                times.append(time.perf_counter() - begin)
            print(json.dumps([name, part, min(times)]), flush=True)


def _first(store: ox.Store, text: str) -> None:
    rows = store.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    deque(itertools.islice(rows, FIRST), maxlen=0)


def _whole(store: ox.Store, text: str) -> None:
    store.query(text).serialize(format=ox.QueryResultsFormat.JSON)


if __name__ == "__main__":
    _ask(sys.argv[1], int(sys.argv[2]))
