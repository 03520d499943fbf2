"""What a small change of statements may alter in the compact view."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from coopgraph.graph.facts import PARTICIPATION, TYPE
from coopgraph.vocabulary import layer_of

MOST = 2_000
"""Resources that are drawn anew one by one; for more, the whole view is."""
MOST_SEEN = 50_000
"""Statements that are looked at to find them."""

_HAS = ox.NamedNode(PARTICIPATION[0])


class TooMuch(Exception):
    """A change bears on more than is drawn anew one by one."""


@dataclass
class Touched:
    """What has to be drawn anew.

    Attributes
    ----------
    subjects
        Resources whose edges may be others.
    nodes
        Resources whose classes may be others.
    """

    subjects: set[ox.NamedNode] = field(default_factory=set)
    nodes: set[ox.NamedNode] = field(default_factory=set)

    @classmethod
    def by(
        cls,
        changed: Collection[ox.Triple],
        properties: Collection[str],
        states: Collection[ox.Store],
    ) -> Touched:
        """Return what a change touches.

        An edge depends on what its subject says, on its participations, and on whether its target
        is itself drawn as edges, which its classes tell.

        Parameters
        ----------
        changed
            The statements that were added to a layer, or removed.
        properties
            IRIs of all that bear on drawing.
        states
            The store before, and after.

        Raises
        ------
        TooMuch
            If it touches too much.
        """
        found, look = cls(), Look()
        for triple in changed:
            subject = triple.subject
            if triple.predicate.value not in properties or not isinstance(subject, ox.NamedNode):
                continue
            found.subjects.add(subject)
            for store in states:
                found.subjects.update(look.subjects(store, _HAS, subject))
            if triple.predicate.value == TYPE:
                found.nodes.add(subject)
                for store in states:
                    for quad in look.quads(store, None, None, subject):
                        if quad.predicate.value in properties:
                            who = quad.subject
                            assert isinstance(who, ox.NamedNode)  # noqa: S101  (see quads)
                            found.subjects.add(who)
                            found.subjects.update(look.subjects(store, _HAS, who))
            if len(found.subjects) > MOST:
                raise TooMuch
        return found


class Look:
    """Looks statements of the layers up, up to some number."""

    def __init__(self) -> None:
        self._left = MOST_SEEN

    def quads(
        self,
        store: ox.Store,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """Yield the statements of layers that fit and whose subject is an IRI."""
        for quad in store.quads_for_pattern(subject, predicate, value, None):
            self._left -= 1
            if self._left < 0:
                raise TooMuch
            graph = quad.graph_name
            if (
                isinstance(graph, ox.NamedNode)
                and layer_of(graph.value)
                and isinstance(quad.subject, ox.NamedNode)
            ):
                yield quad

    def subjects(
        self, store: ox.Store, predicate: ox.NamedNode, value: ox.NamedNode
    ) -> Iterator[ox.NamedNode]:
        """Yield who says something of a resource."""
        for quad in self.quads(store, None, predicate, value):
            assert isinstance(quad.subject, ox.NamedNode)  # noqa: S101  (as above)
            yield quad.subject

    def about(
        self, store: ox.Store, subjects: set[ox.NamedNode], nodes: set[ox.NamedNode]
    ) -> ox.Store:
        """Return what the layers say of some resources, their participations, and classes of all.

        Parameters
        ----------
        store
            Where it is said.
        subjects
            Of these and their participations all is taken; of all that these speak of the classes.
        nodes
            Of these the classes are taken, too.
        """
        found: set[ox.Quad] = set()
        typed = set(nodes)
        todo = list(subjects)
        seen = set(subjects)
        for subject in todo:
            for quad in self.quads(store, subject, None, None):
                found.add(quad)
                if isinstance(quad.object, ox.NamedNode):
                    typed.add(quad.object)
                    if quad.predicate == _HAS and subject in subjects and quad.object not in seen:
                        seen.add(quad.object)
                        todo.append(quad.object)
        for node in typed:
            found.update(self.quads(store, node, ox.NamedNode(TYPE), None))
        part = ox.Store()
        part.extend(found)
        return part
