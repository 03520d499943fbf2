"""Synthetic graphs as arrays: uniform or power law, with layers and dates to filter by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.edge_filter import OPEN_END, OPEN_START, EdgeFilter

SHAPES: Final = ("uniform", "power law")
EDGES_A_NODE: Final = 5
INTERVALS: Final = 1000
DAY: Final = 18_000
SEEN: Final = 0.7
"""Share of the edges that the layer of the filter says."""
EXPONENT: Final = 2 / 3
"""Of the weights of nodes, by rank: degrees then follow a power law of exponent 2.5 (Chung and Lu
2002)."""


@dataclass(frozen=True)
class Arrays:
    """A simple graph: no loops, no parallel edges, which some peers refuse or count double.

    Attributes
    ----------
    nodes
        Their number.
    source, target
        int32[m]: the ends of each edge.
    visible, interval, first, last
        What :class:`EdgeFilter` asks for: uint8[m], uint32[m], int32[k], int32[k].
    """

    nodes: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    visible: NDArray[np.uint8]
    interval: NDArray[np.uint32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @classmethod
    def make(cls, shape: str, edges: int, seed: int = 1) -> Arrays:
        """Return a graph of this shape."""
        rng = np.random.default_rng(seed)
        nodes = edges // EDGES_A_NODE
        rank = np.arange(1, nodes + 1, dtype=np.float64)
        reach = np.cumsum(rank**-EXPONENT if shape == "power law" else np.ones(nodes))
        order = rng.permutation(nodes)
        pairs = np.empty(0, np.int64)
        while len(pairs) < edges:
            ends = np.searchsorted(reach / reach[-1], rng.random((2, edges)))
            one, other = order[np.minimum(ends, nodes - 1)]
            word = np.minimum(one, other) * np.int64(nodes) + np.maximum(one, other)
            pairs = np.unique(np.concatenate([pairs, word[one != other]]))
        pairs = rng.permutation(pairs)[:edges]
        first = rng.integers(DAY - 4000, DAY + 1000, INTERVALS)
        last = first + rng.integers(1, 6000, INTERVALS)
        first[:200], last[100:300] = OPEN_START, OPEN_END
        return cls(
            nodes,
            (pairs // nodes).astype(np.int32),
            (pairs % nodes).astype(np.int32),
            np.where(rng.random(edges) < SEEN, 1, 2).astype(np.uint8),
            rng.integers(0, INTERVALS, edges).astype(np.uint32),
            first.astype(np.int32),
            last.astype(np.int32),
        )

    def kept(self) -> NDArray[np.bool_]:
        """Return which edges the filter lets through: one layer, and valid on one day."""
        held = (self.first <= DAY) & (self.last >= DAY)
        return ((self.visible & 1) != 0) & held[self.interval]

    def edge_filter(self) -> EdgeFilter:
        """Return the same for kernels."""
        return EdgeFilter.build(selection=0, day=DAY)

    def save(self, file: Path) -> None:
        """Write the arrays, for other processes."""
        np.savez(file, **{name: np.asarray(value) for name, value in vars(self).items()})

    @classmethod
    def load(cls, file: Path) -> Arrays:
        """Read them back."""
        with np.load(file) as data:
            return cls(
                **{name: data[name] if name != "nodes" else int(data[name]) for name in data}
            )
