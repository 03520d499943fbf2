"""Who takes part in cooperations, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.facts import PARTICIPATION, Facts, Rows

Int32 = NDArray[np.int32]


class Pairs(NamedTuple):
    """Numbers that belong to subjects, sorted by subject.

    Attributes
    ----------
    subject, value
        int32: the subject, and what belongs to it.
    """

    subject: Int32
    value: Int32

    def only(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Return the pairs that are chosen."""
        return Pairs(self.subject[chosen], self.value[chosen])

    @property
    def key(self) -> NDArray[np.int64]:
        """Both numbers as one."""
        return self.subject.astype(np.int64) << 32 | self.value


NO_PAIRS = Pairs(np.empty(0, np.int32), np.empty(0, np.int32))


def distinct(subject: Int32, value: Int32) -> Pairs:
    """Return pairs each once, sorted.

    Examples
    --------
    >>> [c.tolist() for c in distinct(np.array([2, 1, 2]), np.array([0, 5, 0]))]
    [[1, 2], [5, 0]]
    """
    key = np.sort(subject.astype(np.int64) << 32 | value)
    key = key[np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]]
    return Pairs((key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32))


def joined(left: Int32, right: Int32) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of all pairs of equal numbers; the right column is sorted.

    Examples
    --------
    >>> [places.tolist() for places in joined(np.array([7, 5]), np.array([5, 5, 6, 7]))]
    [[0, 1, 1], [3, 0, 1]]
    """
    first = np.searchsorted(right, left, "left")
    count = np.searchsorted(right, left, "right") - first
    row = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, first[row] + within


class Roles(NamedTuple):
    """Participations of relators: relator, participation, participant and role joined.

    Somebody is seen to take part in every selection in which all three statements are.

    Attributes
    ----------
    subject, who, role
        int32: the relator, who takes part, and as what.
    layers
        uint8[3, n]: the bits of the layers of each of the three statements.
    """

    subject: Int32
    who: Int32
    role: Int32
    layers: NDArray[np.uint8]

    @classmethod
    def of(cls, facts: Facts) -> Roles:
        """Join the statements of some facts."""
        has, participant, role = (facts.link(prop) for prop in PARTICIPATION)
        at, place = joined(has.value, participant.subject)
        subject, who = has.subject[at], participant.value[place]
        part, layers = has.value[at], [has.layers[at], participant.layers[place]]
        at, place = joined(part, role.subject)
        return cls(
            subject[at],
            who[at],
            role.value[place],
            np.stack([layers[0][at], layers[1][at], role.layers[place]]),
        )

    def about(self) -> Rows:
        """Return for each participation the layers that bear on it."""
        return Rows(self.subject, self.who, np.bitwise_or.reduce(self.layers, axis=0))

    def seen(self, selection: int, chosen: NDArray[np.bool_]) -> Roles:
        """Return what is seen in a selection of some subjects, sorted by subject."""
        seen = chosen[self.subject] & ((self.layers & selection) != 0).all(axis=0)
        subject, who, role = self.subject[seen], self.who[seen], self.role[seen]
        order = np.lexsort((role, who, subject))
        return Roles(subject[order], who[order], role[order], self.layers[:, seen][:, order])


@dataclass(frozen=True, eq=False)
class Parties:
    """Who takes part in each cooperation, as seen in one selection.

    ``speakers`` are those from whom its edges go out: who leads, else the one or two who take
    part. Where nobody leads and more than two take part, the cooperation itself, which then stays
    a node: so n parties never become n² edges.

    Attributes
    ----------
    roles
        Who takes part as what.
    everyone, speakers, others
        Of each subject; ``others`` are those whom the speakers are joined with.
    two_alone
        bool[terms]: whether the subject joins just two, neither of whom leads the other.
    """

    roles: Roles
    everyone: Pairs
    speakers: Pairs
    others: Pairs
    two_alone: NDArray[np.bool_]

    @classmethod
    def of(cls, roles: Roles, lead: int, terms: int) -> Parties:
        """Tell who speaks.

        Parameters
        ----------
        roles
            What is seen.
        lead
            The number of the role of who leads.
        terms
            How many terms there are.
        """
        everyone = distinct(roles.subject, roles.who)
        leading = roles.role == lead
        leads = distinct(roles.subject[leading], roles.who[leading])
        others = everyone.only(~np.isin(everyone.key, leads.key, kind="sort"))
        n_everyone, n_leads, n_others = (
            np.bincount(pairs.subject, minlength=terms) for pairs in (everyone, leads, others)
        )
        led = (n_leads > 0) & ((n_others > 0) | (n_everyone <= 2))
        many = ~led & (n_everyone > 2)  # nobody leads, or everybody does
        few = ~led & ~many
        themselves = np.flatnonzero(many).astype(np.int32)
        speakers = _sorted(
            leads.only(led[leads.subject]),
            Pairs(themselves, themselves),
            everyone.only(few[everyone.subject]),
        )
        others = _sorted(others.only(led[others.subject]), everyone.only(many[everyone.subject]))
        n_others = np.bincount(others.subject, minlength=terms)
        return cls(roles, everyone, speakers, others, (n_others == 0) & (n_everyone == 2))


def _sorted(*parts: Pairs) -> Pairs:
    subject = np.concatenate([part.subject for part in parts])
    value = np.concatenate([part.value for part in parts])
    order = np.argsort(subject, kind="stable")
    return Pairs(subject[order], value[order])
