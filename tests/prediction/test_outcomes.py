"""Measures of scored candidates against counting by hand."""

import numpy as np

from coopgraph.prediction.outcomes import Outcomes

SCORES = np.array([[0.9, 0], [0.1, 0], [0.5, 0], [0.3, 0], [0.2, 0]])
TRUE = np.array([True, False, False, True, False])
SOME = Outcomes(("good", "constant"), SCORES, TRUE, [2, 3], 2)


def test_ranks_are_within_each_query():
    assert SOME.ranks().tolist() == [[1.0, 2.0], [1.5, 2.0]]


def test_measures():
    found = SOME.results()
    assert found["good"]["mrr"] == 0.75
    assert found["constant"]["auc"] == 0.5
    assert found["good"]["auc"] == 5 / 6
    assert found["good"]["precision_at_10"] == SOME.base_rate == 0.4


def test_bands_part_the_candidates():
    found = SOME.bands("good", [(0.5, "high"), (0.0, "low")])
    assert found["high"] == {"candidates": 2, "came_true": 1, "rate": 0.5}
    assert found["low"]["candidates"] == 3
    empty = SOME.bands("good", [(2.0, "none"), (0.0, "all")])["none"]
    assert empty["rate"] is None


def test_nothing_asked():
    empty = Outcomes.join(("a",), [], 0)
    assert np.isnan(empty.base_rate)
    assert empty.ranks().shape == (1, 0)
