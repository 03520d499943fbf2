"""Suggested links of one actor: what rules, analogues, complements and recency speak for.

Everything is counted in the selected layers on the asked day alone. A suggestion is statistics:
it is never part of the graph, and nobody has said it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, overload

import numpy as np

from coopgraph.gaps.mined import Mined, mined
from coopgraph.graph.filters import type_mask
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.prediction.metrics import average_ranks
from coopgraph.prediction.path_rules import PathRule
from coopgraph.prediction.triples import Floats, Ints, sorted_once

MOST_RULES_SHOWN: Final = 20
MOST_CANDIDATES: Final = 1000
MOST_COMPLEMENTS: Final = 100
"""So many of the best complements are candidates though no rule and no analogue names them."""
ANALOGUES: Final = 20
MOST_HOLDERS: Final = 5000
"""A statement that more nodes have says nothing of who is alike, and is passed over."""
MOST_SHOWN_ANALOGUES: Final = 3


@dataclass(frozen=True)
class Suggestion:
    """A link that is predicted and not recorded.

    Attributes
    ----------
    node, relation
        The other end; the relation, m more if the link goes to the actor. As numbered in
        :class:`~coopgraph.gaps.seen_facts.SeenFacts`.
    score
        Mean of the ranks by the signals that there are, 0 to 1.
    confidence
        Of the strongest rule; 0 without one.
    rules
        Those that conclude it, strongest first.
    analogues
        Nodes alike that have this link, with their cosine.
    complement
        How well it complements the actor.
    node_of_snapshot, code
        Node and relation as the snapshot numbers them.
    is_back, is_directed
        Whether the link goes to the actor, and whether its relation has a direction.
    """

    node: int
    relation: int
    score: float
    confidence: float
    rules: tuple[PathRule, ...] = ()
    analogues: tuple[tuple[int, float], ...] = ()
    complement: float = 0.0
    node_of_snapshot: int = -1
    code: int = -1
    is_back: bool = False
    is_directed: bool = True


@dataclass(frozen=True)
class Found:
    """Suggestions, best first, and what has to be known of them.

    Attributes
    ----------
    notes
        What was not looked at, or why there is nothing; zh and en.
    """

    suggestions: Sequence[Suggestion]
    notes: list[dict[str, str]] = field(default_factory=list)


def find_suggestions(
    snapshot: Snapshot,
    scope: Scope,
    of: int,
    *,
    types: Sequence[str] = (),
    only: set[int] | None = None,
) -> Found:
    """Return the suggested links of one node, best first; at most :data:`MOST_CANDIDATES`.

    Parameters
    ----------
    of
        The node of the snapshot.
    types
        Only candidates of these types or below.
    only
        Only these nodes of the snapshot.
    """
    known = mined(snapshot, scope)
    seen, notes = known.seen, capped(known)
    x = seen.node(of)
    if x is None:
        return Found([], [NOTHING_RECORDED])
    fits = np.ones(len(seen.nodes), bool)
    if types:
        fits &= type_mask(snapshot, types, scope.selection)[known.types]
    if only is not None:
        fits &= np.isin(seen.nodes, list(only))
    c = candidates_of(known, x, fits)
    if c.walks_left_out:
        notes.append(_hubs(c.walks_left_out))
    if not len(c.keys):
        return Found([], [*notes, NO_CANDIDATE])
    return Found(Ranked(known, c), notes)


class Ranked(Sequence[Suggestion]):
    """The best candidates, best first; what speaks for one is put together when it is asked for."""

    def __init__(self, known: Mined, c: Candidates) -> None:
        self._known, self._c = known, c
        self._best = _best(c.score, c.confidence, MOST_CANDIDATES)

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._best)

    @overload
    def __getitem__(self, place: int) -> Suggestion: ...

    @overload
    def __getitem__(self, place: slice) -> list[Suggestion]: ...

    def __getitem__(self, place: int | slice) -> Suggestion | list[Suggestion]:
        """Return one, or a list of several."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        c, at = self._c, self._best[place]
        seen, m = self._known.seen, len(self._known.seen.relations)
        key = c.keys[at]
        y, relation = (int(part) for part in divmod(key, 2 * m))
        low, high = np.searchsorted(c.rule_keys, [key, key + 1]).tolist()
        start, end = np.searchsorted(c.alike_keys, [key, key + 1]).tolist()
        high, end = min(high, low + MOST_RULES_SHOWN), min(end, start + MOST_SHOWN_ANALOGUES)
        alike = zip(c.alike_by[start:end].tolist(), c.alike[start:end].tolist(), strict=True)
        return Suggestion(
            y, relation, float(c.score[at]), float(c.confidence[at]),
            tuple(self._known.index.rules[r] for r in c.rules[low:high].tolist()), tuple(alike),
            float(c.complement[at]), int(seen.nodes[y]), int(seen.relations[relation % m]),
            relation >= m, bool(~seen.directionless[relation % m]),
        )  # fmt: skip


def _best(score: Floats, confidence: Floats, most: int) -> Ints:
    """Return the places of the greatest scores; ties by confidence, then by place."""
    some = np.arange(len(score))
    if len(score) > most:
        some = np.flatnonzero(score >= np.partition(score, len(score) - most)[len(score) - most])
    return some[np.lexsort((some, -confidence[some], -score[some]))[:most]]


@dataclass(frozen=True, eq=False)
class Candidates:
    """All candidate links of a node, as keys ``y * 2m + relation``, ascending.

    Attributes
    ----------
    keys, score, confidence, likeness, complement
        Shape (c,).
    rule_keys, rules
        Which rules conclude which, strongest first.
    alike_keys, alike_by, alike
        Which nodes alike have which, and how near they are, nearest first.
    walks_left_out
        Two-step paths of the node that were not followed.
    """

    keys: Ints
    score: Floats
    confidence: Floats
    likeness: Floats
    complement: Floats
    rule_keys: Ints
    rules: Ints
    alike_keys: Ints
    alike_by: Ints
    alike: Floats
    walks_left_out: int


def candidates_of(known: Mined, x: int, fits: Any) -> Candidates:
    """Score all candidate links of a node.

    Parameters
    ----------
    x
        The node, as numbered in ``known``.
    fits
        Which nodes may be candidates, shape (n,).
    """
    m2 = 2 * len(known.seen.relations)
    rule_keys, rule, left_out = known.index.conclusions(x)
    alike_keys, alike_by, alike = _by_analogues(known, x)
    fit = known.complementarity.of(x)
    keys = sorted_once(np.concatenate([rule_keys, alike_keys, _complements(known, x, fit)]))
    y = keys // max(m2, 1)
    kept = fits[y] & (y != x) & ~known.seen.of_parties[y] & ~np.isin(keys, _own(known, x))
    keys, y = keys[kept], y[kept]
    confidence, likeness = np.zeros(len(keys)), np.zeros(len(keys))
    place = np.flatnonzero(
        np.concatenate([[True], rule_keys[1:] != rule_keys[:-1]])[: len(rule_keys)]
    )
    strongest = rule_keys[place]  # of each key the first rule: they come sorted
    at, has = _places(strongest, keys)
    confidence[has] = known.index.confidence[rule[place[at[has]]]]
    at, has = _places(keys, alike_keys)
    np.add.at(likeness, at[has], alike[has] ** 2)
    complement = fit[y]
    signals = [
        s for s in (confidence, likeness, complement, known.recency[y]) if len(s) and np.ptp(s) > 0
    ]
    ranks = [average_ranks(np.round(signal, 12)) for signal in signals]
    score = np.zeros(len(keys))
    if ranks:
        score = np.mean(ranks, axis=0) / len(keys)
    order = np.argsort(alike_keys, kind="stable")
    return Candidates(
        keys, score, confidence, likeness, complement, rule_keys, rule,
        alike_keys[order], alike_by[order], alike[order], left_out,
    )  # fmt: skip


def _own(known: Mined, x: int) -> Ints:
    """Return the keys of the links that a node has."""
    m, seen = len(known.seen.relations), known.seen
    places = seen.at(x)
    rows, mutual = seen.facts[places], seen.mutual[places]
    forth, back = rows[:, 0] == x, rows[:, 2] == x
    there = rows[:, 2] * 2 * m + rows[:, 1]
    here = rows[:, 0] * 2 * m + rows[:, 1]
    return np.concatenate([
        there[forth], here[back] + m, there[forth & mutual] + m, here[back & mutual]
    ])  # fmt: skip


def _by_analogues(known: Mined, x: int) -> tuple[Ints, Ints, Floats]:
    """Return the links of the nearest nodes as keys, whose each is, and how near that node is."""
    weighted, by_statement = known.profiles.weighted, known.by_statement
    low, high = weighted.indptr[x], weighted.indptr[x + 1]
    columns, values = weighted.indices[low:high], weighted.data[low:high]
    start, end = by_statement.indptr[columns], by_statement.indptr[columns + 1]
    few = end - start <= MOST_HOLDERS
    start, end, values = start[few], end[few], values[few]
    places = _ranges(start, end - start)
    weight = np.repeat(values, end - start) * by_statement.data[places]
    every = np.bincount(by_statement.indices[places], weight, minlength=weighted.shape[0])
    every[x] = 0.0
    others = np.flatnonzero(every > 0)
    alike = every[others]
    best = _best(np.round(alike, 9), np.zeros(len(alike)), ANALOGUES)
    others, alike = others[best], alike[best]
    matrix, columns = known.profiles.matrix, known.profiles.columns
    count = np.diff(matrix.indptr)[others]
    statement = columns[matrix.indices[_ranges(matrix.indptr[others], count)]]
    relation, y = np.divmod(statement, len(known.seen.nodes))
    keys = y * 2 * len(known.seen.relations) + relation
    return keys, np.repeat(others, count), np.repeat(alike, count)


def _complements(known: Mined, x: int, fit: Floats) -> Ints:
    """Return keys of the best complements, by the relation that is usual between such nodes."""
    some = np.flatnonzero(fit > 0)
    best = some[np.argsort(-np.round(fit[some], 12), kind="stable")[:MOST_COMPLEMENTS]]
    m2 = 2 * len(known.seen.relations)
    found = []
    for y in best.tolist():
        relation = known.usual.get((int(known.types[x]), int(known.types[y])))
        if relation is not None:
            found.append(y * m2 + relation)
    return np.array(found, np.int64)


def _ranges(start: Any, count: Any) -> Ints:
    """Return start, start + 1, … of each, one after the other."""
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(start, count) + within, np.int64)


def _places(ordered: Ints, wanted: Ints) -> tuple[Ints, Any]:
    """Return where values are in ascending ones, and which are there at all."""
    if not len(ordered):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return at, ordered[at] == wanted


NOTHING_RECORDED: Final = {
    "zh": "所选图层与日期内没有该节点的任何联系：没有可据以推荐的记录",
    "en": "nothing is recorded of this node in the layers and on the day asked for: there is "
    "nothing to suggest from",
}
NO_CANDIDATE: Final = {
    "zh": "所选图层中没有规则、相似主体或互补关系指向尚未记录的候选（或已被类型、领域条件排除）："
    "记录过少不等于没有合作可能",
    "en": "no rule, analogous actor or complement in the layers asked for leads to a candidate "
    "that is not recorded yet (or type and sector leave none): that little is recorded does not "
    "say that there is nothing to find",
}


def capped(known: Mined) -> list[dict[str, str]]:
    """Return notes on what mining did not look at."""
    if not known.rules.left_out:
        return []
    k = known.rules.left_out
    return [{
        "zh": f"有 {k} 种两步路径因经过枢纽节点、数量过大而未计入规则",
        "en": f"{k} kinds of two-step paths run through hubs, are too many to count, and made no "
        "rules",
    }]  # fmt: skip


def _hubs(walks: int) -> dict[str, str]:
    return {
        "zh": f"该节点有 {walks} 条经过枢纽节点的两步路径未逐一查看",
        "en": f"{walks} two-step paths of this node run through hubs and were not followed",
    }
