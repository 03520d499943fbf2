"""Load files with one contender, in a process of its own: ``python -m benchmarks.loader``.

Prints seconds and peak memory as JSON. The garbage collector runs as it would for a user.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.environment import peak_mib, resident_mib
from benchmarks.timing import once


def coopgraph(folder: Path, files: list[Path]) -> int:
    from coopgraph import CoopGraph

    with CoopGraph.open(folder, shipped=False) as graph:
        graph.load(files, layer="analyst", shacl=False)
        return len(graph.published.store)


def coopgraph_shacl(folder: Path, files: list[Path]) -> int:
    from coopgraph import CoopGraph

    with CoopGraph.open(folder, shipped=False) as graph:
        graph.load(files, layer="analyst")
        return len(graph.published.store)


def rdflib(folder: Path, files: list[Path]) -> int:
    from rdflib import Graph

    graph = Graph()
    for file in files:
        graph.parse(file, format="nt" if file.suffix == ".nt" else "turtle")
    return len(graph)


def pyoxigraph(folder: Path, files: list[Path]) -> int:
    import pyoxigraph as ox

    store = ox.Store(str(folder))
    for file in files:
        kind = ox.RdfFormat.N_TRIPLES if file.suffix == ".nt" else ox.RdfFormat.TURTLE
        store.bulk_load(path=str(file), format=kind)
    return len(store)


CONTENDERS = {f.__name__: f for f in (coopgraph, coopgraph_shacl, rdflib, pyoxigraph)}


def _import(name: str) -> None:
    """Import what the contender needs before the clock starts."""
    if name.startswith("coopgraph"):
        import coopgraph.coopgraph  # noqa: F401  (the module, with all it imports)
        from coopgraph.graph.kernels.warm import warm_up

        warm_up()
    else:
        __import__(name)


if __name__ == "__main__":
    contender, place, *names = sys.argv[1:]
    _import(contender)
    empty = resident_mib()
    took, statements = once(
        lambda: CONTENDERS[contender](Path(place), [Path(name) for name in names])
    )
    print(
        json.dumps({"seconds": took, "statements": statements, "peak": peak_mib(), "empty": empty})
    )
