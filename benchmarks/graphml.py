"""GraphML: our stream beside igraph's writer in C and networkx's, with the same attributes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import igraph
import networkx as nx
import numpy as np

from benchmarks.environment import anonymous_mib, trim
from benchmarks.table import Cell, Section
from benchmarks.timing import GivenUpError, at_most, repeated
from coopgraph import CoopGraph
from coopgraph.export.graphml import write_graphml
from coopgraph.export.part import Part
from coopgraph.graph.scope import make_scope

SMALL: Final = 20_000
"""Up to so many edges it is done several times."""
SERIES: Final = 5

Edges = np.ndarray[tuple[int], np.dtype[np.bool_]]


def graphml_section(
    title: str, graph: CoopGraph, folder: Path, *, part: int, whole: bool, limit: float
) -> Section:
    """Time the export.

    Parameters
    ----------
    title
        What the graph is called.
    graph
        The graph.
    folder
        For the files.
    part
        At most so many edges are written by both.
    whole
        Whether we also write the whole graph, if it is larger.
    limit
        Seconds the peer may take.
    """
    snapshot = graph.published.snapshot("compact")
    m = snapshot.edges
    section = Section(f"GraphML: {title}", peer="networkx")
    edges = np.arange(m) < part
    ours, theirs = folder / "ours.graphml", folder / "theirs.graphml"
    written = int(edges.sum())
    runs = SERIES if written <= SMALL else 1
    grown = _write(graph, edges, ours, cold=True)
    growth = [f"{written:,} edges: {grown:.0f} MiB"]
    peer = nx.read_graphml(ours, force_multigraph=True)
    if peer.number_of_edges() != written:
        raise AssertionError(f"{peer.number_of_edges()} edges came back, not {written}")
    try:
        with at_most(limit):
            cell = Cell(repeated(lambda: nx.write_graphml(peer, theirs), runs))
    except GivenUpError:
        cell = Cell(None, limit)
    section.add(
        f"{written:,} edges", str(runs), networkx=cell, igraph=_igraph(ours, theirs, written, runs),
        **_ours(graph, edges, ours, runs),
    )  # fmt: skip
    if whole and written < m:
        edges[:] = True
        growth.append(f"{m:,} edges: {_write(graph, edges, ours, cold=True):.0f} MiB")
        section.add(
            f"{m:,} edges", "1", igraph=_igraph(ours, theirs, m, 1), **_ours(graph, edges, ours, 1)
        )
    section.notes.append(
        "Words come from the columns that a load keeps, which are mapped and checked byte by byte "
        "within our time; nothing of them is kept from before but the pages that the system has. "
        "“again” keeps what a service keeps of them for the next file. "
        "networkx reads our file back, which also shows that nothing is lost, and writes the same "
        "attributes (with lxml, if there). igraph's writer in C does so too: both have all texts "
        "in memory before their time begins. A graph that is written whole and has fewer edges: "
        "`--edges 100000`."
    )
    section.notes.append(
        f"Memory that the process had more of while it wrote, mapped files aside: "
        f"{'; '.join(growth)}."
    )
    return section


def _ours(graph: CoopGraph, edges: Edges, path: Path, runs: int) -> dict[str, float]:
    return {
        name: repeated(lambda cold=cold: _write(graph, edges, path, cold=cold), runs)  # type: ignore[misc]
        for name, cold in (("coopgraph", True), ("again", False))
    }


def _igraph(ours: Path, theirs: Path, edges: int, runs: int) -> float:
    peer = igraph.Graph.Read_GraphML(str(ours))
    if peer.ecount() != edges:
        raise AssertionError(f"{peer.ecount()} edges came back, not {edges}")
    return repeated(lambda: peer.write_graphml(str(theirs)), runs)


def _write(graph: CoopGraph, edges: Edges, path: Path, *, cold: bool) -> float:
    """Write a part; return by how many MiB the process grew meanwhile, at most."""
    p = graph.published
    if cold:
        p.words.cache_clear()
    snapshot = p.snapshot("compact")
    nodes = np.zeros(len(snapshot.nodes), np.bool_)
    nodes[snapshot.source[edges]] = nodes[snapshot.target[edges]] = True
    words = p.words("compact")
    part = Part(p.store, snapshot, words, make_scope(), nodes, edges, "zh", p.number)
    trim()
    before = most = anonymous_mib()
    with path.open("wb") as file:
        for number, chunk in enumerate(write_graphml(part)):
            file.write(chunk)
            if number % 16 == 0:
                most = max(most, anonymous_mib())
    return most - before
