"""Path rules up to length 2: which relation or two-step path implies which relation.

Confidence is smoothed as in AnyBURL, ``support / (body + PSEUDO_COUNT)``, so that a rule that held
in 2 of 2 cases stands below one that held in 37 of 40 (Meilicke et al., IJCAI 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from coopgraph.prediction.progress import counted
from coopgraph.prediction.reach import STRONGEST, Reach
from coopgraph.prediction.triples import Floats, Ints, Triples

PSEUDO_COUNT: Final = 5.0
LEAST_SUPPORT: Final = 2
MOST_WALKS: Final = 3_000_000.0
"""Two-step paths with more walks than this run through hubs and are left out."""
MOST_RULES: Final = 500
"""At most so many rules conclude one relation."""
_NEXT: Final = 1e-2
_CERTAIN: Final = 0.9999
_MOST_KEPT: Final = 4_000_000


@dataclass(frozen=True)
class PathRule:
    """If there is such a path from x to y, then probably ``head(x, y)``.

    Attributes
    ----------
    head
        The relation concluded, 0 to m - 1.
    body
        One or two steps; a step of m or more is read backwards.
    support, cases
        It held in ``support`` of ``cases``.
    confidence
        Smoothed.
    """

    head: int
    body: tuple[int, ...]
    support: int
    cases: int
    confidence: float


@dataclass(eq=False)
class PathRules:
    """All rules of some triples, strongest first by relation concluded.

    Attributes
    ----------
    reach
        Of few entities: which pairs each body joins. None of many.
    """

    triples: Triples
    by_head: dict[int, list[PathRule]]
    left_out: int
    reach: Reach | None = None
    _keys: dict[tuple[int, ...], Ints] = field(default_factory=dict)
    _scores: dict[int, tuple[Ints, Floats]] = field(default_factory=dict)

    def pairs_of(self, body: tuple[int, ...]) -> Ints:
        """Return the pairs that a body joins, as sorted keys ``x * n + y``; never x with itself."""
        if self.reach is not None:
            return self.reach.pairs_of(body)
        known = self._keys.get(body)
        if known is None:
            path = self.triples.steps[body[0]]
            for step in body[1:]:
                path = path @ self.triples.steps[step]
            x, y = _entries(path)
            known = self._keys[body] = np.sort((x * self.triples.entities + y)[x != y])
        return known

    def scores(self, head: int) -> tuple[Ints, Floats]:
        """Return the pairs that rules conclude, and three scores of each, shape (k, 3).

        Strongest rule first, ties broken by the next (max+); noisy-or of the strongest five;
        noisy-or of all.
        """
        if head not in self._scores:
            found = self._score(self.by_head.get(head, []))
            if sum(len(key) for key, _ in self._scores.values()) + len(found[0]) <= _MOST_KEPT:
                self._scores[head] = found
            return found
        return self._scores[head]

    def _score(self, rules: list[PathRule]) -> tuple[Ints, Floats]:
        if not rules:
            return np.zeros(0, np.int64), np.zeros((0, 3))
        if self.reach is not None:
            return self._reached(self.reach, rules)
        parts = [self.pairs_of(rule.body) for rule in rules]
        key = np.concatenate(parts)
        confidence = np.repeat([rule.confidence for rule in rules], [len(p) for p in parts])
        order = np.argsort(key, kind="stable")
        key, confidence = key[order], confidence[order]
        first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        place = np.arange(len(key)) - np.repeat(first, np.diff(np.r_[first, len(key)]))
        doubt = _doubt(confidence)
        strong = place < STRONGEST
        by_strongest = np.where(strong, confidence * _NEXT ** np.minimum(place, STRONGEST), 0.0)
        columns = (by_strongest, np.where(strong, doubt, 0.0), doubt)
        return key[first], np.stack([np.add.reduceat(c, first) for c in columns], 1)

    def _reached(self, reach: Reach, rules: list[PathRule]) -> tuple[Ints, Floats]:
        pairs = np.flatnonzero(self._all_doubts[rules[0].head])
        five = reach.strongest([rule.body for rule in rules], pairs)
        confidence = np.array([*(rule.confidence for rule in rules), 0.0])  # of -1: none
        by_strongest = confidence[five] @ _NEXT ** np.arange(STRONGEST)
        doubts = _doubt(confidence)[five].sum(1)
        return pairs, np.stack([by_strongest, doubts, self._all_doubts[rules[0].head][pairs]], 1)

    @cached_property
    def _all_doubts(self) -> npt.NDArray[np.float32]:
        """What all rules leave of doubt, added up by relation concluded and pair."""
        assert self.reach is not None  # noqa: S101  (asked where it is there)
        return self.reach.sums([
            {rule.body: float(_doubt(np.array(rule.confidence))) for rule in self.by_head[head]}
            for head in range(self.triples.relations)
        ])  # fmt: skip


def mine_rules(triples: Triples, most_walks: float = float("inf")) -> PathRules:
    """Mine the rules of some triples.

    Parameters
    ----------
    most_walks
        Of all two-step paths together: kinds with the fewest walks are counted first.

    Examples
    --------
    >>> married = np.array([[0, 0, 1], [1, 0, 0], [2, 0, 3], [3, 0, 2]])
    >>> mine_rules(Triples(4, 1, married)).by_head[0][0]
    PathRule(head=0, body=(1,), support=4, cases=4, confidence=0.44...)
    """
    n, m = triples.entities, triples.relations
    by_head: dict[int, list[PathRule]] = {}
    if not len(triples.facts):
        return PathRules(triples, by_head, 0)
    steps, keys = triples.steps, triples.pairs
    walks = triples.in_degree.astype(np.float64) @ triples.out_degree.T.astype(np.float64)
    bodies: list[tuple[int, ...]] = []
    sizes, supports = [], []
    order = np.argsort(walks, axis=None, kind="stable")
    in_all = np.empty(walks.size)
    in_all[order] = np.cumsum(walks.ravel()[order])
    followed = (walks <= MOST_WALKS) & (in_all.reshape(walks.shape) <= most_walks)
    left_out = int((~followed).sum())
    reach = Reach.of(n, 2 * m + int((followed & (walks > 0)).sum()))
    for first in counted("paths", range(-1, 2 * m)):
        fits = (walks[first] > 0) & followed[first]
        for seconds in _portions(np.flatnonzero(fits), walks[first]) if first >= 0 else [
            np.arange(2 * m)
        ]:  # fmt: skip
            right = sp.hstack([steps[j] for j in seconds], format="csr")
            x, column = _entries(right if first < 0 else steps[first] @ right)
            body, y = np.divmod(column, n)
            other = x != y
            key, body = (x * n + y)[other], body[other]
            sizes.append(np.bincount(body, minlength=len(seconds)))
            supports.append(_supports(body, key, len(seconds), keys)[:, :m])
            these = [(int(j),) if first < 0 else (first, int(j)) for j in seconds]
            if reach is not None:
                reach.add(these, body, key)
            bodies += these
    cases, held = np.concatenate(sizes), np.concatenate(supports)
    base = np.bincount(triples.facts[:, 1], minlength=m) / max(n * (n - 1), 1)
    confidence = held / (cases[:, None] + PSEUDO_COUNT)
    confidence[(held < LEAST_SUPPORT) | (confidence <= base)] = 0.0
    for number, way in enumerate(bodies):
        if len(way) == 1 and way[0] < m:
            confidence[number, way[0]] = 0.0  # a relation implies itself
    for head in range(m):
        order = np.argsort(-confidence[:, head], kind="stable")[:MOST_RULES]
        by_head[head] = [
            PathRule(head, bodies[b], int(held[b, head]), int(cases[b]), float(confidence[b, head]))
            for b in order.tolist()
            if confidence[b, head] > 0
        ]
    return PathRules(triples, by_head, left_out, reach)


def _doubt(confidence: Floats) -> Floats:
    """Return what is added up for a noisy-or: the negated logarithm of the doubt that is left."""
    return np.asarray(-np.log1p(-np.minimum(confidence, _CERTAIN)))


def _portions(seconds: Ints, walks: Floats) -> list[Ints]:
    """Cut second steps into portions of bounded memory."""
    if not len(seconds):
        return []
    number = (np.cumsum(walks[seconds]) // (4 * MOST_WALKS)).astype(np.int64)
    return np.split(seconds, np.flatnonzero(np.diff(number)) + 1)


def _entries(matrix: sp.csr_matrix) -> tuple[Ints, Ints]:
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return row, matrix.indices.astype(np.int64)


def _supports(body: Ints, key: Ints, bodies: int, pairs: tuple[Ints, sp.csr_matrix]) -> Floats:
    """Count, by body and relation, the pairs of the body that the relation joins."""
    keys, relations = pairs
    place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    hit = keys[place] == key
    ones = np.ones(int(hit.sum()), np.float32)
    joined = sp.csr_matrix((ones, (body[hit], place[hit])), shape=(bodies, len(keys)))
    return np.asarray((joined @ relations).toarray(), np.float64)
