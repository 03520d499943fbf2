"""Plain triples as integers, and as one sparse matrix a relation and direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def with_inverses(facts: Ints, relations: int) -> Ints:
    """Return facts and their inverses: relation r read backwards is r + number of relations.

    Examples
    --------
    >>> with_inverses(np.array([[0, 0, 1]]), 1).tolist()
    [[0, 0, 1], [1, 1, 0]]
    """
    back = np.stack([facts[:, 2], facts[:, 1] + relations, facts[:, 0]], 1)
    return np.concatenate([facts, back])


@dataclass(frozen=True, eq=False)
class Triples:
    """Facts that are known.

    Attributes
    ----------
    entities
        How many entities, n.
    relations
        How many relations, m; with inverses 2m.
    facts
        Rows (head, relation, tail), shape (k, 3).
    """

    entities: int
    relations: int
    facts: Ints

    @cached_property
    def both_ways(self) -> Ints:
        """The facts and their inverses, each once."""
        both = with_inverses(self.facts, self.relations)
        return np.unique(both, axis=0) if len(both) else both

    @cached_property
    def steps(self) -> list[sp.csr_matrix]:
        """One 0/1 matrix of shape (n, n) a relation, then one an inverse."""
        n, both = self.entities, self.both_ways
        made = []
        for relation in range(2 * self.relations):
            of = both[both[:, 1] == relation]
            ones = np.ones(len(of), np.float32)
            made.append(sp.csr_matrix((ones, (of[:, 0], of[:, 2])), shape=(n, n)))
        return made

    @cached_property
    def out_degree(self) -> Ints:
        """How many answers each entity has, shape (2m, n)."""
        table = np.zeros((2 * self.relations, self.entities), np.int64)
        np.add.at(table, (self.both_ways[:, 1], self.both_ways[:, 0]), 1)
        return table

    @property
    def in_degree(self) -> Ints:
        """How often each entity is an answer, shape (2m, n)."""
        return np.roll(self.out_degree, self.relations, axis=0)

    @cached_property
    def pairs(self) -> tuple[Ints, sp.csr_matrix]:
        """Keys ``head * n + tail`` of joined pairs, and a 0/1 row of 2m relations for each."""
        both = self.both_ways
        keys, row = np.unique(both[:, 0] * self.entities + both[:, 2], return_inverse=True)
        ones = np.ones(len(both), np.float32)
        shape = (len(keys), 2 * self.relations)
        return keys, sp.csr_matrix((ones, (row, both[:, 1])), shape=shape)


def known_answers(facts: Sequence[Ints], relations: int) -> dict[tuple[int, int], list[int]]:
    """Return all answers of each query (entity, relation), both directions.

    Examples
    --------
    >>> known_answers([np.array([[0, 0, 1], [0, 0, 2]])], 1)[0, 0]
    [1, 2]
    """
    found: dict[tuple[int, int], Any] = {}
    for some in facts:
        for head, relation, tail in with_inverses(some, relations).tolist():
            found.setdefault((head, relation), {})[tail] = None
    return {query: list(answers) for query, answers in found.items()}
