"""Paths that may use suggested links: a copy of the graph with these links added, and marked.

The graph itself is not touched. What is added are the best suggested links of the nodes that the
question names; those of every node between would be statistics on statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coopgraph.gaps.suggested_edges import MOST, NOT_BY_SECTOR, SUGGESTED, suggested_edge
from coopgraph.gaps.suggestions import find_suggestions
from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.scratch import Paths
from coopgraph.graph.paths import PathQuestion, describe_paths, find_paths
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words

Note = dict[str, str]
ONLY_OF_ENDS: Note = {
    "zh": f"路径中的推荐联系只取起点、终点与必经节点各自最优的 {MOST} 条",
    "en": f"paths may use the best {MOST} suggested links of each node that is asked for: the ends "
    "and what must be on the way",
}


@dataclass(frozen=True, eq=False)
class WithSuggested:
    """A graph with suggested links.

    Attributes
    ----------
    snapshot
        The recorded edges with their numbers, then the suggested ones.
    edges
        Each suggested one in the shape of the API.
    notes
        What was not looked at.
    """

    snapshot: Snapshot
    edges: list[dict[str, Any]]
    notes: list[Note]


def with_suggested(snapshot: Snapshot, scope: Scope, nodes: Sequence[int]) -> WithSuggested:
    """Return a graph to which the best suggested links of some nodes are added."""
    s = snapshot
    described: dict[str, dict[str, Any]] = {}
    rows: list[tuple[int, int, int, bool]] = []
    notes: list[Note] = []
    for node in dict.fromkeys(nodes):
        found = find_suggestions(s, scope, node)
        notes += [note for note in found.notes if note not in notes]
        for rank, suggestion in enumerate(found.suggestions[:MOST], 1):
            edge = suggested_edge(s, node, suggestion, rank)
            if edge["id"] in described:
                continue
            described[edge["id"]] = edge
            ends = (node, suggestion.node_of_snapshot)
            source, target = reversed(ends) if suggestion.is_back else ends
            rows.append((source, target, suggestion.code, suggestion.is_directed))
    if not rows:
        return WithSuggested(s, [], notes)
    sources, targets, relations, directed = map(np.array, zip(*rows, strict=True))
    size = len(rows)
    # A link that nobody has recorded has no day; it was found in the scope that is asked for, so
    # it passes every choice of days there.
    always = len(s.interval_from)
    rows_of_all = Adjacency.build(
        len(s.nodes),
        np.append(s.source, sources),
        np.append(s.target, targets),
        np.append(s.directed, directed),
        subject=np.append(s.subject, np.zeros(size, np.int32)),
        visible=np.append(s.visible, np.full(size, 255, np.uint8)),
        relation=np.append(s.relation, relations),
        interval=np.append(s.interval, np.full(size, always)),
        interval_from=np.append(s.interval_from, OPEN_FROM + 1),
        interval_to=np.append(s.interval_to, OPEN_TO),
    )
    added = replace(s, adjacency=rows_of_all)
    return WithSuggested(added, list(described.values()), notes)


def find_with_suggested(
    snapshot: Snapshot, words: Words, scope: Scope, question: PathQuestion
) -> tuple[list[dict[str, Any]], Paths, list[Note]]:
    """Search for paths that may use suggested links.

    Returns
    -------
    The paths in the shape of the API, each saying whether it uses a suggested link; what was
    found; and what has to be known of it.

    Raises
    ------
    BadRequest, QueryTimeout
        As :func:`coopgraph.graph.paths.find_paths`.
    """
    q = question
    if q.sector is not None or q.said_by is not None:
        found, edge_filter = find_paths(snapshot, scope, q)
        plain = WithSuggested(snapshot, [], [])
        described = _described(plain, snapshot, words, scope, found, edge_filter, q.cost)
        return described, found, [NOT_BY_SECTOR]
    graph = with_suggested(snapshot, scope, [q.source, q.target, *q.via])
    found, edge_filter = find_paths(graph.snapshot, scope, q, recorded=snapshot)
    notes = [*graph.notes, SUGGESTED, ONLY_OF_ENDS] if graph.edges else graph.notes
    unique = list({note["en"]: note for note in notes}.values())
    described = _described(graph, snapshot, words, scope, found, edge_filter, q.cost)
    return described, found, unique


def _described(
    graph: WithSuggested, recorded: Snapshot, words: Words, scope: Scope, found: Paths,
    edge_filter: EdgeFilter, cost: str,
) -> list[dict[str, Any]]:  # fmt: skip
    first = len(recorded.source)

    def edge(number: int) -> dict[str, Any]:
        if number < first:
            return words.edge(number, scope.selection)
        return dict(graph.edges[number - first])

    paths = describe_paths(
        graph.snapshot, words, scope, found, edge_filter, cost, edge=edge, recorded=recorded
    )
    for path in paths:
        path["suggested"] = any(
            all(edge["layer"] == "suggested" for edge in step) for step in path["edges"]
        )
    return paths
