"""Suggested links in words: what speaks for each, with support, paths and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from coopgraph.gaps.complementarity import FEEDS
from coopgraph.gaps.mined import Mined, mined
from coopgraph.gaps.suggestions import ANALOGUES, Suggestion
from coopgraph.graph.dates import OPEN_FROM, iso_date
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.prediction.path_rules import PathRule

MOST_REASONS: Final = 5
MOST_PATHS: Final = 2
"""Paths shown of the strongest rule; of the others one."""
MOST_PARALLEL: Final = 2
"""Parallel edges shown of one step, in paths of two steps one: two hubs have hundreds."""
BANDS: Final = ((0.5, "strong"), (0.2, "moderate"), (0.0, "weak"))
"""Bands by the confidence of the strongest rule, from which on."""
NOT_CALIBRATED: Final = {
    "zh": "排序与分档来自统计，并非概率；未经本图谱回测校准，故不给出百分比。",
    "en": "Rank and band are statistics, not a probability; without a calibrated backtest of this "
    "graph no percentage is given.",
}


def band_of(confidence: float) -> str:
    """Return the band of a confidence.

    Examples
    --------
    >>> band_of(0.3)
    'moderate'
    """
    return next(name for least, name in BANDS if confidence >= least)


class Describer:
    """Says why one node has its suggestions.

    Parameters
    ----------
    of
        The node of the snapshot.
    rates
        By band, how its candidates fared in a backtest; None where none was possible.
    """

    def __init__(
        self, snapshot: Snapshot, words: Words, scope: Scope, of: int,
        rates: dict[str, dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        self._snapshot, self._words, self._scope = snapshot, words, scope
        self._known: Mined = mined(snapshot, scope)
        self._rates = rates
        place = self._known.seen.node(of)
        self._x = -1 if place is None else place

    def describe(self, found: Suggestion, rank: int) -> dict[str, Any]:
        """Return one suggestion in the shape of the API, with its strongest reasons."""
        m = len(self._known.seen.relations)
        others = [
            reason
            for reason in (self._analogues(found), self._complement(found), self._recency(found))
            if reason
        ]
        rules = _distinct(found.rules, self._known.seen.directionless)
        shown = rules[: MOST_REASONS - len(others)]
        reasons = [
            self._rule(found, rule, 1 if weaker else MOST_PATHS)
            for weaker, rule in enumerate(shown)
        ]
        relation = self._relation(found.relation % m)
        band = band_of(found.confidence)
        return {
            "rank": rank,
            "node": self._node(found.node),
            "relation": relation.name,
            "label": self._label(found.relation % m),
            "direction": "in" if found.relation >= m else "out",
            "layer": "suggested",
            "score": round(found.score, 4),
            "band": band,
            "rate": None if self._rates is None else self._rates.get(band),
            "probability": None,
            "note": NOT_CALIBRATED,
            "reasons": reasons + others,
        }

    def _rule(self, found: Suggestion, rule: PathRule, most: int) -> dict[str, Any]:
        m = len(self._known.seen.relations)
        body = rule.body
        if found.relation >= m:
            body = tuple((s + m) % (2 * m) for s in reversed(rule.body))
        said = [self._said(step) for step in rule.body]
        head = self._label(rule.head)
        return {
            "signal": "rules",
            "words": {
                "zh": f"规则：{'，再'.join(s['zh'] for s in said)} ⇒ {head['zh']}；"
                f"{rule.cases} 例中有 {rule.support} 例成立",
                "en": f"rule: {', then '.join(s['en'] for s in said)} ⇒ {head['en']}; "
                f"held in {rule.support} of {rule.cases} cases",
            },
            "support": {"held": rule.support, "cases": rule.cases},
            "paths": self._paths(found.node, body, most),
        }

    def _analogues(self, found: Suggestion) -> dict[str, Any] | None:
        if not found.analogues:
            return None
        names = [self._node(other) for other, _ in found.analogues]
        return {
            "signal": "analogues",
            "words": {
                "zh": f"与其相似的{'、'.join(n['label']['zh'] for n in names)}有此联系",
                "en": f"{', '.join(n['label']['en'] for n in names)}, which are alike, have it",
            },
            "support": {"held": len(names), "cases": ANALOGUES},
            "analogues": [
                {"node": node, "similarity": round(alike, 4),
                 "edges": self._edges(other, found.node, found.relation)}
                for node, (other, alike) in zip(names, found.analogues, strict=True)
            ],
        }  # fmt: skip

    def _complement(self, found: Suggestion) -> dict[str, Any] | None:
        """Say what one has and the other needs, and the link of a chain that it would fill."""
        known, seen = self._known.complementarity, self._known.seen
        ties = known.ties(self._x, found.node) if found.complement > 0 else []
        if not ties:
            return None
        related, gives, had, needed = ties[0]
        giver, taker = (self._x, found.node) if gives else (found.node, self._x)
        has = self._stated(giver, had, known.has)
        needs = self._stated(taker, needed, known.needs)
        names = [self._node(node) for node in (giver, taker, had, needed)]
        a, b, s, t = (node["label"] for node in names)
        link = [
            seen.edges[place]
            for place in seen.at(had)
            if tuple(seen.facts[place, [0, 2]].tolist()) == (had, needed)
            and self._relation(int(seen.facts[place, 1])).name == FEEDS
        ]
        zh = f"互补：{a['zh']}在{s['zh']}有“{has[0]['label']['zh']}”，" \
            f"{b['zh']}的“{needs[0]['label']['zh']}”为{t['zh']}"  # fmt: skip
        en = f"complementary: {a['en']} has “{has[0]['label']['en']}” in {s['en']}, " \
            f"“{needs[0]['label']['en']}” of {b['en']} is {t['en']}"  # fmt: skip
        if link:
            zh += f"；可补产业链环节：{s['zh']} → {t['zh']}"
            en += f"; it would fill the chain link {s['en']} → {t['en']}"
        elif had != needed:
            zh += f"（领域相关度 {related:.2f}）"
            en += f" (relatedness of the sectors {related:.2f})"
        selection = self._scope.selection
        return {
            "signal": "complementarity",
            "words": {"zh": zh, "en": en},
            "support": {"held": len(ties), "cases": len(ties)},
            "relatedness": round(related, 4),
            "has": {"node": names[0], "sector": names[2], "edges": has},
            "needs": {"node": names[1], "sector": names[3], "edges": needs},
            "chain_link": [self._words.edge(int(e), selection) for e in link] or None,
        }

    def _stated(self, holder: int, sector: int, places: Any) -> list[dict[str, Any]]:
        seen = self._known.seen
        rows = seen.facts[places]
        which = places[(rows[:, 0] == holder) & (rows[:, 2] == sector)]
        return [self._words.edge(e, self._scope.selection) for e in seen.edges[which].tolist()]

    def _recency(self, found: Suggestion) -> dict[str, Any] | None:
        seen, until = self._known.seen, self._known.day
        if until is None or not self._known.recency[found.node]:
            return None
        places = seen.at(found.node)
        first = seen.first[places]
        places = places[(first != OPEN_FROM) & (first <= until)]
        latest = places[[int(np.argmax(seen.first[places]))]]
        day = iso_date(int(seen.first[latest[0]]))
        name = self._node(found.node)["label"]
        return {
            "signal": "recency",
            "words": {
                "zh": f"{name['zh']}有 {len(places)} 条注明日期的联系，最近一条始于 {day}",
                "en": f"{name['en']} has {len(places)} dated links, the latest from {day}",
            },
            "support": {"held": len(places), "cases": len(first)},
            "edges": [
                self._words.edge(e, self._scope.selection) for e in seen.edges[latest].tolist()
            ],
        }

    def _relation(self, relation: int) -> Any:
        return self._snapshot.relations[self._known.seen.relations[relation]]

    def _label(self, relation: int) -> dict[str, str]:
        return self._words.label(self._relation(relation).iri, self._scope.selection)

    def _node(self, node: int) -> dict[str, Any]:
        return self._words.node(int(self._known.seen.nodes[node]), self._scope.selection)

    def _said(self, step: int) -> dict[str, str]:
        m = len(self._known.seen.relations)
        label = self._label(step % m)
        return {k: f"{v}⁻¹" for k, v in label.items()} if step >= m else label

    def _edges(self, x: int, y: int, step: int, most: int = MOST_PARALLEL) -> list[dict[str, Any]]:
        edges = self._known.seen.joining(x, y, step)[:most]
        return [self._words.edge(e, self._scope.selection) for e in edges]

    def _paths(self, y: int, body: tuple[int, ...], most: int) -> list[dict[str, Any]]:
        """Return some paths to y that a body describes, each edge with its evidence."""
        steps = self._known.rules.triples.steps
        m, x = len(self._known.seen.relations), self._x
        ways = [[x, y]]
        if len(body) > 1:
            there = _row(steps[body[0]], x)
            back = _row(steps[(body[1] + m) % (2 * m)], y)
            ways = [[x, z, y] for z in _both(there, back)[:most].tolist()]
        return [
            {
                "nodes": [self._node(node) for node in way],
                "edges": [
                    self._edges(a, b, step, MOST_PARALLEL + 1 - len(body))
                    for a, b, step in zip(way, way[1:], body, strict=False)
                ],
            }
            for way in ways
        ]


def _both(one: Any, other: Any) -> Any:
    """Return what is in two ascending arrays; one may be many times as long."""
    few, many = sorted((one, other), key=len)
    if not len(few):
        return few
    place = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return few[many[place] == few]


def _row(step: Any, node: int) -> Any:
    return step.indices[step.indptr[node] : step.indptr[node + 1]]


def _distinct(rules: Sequence[PathRule], mutual: np.ndarray[Any, Any]) -> list[PathRule]:
    """Leave out rules that differ only by reading a relation without direction backwards."""
    m = len(mutual)
    kept: dict[tuple[int, ...], PathRule] = {}
    for rule in rules:
        body = tuple(s - m if s >= m and mutual[s - m] else s for s in rule.body)
        kept.setdefault(body, PathRule(rule.head, body, rule.support, rule.cases, rule.confidence))
    return list(kept.values())
