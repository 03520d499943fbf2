"""Signals of a pair of actors: ties, capabilities, size and recency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.prediction.triples import Floats, Ints

PAIR_SIGNALS: Final = (
    "common neighbours", "analogous actors", "similarity", "complementarity", "size", "activity",
    "recency", "shared agreements", "paths of three",
)  # fmt: skip
HALF_LIFE: Final = 5.0
"""Years after which an agreement counts half as recent."""


@dataclass(frozen=True, eq=False)
class Ties:
    """Agreements known on one day. n actors.

    Attributes
    ----------
    two_party
        Rows (actor, actor, year) of agreements between exactly two.
    larger
        Members of each agreement of three or more, with its year.
    capability
        Amount of each product by actor, shape (n, products).
    year
        The day: nothing later counts.
    """

    two_party: Ints
    larger: list[tuple[Ints, int]]
    capability: Floats
    year: int

    def until(self, year: int) -> Ties:
        """Return what was known at the end of an earlier year; capabilities are not dated."""
        return Ties(
            self.two_party[self.two_party[:, 2] <= year],
            [(members, when) for members, when in self.larger if when <= year],
            self.capability,
            year,
        )

    def joined(self) -> npt.NDArray[np.bool_]:
        """Return which pairs have any agreement, shape (n, n)."""
        n = len(self.capability)
        pairs = np.zeros((n, n), bool)
        pairs[self.two_party[:, 0], self.two_party[:, 1]] = True
        for members, _ in self.larger:
            pairs[np.ix_(members, members)] = True
        return pairs | pairs.T


def pair_signals(ties: Ties) -> dict[str, Floats]:
    """Return each signal of all pairs, symmetric, shape (n, n).

    An agreement of three or more is one statement of each member: its weight is shared out
    (Newman, PRE 64, 2001), never multiplied to a clique.
    """
    n = len(ties.capability)
    bilateral = np.zeros((n, n))
    fresh = np.zeros(n)
    for a, b, year in ties.two_party.tolist():
        bilateral[a, b] = bilateral[b, a] = 1.0
        worth = 0.5 ** ((ties.year - year) / HALF_LIFE)
        fresh[a] += worth
        fresh[b] += worth
    shared = np.zeros((n, n))
    for members, _ in ties.larger:
        shared[np.ix_(members, members)] += 1.0 / (len(members) - 1)
    degree = bilateral.sum(1)
    comparative = revealed_advantage(ties.capability)
    has = (comparative >= 1).astype(float)
    alike = cosine(np.log1p(comparative) * np.log(n / np.maximum(has.sum(0), 1.0)))
    np.fill_diagonal(alike, 0.0)
    weight = alike**2 / np.maximum((alike**2).sum(1, keepdims=True), 1e-9)
    by_analogues = weight @ bilateral
    rare = 1.0 / np.log(np.maximum(degree, 2.0))
    size = np.log1p(ties.capability.sum(1))
    length = np.sqrt(np.maximum(degree, 1.0))
    normal = bilateral / length[:, None] / length
    return {
        "common neighbours": (bilateral * rare) @ bilateral,
        "analogous actors": by_analogues + by_analogues.T,
        "similarity": alike,
        "complementarity": complementarity(has),
        "size": size[:, None] + size,
        "activity": np.log1p(degree)[:, None] + np.log1p(degree),
        "recency": np.log1p(fresh)[:, None] + np.log1p(fresh),
        "shared agreements": shared,
        "paths of three": normal @ normal @ normal,
    }


def revealed_advantage(amount: Floats) -> Floats:
    """Return Balassa's revealed comparative advantage, shape of ``amount`` (actors, products).

    Examples
    --------
    >>> revealed_advantage(np.array([[1.0, 0.0], [0.0, 3.0]])).round(2).tolist()
    [[4.0, 0.0], [0.0, 1.33]]
    """
    total = max(float(amount.sum()), 1e-9)
    by_actor = np.maximum(amount.sum(1, keepdims=True), 1e-9)
    by_product = np.maximum(amount.sum(0, keepdims=True), 1e-9)
    return np.asarray(amount * total / by_actor / by_product)


def complementarity(has: Floats) -> Floats:
    """Return what one has and the other lacks, both ways, by how near the other is to it.

    Relatedness of products is the smaller of both conditional probabilities of being had together,
    density Σ M·φ / Σ φ (Hidalgo et al., Science 317, 2007).

    Parameters
    ----------
    has
        0/1, shape (actors, products).
    """
    if not has.size:
        return np.zeros((len(has), len(has)))
    counts = np.maximum(has.sum(0), 1.0)
    together = has.T @ has
    related = together / np.maximum(counts[:, None], counts)
    np.fill_diagonal(related, 0.0)
    density = has @ related / np.maximum(related.sum(0), 1e-9)
    near = (1.0 - has) * density
    one_way = has @ near.T
    return np.asarray(one_way + one_way.T)


def cosine(rows: Floats) -> Floats:
    """Return the cosine of all rows; 0 where a row is empty.

    Examples
    --------
    >>> cosine(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.0]])).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    length = np.sqrt((rows * rows).sum(1, keepdims=True))
    scaled = rows / np.maximum(length, 1e-12)
    return np.asarray(scaled @ scaled.T)
