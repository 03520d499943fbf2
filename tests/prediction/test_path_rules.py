"""Rules against counting every path."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.prediction.path_rules import LEAST_SUPPORT, PSEUDO_COUNT, mine_rules
from coopgraph.prediction.triples import Triples

FACTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 5)), min_size=1, max_size=25
)


def _pairs(facts, step, m):
    if step < m:
        return {(h, t) for h, r, t in facts if r == step}
    return {(t, h) for h, r, t in facts if r == step - m}


@settings(deadline=None)
@given(FACTS, st.integers(6, 90))
def test_support_and_cases_are_those_of_brute_force(facts, entities):
    m = 2
    found = mine_rules(Triples(entities, m, np.unique(np.array(facts), axis=0)))
    seen = {}
    for head, rules in found.by_head.items():
        assert [r.confidence for r in rules] == sorted((r.confidence for r in rules), reverse=True)
        for rule in rules:
            pairs = _pairs(facts, rule.body[0], m)
            for step in rule.body[1:]:
                after = _pairs(facts, step, m)
                pairs = {(x, y) for x, z in pairs for z_, y in after if z == z_}
            pairs = {(x, y) for x, y in pairs if x != y}
            assert rule.cases == len(pairs)
            assert rule.support == len(pairs & _pairs(facts, head, m)) >= LEAST_SUPPORT
            assert abs(rule.confidence - rule.support / (rule.cases + PSEUDO_COUNT)) < 1e-12
            for pair in pairs:
                seen.setdefault((head, *pair), []).append(rule.confidence)
        keys, scores = found.scores(head)
        assert {(head, *divmod(int(k), entities)) for k in keys} == {
            pair for pair in seen if pair[0] == head
        }
        strongest = [max(seen[(head, *divmod(int(k), entities))]) for k in keys]
        order = np.argsort(scores[:, 0])
        assert (np.diff(np.array(strongest)[order]) > -1e-2).all()


def test_nothing_is_mined_from_nothing():
    assert mine_rules(Triples(3, 1, np.zeros((0, 3), np.int64))).by_head == {}
