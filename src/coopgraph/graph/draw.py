"""Draw the compact view: cooperations become edges, by the declared table.

All cooperations that are said by the same layers are drawn at once, rule by rule, by joining
columns. Where several layers speak of one, it is drawn once for each part of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.class_sets import ClassSets
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, day_number
from coopgraph.graph.facts import DATES, TYPE, Facts
from coopgraph.graph.layers import ALL, subsets
from coopgraph.graph.parties import Pairs, Parties, Roles, joined
from coopgraph.graph.projection import EdgeRule, Projection
from coopgraph.vocabulary import COOP, SCHEME

LEAD: Final = SCHEME + "role/lead"
SECTOR: Final = COOP + "sector"
_NO_DAY: Final = np.iinfo(np.int32).max

Label = tuple[tuple[str, str], ...]
UNLABELLED: Final[Label] = ()


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges before they have numbers; all arrays have one length.

    Attributes
    ----------
    source, target, relation, subject
        int32: terms. The relation is a class, property or concept; the subject says the edge.
    label
        int32: the place in the list of labels of the relation's, where the table gives one.
    directed
        Whether the edge has a direction.
    first, last
        int32: days on which it begins and ends to hold.
    rank
        int32: tells edges apart that are alike but for label or direction.
    visible
        uint8: visibility bytes.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    relation: NDArray[np.int32]
    subject: NDArray[np.int32]
    label: NDArray[np.int32]
    directed: NDArray[np.bool_]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    rank: NDArray[np.int32]
    visible: NDArray[np.uint8]

    def only(self, chosen: NDArray[np.bool_]) -> Edges:
        """Return some of the edges."""
        return Edges(**{name: column[chosen] for name, column in vars(self).items()})

    @classmethod
    def joined(cls, parts: list[Edges]) -> Edges:
        """Put edges one after another."""
        return cls(
            **{
                name: np.concatenate([np.empty(0, kind), *(getattr(p, name) for p in parts)])
                for name, kind in _KINDS.items()
            }
        )


_KINDS: Final = {
    "source": np.int32, "target": np.int32, "relation": np.int32, "subject": np.int32,
    "label": np.int32, "directed": np.bool_, "first": np.int32, "last": np.int32,
    "rank": np.int32, "visible": np.uint8,
}  # fmt: skip


def relation_names(table: Projection) -> list[str]:
    """Return what a table may call relations that no statement need name."""
    return ["", *(COOP + rule.relation for rule in table.edges)]


def labels_of(table: Projection) -> list[Label]:
    """Return the labels that a table gives relations, first that of those it gives none."""
    return list(dict.fromkeys([UNLABELLED, *map(_label, table.edges)]))


def _label(rule: EdgeRule) -> Label:
    return tuple(rule.label.items()) if any(rule.label.values()) else UNLABELLED


class Drawing:
    """The compact view of some facts.

    Parameters
    ----------
    facts
        What the store says, with the numbers of :func:`relation_names`.
    table
        How it is drawn.
    sets
        The classes of every resource.

    Attributes
    ----------
    labels
        Labels of relations; :attr:`Edges.label` is a place here.
    """

    def __init__(self, facts: Facts, table: Projection, sets: ClassSets) -> None:
        self._facts = facts
        self._sets = sets
        self._terms = len(facts.terms)
        self._roles = Roles.of(facts)
        self._lead = facts.terms.find(LEAD)
        self.labels = labels_of(table)
        self._properties = {
            COOP + end.removeprefix("coop:")
            for rule in table.edges
            for end in (rule.source, rule.target, rule.relation)
            if end.startswith("coop:")
        }
        self._days = _days(facts)
        # Strings are compared only where two are joined; most graphs have few such.
        self._names = facts.terms.table()

    def edges(self) -> Edges:
        """Draw every edge with its visibility, some more than once with parts of it."""
        drawn = self._sets.of(ALL)
        is_drawn = self._sets.is_drawn()[drawn]
        present = self._layers_about()
        found: list[Edges] = []
        for layers in range(1, ALL + 1):
            chosen = is_drawn & (present == layers)
            if chosen.any():
                for selection in subsets(layers):
                    byte = sum(1 << s for s in range(1, ALL + 1) if s & layers == selection)
                    found += self._draw(chosen, selection, byte)
        return Edges.joined(found)

    def _layers_about(self) -> NDArray[np.uint8]:
        """Return, for each term, the layers that say anything that bears on how it is drawn."""
        facts = self._facts
        present = np.zeros(self._terms, np.uint8)
        for rows in (
            facts.link(TYPE),
            *(facts.link(prop) for prop in self._properties),
            *(facts.words[date] for date in DATES if date in facts.words),
            self._roles.about(),
        ):
            for bit in (1, 2, 4):
                present[rows.subject[(rows.layers & bit) != 0]] |= bit
        return present

    def _draw(self, chosen: NDArray[np.bool_], selection: int, byte: int) -> Iterator[Edges]:
        sets = self._sets.of(selection)
        among = np.flatnonzero(np.bincount(sets[chosen])).tolist()
        roles = self._roles.seen(selection, chosen)
        parties = Parties.of(roles, self._lead, self._terms)
        relator = (self._sets.is_drawn() & ~self._sets.is_node())[sets]
        first, last = self._valid(chosen, selection)
        for code in among:
            mine = chosen & (sets == code) if len(among) > 1 else chosen
            for place, rule in enumerate(self._sets.rules(code)):
                pairs = list(self._pairs(rule, mine, selection, parties))
                for subject, source, target, directed in pairs:
                    right = (source != target) & ~relator[target]
                    at, relation = self._relations(
                        rule, subject[right], target[right], code, selection, parties
                    )
                    who = subject[right][at]
                    yield Edges(
                        source=source[right][at],
                        target=target[right][at],
                        relation=relation,
                        subject=who,
                        label=np.full(len(at), self._label(rule), np.int32),
                        directed=np.full(len(at), directed, np.bool_),
                        first=first[who],
                        last=last[who],
                        rank=np.full(len(at), selection << 16 | place, np.int32),
                        visible=np.full(len(at), byte, np.uint8),
                    )

    def _label(self, rule: EdgeRule) -> int:
        return self.labels.index(_label(rule))

    def _pairs(
        self, rule: EdgeRule, mine: NDArray[np.bool_], selection: int, parties: Parties
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], bool]]:
        """Yield subjects, the ends that a rule joins, and whether with a direction."""
        sources = self._find(rule.source, mine, selection, parties)
        if rule.target != "role:*":
            targets = self._find(rule.target, mine, selection, parties)
        elif rule.source == "self":
            targets = parties.everyone.only(mine[parties.everyone.subject])
        else:
            two = parties.two_alone & mine
            both = parties.everyone.only(two[parties.everyone.subject])
            if len(both.subject):
                yield both.subject[::2], *self._in_order(both.value[::2], both.value[1::2]), False
            mine = mine & ~two
            sources = sources.only(mine[sources.subject])
            targets = parties.others.only(mine[parties.others.subject])
        row, place = joined(sources.subject, targets.subject)
        yield sources.subject[row], sources.value[row], targets.value[place], rule.directed

    def _in_order(
        self, one: NDArray[np.int32], other: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return two columns so that in each row the first by name comes first."""
        names = self._names
        swap = np.fromiter(
            (names[a] > names[b] for a, b in zip(one.tolist(), other.tolist(), strict=True)),
            np.bool_,
            len(one),
        )
        return np.where(swap, other, one), np.where(swap, one, other)

    def _find(self, end: str, mine: NDArray[np.bool_], selection: int, parties: Parties) -> Pairs:
        if end == "self":
            themselves = np.flatnonzero(mine).astype(np.int32)
            return Pairs(themselves, themselves)
        if end == "role:lead":
            return parties.speakers.only(mine[parties.speakers.subject])
        if end.startswith("role:"):
            role = self._facts.terms.find(SCHEME + "role/" + end.removeprefix("role:"))
            roles = parties.roles
            chosen = mine[roles.subject] & (roles.role == role)
            return Pairs(roles.subject[chosen], roles.who[chosen])
        return self._values(COOP + end.removeprefix("coop:"), mine, selection)

    def _values(self, prop: str, mine: NDArray[np.bool_], selection: int) -> Pairs:
        rows = self._facts.link(prop)
        chosen = mine[rows.subject] & ((rows.layers & selection) != 0)
        return Pairs(rows.subject[chosen], rows.value[chosen])

    def _relations(
        self,
        rule: EdgeRule,
        subject: NDArray[np.int32],
        target: NDArray[np.int32],
        code: int,
        selection: int,
        parties: Parties,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return which pairs an edge is of, and its relation: several for a pair, or none."""
        every = np.arange(len(subject))
        finds = self._facts.terms.find
        if rule.relation == "coop:role":
            roles = parties.roles
            key = Pairs(roles.subject, roles.who).key
            at, place = joined(Pairs(subject, target).key, key)  # type: ignore[arg-type]
            return at, roles.role[place]
        most_specific = self._facts.tree.most_specific(self._sets.sets[code])
        of_class = finds(most_specific or "")
        if rule.relation.startswith("coop:"):
            mine = np.zeros(self._terms, np.bool_)
            mine[subject] = True
            values = self._values(COOP + rule.relation.removeprefix("coop:"), mine, selection)
            at, place = joined(subject, values.subject)
            # A cooperation whose type is not known is still a cooperation.
            known = np.zeros(self._terms, np.bool_)
            known[values.subject] = True
            without = every[~known[subject]]
            relation = np.concatenate(
                [values.value[place], np.full(len(without), of_class, np.int32)]
            )
            return np.concatenate([at, without]), relation
        named = of_class if rule.relation == "class" else finds(COOP + rule.relation)
        return every, np.full(len(every), named, np.int32)

    def _valid(
        self, chosen: NDArray[np.bool_], selection: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return, for each term, the actual dates, else the planned ones, else open ends."""
        days = []
        for prop in DATES:
            earliest = np.full(self._terms, _NO_DAY, np.int32)
            rows = self._facts.words.get(prop)
            if rows is not None:
                seen = chosen[rows.subject] & ((rows.layers & selection) != 0)
                np.minimum.at(earliest, rows.subject[seen], self._days[rows.value[seen]])
            days.append(earliest)
        actual_from, plan_from, actual_to, plan_to = days
        first = np.where(actual_from == _NO_DAY, plan_from, actual_from)
        last = np.where(actual_to == _NO_DAY, plan_to, actual_to)
        return (
            np.where(first == _NO_DAY, OPEN_FROM, first).astype(np.int32),
            np.where(last == _NO_DAY, OPEN_TO, last).astype(np.int32),
        )


def _days(facts: Facts) -> NDArray[np.int32]:
    """Return the day that each text names, where a date is said by it."""
    names = facts.texts.table()
    is_date = np.zeros(len(names), np.bool_)
    for prop in DATES:
        if prop in facts.words:
            is_date[facts.words[prop].value] = True
    days = np.full(len(names), _NO_DAY, np.int32)
    for code in np.flatnonzero(is_date).tolist():
        day = day_number(names[code])
        if day is not None:
            days[code] = day
    return days
