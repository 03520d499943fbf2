"""Load and publish, beside parsing alone and beside a bare store."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import pyoxigraph as ox

from benchmarks.columns import columns_of, size
from benchmarks.table import Cell, Section
from coopgraph.knowledge.ontology import Ontology
from coopgraph.store.generations import Generations
from coopgraph.store.graph_columns import columns_path
from coopgraph.vocabulary import VOCABULARY_GRAPH, graph_iri


def load_sections(folder: Path, work: list[tuple[str, list[Path], list[str], int]], limit: float
                  ) -> list[Section]:  # fmt: skip
    """Time loading.

    Parameters
    ----------
    folder
        For stores.
    work
        What is loaded: words, files, contenders, repetitions.
    limit
        Seconds a contender is given.
    """
    times = Section("Load and publish", peer="rdflib")
    memory = Section("Peak memory of the loading process", peer="rdflib", unit="MiB")
    for words, files, contenders, repetitions in work:
        found = {c: _series(folder, c, files, repetitions, limit) for c in contenders}
        count = str(repetitions)
        times.add(words, count, **{c: f[0] for c, f in found.items()})
        memory.add(words, count, **{c: f[1] for c, f in found.items()})
    times.notes.append(
        "coopgraph parses, fingerprints, publishes, derives, and builds snapshot and names, all "
        "on disk; rdflib only parses, into memory; pyoxigraph `bulk_load`s to disk and is the "
        "floor. Each in its own process, imports not counted."
    )
    return [times, memory]


def _series(
    folder: Path, contender: str, files: list[Path], repetitions: int, limit: float
) -> tuple[Cell, Cell]:
    runs = []
    for _ in range(repetitions):
        run = load_once(folder, contender, files, limit)
        if run is None:
            return Cell(None, limit), Cell(None, 0)
        runs.append(run)
    return (
        Cell(median(r["seconds"] for r in runs)),
        Cell(median(r["peak"] for r in runs)),
    )


def publish_quickly(folder: Path, file: Path) -> None:
    """Publish N-Triples past ``CoopGraph.load``, for what is measured after loading.

    The store parses the file itself, nothing is compared or derived; the compact view is drawn
    from the same statements. The columns of the statements lie beside the store, as a load leaves
    them; they are made portion by portion.
    """
    graph, vocabulary = graph_iri("analyst", file.stem), ox.NamedNode(VOCABULARY_GRAPH)
    fingerprint = hashlib.sha256(file.name.encode()).hexdigest()
    columns = columns_of(file)
    said = {
        "file": file.name, "layer": "analyst", "triples": size(columns), "sha256": fingerprint,
        "validated": False,
    }  # fmt: skip

    def change(store: ox.Store) -> None:
        store.bulk_extend(ox.Quad(*triple, vocabulary) for triple in Ontology.shipped().vocabulary)
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))

    def beside(place: Path, _: Path | None) -> None:
        columns.save(columns_path(place, fingerprint), fingerprint)

    Generations(folder).publish(
        change, lambda info: {**info, "datasets": {graph: said}}, beside=beside
    )


def load_once(
    folder: Path, contender: str, files: list[Path], limit: float
) -> dict[str, Any] | None:
    """Load with one contender in its own process; None if it was stopped at the limit."""
    place = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "benchmarks.loader", contender, str(place), *map(str, files)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=limit, text=True)
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        sys.stderr.write(error.stderr)
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result
