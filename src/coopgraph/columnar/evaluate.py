"""Run a plan on columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coopgraph.columnar.expressions import holds, value
from coopgraph.columnar.groups import grouped
from coopgraph.columnar.patterns import Reader
from coopgraph.columnar.plan import (
    Basic,
    Expression,
    Extend,
    Filter,
    Group,
    Pair,
    Pattern,
    Plan,
    Project,
    Values,
)
from coopgraph.columnar.rewrite import names_in, variables
from coopgraph.columnar.table import (
    UNBOUND,
    Bound,
    Ids,
    Table,
    concat,
    distinct_ids,
    join,
    left_join,
)

Hints = Mapping[str, Ids]
"""Values a variable may have at all: others would find no partner in a join."""


@dataclass(frozen=True)
class Needs:
    """What is asked of a plan's variables: their values, or only whether they are bound."""

    values: frozenset[str] = frozenset()
    presence: frozenset[str] = frozenset()

    def more(self, names: set[str]) -> Needs:
        """Return the needs, and the values of some more variables."""
        return Needs(self.values | names, self.presence)

    def tested(self, filters: tuple[Expression, ...]) -> Needs:
        """Return the needs, and what some filters look at."""
        values, presence = set(self.values), set(self.presence)
        for expression in filters:
            tested = _tests(expression)
            presence |= tested
            values |= _values(expression)
        return Needs(frozenset(values), frozenset(presence))

    @property
    def all(self) -> frozenset[str]:
        """All variables that are looked at."""
        return self.values | self.presence


def possible_values(plan: Plan, name: str, reader: Reader) -> Ids | None:
    """Return values among which are all that a plan may give a variable; None if that is unknown.

    Of all patterns that bind it, the one with the fewest values counts.
    """
    if isinstance(plan, Basic):
        found = [
            ids
            for pattern in plan.patterns
            for end, is_subject in ((pattern.subject, True), (pattern.value, False))
            if end == ("var", name)
            and (ids := reader.ends(pattern, is_subject=is_subject)) is not None
        ]
    elif isinstance(plan, Pair) and plan.kind == "union":
        either = [possible_values(side, name, reader) for side in (plan.left, plan.right)]
        known = [ids for ids in either if ids is not None]
        return distinct_ids(np.concatenate(known)) if len(known) == len(either) else None
    elif isinstance(plan, Pair):
        sides = [plan.left] if plan.kind == "left" else [plan.left, plan.right]
        found = [ids for side in sides if (ids := possible_values(side, name, reader)) is not None]
    elif isinstance(plan, Extend) and plan.name == name:
        of = plan.value
        return possible_values(plan.of, of[1], reader) if of[0] == "var" else None
    elif isinstance(plan, Filter | Extend):
        return possible_values(plan.of, name, reader)
    elif isinstance(plan, Project | Group):
        seen = plan.names if isinstance(plan, Project) else plan.keys
        return possible_values(plan.of, name, reader) if name in seen else None
    else:
        return None
    return min(found, key=len, default=None)


def _tests(e: Expression) -> set[str]:
    if e[0] == "bound":
        return {e[1]}
    if e[0] == "not":
        return _tests(e[1])
    if e[0] in ("or", "and"):
        return {name for part in e[1] for name in _tests(part)}
    return set()


def _values(e: Expression) -> set[str]:
    if e[0] == "bound":
        return set()
    if e[0] == "not":
        return _values(e[1])
    if e[0] in ("or", "and"):
        return {name for part in e[1] for name in _values(part)}
    return names_in(e)


@dataclass
class Evaluation:
    """One run.

    Attributes
    ----------
    reader
        What is read.
    """

    reader: Reader

    def run(self, plan: Project, only: Hints | None = None) -> Table:
        """Return the distinct rows of a query.

        Parameters
        ----------
        plan
            The query.
        only
            Values that a variable may have; rows with others are left out.
        """
        found = self._project(plan, only or {}, Needs(frozenset(plan.names)))
        for name, ids in (only or {}).items():
            found = found.take(np.isin(found.column(name), ids))
        return found

    def _run(self, plan: Plan, hints: Hints, needs: Needs) -> Table:
        if isinstance(plan, Basic):
            return self._basic(plan, hints, needs)
        if isinstance(plan, Values):
            return self._values(plan)
        if isinstance(plan, Project):
            return self._project(plan, hints, needs)
        if isinstance(plan, Filter):
            found = self._run(plan.of, hints, needs.tested(plan.filters))
            return found.take(holds(plan.filters, found, self.reader))
        if isinstance(plan, Extend):
            return self._extend(plan, hints, needs)
        if isinstance(plan, Group):
            inside = {name: ids for name, ids in hints.items() if name in plan.keys}
            looked_at = {*plan.keys, *(var for _, _, var in plan.aggregates)}
            found = self._run(plan.of, inside, Needs(frozenset(looked_at)))
            return grouped(plan, found, self.reader)
        if plan.kind == "union":
            sides = [self._run(side, hints, needs) for side in (plan.left, plan.right)]
            return concat(sides)
        return self._pair(plan, hints, needs)

    def _pair(self, plan: Pair, hints: Hints, needs: Needs) -> Table:
        needs = needs.tested(plan.filters)
        shared = variables(plan.left) & variables(plan.right)
        inner = needs.more(shared)
        left = self._run(plan.left, hints, inner)
        if plan.kind == "join":
            return join(left, self._run(plan.right, Bound(left, hints), inner))
        bound = Bound(left)
        gives = variables(plan.right) - variables(plan.left)
        if not gives & needs.all and all(name in bound for name in shared):
            return left  # whether there is a partner makes no difference
        if not left.rows:
            return left
        right = self._run(plan.right, bound, inner)
        keep = None
        if plan.filters:

            def keep(joined: Table) -> np.ndarray:
                return holds(plan.filters, joined, self.reader)

        return left_join(left, right, keep)

    def _extend(self, plan: Extend, hints: Hints, needs: Needs) -> Table:
        below = Needs(
            (needs.values - {plan.name}) | names_in(plan.value), needs.presence - {plan.name}
        )
        rest = {name: ids for name, ids in hints.items() if name != plan.name}
        found = self._run(plan.of, rest, below)
        fresh = value(plan.value, found, self.reader)
        return Table(found.rows, {**found.columns, plan.name: fresh})

    def _project(self, plan: Project, hints: Hints, needs: Needs) -> Table:
        names = set(plan.names)
        below = Needs(needs.values & names, needs.presence & names)
        inside = {name: ids for name, ids in hints.items() if name in names}
        wanted = [name for name in plan.names if name in needs.all]
        return self._run(plan.of, inside, below).only(wanted).distinct()

    def _values(self, plan: Values) -> Table:
        names = sorted(variables(plan))
        columns = {
            name: np.array(
                [
                    UNBOUND if (token := row.get(name)) is None else self.reader.number(token)
                    for row in plan.rows
                ],
                np.int64,
            )
            for name in names
        }
        return Table(len(plan.rows), columns)

    # Patterns

    def _basic(self, plan: Basic, hints: Hints, needs: Needs) -> Table:
        table = Table.unit()
        left, filters = list(plan.patterns), list(plan.filters)
        needs = needs.tested(plan.filters)
        while left and table.rows:
            known = Bound(table, hints)
            left.sort(key=lambda p: self._cost(p, known, table))
            table = join(table, self.reader.read(left.pop(0), known))
            ready = [f for f in filters if names_in(f) <= set(table.columns)]
            if ready:
                table = table.take(holds(tuple(ready), table, self.reader))
                filters = [f for f in filters if f not in ready]
            table = _slim(table, needs, left)
        for name in variables(plan):
            if name in needs.all and name not in table.columns:
                table.columns[name] = np.empty(0, np.int64)
        return table

    def _cost(self, pattern: Pattern, known: Hints, table: Table) -> tuple[bool, float]:
        ends = {end[1] for end in (pattern.subject, pattern.value) if end[0] == "var"}
        apart = bool(table.columns) and not ends & set(table.columns)
        return apart, self.reader.estimate(pattern, known)


def _slim(table: Table, needs: Needs, left: list[Pattern]) -> Table:
    """Drop what nobody asks for any more; where only presence counts, all values are alike."""
    later = {e[1] for p in left for e in (p.subject, p.value) if e[0] == "var"}
    kept: dict[str, Ids] = {}
    fewer = False
    for name, column in table.columns.items():
        if name in needs.values or name in later:
            kept[name] = column
        elif name in needs.presence:
            kept[name] = np.zeros(table.rows, np.int64)
            fewer = True
        else:
            fewer = True
    if not fewer:
        return table
    return Table(table.rows if kept else min(table.rows, 1), kept).distinct()
