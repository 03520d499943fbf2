"""Plain triples as integers, and as one sparse matrix a relation and direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
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


def sorted_once(numbers: Ints) -> Ints:
    """Return numbers sorted, each once; faster than ``np.unique``, which hashes them.

    Examples
    --------
    >>> sorted_once(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    return (
        ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered
    )


def distinct_facts(facts: Ints) -> Ints:
    """Return each row (head, relation, tail) once, sorted.

    Examples
    --------
    >>> distinct_facts(np.array([[1, 0, 2], [0, 5, 1], [1, 0, 2]])).tolist()
    [[0, 5, 1], [1, 0, 2]]
    """
    if not len(facts):
        return facts
    tops = [int(top) + 1 for top in facts.max(0)]
    if tops[0] * tops[1] * tops[2] >= 1 << 63:
        return np.unique(facts, axis=0)
    # One number a row: sorting rows compares them byte by byte, ten times as slowly.
    keys = sorted_once((facts[:, 0] * tops[1] + facts[:, 1]) * tops[2] + facts[:, 2])
    rest, tail = np.divmod(keys, tops[2])
    head, relation = np.divmod(rest, tops[1])
    return np.stack([head, relation, tail], 1)


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
        return distinct_facts(with_inverses(self.facts, self.relations))

    @cached_property
    def steps(self) -> list[sp.csr_matrix]:
        """One 0/1 matrix of shape (n, n) a relation, then one an inverse."""
        n, both = self.entities, self.both_ways
        order = np.argsort(both[:, 1], kind="stable")  # of each relation by head, then tail
        head, tail = both[order, 0], both[order, 2].astype(np.int32)
        ends = np.searchsorted(both[order, 1], np.arange(2 * self.relations + 1))
        made = []
        for low, high in pairwise(ends.tolist()):
            starts = np.concatenate([[0], np.cumsum(np.bincount(head[low:high], minlength=n))])
            ones = np.ones(high - low, np.float32)
            made.append(sp.csr_matrix((ones, tail[low:high], starts), shape=(n, n)))
        return made

    @cached_property
    def out_degree(self) -> Ints:
        """How many answers each entity has, shape (2m, n)."""
        table = np.zeros((2 * self.relations, self.entities), np.int64)
        place = self.both_ways[:, 1] * self.entities + self.both_ways[:, 0]
        table += np.bincount(place, minlength=table.size).reshape(table.shape)
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
