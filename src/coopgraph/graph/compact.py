"""Draw the compact view: cooperations become edges, by the declared table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from coopgraph.graph.dates import day_number, valid_days
from coopgraph.graph.facts import DATES, Facts, seen
from coopgraph.graph.layers import ANYWHERE, is_visible, subsets, visibility
from coopgraph.graph.projection import EdgeRule, Projection
from coopgraph.vocabulary import COOP, SCHEME

LEAD: Final = SCHEME + "role/lead"
SECTOR: Final = COOP + "sector"


@dataclass(frozen=True)
class Drawn:
    """One edge before it has a number.

    Attributes
    ----------
    source, target
        IRIs of the ends.
    relation
        IRI of a class, property or concept.
    label
        Of the relation by language, where the table gives one.
    directed
        Whether it has a direction.
    subject
        The resource that says it.
    valid
        First and last day.
    """

    source: str
    target: str
    relation: str
    label: tuple[tuple[str, str], ...]
    directed: bool
    subject: str
    valid: tuple[int, int]


@dataclass(frozen=True)
class _Parties:
    """Who takes part in one cooperation, as seen in one selection.

    ``speakers`` are those from whom its edges go out: who leads, else the one or two who take
    part. Where nobody leads and more than two take part, the cooperation itself, which then stays
    a node: so n parties never become n² edges.
    """

    roles: list[tuple[str, str]]
    everyone: list[str]
    speakers: list[str]
    others: list[str]


class Compact:
    """The compact view of some facts.

    Parameters
    ----------
    facts
        What the store says.
    table
        How it is drawn.
    """

    def __init__(self, facts: Facts, table: Projection) -> None:
        self._facts = facts
        self._node_classes = frozenset(table.node_classes)
        self._by_class: dict[str, list[EdgeRule]] = {}
        for rule in table.edges:
            self._by_class.setdefault(rule.class_iri, []).append(rule)
        self._rules: dict[str, list[EdgeRule]] = {}
        self._relators: dict[frozenset[str], bool] = {}

    def is_node(self, classes: list[str]) -> bool:
        """Say whether a resource of these classes is a node."""
        above = self._facts.tree.above
        return any(not self._node_classes.isdisjoint(above(c)) for c in classes)

    def nodes(self) -> Iterator[tuple[str, int]]:
        """Yield each node and the visibility its types alone give it."""
        for iri, classes in self._facts.types.items():
            present = _union(classes)
            seen_in = [s for s in subsets(present) if self.is_node(list(seen(classes, s)))]
            if seen_in:
                yield iri, visibility(present, seen_in)

    def edges(self) -> Iterator[tuple[Drawn, int]]:
        """Yield each edge and its visibility."""
        for subject, classes in self._facts.types.items():
            if not self._rules_of(list(classes)):
                continue
            present = self._layers_about(subject)
            if present in ANYWHERE:  # the usual case: one layer says all there is
                for edge in dict.fromkeys(self._draw(subject, present)):
                    yield edge, ANYWHERE[present]
                continue
            seen_in: dict[Drawn, dict[int, None]] = {}
            for selection in subsets(present):
                for edge in self._draw(subject, selection):
                    seen_in.setdefault(edge, {})[selection] = None
            for edge, selections in seen_in.items():
                yield edge, visibility(present, selections)

    def sector_subjects(self) -> dict[str, list[tuple[int, str]]]:
        """Return, by sector, who is in it and the layers that say so."""
        found: dict[str, list[tuple[int, str]]] = {}
        for subject, sectors in self._facts.values.get(SECTOR, {}).items():
            for sector, layers in sectors.items():
                found.setdefault(sector, []).append((layers, subject))
        return found

    def _rules_of(self, classes: list[str]) -> list[EdgeRule]:
        rules: list[EdgeRule] = []
        for class_iri in classes:
            known = self._rules.get(class_iri)
            if known is None:
                above = self._facts.tree.above(class_iri)
                known = [r for c, found in self._by_class.items() if c in above for r in found]
                self._rules[class_iri] = known
            rules += (rule for rule in known if rule not in rules)
        return rules

    def _layers_about(self, subject: str) -> int:
        present = _union(self._facts.types[subject])
        for values in self._facts.values.values():
            if subject in values:
                present |= _union(values[subject])
        for _, layers in self._facts.participants.get(subject, {}).values():
            present |= layers
        return present

    def _draw(self, subject: str, selection: int) -> Iterator[Drawn]:
        classes = list(seen(self._facts.types[subject], selection))
        rules = self._rules_of(classes)
        if not rules:
            return
        parties = self._parties(subject, selection)
        valid = self._valid(subject, selection)
        for rule in rules:
            pairs, directed = self._pairs(rule, subject, selection, parties)
            label = tuple(rule.label.items()) if any(rule.label.values()) else ()
            for source, target in pairs:
                if source == target or self._is_relator(target, selection):
                    continue
                for relation in self._relations(rule, subject, selection, classes, target, parties):
                    yield Drawn(source, target, relation, label, directed, subject, valid)

    def _is_relator(self, iri: str, selection: int) -> bool:
        """Say whether something is drawn as edges, so that none can end in it.

        A measure may promote a cooperation: the full view has that, the compact one does not.
        """
        classes = frozenset(seen(self._facts.types.get(iri, {}), selection))
        known = self._relators.get(classes)
        if known is None:
            known = self._relators[classes] = bool(
                self._rules_of(sorted(classes))
            ) and not self.is_node(sorted(classes))
        return known

    def _parties(self, subject: str, selection: int) -> _Parties:
        roles = [
            end
            for end, (byte, _) in self._facts.participants.get(subject, {}).items()
            if is_visible(byte, selection)
        ]
        everyone = sorted({who for who, _ in roles})
        leads = sorted({who for who, role in roles if role == LEAD})
        others = [who for who in everyone if who not in set(leads)]
        if leads and (others or len(everyone) <= 2):
            return _Parties(roles, everyone, leads, others)
        if len(everyone) > 2:  # nobody leads, or everybody does
            return _Parties(roles, everyone, [subject], everyone)
        return _Parties(roles, everyone, everyone, [])

    def _pairs(
        self, rule: EdgeRule, subject: str, selection: int, parties: _Parties
    ) -> tuple[Iterable[tuple[str, str]], bool]:
        """Return the ends that a rule joins, and whether with a direction."""
        sources = self._find(rule.source, subject, selection, parties)
        if rule.target != "role:*":
            targets = self._find(rule.target, subject, selection, parties)
            return product(sources, targets), rule.directed
        if rule.source == "self":
            return product(sources, parties.everyone), rule.directed
        if not parties.others and len(parties.everyone) == 2:
            return [(parties.everyone[0], parties.everyone[1])], False
        return product(sources, parties.others), rule.directed

    def _find(self, end: str, subject: str, selection: int, parties: _Parties) -> list[str]:
        if end == "self":
            return [subject]
        if end == "role:lead":
            return parties.speakers
        if end.startswith("role:"):
            role = SCHEME + "role/" + end.removeprefix("role:")
            return sorted({who for who, as_role in parties.roles if as_role == role})
        values = self._facts.values[COOP + end.removeprefix("coop:")].get(subject, {})
        return sorted(seen(values, selection))

    def _relations(
        self,
        rule: EdgeRule,
        subject: str,
        selection: int,
        classes: list[str],
        target: str,
        parties: _Parties,
    ) -> list[str]:
        if rule.relation == "class":
            return [self._facts.tree.most_specific(classes) or ""]
        if rule.relation == "coop:role":
            return sorted({role for who, role in parties.roles if who == target})
        if rule.relation.startswith("coop:"):
            prop = COOP + rule.relation.removeprefix("coop:")
            values = self._facts.values[prop].get(subject, {})
            found = sorted(seen(values, selection))
            # A cooperation whose type is not known is still a cooperation.
            return found or [self._facts.tree.most_specific(classes) or ""]
        return [COOP + rule.relation]

    def _valid(self, subject: str, selection: int) -> tuple[int, int]:
        """Return the actual dates, else the planned ones, else open ends."""
        days: list[int | None] = []
        for prop in DATES:
            values = self._facts.values[prop].get(subject)
            numbers = [day_number(v) for v in seen(values, selection)] if values else []
            known = [n for n in numbers if n is not None]
            days.append(min(known) if known else None)
        return valid_days(*days)


def _union(values: dict[str, int]) -> int:
    union = 0
    for layers in values.values():
        union |= layers
    return union
