"""Signals put together: equal ranks, or weights where a backtest finds them better."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.prediction.analogues import Singles
from coopgraph.prediction.triples import Floats

L2: Final = 1e-4
_OUT: Final = -1e9
_CHUNK: Final = 128
_ITERATIONS: Final = 20
_CLOSE: Final = 1e-5


def fit_ranking(
    signals: Singles, answer: npt.NDArray[np.int64], allowed: npt.NDArray[np.bool_],
    begin: Floats | None = None,
) -> Floats:  # fmt: skip
    """Fit the weights of a conditional logit: the answer against all other candidates.

    Parameters
    ----------
    signals
        Shape (queries, candidates, columns).
    answer
        The candidate that is true, shape (queries,).
    allowed
        Which candidates count, shape (queries, candidates).
    begin
        Weights to begin with, as of a part of the queries; the end does not depend on it.

    Returns
    -------
    The weight of each column (McFadden 1974), with a small ridge on standardised columns.
    """
    queries, _, columns = signals.shape
    flat = signals.reshape(-1, columns)
    scaled = signals - flat.mean(0, dtype=np.float64).astype(np.float32)
    centred = scaled.reshape(-1, columns)
    variance = np.diag(centred.T @ centred).astype(np.float64) / len(flat)
    spread = np.sqrt(np.maximum(variance, 0.0)) + 1e-6
    scaled /= spread.astype(np.float32)
    out = np.where(allowed, 0.0, _OUT).astype(np.float32)

    def loss(weights: Floats) -> tuple[float, Floats, Floats]:
        value = L2 * float(weights @ weights)
        slope, curve = 2 * L2 * weights, 2 * L2 * np.eye(columns)
        for start in range(0, queries, _CHUNK):
            some, true = scaled[start : start + _CHUNK], answer[start : start + _CHUNK]
            rows = np.arange(len(some))
            z = some @ weights.astype(np.float32) + out[start : start + _CHUNK]
            z -= z.max(1, keepdims=True)
            odds = np.exp(z)
            total = odds.sum(1)
            value += float((np.log(total) - z[rows, true]).sum()) / queries
            odds /= total[:, None]
            expected = np.matmul(odds[:, None, :], some)[:, 0]
            slope = slope + (expected - some[rows, true]).sum(0, dtype=np.float64) / queries
            root = (some * np.sqrt(odds)[:, :, None]).reshape(-1, columns)
            curve = curve + (root.T @ root - expected.T @ expected).astype(np.float64) / queries
        return value, slope, curve

    weights = np.zeros(columns) if begin is None else begin * spread
    value, slope, curve = loss(weights)
    for _ in range(_ITERATIONS):  # Newton, the step halved until it is no step up
        step = np.linalg.solve(curve, slope)
        while True:
            tried = loss(weights - step)
            if tried[0] <= value or np.abs(step).max() < _CLOSE:
                break
            step = step / 2
        gained = value - tried[0]
        weights, (value, slope, curve) = weights - step, tried
        if gained < _CLOSE:
            break
    return np.asarray(weights / spread, np.float64)


def rank_average(signals: Singles) -> Singles:
    """Return the mean of the ranks that each column gives the candidates, 0 to 1.

    Parameters
    ----------
    signals
        Shape (queries, candidates, columns); the higher, the better.

    Examples
    --------
    >>> rank_average(np.array([[[1.0, 5.0], [2.0, 9.0]]], np.float32)).tolist()
    [[0.25, 0.75]]
    """
    queries, candidates, columns = signals.shape
    rows = np.moveaxis(signals, 2, 1).reshape(-1, candidates)
    order = np.argsort(rows, axis=1)
    ordered = np.take_along_axis(rows, order, axis=1)
    fresh = np.ones(rows.shape, bool)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.arange(candidates)
    first = np.maximum.accumulate(np.where(fresh, place, 0), axis=1)
    last = np.ones(rows.shape, bool)
    last[:, :-1] = fresh[:, 1:]
    after = np.minimum.accumulate(np.where(last, place, candidates)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(rows.shape, np.float32)
    np.put_along_axis(ranks, order, (first + after + 1).astype(np.float32), axis=1)
    made = ranks.reshape(queries, columns, candidates).sum(1)
    return np.asarray(made / np.float32(2 * candidates * columns), np.float32)


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z)).

    Examples
    --------
    >>> float(logistic(np.array([0.0]))[0])
    0.5
    """
    return np.asarray(0.5 * (1.0 + np.tanh(z / 2)))


def fit_logistic(columns: Floats, truth: npt.NDArray[np.bool_], ridge: float = 1.0) -> Floats:
    """Fit a logistic regression by Newton's method; return the intercept and the weights.

    Parameters
    ----------
    columns
        Shape (cases, signals).
    truth
        Shape (cases,).
    ridge
        Of the weights, in cases; the intercept has none.
    """
    design = np.concatenate([np.ones((len(columns), 1)), columns], 1)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        p = logistic(design @ weights)
        slope = design.T @ (truth - p) - penalty * weights
        curve = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights
