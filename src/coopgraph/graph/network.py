"""Who holds the network together: parts, bridges, and measures of how nodes stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.describe import visible_nodes
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.filters import make_filter, type_mask
from coopgraph.graph.kept import kept
from coopgraph.graph.kernels.betweenness import betweenness
from coopgraph.graph.kernels.components import components
from coopgraph.graph.kernels.constraint import constraint
from coopgraph.graph.kernels.cuts import cuts
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.scope import Scope, choice
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words

MEASURES: Final = {
    "degree": {"zh": "直接相连的节点数", "en": "How many others it is joined to"},
    "betweenness": {
        "zh": "经过该节点的最短路径之和（Brandes 2001）",
        "en": "The shortest paths between others that go through it (Brandes 2001)",
    },
    "constraint": {
        "zh": "结构洞约束度，越低越居间（Burt 1992）",
        "en": "How far its contacts are contacts of each other; low is in between (Burt 1992)",
    },
}
LOWEST_FIRST: Final = ("constraint",)
SHOWN_OF_A_PART: Final = 10


@dataclass(frozen=True)
class NetworkQuestion:
    """Which edges make the network that is looked at.

    Attributes
    ----------
    relation
        Only edges with these relations; empty for any.
    sector
        IRI of a sector: only edges said by something in that sector.
    status
        Names of the statuses that ``said_by`` stands for.
    said_by
        Only edges said by these subjects; None for all.
    avoid
        Nodes that are left out with all their edges.
    """

    relation: Sequence[str] = ()
    sector: str | None = None
    status: Sequence[str] = ()
    said_by: Bool | None = None
    avoid: Sequence[int] = ()

    def filter(self, snapshot: Snapshot, scope: Scope) -> EdgeFilter:
        """Return it as the kernels take it."""
        return make_filter(
            snapshot, scope, relation=self.relation, sector=self.sector, said_by=self.said_by,
            avoid=self.avoid,
        )  # fmt: skip

    def ask(self, snapshot: Snapshot, scope: Scope, what: str, measure: Callable[..., Any]) -> Any:
        """Return what a kernel says of the network, from memory if it was asked before."""
        chosen = self.filter(snapshot, scope)  # checks the names also where the answer is known
        key = (
            what, scope.selection, scope.day, scope.dated_only, tuple(sorted(self.relation)),
            self.sector, tuple(sorted(self.status)), tuple(sorted(self.avoid)),
        )  # fmt: skip
        return kept(snapshot, key, lambda: measure(snapshot.adjacency, chosen))


def rank_nodes(
    snapshot: Snapshot, scope: Scope, question: NetworkQuestion, measure: str, types: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[Any], int | None]:
    """Put nodes in the order of a measure.

    Returns
    -------
    nodes, values, sources
        Nodes, the most central first (equal ones by IRI), without those that nothing joins; the
        value of each; and from how many nodes a sampled measure was computed, None where it is
        exact.

    Raises
    ------
    BadRequest
        If the measure is unknown.
    """
    choice("measure", measure, MEASURES)
    having = question.ask(snapshot, scope, "degree", degrees) > 0
    sampled = None
    if measure == "degree":
        values = question.ask(snapshot, scope, "degree", degrees)
    elif measure == "constraint":
        values = question.ask(snapshot, scope, "constraint", constraint)
    else:
        values, used = question.ask(snapshot, scope, "betweenness", betweenness)
        sampled = used if used < len(values) else None
    if types:
        having = having & type_mask(snapshot, types, scope.selection)[
            snapshot.node_types(scope.selection)
        ]  # fmt: skip
    nodes = np.flatnonzero(having)
    # Sums in another order differ in the last digits: equal is what is equal to twelve.
    rounded = np.round(values[nodes].astype(np.float64), 12)
    order = np.argsort(rounded if measure in LOWEST_FIRST else -rounded, kind="stable")
    return nodes[order], rounded[order], sampled


def describe_parts(
    snapshot: Snapshot, words: Words, scope: Scope, question: NetworkQuestion
) -> tuple[list[int], Callable[[int], dict[str, Any]]]:
    """Return the parts of the network, largest first, and how to describe one.

    A node that nothing joins is no part of it.
    """
    found = question.ask(snapshot, scope, "components", components)
    degree = question.ask(snapshot, scope, "degree", degrees)
    parts = np.flatnonzero(found.size > 1)
    order = parts[np.argsort(-found.size[parts], kind="stable")].tolist()
    types = snapshot.node_types(scope.selection)

    def describe(part: int) -> dict[str, Any]:
        nodes = np.flatnonzero(found.of_node == part)
        first = nodes[np.argsort(-degree[nodes].astype(np.int64), kind="stable")]
        counts = Counter(
            {snapshot.types[t]: int(n) for t, n in enumerate(np.bincount(types[nodes])) if n}
        )
        return {
            "size": len(nodes),
            "counts": dict(sorted(counts.items(), key=lambda c: (-c[1], c[0]))),
            "nodes": [words.node(n, scope.selection) for n in first[:SHOWN_OF_A_PART].tolist()],
        }

    return order, describe


def single_nodes(snapshot: Snapshot, scope: Scope, question: NetworkQuestion) -> int:
    """Return how many nodes of the layers nothing joins."""
    degree = question.ask(snapshot, scope, "degree", degrees)
    return int((visible_nodes(snapshot, scope) & (degree == 0)).sum()) - len(question.avoid)


def find_cuts(
    snapshot: Snapshot, scope: Scope, question: NetworkQuestion
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Return what holds the network together, what cuts off most first.

    Returns
    -------
    bridges, points
        ``(edge, cuts off)`` and ``(node, parts, cuts off)``; equal ones by number, and so by IRI.
    """
    found = question.ask(snapshot, scope, "cuts", cuts)
    bridges = zip(found.bridge.tolist(), found.bridge_cuts_off.tolist(), strict=True)
    points = zip(
        found.point.tolist(), found.parts.tolist(), found.point_cuts_off.tolist(), strict=True
    )
    return (
        sorted(bridges, key=lambda b: (-b[1], b[0])),
        sorted(points, key=lambda p: (-p[2], p[0])),
    )
