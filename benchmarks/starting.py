"""The first start of a large graph, which builds it, and the second, which maps what was built."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyoxigraph as ox

from benchmarks import cooperations
from benchmarks.table import Section
from coopgraph.knowledge.ontology import Ontology
from coopgraph.store.generations import Generations
from coopgraph.store.graph_columns import GraphColumns, columns_path
from coopgraph.store.terms import Terms
from coopgraph.vocabulary import VOCABULARY_GRAPH, graph_iri

_PORTION: Final = 1 << 27
_STOP: Final = b" .\n"
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
    publish_with_columns(place, text)
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


def publish_with_columns(folder: Path, file: Path) -> None:
    """Publish N-Triples as a load does, but for comparing, deriving and the union of all graphs.

    The columns of its statements lie beside the generation; they are made portion by portion.
    """
    graph = graph_iri("analyst", file.stem)
    vocabulary = ox.NamedNode(VOCABULARY_GRAPH)
    fingerprint = hashlib.sha256(file.name.encode()).hexdigest()
    columns = joined(GraphColumns.of_lines(lines) for lines in _portions(file))
    said = {
        "file": file.name, "layer": "analyst", "triples": size(columns), "sha256": fingerprint,
        "validated": False,
    }  # fmt: skip

    def change(store: ox.Store) -> None:
        store.bulk_extend(ox.Quad(*triple, vocabulary) for triple in Ontology.shipped().vocabulary)
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))

    def describe(info: Any) -> dict[str, Any]:
        return {**info, "datasets": {graph: said}}

    def beside(fresh: Path, _before: Path | None) -> None:
        columns.save(columns_path(fresh, fingerprint), fingerprint)

    Generations(folder).publish(change, describe, beside=beside)


def size(columns: GraphColumns) -> int:
    """Return how many statements columns hold."""
    return sum(len(c[0]) for part in (columns.links, columns.words) for c in part.values())


def joined(parts: Iterable[GraphColumns]) -> GraphColumns:
    """Put columns of parts of a graph together; no two parts have a statement in common."""
    terms, texts = Terms(), Terms()
    links: dict[str, list[Any]] = defaultdict(list)
    words: dict[str, list[Any]] = defaultdict(list)
    made = None
    for made in parts:
        term, text = terms.add_table(made.terms), texts.add_table(made.texts)
        for found, columns, value_of in ((links, made.links, term), (words, made.words, text)):
            for prop, (subject, value) in columns.items():
                found[prop].append((term[subject], value_of[value]))
    if made is None:
        return GraphColumns.of_lines(b"")
    whole = [
        {
            prop: tuple(np.concatenate(column) for column in zip(*rows, strict=True))
            for prop, rows in found.items()
        }
        for found in (links, words)
    ]
    return replace(made, terms=terms.table(), texts=texts.table(), links=whole[0], words=whole[1])  # type: ignore[arg-type]


def _portions(file: Path) -> Iterator[bytes]:
    """Yield lines without full stops, about so many bytes at a time."""
    with file.open("rb") as lines:
        while text := lines.read(_PORTION):
            text += lines.readline()
            yield text.removesuffix(_STOP).replace(_STOP, b"\n")
