"""What a small change of statements changes in what a CONSTRUCT makes.

Most rules speak of one thing and what hangs on it: of a cooperation and its parties, of a thing and
its records. All patterns share a variable, the *anchor*, and whatever is counted is counted for
each of its values. So what a rule makes is put together from what it makes of each value; after a
change only the values that a changed statement hangs on need be looked at, before and after. What
is made no longer of these may still be made of another: that is asked for each such statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from coopgraph.columnar.as_text import construct_text, in_steps
from coopgraph.columnar.plan import (
    Basic,
    Construct,
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
from coopgraph.columnar.search import Known, Search, State, Term, TooWide, match, open_ends
from coopgraph.columnar.table import Unsupported

MOST: Final = 2_000
"""Values that are looked at one by one; for more, everything is made anew."""

Triples = Collection[ox.Triple]


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

    Attributes
    ----------
    rule
        Its plan, every path in steps of one property.
    anchor
        The variable that all its parts share.

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
        self.rule = Construct(rule.template, of)
        shared = _shared(of.of)
        if not shared:
            raise Unsupported("no variable that all parts share")
        patterns = [pattern for leaf in _leaves(of.of) for pattern in leaf.patterns]
        ends = [end for pattern in patterns for end in (pattern.subject, pattern.value)]
        if not all(end[0] == "var" or end[1].startswith("<") for end in ends):
            raise Unsupported("a pattern that names a literal")
        subjects = Counter(p.subject[1] for p in patterns if p.subject[0] == "var")
        self.anchor = max(sorted(shared), key=lambda name: (subjects[name], name[0] != "_"))

    def change(self, changed: Triples, before: State, after: State) -> Made:
        """Return what a change of statements makes of the rule.

        Parameters
        ----------
        changed
            The statements that were added or removed.
        before, after
            What was there before the change, and what is there after it.

        Raises
        ------
        TooWide
            If it bears on too much.
        """
        values: set[str] = set()
        for state in (before, after):
            for patterns, known in self._hits(changed):
                values |= self._values(patterns, known, state)
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

    def _hits(self, changed: Triples) -> Iterator[tuple[list[Pattern], Known]]:
        """Yield the other patterns beside one that a statement matches, and what that binds."""
        for leaf in _leaves(self.rule.of.of):
            for i, pattern in enumerate(leaf.patterns):
                others = [*leaf.patterns[:i], *leaf.patterns[i + 1 :]]
                for triple in changed:
                    if triple.predicate.value == pattern.path[1]:
                        known = match(pattern.subject, pattern.value, triple)
                        if known is not None:
                            yield others, known

    def _values(self, patterns: Iterable[Pattern], known: Known, state: State) -> set[str]:
        """Return the values of the anchor where some patterns hold; others may be among them."""
        if self.anchor in known:
            return _resources([known[self.anchor]])
        near = _near(list(patterns), self.anchor, known)
        return _resources(Search(state, self.anchor).run(near, known))

    def _made(self, values: Iterable[str], state: State) -> set[ox.Triple]:
        return {
            triple
            for value in sorted(values)
            for triple in state.ask(construct_text(self.rule, self.anchor, value))
        }

    def _makers(self, triple: ox.Triple, state: State) -> set[str]:
        """Return values of the anchor of which alone a statement may be made."""
        found: set[str] = set()
        for subject, predicate, value in self.rule.template:
            known = match(subject, value, triple)
            if known is None or (predicate[0] == "term" and predicate[1] != str(triple.predicate)):
                continue
            makers = self._may(self.rule.of.of, known, state)
            if makers is None:
                raise TooWide
            found |= makers
        return found

    def _may(self, plan: Plan, known: Known, state: State) -> set[str] | None:
        """Return values of the anchor in solutions with some values; None if any may be."""
        if isinstance(plan, Basic):
            here = {name: term for name, term in known.items() if name in variables(plan)}
            return self._values(plan.patterns, here, state) if here else None
        if isinstance(plan, Pair):
            if plan.kind == "left":
                return self._may(plan.left, known, state)
            left, right = (self._may(side, known, state) for side in (plan.left, plan.right))
            if plan.kind == "union":
                return None if left is None or right is None else left | right
            return _both(left, right)
        if isinstance(plan, Extend):
            inside = {name: term for name, term in known.items() if name != plan.name}
            if plan.name in known and plan.value[0] == "var":
                inside.setdefault(plan.value[1], known[plan.name])
            return self._may(plan.of, inside, state)
        if isinstance(plan, Group):
            keys = {name: term for name, term in known.items() if name in plan.keys}
            found = self._may(plan.of, keys, state) if keys else None
            for name, kind, var in plan.aggregates:
                if name in known and kind != "count":
                    found = _both(found, self._may(plan.of, {**keys, var: known[name]}, state))
            return found
        if isinstance(plan, Project):
            known = {name: term for name, term in known.items() if name in plan.names}
        assert isinstance(plan, Project | Filter)  # noqa: S101  (all kinds are done)
        return self._may(plan.of, known, state)


def _resources(terms: Iterable[Term]) -> set[str]:
    """Return what a query may name as a subject; refuse what it may not."""
    found = set()
    for term in terms:
        if not isinstance(term, ox.NamedNode):
            raise TooWide
        found.add(str(term))
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


def _near(patterns: list[Pattern], name: str, known: Known) -> list[Pattern]:
    """Return the patterns that hang together with a variable, through others that are open."""
    names = {name}
    found: list[Pattern] = []
    left = patterns
    while True:
        near = [p for p in left if names & open_ends(p, known)]
        if not near:
            return found
        found += near
        left = [p for p in left if p not in near]
        names = names.union(*(open_ends(p, known) for p in near))
