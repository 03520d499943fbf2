"""Backtest of suggestions: trained on what was valid before a day, tested on what came after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from coopgraph.gaps.mined import Mined, mine
from coopgraph.gaps.reasons import BANDS
from coopgraph.gaps.seen_facts import Bools, SeenFacts, facts_of
from coopgraph.gaps.suggestions import candidates_of
from coopgraph.graph.dates import OPEN_FROM, iso_date
from coopgraph.graph.snapshot import Snapshot
from coopgraph.prediction.combination import fit_logistic, logistic
from coopgraph.prediction.metrics import brier_skill, calibration_error
from coopgraph.prediction.outcomes import Outcomes
from coopgraph.prediction.progress import tell
from coopgraph.prediction.triples import Floats, Ints

LEAST_FACTS: Final = 10
"""With fewer dated facts before the day, or fewer to be found after it, nothing is measured."""
MOST_CANDIDATES: Final = 200_000
MOST_ASKED: Final = 1000
"""Nodes are drawn until there are so many candidates, or so many nodes."""
UNDATED_ARE_KNOWN: Final = {
    "zh": "没有起始日期的联系一律视为此前已知；起始日期不等于签署日期；命中指其后有记录",
    "en": "links without a first day count as known before; a first day need not be the day of "
    "signing; what came true is what was recorded as beginning later",
}
SCORES: Final = ("constant", "frequency", "degree", "rules", "analogues", "combined")


@dataclass(frozen=True, eq=False)
class Window:
    """What was known before a day, and what came after. k facts after, both ways.

    Attributes
    ----------
    known
        Counted in what was known.
    after
        Rows (x, relation, y) that were new, both ways, as numbered in ``known``, shape (k, 3).
    counts
        How many facts there were of each kind.
    """

    known: Mined
    after: Ints
    counts: dict[str, int]


def counts_of(seen: SeenFacts, day: int) -> dict[str, int]:
    """Count facts before, after and without a day."""
    dated = seen.first != OPEN_FROM
    return {
        "facts_dated_before": int((dated & (seen.first < day)).sum()),
        "facts_undated": int((~dated).sum()),
        "facts_dated_after": int((dated & (seen.first >= day)).sum()),
    }


def window_of(snapshot: Snapshot, selection: int, seen: SeenFacts, day: int) -> Window:
    """Split facts at a day; what has no first day counts as known before."""
    counts = counts_of(seen, day)
    later = (seen.first >= day) & (seen.first != OPEN_FROM)
    before = facts_of(snapshot, selection, seen.edges[~later])
    rows, mutual = seen.facts[later], seen.mutual[later]
    ends = [np.searchsorted(before.nodes, seen.nodes[rows[:, end]]) for end in (0, 2)]
    relation = np.full(len(seen.relations), -1)
    for new, old in enumerate(before.relations.tolist()):
        relation[np.flatnonzero(seen.relations == old)] = new
    code = relation[rows[:, 1]] if len(rows) else np.zeros(0, np.int64)
    fits = code >= 0
    for end, at in zip((0, 2), ends, strict=True):
        inside = np.minimum(at, max(len(before.nodes) - 1, 0))
        fits &= (at < len(before.nodes)) & (
            before.nodes[inside] == seen.nodes[rows[:, end]] if len(before.nodes) else False
        )
    m = len(before.relations)
    forth = np.stack([ends[0], code, ends[1]], 1)[fits]
    counts["facts_with_new_ends"] = int((~fits).sum())
    back = np.stack([forth[:, 2], forth[:, 1] + m, forth[:, 0]], 1)
    both = np.concatenate([forth, back])
    without = mutual[fits]
    flipped = np.concatenate([forth[without][:, [2, 1, 0]], back[without][:, [2, 1, 0]]])
    after = np.unique(np.concatenate([both, flipped]), axis=0)
    known_before = before.triples().both_ways
    n = max(len(before.nodes), 1)
    was = np.isin(_key(after, n, m), _key(known_before, n, m))
    parties = before.of_parties
    plain = ~(parties[after[:, 0]] | parties[after[:, 2]]) if len(after) else was
    after = after[~was & plain & (after[:, 0] != after[:, 2])]
    once = after[after[:, 1] < m]
    lone = ~before.directionless if m else np.zeros(0, bool)
    counts["facts_to_find"] = int((lone[once[:, 1]] | (once[:, 0] < once[:, 2])).sum())
    return Window(mine(snapshot, selection, before, day), after, counts)


def _key(rows: Ints, n: int, m: int) -> Ints:
    return (rows[:, 0] * 2 * m + rows[:, 1]) * n + rows[:, 2]


def outcomes_of(window: Window, seed: int = 0) -> Outcomes:
    """Score all candidates of the nodes that are asked, and say which came true.

    A node is asked for every relation that it or its type had before and in which something came
    after; candidates are the nodes that stood at the other end of that relation.
    """
    known, after = window.known, window.after
    t = known.profiles
    n, m2 = len(known.seen.nodes), 2 * len(known.seen.relations)
    m = m2 // 2  # what has no direction is asked from either end, but not twice
    asked = [r for r in np.unique(after[:, 1]) if r < m or not known.seen.directionless[r - m]]
    answers = {int(r): np.flatnonzero(_in_degree(t.steps[r]) > 0) for r in asked}
    degree = np.log1p(np.diff(t.matrix.indptr))
    sides = {int(r): np.unique(known.types[np.diff(t.steps[r].indptr) > 0]) for r in asked}
    keys = _key(after, n, m)
    rng = np.random.default_rng(seed)
    parts: list[tuple[Floats, Bools, int]] = []
    size = nodes = 0
    for x in rng.permutation(n).tolist():
        if size >= MOST_CANDIDATES or nodes >= MOST_ASKED:
            break
        if known.seen.of_parties[x]:
            continue
        relations = [int(r) for r in asked if known.types[x] in sides[int(r)]]
        if not relations:
            continue
        nodes += 1
        tell("nodes asked", nodes, min(n, MOST_ASKED))
        found = candidates_of(known, x, np.ones(n, bool))
        for r in relations:
            step = t.steps[r]
            own = step.indices[step.indptr[x] : step.indptr[x + 1]]
            ys = np.setdiff1d(answers[r], [*own.tolist(), x])
            ys = ys[~known.seen.of_parties[ys]]
            if not len(ys):
                continue
            columns = np.zeros((len(ys), len(SCORES)))
            columns[:, 1], columns[:, 2] = np.log1p(_in_degree(step)[ys]), degree[ys]
            wanted = ys * m2 + r
            place = np.minimum(np.searchsorted(found.keys, wanted), max(len(found.keys) - 1, 0))
            if len(found.keys):
                hit = found.keys[place] == wanted
                for column, values in ((3, found.confidence), (4, found.likeness),
                                       (5, found.score)):  # fmt: skip
                    columns[hit, column] = values[place[hit]]
            row = np.stack([np.full(len(ys), x), np.full(len(ys), r), ys], 1)
            parts.append((columns, np.isin(_key(row, n, m), keys), len(ys)))
            size += len(ys)
    return Outcomes.join(SCORES, parts, nodes)


def _in_degree(step: Any) -> Ints:
    return np.bincount(step.indices, minlength=step.shape[1])


def backtest(
    snapshot: Snapshot, selection: int, seen: SeenFacts, day: int, *, seed: int = 0
) -> dict[str, Any]:
    """Measure suggestions on what came after a day; without enough dated facts say why not.

    Parameters
    ----------
    seen
        All facts of the scope.
    day
        Days since 1970-01-01.
    """
    counts = counts_of(seen, day)
    found: dict[str, Any] = {"as_of": iso_date(day), "possible": False, **counts}
    if min(counts["facts_dated_before"], counts["facts_dated_after"]) < LEAST_FACTS:
        return found | {"cannot_say": _too_few(counts, day), "results": None}
    window = window_of(snapshot, selection, seen, day)
    found |= window.counts
    if window.counts["facts_to_find"] < LEAST_FACTS:
        return found | {"cannot_say": _nothing_to_find(window.counts), "results": None}
    outcomes = outcomes_of(window, seed)
    if outcomes.true.sum() < LEAST_FACTS or outcomes.true.all():
        return found | {"cannot_say": _nothing_to_find(window.counts), "results": None}
    calibration = _calibrate(snapshot, selection, window, outcomes, seed)
    skill = None if calibration is None else calibration["brier_skill"]
    return found | {
        "possible": True,
        "cannot_say": None,
        "actors_asked": outcomes.asked,
        "candidates": len(outcomes.true),
        "came_true": int(outcomes.true.sum()),
        "base_rate": outcomes.base_rate,
        "results": outcomes.results(seed),
        "bands": outcomes.bands("rules", BANDS),
        "calibration": calibration,
        "percentages": skill is not None and skill > 0,
    }


def _calibrate(
    snapshot: Snapshot, selection: int, window: Window, outcomes: Outcomes, seed: int
) -> dict[str, Any] | None:
    """Turn scores into probabilities by an earlier window; None where that has too few facts."""
    seen = window.known.seen
    dated = np.sort(seen.first[seen.first != OPEN_FROM])
    day = int(dated[len(dated) // 2])
    counts = counts_of(seen, day)
    if min(counts["facts_dated_before"], counts["facts_dated_after"]) < LEAST_FACTS:
        return None
    earlier = window_of(snapshot, selection, seen, day)
    if earlier.counts["facts_to_find"] < LEAST_FACTS:
        return None
    tried = outcomes_of(earlier, seed)
    if tried.true.sum() < LEAST_FACTS or tried.true.all():
        return None
    weights = fit_logistic(_columns(tried), tried.true)
    probability = logistic(weights[0] + _columns(outcomes) @ weights[1:])
    return {
        "fitted_on": iso_date(day),
        "ece": calibration_error(probability, outcomes.true),
        "brier_skill": brier_skill(probability, outcomes.true),
    }


def _columns(of: Outcomes) -> Floats:
    places = [SCORES.index(name) for name in ("frequency", "rules", "analogues", "combined")]
    return of.scores[:, places]


def _too_few(counts: dict[str, int], day: int) -> dict[str, str]:
    before, after = counts["facts_dated_before"], counts["facts_dated_after"]
    none = counts["facts_undated"]
    return {
        "zh": f"无法回测：{iso_date(day)} 之前有 {before} 条、当日及之后有 {after} 条注明起始日期的"
        f"联系（另有 {none} 条无日期），两侧至少各需 {LEAST_FACTS} 条；"
        "因此不能说明推荐在本图谱上的命中率，也不给出任何数值",
        "en": f"no backtest is possible: {before} links have a first day before {iso_date(day)}, "
        f"{after} on it or later ({none} have no date), and at least {LEAST_FACTS} are needed on "
        "either side; so nothing can be said of how often suggestions on this graph come true, "
        "and no figure is given",
    }


def _nothing_to_find(counts: dict[str, int]) -> dict[str, str]:
    new, after = counts["facts_with_new_ends"], counts["facts_dated_after"]
    return {
        "zh": f"无法回测：之后的 {after} 条联系中，{new} 条涉及此前没有记录的主体或关系，"
        f"可供检验的新联系不足 {LEAST_FACTS} 条；因此不能说明命中率，也不给出任何数值",
        "en": f"no backtest is possible: of {after} later links {new} have an end or a relation "
        f"that was not recorded before, and fewer than {LEAST_FACTS} new ones are left to be "
        "found; so nothing can be said of how often suggestions come true, and no figure is given",
    }
