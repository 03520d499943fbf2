"""Which pairs each path joins, a byte a pair: of few entities, faster than sorted keys.

With some hundred entities most paths join a good part of all pairs. Then the pairs of all paths fit
in one array, and a rule's conclusions are a row of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from coopgraph.prediction.triples import Ints

STRONGEST: Final = 5
"""So many rules are counted for a pair: they say the same again and again."""
MOST_CELLS: Final = 200_000_000
"""Bytes of paths times pairs; beyond, pairs are kept as keys."""
_PORTION: Final = 64
Body = tuple[int, ...]


class Reach:
    """The pairs that paths join, never one with itself; n entities.

    Attributes
    ----------
    joined
        Shape (bodies, n * n).
    """

    def __init__(self, entities: int, bodies: int) -> None:
        self.joined: npt.NDArray[np.bool_] = np.zeros((bodies, entities**2), np.bool_)
        self._row: dict[Body, int] = {}

    @classmethod
    def of(cls, entities: int, bodies: int) -> Self | None:
        """Return room for so many paths, or None if that were too much memory."""
        return cls(entities, bodies) if entities**2 * bodies <= MOST_CELLS else None

    def add(self, bodies: Sequence[Body], body: Ints, key: Ints) -> None:
        """Take some paths: the places of paths among ``bodies``, and pairs ``x * n + y``."""
        begin = len(self._row)
        self._row.update((each, begin + i) for i, each in enumerate(bodies))
        self.joined[begin + body, key] = True

    def pairs_of(self, body: Body) -> Ints:
        """Return the pairs that a path joins, ascending."""
        return np.flatnonzero(self.joined[self._row[body]])

    def sums(self, weights: Sequence[dict[Body, float]]) -> npt.NDArray[np.float32]:
        """Return what is added up for each pair over the paths that join it.

        Parameters
        ----------
        weights
            Of paths by sum that is wanted.

        Returns
        -------
        Shape (sums, n * n).
        """
        by_row = np.zeros((len(weights), len(self.joined)), np.float32)
        for i, of in enumerate(weights):
            by_row[i, [self._row[body] for body in of]] = list(of.values())
        found = np.zeros((len(weights), self.joined.shape[1]), np.float32)
        for start in range(0, len(self.joined), _PORTION):
            some = slice(start, start + _PORTION)
            found += by_row[:, some] @ self.joined[some].astype(np.float32)
        return found

    def strongest(self, bodies: Sequence[Body], pairs: Ints) -> Ints:
        """Return which paths join some pairs: the first few of those given.

        Parameters
        ----------
        bodies
            The paths, the most confident first.
        pairs
            Keys ``x * n + y``.

        Returns
        -------
        Places in ``bodies``, shape (pairs, STRONGEST); -1 where there are no more.
        """
        rows = np.array([self._row[body] for body in bodies])
        found = np.full((len(pairs), STRONGEST), -1)
        place = np.zeros(len(pairs), np.int64)
        open_, start, size = np.arange(len(pairs)), 0, _PORTION
        while start < len(rows) and len(open_):  # most pairs have their five after a portion
            holds = np.ascontiguousarray(self.joined[rows[start : start + size]][:, pairs[open_]].T)
            here = np.arange(len(open_))
            while len(here):
                first = holds[here].argmax(1)
                has = holds[here, first]
                here, first = here[has], first[has]
                found[open_[here], place[open_[here]]] = start + first
                place[open_[here]] += 1
                holds[here, first] = False
                here = here[place[open_[here]] < STRONGEST]
            open_ = open_[place[open_] < STRONGEST]
            start, size = start + size, 2 * size
        return found
