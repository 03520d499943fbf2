"""Suggested links beside recorded neighbours and in paths: only where asked for, and marked."""

from __future__ import annotations

from typing import Any, Final

from coopgraph.gaps.reasons import band_of
from coopgraph.gaps.suggestions import NO_CANDIDATE, Suggestion, find_suggestions
from coopgraph.graph.filters import relation_mask
from coopgraph.graph.neighbours import NeighbourQuestion
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import short_id

MOST: Final = 20
SUGGESTED: Final = {
    "zh": "含推荐联系（layer 为 suggested）：由统计得出，无人记录，不计入任何数目",
    "en": "suggested links are included (layer: suggested): they are statistics, nobody has "
    "recorded them, and they are in no count",
}
NOT_BY_SECTOR: Final = {
    "zh": "推荐联系没有来源资源，按 sector 或 status 筛选时不列出",
    "en": "no resource says a suggested link, so there are none where sector or status are asked",
}


def add_suggested(
    snapshot: Snapshot, words: Words, scope: Scope, question: NeighbourQuestion,
    data: dict[str, Any],
) -> list[dict[str, str]]:  # fmt: skip
    """Add suggested links to the first page of neighbours; return what has to be known of them.

    A node that is on the page already gets its suggested edges there.
    """
    q = question
    if q.sector is not None or q.said_by is not None:
        return [NOT_BY_SECTOR]
    if q.cursor is not None:
        return []
    found = find_suggestions(snapshot, scope, q.of, types=q.type)
    wanted = relation_mask(snapshot, q.relation, scope.selection) if q.relation else None
    by_id = {item["node"]["id"]: item for item in data["neighbours"]}
    shown = 0
    for rank, suggestion in enumerate(found.suggestions, 1):
        code = suggestion.code
        if shown == MOST:
            break
        if (wanted is not None and not wanted[code]) or q.direction == (
            "out" if suggestion.is_back else "in"
        ):
            continue
        node = words.node(suggestion.node_of_snapshot, scope.selection)
        edge = suggested_edge(snapshot, q.of, suggestion, rank)
        if node["id"] not in by_id:
            by_id[node["id"]] = {"node": node, "distance": 1, "edges": []}
            data["neighbours"].append(by_id[node["id"]])
        edges = by_id[node["id"]]["edges"]
        if edge["id"] not in {e["id"] for e in edges}:
            edges.append(edge)
            shown += 1
    return [*found.notes, SUGGESTED] if shown else found.notes or [NO_CANDIDATE]


def suggested_edge(
    snapshot: Snapshot, of: int, suggestion: Suggestion, rank: int
) -> dict[str, Any]:
    """Return a suggested link of a node in the shape of an edge, with its rank and band."""
    relation = snapshot.relations[suggestion.code]
    ends = [short_id(snapshot.nodes[node]) for node in (of, suggestion.node_of_snapshot)]
    source, target = reversed(ends) if suggestion.is_back else ends
    return {
        "id": f"suggested|{source}|{relation.name}|{target}",
        "source": source,
        "target": target,
        "relation": relation.name,
        "label": dict(relation.label),
        "directed": suggestion.is_directed,
        "via": None,
        "status": None,
        "valid": {"from": None, "to": None},
        "layer": "suggested",
        "evidence": [],
        "interpretations": [],
        "rank": rank,
        "band": band_of(suggestion.confidence),
    }
