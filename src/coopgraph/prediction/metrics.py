"""How good scores are: ranks, areas, calibration; with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.prediction.triples import Floats, Ints

Scores = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
RESAMPLES: Final = 1000


def filtered_rank(scores: Scores, answer: int, known: list[int]) -> float:
    """Return the rank of an answer among candidates that are no other known answer.

    1 + candidates that score better + half of those that score the same (Sun et al., ACL 2020:
    ties must not be resolved in one's favour).

    Examples
    --------
    >>> filtered_rank(np.array([3.0, 2.0, 2.0, 1.0]), 2, [0, 2])
    1.5
    """
    own = scores[answer]
    others = np.delete(scores, list({*known, answer}))
    return float(1 + (others > own).sum() + 0.5 * (others == own).sum())


def filtered_ranks(scores: Scores, answers: Ints, known: Sequence[list[int]]) -> Floats:
    """Return the same for several scores of several queries.

    Parameters
    ----------
    scores
        Shape (scores, queries, candidates).
    answers, known
        Of each query: the answer, and all known ones.

    Returns
    -------
    Shape (scores, queries).

    Examples
    --------
    >>> scores = np.array([[[3.0, 2.0, 1.0]], [[0.0, 0.0, 0.0]]])
    >>> filtered_ranks(scores, np.array([2]), [[0, 2]]).tolist()
    [[2.0], [1.5]]
    """
    queries = np.arange(len(answers))
    counts = np.ones(scores.shape[1:], bool)
    for query, those in enumerate(known):
        counts[query, those] = False
    counts[queries, answers] = False
    own = scores[:, queries, answers, None]
    better, tied = (scores > own) & counts, (scores == own) & counts
    return np.asarray(1 + better.sum(2) + 0.5 * tied.sum(2), np.float64)


def auc(scores: Scores, truth: Bools) -> float:
    """Return the area under the ROC curve: how often a true one scores above a false one.

    Examples
    --------
    >>> auc(np.array([3.0, 2.0, 2.0]), np.array([True, True, False]))
    0.75
    """
    positives, total = int(truth.sum()), len(truth)
    if positives in (0, total):
        return float("nan")
    ranks = average_ranks(scores)
    above = ranks[truth].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (total - positives)))


def average_ranks(scores: Scores) -> Floats:
    """Return the ranks of scores, 1 the lowest; the same score has the mean of its ranks.

    Examples
    --------
    >>> average_ranks(np.array([5.0, 1.0, 5.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, group, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[group], np.float64)


def average_precision(scores: Scores, truth: Bools) -> float:
    """Return the mean, over the true ones, of the precision at their score; ties count together.

    Examples
    --------
    >>> average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]))
    0.83...
    """
    if not truth.any():
        return float("nan")
    _, group = np.unique(-scores, return_inverse=True)
    true_at = np.bincount(group, truth)
    precision = np.cumsum(true_at) / np.cumsum(np.bincount(group))
    return float((precision * true_at).sum() / truth.sum())


def precision_at(scores: Scores, truth: Bools, k: int) -> float:
    """Return the share of true ones among the k best; of a tie at the border its mean share.

    Examples
    --------
    >>> precision_at(np.array([2.0, 1.0, 1.0]), np.array([True, True, False]), 2)
    0.75
    """
    k = min(k, len(scores))
    if not k:
        return float("nan")
    border = np.sort(scores)[-k]
    sure, tied = scores > border, scores == border
    part = (k - sure.sum()) / tied.sum()
    return float((truth[sure].sum() + part * truth[tied].sum()) / k)


def brier_skill(probability: Scores, truth: Bools) -> float:
    """Return 1 - Brier score / Brier score of the base rate; 0 or less: no better than it."""
    base = truth.mean()
    reference = float(base * (1 - base))
    if not reference:
        return float("nan")
    return 1.0 - float(np.mean((probability - truth) ** 2)) / reference


def calibration_error(probability: Scores, truth: Bools, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal count (Naeini et al., AAAI 2015).

    Examples
    --------
    >>> calibration_error(np.array([0.5, 0.5]), np.array([True, False]), 1)
    0.0
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(p) * abs(float(probability[p].mean() - truth[p].mean())) for p in parts]
    return sum(gaps) / max(len(truth), 1)


def bootstrap_means(values: Floats, seed: int, resamples: int = RESAMPLES) -> list[list[float]]:
    """Return the 2.5 and 97.5 percentiles of means over resampled cases.

    Parameters
    ----------
    values
        Shape (means, cases); the same cases are drawn for each mean.
    """
    means, cases = values.shape
    if not cases:
        return [[float("nan")] * 2] * means
    drawn = np.random.default_rng(seed).integers(0, cases, (resamples, cases))
    drawn += np.arange(resamples)[:, None] * cases
    times = np.bincount(drawn.ravel(), minlength=resamples * cases).reshape(resamples, cases)
    found = times.astype(np.float64) @ values.T / cases
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    return [list(pair) for pair in zip(low.tolist(), high.tolist(), strict=True)]


def bootstrap(
    measure: Callable[[npt.NDArray[np.int64]], float], size: int, seed: int,
    resamples: int = RESAMPLES,
) -> list[float]:  # fmt: skip
    """Return the 2.5 and 97.5 percentiles of a measure over resampled cases.

    Parameters
    ----------
    measure
        From indices of cases, drawn with replacement.
    size
        How many cases there are.
    """
    if not size:
        return [float("nan")] * 2
    rng = np.random.default_rng(seed)
    values = [measure(rng.integers(0, size, size)) for _ in range(resamples)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return [float(low), float(high)]
