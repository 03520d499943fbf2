"""Gaps as columns of numbers: what nobody asks for is not put into words.

A rule may find some hundred thousand gaps of which a page is shown. So what it is about stays in
three columns, in the order of its IRIs, and one gap is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, overload

import numpy as np

from coopgraph.columnar.rows import Groups, Row
from coopgraph.columnar.table import Ids
from coopgraph.gaps.rules import GapRule
from coopgraph.vocabulary import iri_of, short_id

SEVERITY_ORDER: Final = {"high": 0, "medium": 1, "low": 2}

Key = tuple[str, str | None, str | None]


@dataclass(slots=True)
class Gap:
    """One gap, before it is put into words.

    Attributes
    ----------
    rule
        Whose it is.
    key
        IRIs of subject, sector and object.
    rows
        Reads what was found and who might fill the gap: resource, property, candidate.
    id
        The same in every generation and selection of layers: the rule and what it is about.
    """

    rule: GapRule
    key: Key
    rows: Callable[[], list[Row]] = field(repr=False)
    id: str = field(init=False)

    @property
    def found(self) -> dict[tuple[str, str | None], None]:
        """What was found: a resource, and a property where one statement of it is meant."""
        return {(row[0], row[1]): None for row in self.rows() if row[0] is not None}

    @property
    def candidates(self) -> dict[str, None]:
        """IRIs of who might fill the gap."""
        return {row[2]: None for row in self.rows() if row[2] is not None}

    def __post_init__(self) -> None:
        """Name it."""
        self.id = "|".join([self.rule.id, *(short_id(iri) for iri in self.key if iri)])

    @property
    def order(self) -> tuple[int, str, tuple[str, ...]]:
        """The most severe first, then by rule and what it is about."""
        return (SEVERITY_ORDER[self.rule.severity], self.rule.id, tuple(k or "" for k in self.key))

    def is_about(self, actor: str | None, sector: str | None) -> bool:
        """Tell whether it is of an actor and in a sector, where one is asked for."""
        subject, in_sector, value = self.key
        return actor in (None, subject, value) and sector in (None, in_sector)


class RuleGaps:
    """The gaps of one rule, in the order of what they are about; some of them may be left out.

    Parameters
    ----------
    rule
        Whose they are.
    groups
        What they are about (subject, sector, object), each with what was found.
    is_cut
        Whether there are more that were not listed.
    chosen
        Places of those that count, ascending; None for all.
    """

    def __init__(
        self, rule: GapRule, groups: Groups, is_cut: bool = False, chosen: Ids | None = None
    ) -> None:
        self.rule, self.is_cut = rule, is_cut
        self._groups, self._chosen = groups, chosen

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._groups) if self._chosen is None else len(self._chosen)

    def __iter__(self) -> Iterator[Gap]:
        """Yield each."""
        return (self.at(place) for place in range(len(self)))

    def at(self, place: int) -> Gap:
        """Return one by its place."""
        group = place if self._chosen is None else int(self._chosen[place])
        subject, sector, value = self._groups.key(group)
        assert subject is not None  # noqa: S101  (it is the first of what is grouped by)
        return Gap(self.rule, (subject, sector, value), partial(self._groups.rows, group))

    def about(self, actor: str | None, sector: str | None) -> RuleGaps:
        """Return those of an actor (subject or object) and in a sector, where one is asked for."""
        subject, within, value = self._groups.keys
        kept = np.ones(len(self._groups), np.bool_)
        if actor is not None:
            number = self._groups.number(actor)
            kept &= (subject == number) | (value == number)
        if sector is not None:
            kept &= within == self._groups.number(sector)
        return self._where(kept)

    def touching(self, iris: Iterable[str]) -> RuleGaps:
        """Return those whose subject, sector or object is one of some things."""
        numbers = np.array([self._groups.number(iri) for iri in iris], np.int64)
        kept = np.zeros(len(self._groups), np.bool_)
        for column in self._groups.keys:
            kept |= np.isin(column, numbers)
        return self._where(kept)

    def without(self, keys: Collection[Key]) -> RuleGaps:
        """Return them less those that are about some things."""
        kept = np.ones(len(self._groups), np.bool_)
        for key in keys:
            place = self.place(key)
            if place is not None:
                kept[place] = False
        return self._where(kept)

    def place(self, key: Key) -> int | None:
        """Return where the gap about something stands among all; None if there is none."""
        low, high = 0, len(self._groups)
        for column, iri in zip(self._groups.keys, key, strict=True):
            number = self._groups.number(iri)
            part = column[low:high]
            low, high = (
                low + int(np.searchsorted(part, number, side)) for side in ("left", "right")
            )
        return low if low < high else None

    def get(self, key: Key) -> Gap | None:
        """Return the gap about something."""
        place = self.place(key)
        return None if place is None else RuleGaps(self.rule, self._groups).at(place)

    def named(self, id: str) -> Gap | None:
        """Return the gap of an id."""
        found = (self.get(key) for key in keys_of(id))
        return next((gap for gap in found if gap is not None and gap.id == id), None)

    def _where(self, kept: Any) -> RuleGaps:
        if self._chosen is not None:
            chosen = self._chosen[kept[self._chosen]]
        else:
            chosen = np.flatnonzero(kept)
        return RuleGaps(self.rule, self._groups, self.is_cut, chosen)


class GapList(Sequence[Gap]):
    """The gaps of several rules, one rule after the other."""

    def __init__(self, rules: Iterable[RuleGaps] = ()) -> None:
        self.rules = list(rules)
        self._ends = np.cumsum([0, *map(len, self.rules)])

    def __len__(self) -> int:
        """Return how many they are."""
        return int(self._ends[-1])

    @overload
    def __getitem__(self, place: int) -> Gap: ...

    @overload
    def __getitem__(self, place: slice) -> list[Gap]: ...

    def __getitem__(self, place: int | slice) -> Gap | list[Gap]:
        """Return one, or a list of several."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        which = int(np.searchsorted(self._ends, place, "right")) - 1
        return self.rules[which].at(place - int(self._ends[which]))

    def about(self, actor: str | None, sector: str | None) -> GapList:
        """Return those of an actor and in a sector, where one is asked for."""
        if actor is None and sector is None:
            return self
        return GapList(each.about(actor, sector) for each in self.rules)

    def touching(self, iris: Collection[str]) -> GapList:
        """Return those whose subject, sector or object is one of some things."""
        return GapList(each.touching(iris) for each in self.rules)

    def without(self, keys: Collection[tuple[str, Key]]) -> GapList:
        """Return them less those of some rules about some things."""
        return GapList(
            each.without([key for rule, key in keys if rule == each.rule.id]) for each in self.rules
        )


def keys_of(id: str) -> list[Key]:
    """Return what a gap of an id may be about: an id of two things says not which the second is.

    Examples
    --------
    >>> [key[1:] for key in keys_of("chain-break|org/a|org/b")]
    [('https://w3id.org/coopgraph/id/org/b', None), (None, 'https://w3id.org/coopgraph/id/org/b')]
    """
    parts = [iri_of(part) for part in id.split("|")[1:]]
    if len(parts) == 3:
        return [(parts[0], parts[1], parts[2])]
    if len(parts) == 2:
        return [(parts[0], parts[1], None), (parts[0], None, parts[1])]
    return [(parts[0], None, None)] if parts else []
