"""Read what a pattern matches: a property's column, or a path over several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from coopgraph.columnar.plan import Expression, Path, Pattern
from coopgraph.columnar.table import (
    Ids,
    Table,
    Unsupported,
    distinct_ids,
    matches,
    sorted_once,
)
from coopgraph.store.statements import Statements

Pairs = tuple[Ids, Ids]
_STEP_COST: Final = 4.0
_EVERYTHING: Final = 1e15


class Reader:
    """Reads patterns in the statements that have some marks, and knows the terms.

    Parameters
    ----------
    statements
        What is read.
    marks
        A statement counts if it has one of these bits.
    """

    def __init__(self, statements: Statements, marks: int) -> None:
        self._statements = statements
        self._marks = marks
        self._more: dict[str, int] = {}
        self._names: list[str] = []
        self._pairs: dict[str, Pairs] = {}

    # Terms

    def number(self, token: str) -> int:
        """Return the number of a term; one that no statement has gets a number here."""
        found = self._more.get(token)
        if found is None:
            place = self._statements.terms.find(token)
            found = len(self._statements.terms) + len(self._names) if place is None else place
            if place is None:
                self._names.append(token)
            self._more[token] = found
        return found

    def token(self, number: int) -> str:
        """Return the term of a number."""
        known = len(self._statements.terms)
        return self._statements.terms[number] if number < known else self._names[number - known]

    def forget(self) -> None:
        """Drop the columns that were read; terms stay known."""
        self._pairs.clear()

    @property
    def nameless(self) -> list[tuple[int, int]]:
        """The numbers of blank nodes and quoted triples, each from the first to before the last."""
        place = self._statements.terms.place  # terms are sorted as they are written
        return [(place("_:"), place("_;")), (place("<<"), place("<="))]

    # Patterns

    def read(self, pattern: Pattern, known: Mapping[str, Ids]) -> Table:
        """Return what matches a pattern.

        Parameters
        ----------
        pattern
            The pattern.
        known
            Values a variable may have; what has others may be left out.
        """
        subject, target = pattern.subject, pattern.value
        a, b = self._follow(
            pattern.path, self._allowed(subject, known), self._allowed(target, known)
        )
        columns: dict[str, Ids] = {}
        if subject[0] == target[0] == "var" and subject[1] == target[1]:
            same = a == b
            a, b = a[same], b[same]
        if subject[0] == "var":
            columns[subject[1]] = a
        if target[0] == "var":
            columns[target[1]] = b
        return Table(len(a) if columns else min(1, len(a)), columns)

    def estimate(self, pattern: Pattern, known: Mapping[str, Ids]) -> float:
        """Return about how many pairs a pattern matches."""
        starts, ends = (self._allowed(e, known) for e in (pattern.subject, pattern.value))
        return self._size(
            pattern.path,
            None if starts is None else len(starts),
            None if ends is None else len(ends),
        )

    def ends(self, pattern: Pattern, *, is_subject: bool) -> Ids | None:
        """Return the values at one end of a pattern of one property; None of another path."""
        if pattern.path[0] != "property":
            return None
        return distinct_ids(self._of(pattern.path[1])[0 if is_subject else 1])

    def _size(self, path: Path, starts: int | None, ends: int | None) -> float:
        kind = path[0]
        if kind == "property":
            whole = float(len(self._of(path[1])[0]))
            few = [n * _STEP_COST for n in (starts, ends) if n is not None]
            # One value may have very many subjects, one subject has few values.
            if ends is not None and starts is None:
                few = [whole / 2 if ends < 50 else ends * _STEP_COST]
            return min([whole, *few])
        if kind == "inverse":
            return self._size(path[1], ends, starts)
        if kind == "sequence":
            return sum(self._size(part, None, None) for part in path[1])
        if kind == "either":
            return sum(self._size(part, starts, ends) for part in path[1])
        if starts is None and ends is None:
            return _EVERYTHING if kind != "+" else self._size(path[1], None, None) * _STEP_COST
        return min(n for n in (starts, ends) if n is not None) * _STEP_COST

    def _allowed(self, end: Expression, known: Mapping[str, Ids]) -> Ids | None:
        if end[0] == "term":
            return np.array([self.number(end[1])], np.int64)
        return known.get(end[1])

    def _of(self, prop: str) -> Pairs:
        if prop not in self._pairs:
            column = self._statements.columns.get(prop)
            if column is None:
                raise Unsupported(f"{prop} is not among the columns")
            seen = (column.marks & self._marks) != 0
            subject, target = column.subject, column.value
            if not seen.all():
                subject, target = subject[seen], target[seen]
            self._pairs[prop] = (subject.astype(np.int64), target.astype(np.int64))
        return self._pairs[prop]

    def _follow(self, path: Path, starts: Ids | None, ends: Ids | None) -> Pairs:
        kind = path[0]
        if kind == "property":
            return self._limit(self._of(path[1]), starts, ends)
        if kind == "inverse":
            b, a = self._follow(path[1], ends, starts)
            return a, b
        if kind == "either":
            both = [self._follow(part, starts, ends) for part in path[1]]
            return _unique(
                np.concatenate([a for a, _ in both]), np.concatenate([b for _, b in both])
            )
        if kind == "sequence":
            a, b = self._follow(path[1][0], starts, None)
            for part in path[1][1:]:
                a, b = _compose((a, b), self._follow(part, distinct_ids(b), None))
            return self._limit((a, b), None, ends)
        return self._repeat(kind, path[1], starts, ends)

    def _repeat(self, kind: str, path: Path, starts: Ids | None, ends: Ids | None) -> Pairs:
        if starts is None and ends is not None:
            b, a = self._repeat(kind, ("inverse", path), ends, None)
            return a, b
        if starts is None and kind != "+":
            raise Unsupported("a path of no length between any two things")
        step = self._follow(path, None, None)
        if starts is None:
            starts = distinct_ids(step[0])
        frontier = self._limit(step, starts, None)
        found = frontier
        if kind != "+":
            found = _unique(np.concatenate([starts, found[0]]), np.concatenate([starts, found[1]]))
        while kind != "?" and len(frontier[0]):
            a, b = _compose(frontier, step)
            fresh = ~np.isin(a << 32 | b, found[0] << 32 | found[1])
            frontier = a[fresh], b[fresh]
            found = _unique(
                np.concatenate([found[0], frontier[0]]), np.concatenate([found[1], frontier[1]])
            )
        return self._limit(found, None, ends)

    def _limit(self, pairs: Pairs, starts: Ids | None, ends: Ids | None) -> Pairs:
        for allowed, side in ((starts, 0), (ends, 1)):
            if allowed is not None:
                if len(allowed) == 1:
                    kept = pairs[side] == allowed[0]
                else:
                    flags = np.zeros(len(self._statements.terms) + len(self._names) + 1, np.bool_)
                    flags[allowed] = True
                    kept = flags[pairs[side]]
                pairs = pairs[0][kept], pairs[1][kept]
        return pairs


def _compose(first: Pairs, second: Pairs) -> Pairs:
    here, there = matches(first[1], second[0])
    return _unique(first[0][here], second[1][there])


def _unique(a: Ids, b: Ids) -> Pairs:
    keys = sorted_once(a << 32 | b)
    return keys >> 32, keys & 0xFFFFFFFF
