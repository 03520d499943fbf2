"""The classes of every resource, selection by selection, as numbers of sets of classes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.facts import TYPE, Facts
from coopgraph.graph.projection import EdgeRule, Projection

NONE = 0
"""The number of the empty set."""


class ClassSets:
    """Which classes each resource has, and what follows for drawing it.

    Resources have few different sets of classes, so whatever follows is found once a set.

    Parameters
    ----------
    facts
        What the store says.
    table
        How it is drawn.

    Attributes
    ----------
    sets
        The sets, each sorted.
    """

    def __init__(self, facts: Facts, table: Projection) -> None:
        self._facts = facts
        self._types = facts.link(TYPE)
        self._names = facts.terms.table()
        self._node_classes = frozenset(table.node_classes)
        self._table = table
        self.sets: list[tuple[str, ...]] = [()]
        self._codes: dict[tuple[str, ...], int] = {(): NONE}
        self.of = cache(self._of)
        self.rules = cache(self._rules)

    def __len__(self) -> int:
        """Return how many sets there are so far."""
        return len(self.sets)

    def _of(self, selection: int) -> NDArray[np.int32]:
        """Return, for each term, the set of the classes that some layers give it."""
        found = np.zeros(len(self._names), np.int32)
        chosen = (self._types.layers & selection) != 0
        subject, value = self._types.subject[chosen], self._types.value[chosen]
        if not len(subject):
            return found
        count = np.bincount(subject, minlength=len(found))
        alone = count[subject] == 1
        code_of = np.zeros(len(found), np.int32)
        is_class = np.zeros(len(found), np.bool_)
        is_class[value] = True
        for c in np.flatnonzero(is_class).tolist():
            code_of[c] = self._code((self._names[c],))
        found[subject[alone]] = code_of[value[alone]]
        several: dict[int, list[int]] = {}
        for who, what in zip(subject[~alone].tolist(), value[~alone].tolist(), strict=True):
            several.setdefault(who, []).append(what)
        for who, whats in several.items():
            found[who] = self._code(tuple(sorted(self._names[what] for what in whats)))
        return found

    def _code(self, classes: tuple[str, ...]) -> int:
        known = self._codes.get(classes)
        if known is None:
            known = self._codes[classes] = len(self.sets)
            self.sets.append(classes)
        return known

    def is_node(self) -> NDArray[np.bool_]:
        """Say of each set whether a resource of these classes is a node."""
        above = self._facts.tree.above
        return np.array(
            [any(not self._node_classes.isdisjoint(above(c)) for c in s) for s in self.sets],
            np.bool_,
        )

    def is_drawn(self) -> NDArray[np.bool_]:
        """Say of each set whether a resource of these classes is drawn by some rule."""
        return np.array([bool(self.rules(code)) for code in range(len(self))], np.bool_)

    def _rules(self, code: int) -> list[EdgeRule]:
        """Return the rules that draw a resource of these classes, in their order."""
        rules: list[EdgeRule] = []
        for class_iri in self.sets[code]:
            above = self._facts.tree.above(class_iri)
            by_class: dict[str, list[EdgeRule]] = {}
            for rule in self._table.edges:
                if rule.class_iri in above:
                    by_class.setdefault(rule.class_iri, []).append(rule)
            rules += (r for found in by_class.values() for r in found if r not in rules)
        return rules
