"""Analogous entities: profiles of (relation, other end), their cosine, and its ridge regression.

The cosine is of profiles weighted by inverse document frequency. The ridge regression with a zero
diagonal (EASE: Steck, WWW 2019, in its dual form) predicts each statement from all the others that
its entity has, so that analogues that say the same are counted once.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from coopgraph.prediction.triples import Ints, Triples

MOST_DENSE: Final = 5000
"""With more entities there is no ridge regression, and only the asked rows of the cosine."""
RIDGE: Final = 1.0
Singles = npt.NDArray[np.float32]


class Profiles:
    """Profiles of the entities of some triples. n entities.

    Attributes
    ----------
    steps
        The matrix of each relation and inverse.
    columns
        Which (relation * n + other end) a column of ``matrix`` is, ascending.
    matrix
        0/1, shape (n, columns).
    counts
        How many entities have each statement.
    """

    def __init__(self, triples: Triples) -> None:
        both, n = triples.both_ways, triples.entities
        self.entities = n
        self.steps = triples.steps
        self.columns, place = np.unique(both[:, 1] * n + both[:, 2], return_inverse=True)
        ones = np.ones(len(both), np.float32)
        self.matrix = sp.csr_matrix((ones, (both[:, 0], place)), shape=(n, len(self.columns)))
        self.counts: Ints = np.bincount(place, minlength=len(self.columns))

    @cached_property
    def weighted(self) -> sp.csr_matrix:
        """Rows of length one, weighted by idf: their products are cosines."""
        idf = np.log(self.entities / np.maximum(self.counts, 1)).astype(np.float32)
        rows = self.matrix @ sp.diags(idf)
        length = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
        return sp.csr_matrix(sp.diags(1.0 / np.maximum(length, 1e-9)) @ rows)

    @property
    def is_small(self) -> bool:
        """Whether all pairs are held in memory."""
        return self.entities <= MOST_DENSE

    @cached_property
    def all_cosines(self) -> Singles:
        """The squared cosine of all pairs, shape (n, n); none with itself."""
        return self._cosines(np.arange(self.entities))

    def cosines(self, rows: Ints) -> Singles:
        """Return the squared cosine of some entities with all, shape (rows, n)."""
        return self.all_cosines[rows] if self.is_small else self._cosines(rows)

    def _cosines(self, rows: Ints) -> Singles:
        found = np.asarray((self.weighted[rows] @ self.weighted.T).toarray(), np.float32)
        found[np.arange(len(rows)), rows] = 0.0
        return found * found

    @cached_property
    def ridge(self) -> tuple[Singles, Singles]:
        """The smoother K(K + λI)⁻¹, shape (n, n), and what each statement's score is multiplied by.

        A statement must not predict itself: its score is divided by one minus its leverage.
        """
        scale = np.power(np.maximum(self.counts, 1), -0.25).astype(np.float32)
        rows = sp.csr_matrix(self.matrix @ sp.diags(scale))
        kernel = (rows @ rows.T).toarray().astype(np.float64)
        inverse = np.linalg.inv(kernel + RIDGE * np.eye(self.entities))
        leverage = np.zeros(len(self.columns))
        by_column, small = rows.tocsc(), inverse.astype(np.float32)
        for start in range(0, len(self.columns), 4096):
            some = by_column[:, start : start + 4096]
            product = np.asarray(some.T @ small)
            leverage[start : start + 4096] = np.asarray(some.T.multiply(product).sum(1)).ravel()
        factor = 1.0 / (1.0 - np.minimum(leverage, 0.99))
        return (kernel @ inverse).astype(np.float32), factor.astype(np.float32)

    def factors(self, relation: int) -> Singles:
        """Return the factor of (relation, y) for every y, shape (n,); 1 where nobody says it."""
        n = self.entities
        low, high = np.searchsorted(self.columns, [relation * n, (relation + 1) * n])
        found = np.ones(n, np.float32)
        found[self.columns[low:high] - relation * n] = self.ridge[1][low:high]
        return found
