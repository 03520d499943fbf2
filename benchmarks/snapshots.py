"""Building the graph in memory, and what it weighs."""

from __future__ import annotations

import tempfile
import tracemalloc
from pathlib import Path

import networkx as nx
import pyoxigraph as ox

from benchmarks.environment import resident_mib
from benchmarks.table import Section
from benchmarks.timing import repeated
from coopgraph import CoopGraph
from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.build import build_snapshot
from coopgraph.graph.projection import read_projection
from coopgraph.graph.saved import read_snapshot, save_snapshot
from coopgraph.knowledge.ontology import Ontology
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.vocabulary import layer_of


def snapshot_sections(title: str, graph: CoopGraph, repetitions: int) -> list[Section]:
    """Time building rows and snapshot, and weigh them."""
    published = graph.published
    snapshot = published.snapshot("compact")
    n, m = len(snapshot.nodes), snapshot.edges
    ends = snapshot.source[:], snapshot.target[:], snapshot.directed[:]
    edges = list(zip(ends[0].tolist(), ends[1].tolist(), strict=True))
    weight = _weight(n, edges) / m
    section = Section(f"Building the graph: {title}", peer="networkx")
    table = read_projection(Ontology.shipped().projection)
    with tempfile.TemporaryDirectory() as folder:
        kept, saved = _columns(published.store, Path(folder)), Path(folder, "snapshot")
        save_snapshot(saved, {}, snapshot)
        section.add(
            f"{m:,} edges, {n:,} nodes",
            str(repetitions),
            networkx=repeated(lambda: _networkx(n, edges), repetitions),
            rows=repeated(
                lambda: Adjacency.build(n, *ends),
                max(3, repetitions),
            ),
            snapshot_from_store=repeated(
                lambda: build_snapshot(published.store, "compact", table), repetitions
            ),
            from_columns=repeated(
                lambda: build_snapshot(
                    published.store,
                    "compact",
                    table,
                    lambda graph: GraphColumns.saved(kept[graph], graph),
                ),
                repetitions,
            ),
            warm_start=repeated(lambda: read_snapshot(saved, {}), max(3, repetitions)),
        )
    section.notes.append(
        "networkx builds a bare `MultiDiGraph` from a list of pairs of numbers; “rows” are our "
        "compressed sparse rows from arrays of the same; “snapshot from store” reads statements, "
        "draws the compact view, and numbers names, types, dates and layers; “from columns” does "
        "so from the columns that a load keeps beside the generation, which is what happens after "
        "a load; “warm start” maps the snapshot that was built."
    )
    memory = Section(f"Bytes an edge: {title}", peer="networkx", unit="B")
    memory.add(
        "in memory",
        "1",
        networkx=weight,
        rows=snapshot.topology_bytes / m,
        all_arrays=snapshot.nbytes / m,
    )
    memory.notes.append(
        f"Names (IRIs of nodes and subjects) come on top. This process now has "
        f"{resident_mib():,.0f} MiB."
    )
    return [section, memory]


def _columns(store: ox.Store, folder: Path) -> dict[str, Path]:
    """Write the columns of the layers' graphs, as a load does."""
    found: dict[str, Path] = {}
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and layer_of(graph.value):
            path = found[graph.value] = folder / f"columns-{len(found)}"
            GraphColumns.of_store(store, graph.value, None).save(path, graph.value)
    return found


def _weight(n: int, edges: list[tuple[int, int]]) -> int:
    tracemalloc.start()
    try:
        graph = _networkx(n, edges)
        found = tracemalloc.get_traced_memory()[0]
        del graph
        return found
    finally:
        tracemalloc.stop()


def _networkx(n: int, edges: list[tuple[int, int]]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    return graph
