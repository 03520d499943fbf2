"""What is seen in a scope, as facts with numbers of their own: nothing that is not seen counts.

Nodes and relations are numbered anew, by IRI, so that counts and their order are the same whatever
else is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.describe import visible_edges
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.prediction.triples import Ints, Triples, distinct_facts
from coopgraph.vocabulary import SCHEME

Bools = npt.NDArray[np.bool_]
ROLES: Final = SCHEME + "role/"
"""Relations that tie a project to its parties."""


@dataclass(frozen=True, eq=False)
class SeenFacts:
    """Edges of a snapshot that are seen. n nodes have any, in m relations; k edges.

    Attributes
    ----------
    edges
        Edges of the snapshot, ascending, shape (k,).
    nodes
        Node of the snapshot by node here, ascending, shape (n,).
    relations
        Relation of the snapshot by relation here, shape (m,).
    facts
        Rows (source, relation, target), one an edge, shape (k, 3).
    mutual
        Which edges have no direction, shape (k,).
    first
        The day each edge holds from, ``OPEN_FROM`` where it has none, shape (k,).
    of_parties
        Which nodes are a cooperation of more than two, shape (n,).
    of_project
        Which edges tie a party to a project of more than two, shape (k,).
    """

    edges: Ints
    nodes: Ints
    relations: Ints
    facts: Ints
    mutual: Bools
    first: Ints
    of_parties: Bools
    of_project: Bools

    def node(self, node: int) -> int | None:
        """Return the number here of a node of the snapshot; None if it has no edge that is seen."""
        place = int(np.searchsorted(self.nodes, node))
        return place if place < len(self.nodes) and self.nodes[place] == node else None

    @cached_property
    def directionless(self) -> Bools:
        """Which relations never have a direction, shape (m,)."""
        m = len(self.relations)
        return ~(np.bincount(self.facts[~self.mutual, 1], minlength=m) > 0)

    @cached_property
    def by_target(self) -> Ints:
        """Places of the edges in the order of their targets."""
        return np.argsort(self.facts[:, 2], kind="stable")

    @cached_property
    def _targets(self) -> Ints:
        return np.ascontiguousarray(self.facts[self.by_target, 2])

    @cached_property
    def _sources(self) -> Ints:
        return np.ascontiguousarray(self.facts[:, 0])

    @cached_property
    def is_plain(self) -> Bools:
        """Which edges are no tie of one party to a cooperation or project of many.

        What stays a node joins its parties by paths through it: those are n² pairs of one
        statement, so it is in profiles (one statement of each party), in no path.
        """
        of_cooperation = self.of_parties[self.facts[:, 0]] | self.of_parties[self.facts[:, 2]]
        return ~(of_cooperation | self.of_project)

    def triples(self, which: Bools | None = None) -> Triples:
        """Return some of the facts; what has no direction is said both ways."""
        facts, mutual = self.facts, self.mutual
        if which is not None:
            facts, mutual = facts[which], mutual[which]
        facts = np.concatenate([facts, facts[mutual][:, [2, 1, 0]]])
        return Triples(len(self.nodes), len(self.relations), distinct_facts(facts))

    def at(self, node: int) -> Ints:
        """Return the places of all edges of a node here."""
        low, high = np.searchsorted(self._sources, [node, node + 1])
        start, end = np.searchsorted(self._targets, [node, node + 1])
        back = self.by_target[start:end]
        back = back[(back < low) | (back >= high)]  # a node with itself is there already
        return np.concatenate([back[back < low], np.arange(low, high), back[back >= high]])

    def joining(self, x: int, y: int, step: int) -> list[int]:
        """Return the edges of the snapshot that join x to y by a step; m and more read backwards.

        Parameters
        ----------
        x, y
            Nodes here.
        """
        m = len(self.relations)
        source, target = (y, x) if step >= m else (x, y)
        found = self._between(source, target, step % m)
        back = self._between(target, source, step % m)
        places = np.concatenate([found, back[self.mutual[back]]])
        return [int(edge) for edge in self.edges[places]]

    def _between(self, source: int, target: int, relation: int) -> Ints:
        low, high = np.searchsorted(self._sources, [source, source + 1])
        rows = self.facts[low:high]
        return np.asarray(low + np.flatnonzero((rows[:, 2] == target) & (rows[:, 1] == relation)))


def seen_facts(snapshot: Snapshot, scope: Scope) -> SeenFacts:
    """Return what is seen of a snapshot in a scope."""
    s = snapshot
    return facts_of(s, scope.selection, np.flatnonzero(visible_edges(s, scope)))


def facts_of(snapshot: Snapshot, selection: int, edges: Ints) -> SeenFacts:
    """Return some edges of a snapshot as facts, as if there were no others."""
    s = snapshot
    source, target = s.source[edges].astype(np.int64), s.target[edges].astype(np.int64)
    has_edge = np.zeros(len(s.nodes), bool)
    has_edge[source] = has_edge[target] = True
    nodes = np.flatnonzero(has_edge)
    place = np.cumsum(has_edge) - 1
    used = np.flatnonzero(np.bincount(s.relation[edges], minlength=len(s.relations)))

    def name(code: int) -> tuple[str, ...]:
        relation = s.relations[code]
        return (relation.iri, relation.name, *sorted(relation.label.values()))

    relations = np.array(sorted(used.tolist(), key=name), np.int64)
    number = np.zeros(len(s.relations) + 1, np.int64)
    number[relations] = np.arange(len(relations))
    is_cooperation, is_project = (
        np.array([kind in s.superclasses.get(name, ()) for name in s.types], bool)
        for kind in ("Cooperation", "Project")
    )
    types = s.node_types(selection)[nodes]
    facts = np.stack([place[source], number[s.relation[edges]], place[target]], 1)
    # Within one source the snapshot's order of relations may be another than ours.
    m, n = max(len(relations), 1), len(nodes)
    key = (facts[:, 0].astype(np.int64) * n + facts[:, 2]) * m + facts[:, 1]
    order = np.argsort(key, kind="stable")
    edges, facts = edges[order], facts[order]
    is_role = np.array([s.relations[r].iri.startswith(ROLES) for r in relations.tolist()], bool)
    of_project = is_role[facts[:, 1]] if len(facts) else np.zeros(0, bool)
    of_project &= is_project[types][facts[:, 0]] if len(facts) else of_project
    parties = np.bincount(facts[of_project, 0], minlength=n)
    of_project &= parties[facts[:, 0]] > 2
    return SeenFacts(
        edges, nodes, relations, facts.astype(np.int64), ~s.directed[edges],
        s.interval_from[s.interval[edges]].astype(np.int64),
        is_cooperation[types] if len(types) else np.zeros(0, bool), of_project,
    )  # fmt: skip
