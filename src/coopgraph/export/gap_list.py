"""Gaps as nodes and edges, so that any program that opens graphs can show a list of them.

A gap is a node of type ``Gap``: it may have a subject, a sector, an object and candidates, more
ends than an edge has. Nothing of it is recorded by anybody, and every node and edge says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

RELATIONS: Final = {
    "subject": {"zh": "存在缺口", "en": "has gap"},
    "sector": {"zh": "缺口所在行业", "en": "gap in sector"},
    "object": {"zh": "缺口涉及", "en": "gap concerns"},
    "candidate": {"zh": "建议", "en": "candidate"},
}


def drawn_gaps(
    gaps: Sequence[Mapping[str, Any]], *, suggested: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the nodes and edges that some gaps are drawn as.

    Parameters
    ----------
    gaps
        In the shape of the API.
    suggested
        Whether candidates are drawn: from the gap, never between those who might cooperate.

    Examples
    --------
    >>> node = {"id": "org/a", "iri": "https://w3id.org/coopgraph/id/org/a", "type": "Actor",
    ...         "label": {"zh": "甲", "en": "A"}}
    >>> gap = {"id": "r|org/a", "rule": "r", "severity": "high", "subject": node, "sector": None,
    ...        "object": None, "found": [], "explanation": {"zh": "缺", "en": "none"},
    ...        "candidates": []}
    >>> nodes, edges = drawn_gaps([gap], suggested=False)
    >>> [n["id"] for n in nodes], [(e["source"], e["target"]) for e in edges]
    (['org/a', 'gap/r|org/a'], [('org/a', 'gap/r|org/a')])
    """
    nodes: dict[str, dict[str, Any]] = {}
    edges: list[dict[str, Any]] = []
    for gap in gaps:
        own = f"gap/{gap['id']}"
        ends = [
            (role, gap[role]) for role in ("subject", "sector", "object") if gap[role] is not None
        ]
        if suggested:
            ends += [("candidate", node) for node in gap["candidates"]]
        for _, node in ends:
            nodes.setdefault(node["id"], {**node, "assertion": "recorded"})
        nodes[own] = {
            "id": own, "iri": own, "type": "Gap", "label": dict(gap["explanation"]),
            "assertion": "gap",
        }  # fmt: skip
        for role, node in ends:
            source, target = (node["id"], own) if role == "subject" else (own, node["id"])
            edges.append({
                "id": f"{source}|{gap['rule']}|{role}|{target}",
                "source": source, "target": target,
                "relation": gap["rule"], "label": dict(RELATIONS[role]), "directed": True,
                "via": None, "status": gap["severity"], "valid": {"from": None, "to": None},
                "layer": "derived",
                "evidence": list(gap["found"]) if role == "subject" else [],
                "assertion": "suggested" if role == "candidate" else "gap",
            })  # fmt: skip
    return list(nodes.values()), edges
