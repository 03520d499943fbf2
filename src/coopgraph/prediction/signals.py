"""The signals of a query (entity, relation): one column a signal, one row a candidate answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import scipy.sparse as sp

from coopgraph.prediction.analogues import Profiles, Singles
from coopgraph.prediction.path_rules import PSEUDO_COUNT, PathRules, mine_rules
from coopgraph.prediction.triples import Floats, Ints, Triples

COLUMNS: Final = (
    "rules", "rules_five", "rules_all", "features", "features_all", "analogues", "analogues_back",
    "regression", "regression_back", "frequency", "degree", "exclusion", "saturation", "seen",
    "itself", "any_rule", "pair",
)  # fmt: skip
SINGLE: Final = ("rules", "features", "analogues", "regression")
"""The signals of equal rank; the others are base lines and restrictions."""
_LOGGED: Final = 7
_SMALL: Final = 1e-4
_MOST_ALIKE: Final = 6
_RIDGE: Final = 5.0
_SURE: Final = 0.999
_DENSE_CELLS: Final = 4_000_000
_CELLS: Final = 24_000_000
"""A block of queries holds at most so many numbers."""
_KEPT_CELLS: Final = 60_000_000
"""With so many numbers in all, the signals of every query are worked out once and kept."""


class Signals:
    """Everything that is counted in some triples, ready to score queries."""

    def __init__(self, triples: Triples) -> None:
        self.triples = triples
        self.rules: PathRules = mine_rules(triples)
        self.profiles = Profiles(triples)
        keys, relations = triples.pairs
        self._together = np.asarray((relations.T @ relations).toarray(), np.float64)
        self._pairs = max(len(keys), 1)
        self._pair_weights = _pair_regression(self._together)
        own = triples.both_ways
        self._reflexive = np.zeros(2 * triples.relations, bool)
        self._reflexive[own[own[:, 0] == own[:, 2], 1]] = True
        self._tables: dict[int, Singles] = {}

    def blocks(self, queries: Ints) -> Iterator[tuple[Ints, Singles]]:
        """Yield the places of some queries and their signals, shape (queries, n, columns).

        Parameters
        ----------
        queries
            Rows (entity, relation), relation 0 to 2m - 1; shape (k, 2).
        """
        t = self.triples
        most = max(1, _CELLS // max(t.entities * len(COLUMNS), 1))
        few = t.entities**2 * 2 * t.relations * len(COLUMNS) <= _KEPT_CELLS
        for relation in np.unique(queries[:, 1]).tolist():
            of = np.flatnonzero(queries[:, 1] == relation)
            if few:
                if relation not in self._tables:
                    every = np.arange(t.entities)
                    self._tables[relation] = _Common(self, relation).signals(every)
                yield of, self._tables[relation][queries[of, 0]]
                continue
            common = _Common(self, int(relation))
            for start in range(0, len(of), most):
                some = of[start : start + most]
                yield some, common.signals(queries[some, 0])


class _Common:
    """What all queries of one relation share."""

    def __init__(self, known: Signals, relation: int) -> None:
        self.known, self.relation = known, relation
        t = known.triples
        n, m = t.entities, t.relations
        self.back = (relation + m) % (2 * m)
        key, scores = known.rules.scores(relation % m)
        rows = np.searchsorted(key, np.arange(n + 1) * n)  # the keys come sorted
        self.rules = [sp.csr_matrix((scores[:, i], key % n, rows), shape=(n, n)) for i in range(3)]
        if relation >= m:
            self.rules = [score.T.tocsr() for score in self.rules]
        self.answers = t.steps[relation]
        profiles = known.profiles
        implied = (profiles.matrix.T @ self.answers).tocsr()
        cases = np.repeat(profiles.counts, np.diff(implied.indptr))
        implied.data = implied.data / (cases + PSEUDO_COUNT)
        self.implied = implied
        doubt = -np.log1p(-np.minimum(implied.data, _SURE))
        self.implied_doubt = sp.csr_matrix((doubt, implied.indices, implied.indptr), implied.shape)
        _, joined = t.pairs
        frequency = t.in_degree[relation]
        self.frequency = np.log(frequency + 0.1)
        self.seen = frequency > 0
        # Relations that never join the same two although chance would let them: this one is out.
        with_it = known._together[relation]
        count = np.diag(known._together)
        by_chance = count * min(0.5, float(count[relation]) / known._pairs)
        exclusion = np.minimum(np.log((with_it + 0.5) / (by_chance + 0.5)), 0.0)
        self.excluded = joined @ exclusion
        self.spoken_for = joined @ known._pair_weights[:, relation]
        self.saturation = _saturation(t.out_degree[self.back])

    def signals(self, rows: Ints) -> Singles:
        known, t = self.known, self.known.triples
        n, profiles = t.entities, known.profiles
        found = np.zeros((len(rows), n, len(COLUMNS)), np.float32)
        for column in range(3):
            found[:, :, column] = self.rules[column][rows].toarray()
        self._features(rows, found)
        self._analogues(rows, found)
        found[:, :, :_LOGGED] = np.log(found[:, :, :_LOGGED] + _SMALL)
        found[:, :, 9] = self.frequency
        found[:, :, 10] = np.log1p(np.diff(profiles.matrix.indptr))
        keys, _ = t.pairs
        low, high = np.searchsorted(keys, rows * n), np.searchsorted(keys, (rows + 1) * n)
        places, row = _ranges(low, high - low), np.repeat(np.arange(len(rows)), high - low)
        found[row, keys[places] % n, 11] = self.excluded[places]
        found[row, keys[places] % n, 16] = self.spoken_for[places]
        found[:, :, 12] = self.saturation
        found[:, :, 13] = self.seen
        if not known._reflexive[self.relation]:
            found[np.arange(len(rows)), rows, 14] = 1.0
        found[:, :, 15] = found[:, :, 0] > np.log(2 * _SMALL)
        return found

    def _features(self, rows: Ints, found: Singles) -> None:
        """Rules with a constant: who has this statement also has that one."""
        matrix = self.known.profiles.matrix
        if matrix.shape[0] * matrix.shape[1] <= _DENSE_CELLS:
            has = matrix[rows]
            found[:, :, 4] = has @ self.implied_doubt.toarray()
            implied = self.implied.toarray().astype(np.float32)
            for i in np.flatnonzero(np.diff(has.indptr)).tolist():
                statements = has.indices[has.indptr[i] : has.indptr[i + 1]]
                found[i, :, 3] = implied.take(statements, axis=0).max(0)
            return
        found[:, :, 4] = (matrix[rows] @ self.implied_doubt).toarray()
        start, count = self.implied.indptr[:-1], np.diff(self.implied.indptr)
        strongest = np.zeros(matrix.shape[0])
        for i, x in enumerate(rows.tolist()):
            has = matrix.indices[matrix.indptr[x] : matrix.indptr[x + 1]]
            places = _ranges(start[has], count[has])
            strongest[:] = 0.0
            np.maximum.at(strongest, self.implied.indices[places], self.implied.data[places])
            found[i, :, 3] = strongest

    def _analogues(self, rows: Ints, found: Singles) -> None:
        profiles = self.known.profiles
        alike = profiles.cosines(rows)
        total = alike.sum(1, keepdims=True) + 1e-9
        found[:, :, 5] = (self.answers.T @ alike.T).T / total
        if not profiles.is_small:
            return
        own = self.answers[rows]
        of_all = profiles.all_cosines
        found[:, :, 6] = (own @ of_all) / (of_all.sum(0) + 1e-9)
        smoother, _ = profiles.ridge
        found[:, :, 7] = (self.answers.T @ smoother[rows].T).T * profiles.factors(self.relation)
        found[:, :, 8] = (own @ smoother.T) * profiles.factors(self.back)[rows][:, None]


def _pair_regression(together: Floats) -> Floats:
    """Return how much each relation of a pair speaks for each other one, shape (2m, 2m).

    The ridge regression with zero diagonal of :mod:`analogues`, over pairs instead of entities.
    """
    inverse = np.linalg.inv(together + _RIDGE * np.eye(len(together)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights, np.float64)


def _ranges(start: Ints, count: Ints) -> Ints:
    """Return start, start + 1, … of each, one after the other."""
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(start, count) + within, np.int64)


def _saturation(has: Ints) -> Singles:
    """Return, by candidate, how much likelier a missing fact is for one that has so many already.

    A fact that is left out leaves its end with one fewer than it has: the distribution of that
    number over facts, against that of the number of facts over all entities.
    """
    most = _MOST_ALIKE
    here = np.minimum(has, most)
    left = np.minimum(np.repeat(has, has) - 1, most)
    of_facts = np.bincount(left, minlength=most + 1) + 0.5
    of_all = np.bincount(here, minlength=most + 1) + 0.5
    ratio = np.log(of_facts / of_facts.sum()) - np.log(of_all / of_all.sum())
    return np.asarray(ratio[here], np.float32)
