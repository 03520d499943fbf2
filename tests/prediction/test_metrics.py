"""Measures against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from coopgraph.prediction import metrics
from coopgraph.prediction.combination import rank_average

SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30)


def _arrays(cases):
    scores = np.array([s for s, _ in cases], float)
    return scores, np.array([t for _, t in cases], bool)


@given(SCORES)
def test_auc_is_the_share_of_pairs_in_order(cases):
    scores, truth = _arrays(cases)
    pairs = [(a > b) + 0.5 * (a == b) for a in scores[truth] for b in scores[~truth]]
    if pairs:
        assert metrics.auc(scores, truth) == pytest.approx(np.mean(pairs))
    else:
        assert np.isnan(metrics.auc(scores, truth))


@given(SCORES)
def test_average_precision_is_the_mean_precision_at_true_ones(cases):
    scores, truth = _arrays(cases)
    if truth.any():
        wanted = np.mean([truth[scores >= s].mean() for s in scores[truth]])
        assert metrics.average_precision(scores, truth) == pytest.approx(wanted)


@given(SCORES, st.integers(1, 40))
def test_precision_at_k_lies_between_the_best_and_worst_order_of_ties(cases, k):
    scores, truth = _arrays(cases)
    k_ = min(k, len(scores))
    best = truth[np.lexsort((~truth, -scores))][:k_].mean()
    worst = truth[np.lexsort((truth, -scores))][:k_].mean()
    assert worst - 1e-9 <= metrics.precision_at(scores, truth, k) <= best + 1e-9


@given(SCORES, st.data())
def test_filtered_rank_counts_better_and_half_of_tied(cases, data):
    scores, known = _arrays(cases)
    answer = data.draw(st.integers(0, len(scores) - 1))
    others = [s for i, s in enumerate(scores) if i != answer and not known[i]]
    own = scores[answer]
    wanted = 1 + sum(s > own for s in others) + 0.5 * sum(s == own for s in others)
    assert metrics.filtered_rank(scores, answer, np.flatnonzero(known).tolist()) == wanted


def test_the_base_rate_has_no_skill_and_no_calibration_error():
    truth = np.array([True, False, False, False])
    base = np.full(4, 0.25)
    assert metrics.brier_skill(base, truth) == pytest.approx(0)
    assert metrics.calibration_error(base, truth, 1) == pytest.approx(0)
    assert metrics.brier_skill(truth.astype(float), truth) == 1


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))
def test_ranks_of_many_queries_are_those_of_each(queries, candidates, seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 3, (2, queries, candidates)).astype(float)
    answers = rng.integers(0, candidates, queries)
    known = [np.flatnonzero(rng.random(candidates) < 0.3).tolist() for _ in range(queries)]
    found = metrics.filtered_ranks(scores, answers, known)
    for i in range(2):
        for query in range(queries):
            one = metrics.filtered_rank(scores[i, query], answers[query], known[query])
            assert found[i, query] == one


@given(st.integers(1, 4), st.integers(1, 7), st.integers(0, 1000))
def test_mean_ranks_are_those_of_scipy(queries, candidates, seed):
    signals = np.random.default_rng(seed).integers(0, 4, (queries, candidates, 3)).astype(float)
    wanted = rankdata(signals, axis=1).mean(2) - 0.5
    np.testing.assert_allclose(rank_average(signals) * candidates, wanted, rtol=1e-6)
