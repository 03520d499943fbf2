"""What a path costs: steps alone, or also how little a node tells by joining everything."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.filters import make_filter
from coopgraph.graph.kept import kept
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.kernels.weighted import penalties
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot

COSTS: Final = ("hops", "informative")


def penalties_of(snapshot: Snapshot, scope: Scope) -> NDArray[np.int32]:
    """Return what passing through each node costs, in thousandths of a step, shape (n,).

    The logarithm (base 2) of its degree: of its distinct neighbours in the layers and on the day
    that are asked for. Relations, types and sectors that a question leaves out still count, since
    a hub is one also where it is looked at from a side.

    Notes
    -----
    Formula and source: :func:`coopgraph.graph.kernels.weighted.penalties`.
    """

    def make() -> NDArray[np.int32]:
        return penalties(degrees(snapshot.adjacency, make_filter(snapshot, scope)))

    return kept(snapshot, ("penalties", scope.selection, scope.day, scope.dated_only), make)
