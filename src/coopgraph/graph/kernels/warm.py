"""Compile every kernel, or load it from the cache, before the first question.

Where nothing is compiled yet, two processes share the work: the compiler uses one processor. The
other leaves its half in the cache, where this one finds it; if it fails, this one compiles both.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.arcs import arcs_to, edges_along
from coopgraph.graph.kernels.betweenness import betweenness
from coopgraph.graph.kernels.cheapest import first_cheapest
from coopgraph.graph.kernels.components import components
from coopgraph.graph.kernels.constraint import constraint
from coopgraph.graph.kernels.cuts import cuts
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.kernels.forces import settle
from coopgraph.graph.kernels.joining import relation_counts
from coopgraph.graph.kernels.kin import kin
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths, yen
from coopgraph.graph.kernels.row import Rows
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths
from coopgraph.graph.kernels.weighted import cheapest_paths, penalties

_AT_MOST: Final = 300
"""Seconds to wait for the other process."""


def warm_up() -> None:
    """Run every kernel once on a tiny graph.

    Takes some seconds in the first process of an installation, and well under one afterwards.

    Examples
    --------
    >>> warm_up()
    """
    other = None if is_compiled() else _other_process()
    searches()
    if other is not None:
        try:
            other.wait(_AT_MOST)
        except subprocess.TimeoutExpired:
            other.kill()
            other.wait()
    measures()


def is_compiled() -> bool:
    """Say whether there is compiled code of the kernel that takes longest in the second half."""
    folder = getattr(getattr(first_cheapest, "_cache", None), "cache_path", None)
    # Without a folder nothing is kept, and another process could not hand anything over.
    return folder is None or any(Path(folder).glob("cheapest.first_cheapest-*.nbi"))


def _other_process() -> subprocess.Popen[bytes] | None:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
    return None


def _square() -> Adjacency:
    columns: dict[str, Any] = {"subject": [0, 1, 1, -1], "relation": [0, 1, 0, 0]}
    return Adjacency.build(
        4, [0, 0, 2, 1], [2, 1, 3, 3], [True, False, False, False], **columns
    )  # fmt: skip


def searches() -> None:
    """Run what finds paths by steps and neighbours."""
    square = _square()
    shortest_path(square, 0, 3)
    all_shortest_paths(square, 0, 3)
    k_shortest_paths(square, 0, 3, 2)
    yen(square, 0, 3, 2)
    simple_paths(square, 0, 3, max_length=3, required=[1])
    arcs_to(square, neighbourhood(square, 0, 2), [3])
    edges_along(square, [0, 1, 3])


def measures() -> None:
    """Run the rest: cheapest paths, measures, what looks edges up, and the layout."""
    square = _square()
    cheapest_paths(square, 0, 3, 2, penalties(np.ones(4, np.int32)))
    for measure in (degrees, components, cuts, constraint, betweenness):
        measure(square)
    kin(square, 0)
    Rows(square).row(0)
    square.bound(EdgeFilter.build(via_allowed=[True, False]))
    square.arcs(np.empty(0, np.int64))
    square.place(1)
    relation_counts(square, neighbourhood(square, 0, 2), 2)
    ends = np.array([0, 1]), np.array([1, 2])
    settle(np.zeros((4, 2)), *ends, 1.0, 1.0, 0.5, 0.5, 1)


if __name__ == "__main__":
    measures()
