"""Pairs in one array say what pairs as sorted keys say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.prediction import reach
from coopgraph.prediction.path_rules import mine_rules
from coopgraph.prediction.signals import COLUMNS, Signals
from coopgraph.prediction.triples import Triples

FACTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=90
)


@settings(deadline=None, max_examples=50)
@given(FACTS)
def test_scores_are_those_of_sorted_keys(facts):
    triples = Triples(10, 4, np.unique(np.array(facts), axis=0))
    few = mine_rules(triples)
    assert few.reach is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "MOST_CELLS", 0)
        many = mine_rules(triples)
    assert many.reach is None
    assert few.by_head == many.by_head
    for head, rules in few.by_head.items():
        keys, scores = few.scores(head)
        other_keys, other_scores = many.scores(head)
        assert keys.tolist() == other_keys.tolist()
        np.testing.assert_allclose(scores, other_scores, rtol=1e-5)
        for rule in rules:
            assert few.pairs_of(rule.body).tolist() == many.pairs_of(rule.body).tolist()


@settings(deadline=None, max_examples=20)
@given(FACTS)
def test_signals_of_few_entities_are_those_of_many(facts):
    """What is worked out once a relation in dense arrays is what is worked out query by query."""
    triples = Triples(10, 4, np.unique(np.array(facts), axis=0))
    queries = np.array([(x, relation) for x in range(10) for relation in range(8)])

    def all_signals():
        found = np.full((len(queries), 10, len(COLUMNS)), np.nan)
        for places, block in Signals(triples).blocks(queries):
            found[places] = block
        return found

    dense = all_signals()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "MOST_CELLS", 0)
        patch.setattr("coopgraph.prediction.signals._KEPT_CELLS", 0)
        patch.setattr("coopgraph.prediction.signals._DENSE_CELLS", 0)
        np.testing.assert_allclose(all_signals(), dense, rtol=1e-3, atol=1e-3)
