"""What is recorded around one node, sorted as a briefing tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from coopgraph.graph.filters import make_filter
from coopgraph.graph.interpretations import is_property
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.neighbours import MAX_LIMIT, NeighbourQuestion, find_neighbours
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import COOP, iri_of

MOST_READ: Final = 3000
"""So many neighbours are counted; a hub of a large graph has more."""

_PARTIES_READ: Final = 100
_MANY_READ: Final = 200

Node = dict[str, Any]
Edge = dict[str, Any]


@dataclass
class Surroundings:
    """What is recorded around a node.

    Attributes
    ----------
    node
        Itself.
    partners
        Who takes part in a cooperation with it, with the edge that says so.
    projects, fields, others
        Projects, sectors, and what else, each with the edges that join it to the node.
    own
        IRIs of the node, its cooperations, its projects, and of what lies in it.
    held
        By IRI of a sector, the edges that say that the node has it: a capability, a main sector,
        or something of its own in it.
    total, read
        How many neighbours there are, and how many of them were looked at.
    """

    node: Node
    partners: list[tuple[Node, Edge]] = field(default_factory=list)
    projects: list[tuple[Node, list[Edge]]] = field(default_factory=list)
    fields: list[tuple[Node, list[Edge]]] = field(default_factory=list)
    others: list[tuple[Node, list[Edge]]] = field(default_factory=list)
    cooperations: dict[str, None] = field(default_factory=dict)
    own: dict[str, None] = field(default_factory=dict)
    held: dict[str, list[Edge]] = field(default_factory=dict)
    total: int = 0
    read: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is recorded."""
        return not (self.partners or self.projects or self.fields or self.others)


class Explorer:
    """Reads what is around nodes of one snapshot in one scope."""

    def __init__(self, snapshot: Snapshot, words: Words, scope: Scope) -> None:
        self._snapshot, self._words, self._scope = snapshot, words, scope

    def look(self, of: int) -> Surroundings:
        """Return what is around a node.

        Raises
        ------
        QueryTimeout
            If there is more around the node than one question may look at.
        """
        me = self._words.node(of, self._scope.selection)
        found = Surroundings(me, own={me["iri"]: None})
        for node, edges, total in self._around(of, MOST_READ):
            found.total, found.read = total, found.read + 1
            self._sort(found, node, edges)
        for iri in list(found.own)[1 : 1 + _MANY_READ]:
            self._of_its_own(found, iri)
        return found

    def _sort(self, found: Surroundings, node: Node, edges: list[Edge]) -> None:
        for edge in edges:
            if edge["via"] and self._is(edge["via"], "Cooperation"):
                found.cooperations[edge["via"]] = None
                # What several do together is one's own; what is done by others with one is, too.
                found.own[iri_of(edge["via"])] = None
        if self.kind(node, "Cooperation"):
            found.cooperations[node["id"]] = None
            found.own[node["iri"]] = None
            found.partners += self._parties(found.node, node)
        elif self.kind(node, "Project"):
            found.own[node["iri"]] = None
            found.projects.append((node, edges))
        elif self.kind(node, "Actor") or self.kind(node, "Region"):
            agreed = [edge for edge in edges if self._is_agreed(edge)]
            found.partners += [(node, edge) for edge in agreed]
            rest = [edge for edge in edges if edge not in agreed]
            if rest:
                found.others.append((node, rest))
            if any(_lies_in(edge, node, found.node) for edge in rest):
                found.own[node["iri"]] = None
        elif self.kind(node, "Sector"):
            found.fields.append((node, edges))
            for edge in edges:
                if self._is_held(edge):
                    found.held.setdefault(node["iri"], []).append(edge)
        else:
            found.others.append((node, edges))
            if any(_lies_in(edge, node, found.node) for edge in edges):
                found.own[node["iri"]] = None

    def _of_its_own(self, found: Surroundings, iri: str) -> None:
        """Add the sectors of a project or of what lies in the node, which it so has."""
        at = self._snapshot.find(iri, self._scope.selection)
        if at is None:
            return
        me = self._words.node(at, self._scope.selection)
        if self.kind(me, "Cooperation"):
            return
        for node, edges, _ in self._around(at, _PARTIES_READ, ("Sector",)):
            said = [edge for edge in edges if edge["via"] is None or self._is_held(edge)]
            if said:
                found.held.setdefault(node["iri"], []).extend(said)

    def _parties(self, me: Node, cooperation: Node) -> list[tuple[Node, Edge]]:
        """Return who else takes part in a cooperation that is a node, because nobody leads it."""
        at = self._snapshot.find(cooperation["iri"], self._scope.selection)
        assert at is not None  # noqa: S101  (it was found next to something)
        label = cooperation["label"]
        return [
            (node, {**edges[0], "label": label, "via": cooperation["id"]})
            for node, edges, _ in self._around(at, _PARTIES_READ)
            if node["id"] != me["id"] and (self.kind(node, "Actor") or self.kind(node, "Region"))
        ]

    def _around(
        self, of: int, most: int, kinds: tuple[str, ...] = ()
    ) -> Iterator[tuple[Node, list[Edge], int]]:
        cursor: str | None = None
        read = 0
        while read < most:
            limit = min(MAX_LIMIT, most - read)
            question = NeighbourQuestion(of, type=kinds, limit=limit, cursor=cursor)
            data, cursor = find_neighbours(self._snapshot, self._words, self._scope, question)
            for item in data["neighbours"]:
                yield item["node"], item["edges"], data["total"]
            read += len(data["neighbours"])
            if cursor is None:
                return

    def beside(self, iri: str) -> list[str]:
        """Return the IRIs of the nodes next to a resource; none if it is no node here."""
        at = self._snapshot.find(iri, self._scope.selection)
        if at is None:
            return []
        s = self._snapshot
        found = neighbourhood(s.adjacency, at, 1, make_filter(s, self._scope))
        return [s.nodes[int(node)] for node in found.node[:MOST_READ]]

    def kind(self, node: Node, name: str) -> bool:
        """Tell whether a node is of a class or one below it."""
        return name in self._snapshot.superclasses.get(node["type"], {node["type"]})

    def _is(self, identifier: str, name: str) -> bool:
        return self.kind(self._words.resource(iri_of(identifier), self._scope.selection), name)

    def _is_agreed(self, edge: Edge) -> bool:
        """Tell whether an edge joins two parties of a cooperation, and not one with its sector."""
        via = edge["via"]
        if not via or not self._is(via, "Cooperation"):
            return False
        relation = edge["relation"]
        return "/" in relation or not is_property(COOP + relation)

    def _is_held(self, edge: Edge) -> bool:
        if edge["relation"] == "mainSector":
            return True
        return bool(edge["via"]) and self._is(edge["via"], "Capability")


def _lies_in(edge: Edge, node: Node, place: Node) -> bool:
    return bool(
        edge["relation"] == "locatedIn"
        and edge["source"] == node["id"]
        and edge["target"] == place["id"]
    )
