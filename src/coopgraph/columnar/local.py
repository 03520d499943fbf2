"""What a small change of statements changes in what a CONSTRUCT makes.

Most rules speak of one thing and what hangs on it: of a cooperation and its parties, of a thing and
its records. All patterns share a variable, the *anchor*, and whatever is counted is counted for
each of its values. So what a rule makes is put together from what it makes of each value; after a
change only the values that a changed statement hangs on need be looked at, before and after. What
is made no longer of these may still be made of another: that is asked for each such statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.columnar.as_text import construct_text, in_steps, patterns_text
from coopgraph.columnar.plan import (
    Basic,
    Construct,
    Expression,
    Extend,
    Filter,
    Group,
    Pair,
    Pattern,
    Plan,
    Project,
    read_construct,
)
from coopgraph.columnar.rewrite import variables
from coopgraph.columnar.table import Unsupported

MOST: Final = 2_000
"""Values that are looked at one by one; for more, everything is made anew."""

Ask = Callable[[str], Any]
"""Answers a query from one state of the store."""
Triples = Collection[ox.Triple]


class TooWide(Exception):
    """A change bears on more than is looked at one by one."""


@dataclass(frozen=True)
class Made:
    """What a rule makes now and did not before, and what it made only then."""

    added: set[ox.Triple]
    removed: set[ox.Triple]


class LocalRule:
    """A rule that speaks of one thing at a time.

    Parameters
    ----------
    text
        A CONSTRUCT.

    Raises
    ------
    Unsupported
        If it is not of that kind, as far as can be told.

    Examples
    --------
    >>> LocalRule("CONSTRUCT { ?a <x:q> ?b } WHERE { ?t <x:p> ?a ; <x:r> ?b }").anchor
    't'
    """

    def __init__(self, text: str) -> None:
        rule = read_construct(text)
        of = in_steps(rule.of)
        assert isinstance(of, Project)  # noqa: S101  (steps leave it one)
        self._rule = Construct(rule.template, of)
        shared = _shared(of.of)
        if not shared:
            raise Unsupported("no variable that all parts share")
        subjects = Counter(
            p.subject[1] for leaf in _leaves(of.of) for p in leaf.patterns if p.subject[0] == "var"
        )
        self.anchor = max(sorted(shared), key=lambda name: (subjects[name], name[0] != "_"))

    def change(self, changed: Triples, before: Ask, after: Ask) -> Made:
        """Return what a change of statements makes of the rule.

        Parameters
        ----------
        changed
            The statements that were added or removed.
        before, after
            Answer queries as before and after the change.

        Raises
        ------
        TooWide
            If it bears on too much.
        """
        values: set[str] = set()
        for ask in (before, after):
            for patterns, known in self._hits(changed):
                values |= self._values(patterns, known, ask)
                if len(values) > MOST:
                    raise TooWide
        old, new = self._made(values, before), self._made(values, after)
        removed = old - new
        if removed:
            others: set[str] = set()
            for triple in removed:
                others |= self._makers(triple, after)
                if len(others) > MOST:
                    raise TooWide
            removed -= self._made(others - values, after)
        return Made(new, removed)

    def _hits(self, changed: Triples) -> Iterator[tuple[list[Pattern], dict[str, str]]]:
        """Yield the other patterns beside one that a statement matches, and what that binds."""
        for leaf in _leaves(self._rule.of.of):
            for i, pattern in enumerate(leaf.patterns):
                others = [*leaf.patterns[:i], *leaf.patterns[i + 1 :]]
                for triple in changed:
                    if triple.predicate.value == pattern.path[1]:
                        known = _match(pattern.subject, pattern.value, triple)
                        if known is not None:
                            yield others, known

    def _values(self, patterns: Iterable[Pattern], known: Mapping[str, str], ask: Ask) -> set[str]:
        """Return the values of the anchor where some patterns hold; others may be among them."""
        if self.anchor in known:
            return _resources([known[self.anchor]])
        near = _near(list(patterns), self.anchor, known)
        found = ask(
            f"SELECT DISTINCT ?{self.anchor} {{ {patterns_text(near, known)} }} LIMIT {MOST + 1}"
        )
        values = {str(row[self.anchor]) for row in found}
        if len(values) > MOST:
            raise TooWide
        return _resources(values)

    def _made(self, values: Iterable[str], ask: Ask) -> set[ox.Triple]:
        return {
            triple
            for value in sorted(values)
            for triple in ask(construct_text(self._rule, self.anchor, value))
        }

    def _makers(self, triple: ox.Triple, ask: Ask) -> set[str]:
        """Return values of the anchor of which alone a statement may be made."""
        found: set[str] = set()
        for subject, predicate, value in self._rule.template:
            known = _match(subject, value, triple)
            if known is None or (predicate[0] == "term" and predicate[1] != str(triple.predicate)):
                continue
            makers = self._may(self._rule.of.of, known, ask)
            if makers is None:
                raise TooWide
            found |= makers
        return found

    def _may(self, plan: Plan, known: Mapping[str, str], ask: Ask) -> set[str] | None:
        """Return values of the anchor in solutions with some values; None if any may be."""
        if isinstance(plan, Basic):
            here = {name: token for name, token in known.items() if name in variables(plan)}
            return self._values(plan.patterns, here, ask) if here else None
        if isinstance(plan, Pair):
            if plan.kind == "left":
                return self._may(plan.left, known, ask)
            left, right = (self._may(side, known, ask) for side in (plan.left, plan.right))
            if plan.kind == "union":
                return None if left is None or right is None else left | right
            return _both(left, right)
        if isinstance(plan, Extend):
            inside = {name: token for name, token in known.items() if name != plan.name}
            if plan.name in known and plan.value[0] == "var":
                inside.setdefault(plan.value[1], known[plan.name])
            return self._may(plan.of, inside, ask)
        if isinstance(plan, Group):
            keys = {name: token for name, token in known.items() if name in plan.keys}
            found = self._may(plan.of, keys, ask) if keys else None
            for name, kind, var in plan.aggregates:
                if name in known and kind != "count":
                    found = _both(found, self._may(plan.of, {**keys, var: known[name]}, ask))
            return found
        if isinstance(plan, Project):
            known = {name: token for name, token in known.items() if name in plan.names}
        assert isinstance(plan, Project | Filter)  # noqa: S101  (all kinds are done)
        return self._may(plan.of, known, ask)


def _resources(tokens: Iterable[str]) -> set[str]:
    """Return what a query may name as a subject; refuse what it may not."""
    found = set(tokens)
    if not all(token.startswith("<") and not token.startswith("<<") for token in found):
        raise TooWide
    return found


def _both(left: set[str] | None, right: set[str] | None) -> set[str] | None:
    if left is None or right is None:
        return right if left is None else left
    return left & right


def _shared(plan: Plan) -> set[str]:
    """Return variables that every solution of every part binds, and that nothing hides."""
    if isinstance(plan, Basic):
        return variables(plan)
    if isinstance(plan, Pair):
        return _shared(plan.left) & _shared(plan.right)
    if isinstance(plan, Extend):
        return _shared(plan.of) - {plan.name}
    if isinstance(plan, Project):
        return _shared(plan.of) & set(plan.names)
    if isinstance(plan, Group):
        return _shared(plan.of) & set(plan.keys)
    return _shared(plan.of) if isinstance(plan, Filter) else set()


def _leaves(plan: Plan) -> Iterator[Basic]:
    if isinstance(plan, Basic):
        yield plan
    elif isinstance(plan, Pair):
        yield from _leaves(plan.left)
        yield from _leaves(plan.right)
    elif isinstance(plan, Filter | Extend | Project | Group):
        yield from _leaves(plan.of)


def _match(subject: Expression, value: Expression, triple: ox.Triple) -> dict[str, str] | None:
    """Return what a statement binds in a pattern; None if it does not match."""
    known: dict[str, str] = {}
    for end, term in ((subject, triple.subject), (value, triple.object)):
        if not isinstance(term, ox.NamedNode | ox.Literal):
            raise TooWide  # a query cannot name it
        if end[0] == "var":
            if known.setdefault(end[1], str(term)) != str(term):
                return None
        elif end[0] != "term":
            return None
        elif isinstance(term, ox.NamedNode) and str(term) != end[1]:
            return None  # literals may be written in several ways: looked at in vain at worst
    return known


def _near(patterns: list[Pattern], name: str, known: Mapping[str, str]) -> list[Pattern]:
    """Return the patterns that hang together with a variable, through others that are open."""
    names = {name}
    found: list[Pattern] = []
    left = patterns
    while True:
        near = [p for p in left if names & _open(p, known)]
        if not near:
            return found
        found += near
        left = [p for p in left if p not in near]
        names = names.union(*(_open(p, known) for p in near))


def _open(pattern: Pattern, known: Mapping[str, str]) -> set[str]:
    ends = (pattern.subject, pattern.value)
    return {end[1] for end in ends if end[0] == "var" and end[1] not in known}
