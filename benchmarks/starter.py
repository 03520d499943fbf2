"""Start on a data folder and ask first questions, piece by piece: ``python -m benchmarks.starter``.

Prints the seconds of each piece, and the peak memory in MiB, as JSON.
"""

from __future__ import annotations

import time

BEGIN = time.perf_counter()

import json  # noqa: E402  (what is imported is timed)
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from benchmarks.environment import peak_mib  # noqa: E402


def main(place: Path, source: str, target: str, text: str) -> dict[str, float]:
    """Return the seconds of each piece."""
    from coopgraph import CoopGraph
    from coopgraph.graph.kernels.warm import warm_up
    from coopgraph.kept_graph import KeptGraph

    found: dict[str, float] = {"imports": time.perf_counter() - BEGIN}

    def timed(name: str, call: Any, *arguments: Any, **options: Any) -> Any:
        begin = time.perf_counter()
        result = call(*arguments, **options)
        found[name] = time.perf_counter() - begin
        return result

    for name in ("snapshot", "names"):
        whole = getattr(KeptGraph, name)

        def piece(*arguments: Any, _name: str = name, _whole: Any = whole) -> Any:
            return timed(_name, _whole, *arguments)

        setattr(KeptGraph, name, piece)
    timed("kernels", warm_up)
    with timed("open", CoopGraph.open, place, shipped=False) as graph:
        timed("neighbours", graph.neighbours, source)
        timed("paths", graph.paths, source, target)
        timed("search", graph.search, text)
        found["total"] = time.perf_counter() - BEGIN
        found["peak"] = peak_mib()
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:])))
