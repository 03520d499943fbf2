"""Random multigraphs with filters, and the same questions answered by networkx."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import BACKWARD, FORWARD, NO_DAY, OPEN_END, OPEN_START, EdgeFilter

SPANS = [(OPEN_START, OPEN_END), (5, 9), (OPEN_START, 6), (7, OPEN_END)]


@dataclass
class Case:
    """One random multigraph, a filter, and the plain graph that is left of it."""

    nodes: int
    source: np.ndarray
    target: np.ndarray
    directed: np.ndarray
    columns: dict[str, Any]
    choice: dict[str, Any] = field(default_factory=dict)

    @property
    def adjacency(self) -> Adjacency:
        return Adjacency.build(
            self.nodes, self.source, self.target, self.directed,
            **{name: values for name, values in self.columns.items() if name != "node_type"},
        )  # fmt: skip

    @property
    def edge_filter(self) -> EdgeFilter:
        return EdgeFilter.build(node_type=self.columns["node_type"], **self.choice)

    def edge_allowed(self, j: int) -> bool:
        c, q = self.columns, self.choice
        if not (c["visible"][j] >> q.get("selection", 0)) & 1:
            return False
        if "relation_allowed" in q and not q["relation_allowed"][c["relation"][j]]:
            return False
        first, last = SPANS[c["interval"][j]]
        if "day" in q and q["day"] != NO_DAY and not first <= q["day"] <= last:
            return False
        if q.get("dated_only") and (first, last) == (OPEN_START, OPEN_END):
            return False
        if "via_allowed" in q:
            code = c["subject"][j]
            return bool(q.get("via_none")) if code < 0 else bool(q["via_allowed"][code])
        return True

    def arcs(self) -> list[tuple[int, int, int]]:
        """Every allowed step as (from, to, edge)."""
        avoid = set(self.choice.get("avoid", []))
        way = self.choice.get("direction", 0)
        found = []
        for j in range(len(self.source)):
            u, v = int(self.source[j]), int(self.target[j])
            if u in avoid or v in avoid or not self.edge_allowed(j):
                continue
            if way != BACKWARD or not self.directed[j]:
                found.append((u, v, j))
            if (way != FORWARD or not self.directed[j]) and u != v:
                found.append((v, u, j))
        return found

    def passable(self, node: int) -> bool:
        if "node_type_allowed" not in self.choice:
            return True
        return bool(self.choice["node_type_allowed"][self.columns["node_type"][node]])

    def graph(self, *ends: int) -> nx.DiGraph:
        """The steps as a simple graph; nodes that only an end may be are left out."""
        graph = nx.DiGraph()
        avoid = set(self.choice.get("avoid", []))
        graph.add_nodes_from(
            v
            for v in range(self.nodes)
            if v not in avoid and (v in ends or not ends or self.passable(v))
        )
        graph.add_edges_from(
            (u, v) for u, v, _ in self.arcs() if u != v and u in graph and v in graph
        )
        return graph


def random_case(rng: np.random.Generator, nodes: int | None = None, *, plain: bool = False) -> Case:
    """Make a small multigraph with parallel edges and self-loops, and a random filter."""
    n = int(rng.integers(1, 13)) if nodes is None else nodes
    m = int(rng.integers(0, 3 * n + 1))
    columns = {
        "visible": rng.integers(128, 256, m),
        "relation": rng.integers(0, 4, m),
        "interval": rng.integers(0, len(SPANS), m),
        "interval_from": [first for first, _ in SPANS],
        "interval_to": [last for _, last in SPANS],
        "subject": rng.integers(-1, 3, m),
        "node_type": rng.integers(0, 3, n),
    }
    choice: dict[str, Any] = {"selection": 7}
    if not plain:
        options: dict[str, Any] = {
            "selection": int(rng.integers(0, 8)),
            "relation_allowed": rng.random(4) < 0.7,
            "day": int(rng.integers(4, 11)),
            "dated_only": 1,
            "via_allowed": rng.random(3) < 0.7,
            "via_none": 1,
            "node_type_allowed": rng.random(3) < 0.7,
            "avoid": rng.integers(0, n, int(rng.integers(1, 3))).tolist(),
            "direction": int(rng.integers(1, 3)),
        }
        choice |= {name: value for name, value in options.items() if rng.random() < 0.3}
    return Case(
        n,
        rng.integers(0, n, m).astype(np.int32),
        rng.integers(0, n, m).astype(np.int32),
        rng.random(m) < 0.5,
        columns,
        choice,
    )


def simple_sequences(graph: nx.DiGraph, s: int, t: int, longest: int) -> list[list[int]]:
    """All simple paths by length, then by node numbers."""
    if s not in graph or t not in graph:
        return []
    if s == t:
        return [[s]]
    return sorted(nx.all_simple_paths(graph, s, t, cutoff=longest), key=lambda p: (len(p), p))


def pairs(rng: np.random.Generator, nodes: int, wanted: int) -> list[tuple[int, int]]:
    every = list(itertools.product(range(nodes), repeat=2))
    chosen = rng.permutation(len(every))[:wanted]
    return [every[i] for i in chosen]
