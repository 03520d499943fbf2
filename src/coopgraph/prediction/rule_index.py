"""Path rules by body: what they conclude about one entity, in milliseconds on large graphs."""

from __future__ import annotations

from typing import Final

import numpy as np

from coopgraph.prediction.path_rules import PathRules
from coopgraph.prediction.triples import Ints, sorted_once

MOST_ENDS: Final = 20_000
"""Two-step walks from one entity that are followed: those through the fewest others first."""


class RuleIndex:
    """Rules of some triples, both directions. n entities, m relations.

    Attributes
    ----------
    rules
        All rules, the most confident first.
    """

    def __init__(self, rules: PathRules) -> None:
        t = rules.triples
        self.entities, self.relations = t.entities, t.relations
        both, m = t.both_ways, t.relations
        self._neighbour, self._step = both[:, 2], both[:, 1]
        self._rows = np.searchsorted(both[:, 0], np.arange(t.entities + 1))
        every = [rule for of in rules.by_head.values() for rule in of]
        self.rules = sorted(every, key=lambda rule: (-rule.confidence, rule.head, rule.body))
        self.confidence = np.array([rule.confidence for rule in self.rules])
        self._codes = 2 * m + 1  # a second step of 2m is none
        entries = []
        for number, rule in enumerate(self.rules):
            back = tuple((step + m) % (2 * m) for step in reversed(rule.body))
            entries.append((self._code(rule.body), rule.head, number))
            entries.append((self._code(back), rule.head + m, number))
        table = np.array(sorted(entries), np.int64).reshape(-1, 3)
        self._concluded, self._rule = table[:, 1], table[:, 2]
        self._places = np.searchsorted(table[:, 0], np.arange(self._codes**2 + 1))
        rules_of_code = np.diff(self._places).reshape(self._codes, self._codes)
        self._begins = np.count_nonzero(rules_of_code[:, : 2 * m], axis=1) > 0

    def _code(self, body: tuple[int, ...]) -> int:
        return body[0] * self._codes + (body[1] if len(body) > 1 else 2 * self.relations)

    def conclusions(self, x: int) -> tuple[Ints, Ints, int]:
        """Return what rules conclude of an entity.

        Returns
        -------
        Keys ``y * 2m + relation``, ascending, with the number of a rule that concludes it, the
        strongest first; and how many two-step walks were not followed.
        """
        m2 = 2 * self.relations
        low, high = self._rows[x], self._rows[x + 1]
        near, step = self._neighbour[low:high], self._step[low:high]
        ends, codes = [near], [step * self._codes + m2]
        goes_on = self._begins[step]
        middle, first = near[goes_on], step[goes_on]
        degree = self._rows[middle + 1] - self._rows[middle]
        order = np.argsort(degree, kind="stable")
        kept = order[np.cumsum(degree[order]) <= MOST_ENDS]
        left_out = int(degree.sum() - degree[kept].sum())
        middle, first, degree = middle[kept], first[kept], degree[kept]
        within = np.arange(degree.sum()) - np.repeat(np.cumsum(degree) - degree, degree)
        places = np.repeat(self._rows[middle], degree) + within
        ends.append(self._neighbour[places])
        codes.append(np.repeat(first, degree) * self._codes + self._step[places])
        y, code = np.concatenate(ends), np.concatenate(codes)
        useful = (self._places[code + 1] > self._places[code]) & (y != x)
        joined = sorted_once(y[useful] * self._codes**2 + code[useful])
        y, code = np.divmod(joined, self._codes**2)
        count = self._places[code + 1] - self._places[code]
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        entry = np.repeat(self._places[code], count) + within
        key, rule = np.repeat(y, count) * m2 + self._concluded[entry], self._rule[entry]
        order = np.argsort(key * max(len(self.rules), 1) + rule)
        return key[order], rule[order], left_out
