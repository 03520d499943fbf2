"""Suggested links of one actor: what path rules and analogous actors predict, with reasons.

Everything is counted in the selected layers on the asked day alone. A suggestion is statistics:
it is never part of the graph, and nobody has said it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from coopgraph.graph.dates import OPEN_FROM, OPEN_TO
from coopgraph.graph.filters import type_mask
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.prediction.analogues import Profiles
from coopgraph.prediction.metrics import average_ranks
from coopgraph.prediction.path_rules import PathRule, PathRules, mine_rules
from coopgraph.prediction.triples import Triples

MOST_REASONS: Final = 5
MOST_PATHS: Final = 3
MOST_CANDIDATES: Final = 1000
_ANALOGUES: Final = 20
_BANDS: Final = ((0.5, "strong"), (0.2, "moderate"), (0.0, "weak"))
NOT_CALIBRATED: Final = {
    "zh": "排序与分档来自统计，并非概率；未经本图谱回测校准，故不给出百分比。",
    "en": "Rank and band are statistics, not a probability; without a calibrated backtest of this "
    "graph no percentage is given.",
}


@dataclass(frozen=True, eq=False)
class Mined:
    """What is counted in one selection of one snapshot.

    Attributes
    ----------
    edges
        Which edges of the snapshot are seen.
    rules, profiles
        Of these edges. Their entities are the snapshot's nodes, their relations its relations.
    of_parties
        Which nodes are a cooperation of more than two, shape (n,).
    mutual
        Which relations never have a direction, shape (m,).
    """

    edges: np.ndarray[Any, np.dtype[np.int64]]
    rules: PathRules
    profiles: Profiles
    of_parties: np.ndarray[Any, np.dtype[np.bool_]]
    mutual: np.ndarray[Any, np.dtype[np.bool_]]


_mined: WeakKeyDictionary[Snapshot, dict[tuple[int, int | None, bool], Mined]] = WeakKeyDictionary()
_lock = Lock()


def mined(snapshot: Snapshot, scope: Scope) -> Mined:
    """Mine a selection of a snapshot, once in its life."""
    key = (scope.selection, scope.day, scope.dated_only)
    with _lock:
        known = _mined.setdefault(snapshot, {})
        if key not in known:
            while len(known) >= 4:
                known.pop(next(iter(known)))
            known[key] = _mine(snapshot, scope)
        return known[key]


def _mine(snapshot: Snapshot, scope: Scope) -> Mined:
    s = snapshot
    seen = (s.visible >> np.uint8(scope.selection) & 1).astype(bool)
    first, last = s.interval_from[s.interval], s.interval_to[s.interval]
    if scope.day is not None:
        seen &= (first <= scope.day) & (scope.day <= last)
    if scope.dated_only:
        seen &= (first != OPEN_FROM) | (last != OPEN_TO)
    edges = np.flatnonzero(seen)
    source, target = s.source[edges].astype(np.int64), s.target[edges].astype(np.int64)
    relation = s.relation[edges].astype(np.int64)
    facts = np.stack([source, relation, target], 1)
    mutual = ~s.directed[edges]
    facts = np.concatenate([facts, facts[mutual][:, [2, 1, 0]]])
    # A cooperation of many that stays a node joins its parties by paths through it: those are n²
    # pairs of one statement, so it is in profiles (one statement of each party), in no path.
    types = s.node_types(scope.selection)
    of_parties = np.array(
        ["Cooperation" in s.superclasses.get(name, ()) for name in s.types], bool
    )[types]  # fmt: skip
    n, m = len(s.nodes), len(s.relations)
    plain = ~(of_parties[facts[:, 0]] | of_parties[facts[:, 2]]) if len(facts) else slice(0)
    rules = mine_rules(Triples(n, m, np.unique(facts[plain], axis=0)))
    has_direction = np.bincount(relation[~mutual], minlength=m) > 0
    profiles = Profiles(Triples(n, m, np.unique(facts, axis=0)))
    return Mined(edges, rules, profiles, of_parties, ~has_direction)


@dataclass(frozen=True)
class Suggestion:
    """A link that is predicted and not recorded.

    Attributes
    ----------
    node, relation
        The other end; 0 to m - 1, or m more if the link goes to the actor.
    score
        Mean of the ranks by rules and by analogues, 0 to 1.
    confidence
        Of the strongest rule; 0 without one.
    rules
        Those that conclude it, strongest first.
    analogues
        Nodes alike that have this link, with their cosine.
    """

    node: int
    relation: int
    score: float
    confidence: float
    rules: tuple[PathRule, ...]
    analogues: tuple[tuple[int, float], ...]


def find_suggestions(
    snapshot: Snapshot,
    scope: Scope,
    of: int,
    *,
    types: Sequence[str] = (),
    only: set[int] | None = None,
) -> list[Suggestion]:
    """Return the suggested links of one node, best first; at most :data:`MOST_CANDIDATES`.

    Parameters
    ----------
    of
        The node.
    types
        Only candidates of these types or below.
    only
        Only these candidates.
    """
    known = mined(snapshot, scope)
    t, m, n = known.rules.triples, len(snapshot.relations), len(snapshot.nodes)
    all_steps = known.profiles.steps
    weighted = known.profiles.weighted
    alike = np.asarray((weighted[of] @ weighted.T).toarray()).ravel() if n else np.zeros(0)
    alike[of] = 0.0
    nearest = np.argsort(-alike, kind="stable")[:_ANALOGUES]
    nearest = nearest[alike[nearest] > 0]
    by_rule: dict[tuple[int, int], list[PathRule]] = {}
    for head, rules in known.rules.by_head.items():
        for rule in rules:
            for backward in (False, True):
                body = tuple((s + m) % (2 * m) for s in reversed(rule.body)) if backward \
                    else rule.body  # fmt: skip
                ends = t.steps[body[0]][of]
                for step in body[1:]:
                    ends = ends @ t.steps[step]
                for y in ends.indices.tolist():
                    by_rule.setdefault((y, head + m * backward), []).append(rule)
    by_analogue: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for other in nearest.tolist():
        for relation, step in enumerate(all_steps):
            for y in step.indices[step.indptr[other] : step.indptr[other + 1]].tolist():
                by_analogue.setdefault((y, relation), []).append((other, float(alike[other])))
    wanted = type_mask(snapshot, types, scope.selection) if types else None
    of_node = snapshot.node_types(scope.selection)
    candidates = [
        (y, relation)
        for y, relation in {**by_rule, **by_analogue}
        if y != of
        and not known.of_parties[y]
        and (only is None or y in only)
        and (wanted is None or wanted[of_node[y]])
        and not _has(all_steps[relation], of, y)
    ]
    if not candidates:
        return []
    confidence = np.array([
        by_rule[c][0].confidence if c in by_rule else 0.0 for c in candidates
    ])  # fmt: skip
    likeness = np.array([sum(w * w for _, w in by_analogue.get(c, ())) for c in candidates])
    score = (average_ranks(confidence) + average_ranks(likeness)) / (2 * len(candidates))
    order = sorted(
        range(len(candidates)), key=lambda i: (-score[i], -confidence[i], candidates[i])
    )[:MOST_CANDIDATES]
    return [
        Suggestion(
            *candidates[i], float(score[i]), float(confidence[i]),
            tuple(by_rule.get(candidates[i], ())[: 4 * MOST_REASONS]),
            tuple(by_analogue.get(candidates[i], ())[:MOST_PATHS]),
        )
        for i in order
    ]  # fmt: skip


def _distinct(rules: Sequence[PathRule], mutual: np.ndarray[Any, Any]) -> list[PathRule]:
    """Leave out rules that differ only by reading a relation without direction backwards."""
    m = len(mutual)
    kept: dict[tuple[int, ...], PathRule] = {}
    for rule in rules:
        body = tuple(s - m if s >= m and mutual[s - m] else s for s in rule.body)
        kept.setdefault(body, PathRule(rule.head, body, rule.support, rule.cases, rule.confidence))
    return list(kept.values())


def _has(step: Any, x: int, y: int) -> bool:
    return bool((step.indices[step.indptr[x] : step.indptr[x + 1]] == y).any())


def describe_suggestion(
    snapshot: Snapshot, words: Words, scope: Scope, of: int, found: Suggestion, rank: int
) -> dict[str, Any]:
    """Return one suggestion in the shape of the API, with its strongest reasons."""
    m = len(snapshot.relations)
    backward = found.relation >= m
    relation = snapshot.relations[found.relation % m]
    reasons = []
    for rule in _distinct(found.rules, mined(snapshot, scope).mutual)[
        : MOST_REASONS - bool(found.analogues)
    ]:
        body = tuple((s + m) % (2 * m) for s in reversed(rule.body)) if backward else rule.body
        said = [_said(snapshot, words, scope, step) for step in rule.body]
        reasons.append({
            "signal": "rules",
            "words": {
                "zh": f"规则：{'，再'.join(s['zh'] for s in said)} ⇒ "
                f"{words.label(relation.iri, scope.selection)['zh']}；"
                f"{rule.cases} 例中有 {rule.support} 例成立",
                "en": f"rule: {', then '.join(s['en'] for s in said)} ⇒ "
                f"{words.label(relation.iri, scope.selection)['en']}; "
                f"held in {rule.support} of {rule.cases} cases",
            },
            "support": {"held": rule.support, "cases": rule.cases},
            "paths": _paths(snapshot, words, scope, of, found.node, body),
        })  # fmt: skip
    if found.analogues:
        names = [words.node(other, scope.selection) for other, _ in found.analogues]
        ends = (found.node, found.relation)
        reasons.append({
            "signal": "analogues",
            "words": {
                "zh": f"与其相似的{'、'.join(n['label']['zh'] for n in names)}有此联系",
                "en": f"{', '.join(n['label']['en'] for n in names)}, which are alike, have it",
            },
            "support": {"held": len(names), "cases": _ANALOGUES},
            "analogues": [
                {"node": node, "similarity": round(alike, 4),
                 "edges": [words.edge(e, scope.selection) for e in
                           _edges(snapshot, scope, other, ends[0], ends[1])]}
                for node, (other, alike) in zip(names, found.analogues, strict=True)
            ],
        })  # fmt: skip
    return {
        "rank": rank,
        "node": words.node(found.node, scope.selection),
        "relation": relation.name,
        "label": words.label(relation.iri, scope.selection),
        "direction": "in" if backward else "out",
        "layer": "suggested",
        "score": round(found.score, 4),
        "band": next(name for least, name in _BANDS if found.confidence >= least),
        "probability": None,
        "note": NOT_CALIBRATED,
        "reasons": reasons,
    }


def _said(snapshot: Snapshot, words: Words, scope: Scope, step: int) -> dict[str, str]:
    m = len(snapshot.relations)
    label = words.label(snapshot.relations[step % m].iri, scope.selection)
    return {k: f"{v}⁻¹" for k, v in label.items()} if step >= m else label


def _edges(snapshot: Snapshot, scope: Scope, x: int, y: int, step: int) -> list[int]:
    """Return the seen edges that join x to y by a step."""
    m, s = len(snapshot.relations), snapshot
    edges = mined(s, scope).edges
    source, target = (y, x) if step >= m else (x, y)
    relation = step % m
    low, high = np.searchsorted(s.source[edges], [source, source + 1])
    found = [e for e in edges[low:high].tolist()
             if s.target[e] == target and s.relation[e] == relation]  # fmt: skip
    low, high = np.searchsorted(s.source[edges], [target, target + 1])
    return found + [e for e in edges[low:high].tolist()
                    if s.target[e] == source and s.relation[e] == relation
                    and not s.directed[e]]  # fmt: skip


def _paths(
    snapshot: Snapshot, words: Words, scope: Scope, x: int, y: int, body: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Return the paths from x to y that a body describes, each edge with its evidence."""
    steps = mined(snapshot, scope).rules.triples.steps
    m = len(snapshot.relations)
    if len(body) == 1:
        ways: list[list[int]] = [[x, y]]
    else:
        there = steps[body[0]][x].indices
        back = steps[(body[1] + m) % (2 * m)][y].indices
        ways = [[x, z, y] for z in np.intersect1d(there, back)[:MOST_PATHS].tolist()]
    return [
        {
            "nodes": [words.node(node, scope.selection) for node in way],
            "edges": [
                [words.edge(e, scope.selection) for e in _edges(snapshot, scope, a, b, step)]
                for a, b, step in zip(way, way[1:], body, strict=False)
            ],
        }
        for way in ways
    ]
