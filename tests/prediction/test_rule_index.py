"""What the index concludes of one entity is what the rules conclude of all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.prediction import rule_index
from coopgraph.prediction.path_rules import mine_rules
from coopgraph.prediction.rule_index import RuleIndex
from coopgraph.prediction.triples import Triples

FACTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1), st.integers(0, 6)), min_size=1, max_size=30
)


@settings(deadline=None)
@given(FACTS)
def test_conclusions_of_each_entity_are_those_of_all_pairs(facts):
    n, m = 7, 2
    rules = mine_rules(Triples(n, m, np.unique(np.array(facts), axis=0)))
    index = RuleIndex(rules)
    wanted = {
        (x, y, rule.head, rule.body)
        for of in rules.by_head.values()
        for rule in of
        for x, y in (divmod(int(k), n) for k in rules.pairs_of(rule.body))
    }
    forth, back = set(), set()
    for x in range(n):
        keys, numbers, left_out = index.conclusions(x)
        assert left_out == 0
        assert (np.diff(keys) >= 0).all()
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
            y, relation = divmod(key, 2 * m)
            rule = index.rules[number]
            assert relation % m == rule.head
            if relation < m:
                forth.add((x, y, rule.head, rule.body))
            else:
                back.add((y, x, rule.head, rule.body))
    assert forth == wanted == back


def test_walks_through_hubs_are_counted_and_not_followed(monkeypatch):
    pairs = [[i, 0, j] for i in range(10) for j in range(i + 1, 10)]
    facts = np.array(pairs + [[i, 1, 20] for i in range(10)])
    index = RuleIndex(mine_rules(Triples(30, 2, facts)))
    whole = index.conclusions(5)
    monkeypatch.setattr(rule_index, "MOST_ENDS", 5)
    keys, _, left_out = index.conclusions(5)
    assert left_out > 0 == whole[2]
    assert set(keys.tolist()) < set(whole[0].tolist())


def test_nothing_follows_from_nothing():
    index = RuleIndex(mine_rules(Triples(3, 1, np.zeros((0, 3), np.int64))))
    assert index.conclusions(0)[0].tolist() == []


def test_a_bound_on_all_walks_leaves_out_the_longest():
    facts = np.array([[i, 0, (i * 3 + 1) % 20] for i in range(20)] + [[i, 1, 0] for i in range(20)])
    rules = mine_rules(Triples(20, 2, facts), most_walks=100)
    assert rules.left_out > 0
    assert mine_rules(Triples(20, 2, facts)).left_out == 0
