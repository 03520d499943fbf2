"""Which of some pairs will sign: agreements and capabilities until a year, truth after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopgraph.prediction.bench_files import broken, number, read_table, the_file
from coopgraph.prediction.combination import fit_logistic, logistic
from coopgraph.prediction.metrics import (
    auc,
    average_precision,
    average_ranks,
    bootstrap,
    brier_skill,
    calibration_error,
    precision_at,
)
from coopgraph.prediction.pair_signals import PAIR_SIGNALS, Ties, pair_signals
from coopgraph.prediction.triples import Floats, Ints

EARLIER_SHARES: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
"""Earlier windows end the years until which these shares of two-party agreements were signed."""
AT: Final = (10, 50, 100)
_RESAMPLES: Final = 200
_LEAST: Final = 10


@dataclass(frozen=True, eq=False)
class PairBenchmark:
    """A folder of pairs: what was known, who is asked about, who signed."""

    actors: list[str]
    ties: Ties
    candidates: Ints
    truth: np.ndarray[Any, np.dtype[np.bool_]]


def read_pairs(folder: Path) -> PairBenchmark:
    """Read ``actors``, ``agreements*``, ``capability*``, ``candidates`` and ``truth*`` (CSV).

    Raises
    ------
    NotFound, DocumentSyntaxError
        With the file and line.
    """
    path = the_file(folder, "actors.csv*")
    actors = {row[0]: i for i, (_, row) in enumerate(read_table(path, ["actor"]))}

    def pair(where: Path, line: int, a: str, b: str) -> tuple[int, int]:
        for name in (a, b):
            if name not in actors:
                raise broken(where, line, f"an actor of {path.name}, not {name!r}")
        return (actors[a], actors[b])

    where = the_file(folder, "agreements*.csv*")
    members: dict[str, set[int]] = {}
    years: dict[str, int] = {}
    for line, (a, b, year, treaty) in read_table(where, ["a", "b", "year", "treaty"]):
        members.setdefault(treaty, set()).update(pair(where, line, a, b))
        when = int(number(where, line, year))
        years[treaty] = min(when, years.get(treaty, when))
    two = [(*sorted(m), years[t]) for t, m in members.items() if len(m) == 2]
    larger = [(np.array(sorted(m)), years[t]) for t, m in members.items() if len(m) > 2]
    where = the_file(folder, "capability*.csv*")
    products: dict[str, int] = {}
    amounts = []
    for line, (who, product, amount) in read_table(where, ["country", "product", "value"]):
        (actor, _) = pair(where, line, who, who)
        amounts.append(
            (actor, products.setdefault(product, len(products)), number(where, line, amount))
        )
    capability = np.zeros((len(actors), len(products)))
    for actor, column, value in amounts:
        capability[actor, column] += max(value, 0.0)
    where = the_file(folder, "candidates.csv*")
    asked = [pair(where, line, a, b) for line, (a, b) in read_table(where, ["a", "b"])]
    where = the_file(folder, "truth*.csv*")
    signed = {frozenset(pair(where, line, a, b)) for line, (a, b) in read_table(where, ["a", "b"])}
    ties = Ties(
        np.array(two, np.int64).reshape(-1, 3), larger, capability, max(years.values(), default=0)
    )
    truth = np.array([frozenset(p) in signed for p in asked], bool)
    return PairBenchmark(list(actors), ties, np.array(asked, np.int64).reshape(-1, 2), truth)


def evaluate_pairs(
    folder: Path, *, seed: int = 0, write: Callable[[list[Any]], None] | None = None
) -> dict[str, Any]:
    """Measure each signal and their combination; the truth is read by the measures alone.

    Parameters
    ----------
    folder
        See :func:`read_pairs`.
    seed
        Of windows and bootstrap.
    write
        Takes rows (a, b, score, probability, each signal, signed) of all candidates.
    """
    data = read_pairs(folder)
    signals = _columns(data.ties, data.candidates)
    weights, note = _fit(data.ties, seed)
    equal = signals.mean(1)
    if weights is None:
        score, probability = equal, None
    else:
        score = signals @ weights[1:]
        probability = logistic(weights[0] + score)
    scores = {"constant": np.zeros(len(equal))}
    scores |= {name: signals[:, i] for i, name in enumerate(PAIR_SIGNALS)}
    scores |= {"equal ranks": equal, "combined": score}
    truth = data.truth
    base = float(truth.mean()) if len(truth) else float("nan")
    if write:
        for i, (a, b) in enumerate(data.candidates.tolist()):
            known = "" if probability is None else repr(float(probability[i]))
            write([data.actors[a], data.actors[b], repr(float(score[i])), known,
                   *(repr(float(v)) for v in signals[i]), int(truth[i])])  # fmt: skip
    skill = brier_skill(probability, truth) if probability is not None else None
    return {
        "actors": len(data.actors),
        "candidates": len(truth),
        "signed": int(truth.sum()),
        "base_rate": base,
        "combination": note,
        "weights": {} if weights is None else dict(zip(PAIR_SIGNALS, weights[1:].tolist(),
                                                        strict=True)),
        "brier_skill": skill,
        "ece": None if probability is None else calibration_error(probability, truth),
        "percentages": "may be shown" if skill is not None and skill > 0
        else "must not be shown: they predict no better than the base rate",
        "results": {name: _summary(s, truth, base, seed) for name, s in scores.items()},
    }  # fmt: skip


def _columns(ties: Ties, pairs: Ints) -> Floats:
    """Return the ranks of each signal among some pairs, 0 to 1, shape (pairs, signals)."""
    found = pair_signals(ties)
    ranked = [average_ranks(found[name][pairs[:, 0], pairs[:, 1]]) for name in PAIR_SIGNALS]
    return np.stack(ranked, 1) / max(len(pairs), 1)


def _fit(ties: Ties, seed: int) -> tuple[Floats | None, str]:
    """Fit weights on several earlier windows together.

    A case is a pair without agreement at the end of a window; it is true if they signed since.
    One window alone leaves the weights to some dozens of pairs.
    """
    years = np.sort(ties.two_party[:, 2])
    if len(years) < 2 * _LEAST:
        return None, "equal ranks: too few dated two-party agreements for an earlier window"
    n = len(ties.capability)
    columns, signed, fold = [], [], []
    half = np.random.default_rng(seed).integers(0, 2, n * n).astype(bool)
    cuts = sorted({int(years[int(len(years) * share)]) for share in EARLIER_SHARES})
    for cut in cuts:
        before = ties.until(cut)
        a, b = np.nonzero(np.triu(~before.joined(), 1))
        later = np.sort(ties.two_party[ties.two_party[:, 2] > cut][:, :2], axis=1)
        columns.append(_columns(before, np.stack([a, b], 1)))
        signed.append(np.isin(a * n + b, later[:, 0] * n + later[:, 1]))
        fold.append(half[a * n + b])  # a pair is in the same half in all windows
    cases, truth, held_out = np.concatenate(columns), np.concatenate(signed), np.concatenate(fold)
    when = ", ".join(map(str, cuts))
    if truth.sum() < 2 * _LEAST:
        return None, f"equal ranks: only {int(truth.sum())} cases of pairs signed after {when}"
    tried = fit_logistic(cases[~held_out], truth[~held_out])
    fitted = average_precision(cases[held_out] @ tried[1:], truth[held_out])
    equal = average_precision(cases[held_out].mean(1), truth[held_out])
    told = f"backtest of {when}: average precision {fitted:.3f} fitted, {equal:.3f} equal ranks"
    if not fitted > equal:
        return None, f"equal ranks ({told})"
    return fit_logistic(cases, truth), f"fitted weights ({told})"


def _summary(scores: Floats, truth: Any, base: float, seed: int) -> dict[str, Any]:
    area, precision = auc(scores, truth), average_precision(scores, truth)
    return {
        "auc": area,
        "auc_interval": bootstrap(
            lambda i: auc(scores[i], truth[i]), len(scores), seed, _RESAMPLES
        ),
        "average_precision": precision,
        "average_precision_interval": bootstrap(
            lambda i: average_precision(scores[i], truth[i]), len(scores), seed, _RESAMPLES
        ),
        "ap_over_base_rate": precision / base if base else float("nan"),
        **{f"precision_at_{k}": precision_at(scores, truth, k) for k in AT},
    }
