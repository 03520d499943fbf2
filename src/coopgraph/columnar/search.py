"""Solutions of a few patterns around a known term, looked up in a store one by one.

The store's own planner takes patterns in an order that suits whole graphs: asked for what two hubs
have in common it may begin with everything of a class. Here the next pattern is always one with as
many known ends as there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.columnar.plan import Expression, Pattern

MOST_STEPS: Final = 100_000
"""Statements that are looked at for one question."""

Term = ox.NamedNode | ox.Literal
Known = Mapping[str, Term]


class TooWide(Exception):
    """A question bears on more than is looked at one by one."""


@dataclass(frozen=True)
class State:
    """Some graphs of a store.

    Attributes
    ----------
    store
        The store.
    graphs
        Which of its graphs are seen, as one.
    """

    store: ox.Store
    graphs: tuple[ox.NamedNode, ...]

    def ask(self, query: str) -> Any:
        """Answer a query."""
        return self.store.query(query, default_graph=list(self.graphs))

    def triples(
        self, subject: Term | None, predicate: ox.NamedNode, value: Term | None
    ) -> Iterator[ox.Triple]:
        """Yield the statements that fit; None fits all."""
        if isinstance(subject, ox.Literal):
            return
        seen = frozenset(self.graphs)
        for quad in self.store.quads_for_pattern(subject, predicate, value, None):
            if quad.graph_name in seen:
                yield quad.triple


class Search:
    """One search for the values of a variable.

    Parameters
    ----------
    state
        What is searched.
    name
        The variable.
    """

    def __init__(self, state: State, name: str) -> None:
        self._state = state
        self._name = name
        self._left = MOST_STEPS
        self._found: set[Term] = set()

    def run(self, patterns: list[Pattern], known: Known) -> set[Term]:
        """Return the values that the variable has where some patterns hold.

        Parameters
        ----------
        patterns
            Of one property each; the variable is in one of them.
        known
            Values of other variables.

        Raises
        ------
        TooWide
            If too much would have to be looked at.
        """
        self._look(patterns, known)
        return self._found

    def _look(self, patterns: list[Pattern], known: Known) -> None:
        value = known.get(self._name)
        if value is not None and value in self._found:
            return
        if not patterns:
            if value is not None:
                self._found.add(value)
            return
        pattern = min(patterns, key=lambda p: _cost(p, known))
        rest = [p for p in patterns if p is not pattern]
        ends = [_term(end, known) for end in (pattern.subject, pattern.value)]
        if ends == [None, None]:
            raise TooWide
        for triple in self._state.triples(ends[0], ox.NamedNode(pattern.path[1]), ends[1]):
            self._left -= 1
            if self._left < 0:
                raise TooWide
            more = match(pattern.subject, pattern.value, triple)
            if more is not None:
                self._look(rest, {**known, **more})


def _cost(pattern: Pattern, known: Known) -> int:
    subject, value = (_term(end, known) for end in (pattern.subject, pattern.value))
    if subject is not None:
        return 0 if value is not None else 1
    if value is None:
        return 4
    return 2 if pattern.value[0] == "var" else 3  # a class or a role has many


def _term(end: Expression, known: Known) -> Term | None:
    return known.get(end[1]) if end[0] == "var" else ox.NamedNode(end[1][1:-1])


def match(subject: Expression, value: Expression, triple: ox.Triple) -> dict[str, Term] | None:
    """Return what a statement binds in a pattern; None if it does not match.

    Raises
    ------
    TooWide
        If one of its ends cannot be named in a query.
    """
    known: dict[str, Term] = {}
    for end, term in ((subject, triple.subject), (value, triple.object)):
        if not isinstance(term, ox.NamedNode | ox.Literal):
            raise TooWide
        if end[0] == "var":
            if known.setdefault(end[1], term) != term:
                return None
        elif end[0] != "term":
            return None
        elif isinstance(term, ox.NamedNode) and str(term) != end[1]:
            return None  # literals may be written in several ways: looked at in vain at worst
    return known


def open_ends(pattern: Pattern, known: Known) -> set[str]:
    """Return the variables of a pattern that have no value yet."""
    ends = (pattern.subject, pattern.value)
    return {end[1] for end in ends if end[0] == "var" and end[1] not in known}
