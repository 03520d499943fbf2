"""Who is next to whom: the nodes around one node, page by page."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from coopgraph.errors import BadRequest, QueryTimeout
from coopgraph.graph.filters import make_filter, type_mask
from coopgraph.graph.kernels.arcs import arcs_to
from coopgraph.graph.kernels.joining import relation_counts
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.scope import Scope, within
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import iri_of, short_id

MAX_DEPTH: Final = 4
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 1000


@dataclass(frozen=True)
class NeighbourQuestion:
    """What is asked of one node.

    Attributes
    ----------
    of
        The node.
    depth
        How many steps away, 1 to 4.
    type
        Only neighbours of these types or below; what lies between may be of any type.
    relation
        Only steps with these relations.
    sector
        IRI of a sector: only steps said by something in that sector.
    said_by
        Only steps said by these subjects; None for all.
    direction
        ``any``, ``out`` or ``in``.
    limit
        Neighbours on a page, 1 to 1000.
    cursor
        Where the page begins, as the page before told.
    """

    of: int
    depth: int = 1
    type: Sequence[str] = ()
    relation: Sequence[str] = ()
    sector: str | None = None
    said_by: Bool | None = None
    direction: str = "any"
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def find_neighbours(
    snapshot: Snapshot, words: Words, scope: Scope, question: NeighbourQuestion
) -> tuple[dict[str, Any], str | None]:
    """Return a page of neighbours in the shape of the API, and the cursor of the next page.

    Neighbours are ordered by distance, then by IRI; each comes with the edges that join it to
    nodes one step nearer. ``total``, ``counts`` (neighbours by type) and ``relations`` (neighbours
    by the relation that joins them to nodes one step nearer; who is joined by several counts for
    each) are of all pages. Words are fetched for what the page shows alone.

    Raises
    ------
    BadRequest
        If a value is out of range or the cursor is not one of ours.
    QueryTimeout
        If there is more around the node than one question may look at.
    """
    q = question
    within("depth", q.depth, 1, MAX_DEPTH)
    within("limit", q.limit, 1, MAX_LIMIT)
    edge_filter = make_filter(
        snapshot,
        scope,
        relation=q.relation,
        sector=q.sector,
        direction=q.direction,
        said_by=q.said_by,
    )
    found = neighbourhood(snapshot.adjacency, q.of, q.depth, edge_filter)
    if found.exhausted:
        raise QueryTimeout(
            "there is too much around this node: ask for a smaller depth or fewer relations",
            zh="该节点周围内容过多：请减小 depth 或限定关系",
        )
    nodes, distance = found.node, found.distance
    types = snapshot.node_types(scope.selection)[nodes]
    kept = None
    if q.type:
        kept = type_mask(snapshot, q.type, scope.selection)[types]
        nodes, distance, types = nodes[kept], distance[kept], types[kept]
    start = _after(snapshot, nodes, distance, q.cursor)
    page = nodes[start : start + q.limit]
    joining = arcs_to(snapshot.adjacency, found, page, edge_filter).groups()
    counts = Counter({snapshot.types[t]: int(n) for t, n in enumerate(np.bincount(types)) if n})
    joined: Counter[str] = Counter()  # two terms may share a local name
    by_relation = relation_counts(
        snapshot.adjacency, found, len(snapshot.relations), edge_filter, kept
    )
    for code in np.flatnonzero(by_relation).tolist():
        joined[snapshot.relations[code].name] += int(by_relation[code])
    data = {
        "node": words.node(q.of, scope.selection),
        "neighbours": [
            {
                "node": words.node(int(node), scope.selection),
                "distance": int(distance[start + i]),
                "edges": [words.edge(e, scope.selection) for e in joining[i]],
            }
            for i, node in enumerate(page)
        ],
        "total": len(nodes),
        "counts": dict(sorted(counts.items(), key=lambda c: (-c[1], c[0]))),
        "relations": dict(sorted(joined.items(), key=lambda c: (-c[1], c[0]))),
    }
    end = start + len(page)
    if end >= len(nodes):
        return data, None
    return data, _cursor(int(distance[end - 1]), snapshot.nodes[int(page[-1])])


def _cursor(distance: int, iri: str) -> str:
    """Point behind a node by name, so that it stays true when the graph changes."""
    return base64.urlsafe_b64encode(f"{distance} {short_id(iri)}".encode()).decode().rstrip("=")


def _after(
    snapshot: Snapshot, nodes: np.ndarray[Any, Any], distance: np.ndarray[Any, Any],
    cursor: str | None,
) -> int:  # fmt: skip
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        last_distance, last = text.split(" ", 1)
        behind = (int(last_distance), iri_of(last))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise BadRequest(
            "cursor is not one of ours: take it from meta.next of the page before",
            zh="cursor 无效：请使用上一页 meta.next 中的值",
            parameter="cursor",
        ) from None
    low, high = 0, len(nodes)
    while low < high:
        middle = (low + high) // 2
        place = (int(distance[middle]), snapshot.nodes[int(nodes[middle])])
        if place <= behind:
            low = middle + 1
        else:
            high = middle
    return low
