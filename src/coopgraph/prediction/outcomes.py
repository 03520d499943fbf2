"""Scored candidates and which of them came true: ranks, areas, precision, rates by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from coopgraph.prediction.metrics import (
    auc,
    average_precision,
    bootstrap,
    bootstrap_means,
    filtered_ranks,
    precision_at,
)
from coopgraph.prediction.triples import Floats, Ints

AT: Final = (10, 50, 100)
_RESAMPLES: Final = 100
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Candidates of some queries. c candidates.

    Attributes
    ----------
    names
        Of the scores.
    scores
        Shape (c, scores); the higher, the better.
    true
        Which came true, shape (c,).
    sizes
        Candidates of each query, in order.
    asked
        How many nodes were asked.
    """

    names: Sequence[str]
    scores: Floats
    true: Bools
    sizes: list[int]
    asked: int

    @classmethod
    def join(cls, names: Sequence[str], parts: list[tuple[Floats, Bools, int]], asked: int) -> Self:
        """Return the candidates of several queries together."""
        scores = [part[0] for part in parts] or [np.zeros((0, len(names)))]
        true = [part[1] for part in parts] or [np.zeros(0, bool)]
        sizes = [part[2] for part in parts]
        return cls(names, np.concatenate(scores), np.concatenate(true), sizes, asked)

    @property
    def base_rate(self) -> float:
        """The share of candidates that came true."""
        return float(self.true.mean()) if len(self.true) else float("nan")

    def ranks(self) -> Floats:
        """Return the filtered rank of each that came true by each score, shape (scores, k)."""
        found, start = [], 0
        for size in self.sizes:
            part, true = self.scores[start : start + size].T, self.true[start : start + size]
            answers = np.flatnonzero(true)
            others = [answers.tolist()]
            found += [filtered_ranks(part[:, None], np.array([a]), others) for a in answers]
            start += size
        return np.concatenate(found, 1) if found else np.zeros((len(self.names), 0))

    def results(self, seed: int = 0) -> dict[str, dict[str, Any]]:
        """Return all measures of each score, with bootstrap intervals."""
        ranks = self.ranks()
        return {
            name: self._measures(self.scores[:, i], ranks[i], seed)
            for i, name in enumerate(self.names)
        }

    def _measures(self, scores: Floats, ranks: Floats, seed: int) -> dict[str, Any]:
        true, turned = self.true, 1 / ranks

        def interval(measure: Any) -> list[float]:
            def resampled(some: Ints) -> float:
                return float(measure(scores[some], true[some]))

            return bootstrap(resampled, len(scores), seed, _RESAMPLES)

        precision = average_precision(scores, true)
        return {
            "mrr": float(turned.mean()),
            "mrr_interval": bootstrap_means(turned[None], seed)[0],
            **{f"hits_at_{k}": float((ranks <= k).mean()) for k in (1, 3, 10)},
            "auc": auc(scores, true),
            "auc_interval": interval(auc),
            "average_precision": precision,
            "average_precision_interval": interval(average_precision),
            "ap_over_base_rate": precision / self.base_rate,
            **{f"precision_at_{k}": precision_at(scores, true, k) for k in AT},
            "precision_at_50_interval": interval(lambda s, t: precision_at(s, t, 50)),
        }

    def bands(self, name: str, bands: Sequence[tuple[float, str]]) -> dict[str, dict[str, Any]]:
        """Return how many candidates each band of a score has, and how many came true.

        Parameters
        ----------
        bands
            From which score on, and name; the highest first.
        """
        score, found, above = self.scores[:, self.names.index(name)], {}, np.inf
        for least, band in bands:
            inside = (score >= least) & (score < above)
            candidates, held = int(inside.sum()), int(self.true[inside].sum())
            rate = held / candidates if candidates else None
            found[band] = {"candidates": candidates, "came_true": held, "rate": rate}
            above = least
        return found
