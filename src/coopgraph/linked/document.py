"""The document of a resource: what is said of it, and what that rests on.

It holds what the vocabulary, the provenance and the chosen layers say of the resource and of its
fragments, and one hop further: the passages that are cited, with quotation and position, and the
interpretations, with the passages that these cite. So a reader can check it without asking again.
The document of a concept scheme holds its concepts.

What rules derive is kept apart, and is only written in formats that name the graph of every
statement: an inference must not pass for something a source says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import pyoxigraph as ox

from coopgraph.linked.fragments import Fragments
from coopgraph.linked.names import belongs
from coopgraph.vocabulary import COOP, DERIVED, OA, RDF, SKOS

Subject: TypeAlias = ox.NamedNode | ox.BlankNode

CITES: Final = (COOP + "evidencedBy", COOP + "interpretation")
_CITATIONS: Final = 2  # what the resource cites, and what an interpretation of it cites
_TYPE: Final = RDF + "type"
_SELECTOR: Final = OA + "hasSelector"
_IN_SCHEME: Final = ox.NamedNode(SKOS + "inScheme")


@dataclass(frozen=True)
class Document:
    """What is told of one resource.

    Attributes
    ----------
    iri
        The resource.
    quads
        What is said, in the order in which it is read: the resource first.
    derived
        What rules derive of it.
    """

    iri: str
    quads: tuple[ox.Quad, ...]
    derived: tuple[ox.Quad, ...] = ()

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """What is said, each statement once."""
        return tuple(dict.fromkeys(quad.triple for quad in self.quads))


def order(quad: ox.Quad) -> tuple[bool, str, str, str]:
    """Return where a statement stands among those of its subject: its types come first.

    Examples
    --------
    >>> a, label = (ox.NamedNode(RDF + "type"), ox.NamedNode("a:label"))
    >>> thing = ox.NamedNode("a:thing")
    >>> order(ox.Quad(thing, a, thing)) < order(ox.Quad(thing, label, thing))
    True
    """
    said = quad.predicate.value
    return (said != _TYPE, said, str(quad.object), str(quad.graph_name))


def said_of(store: ox.Store, subject: Subject, layers: tuple[str, ...]) -> Iterator[ox.Quad]:
    """Yield the statements that a resource makes in the graphs seen with some layers."""
    for quad in store.quads_for_pattern(subject, None, None, None):
        if isinstance(quad.graph_name, ox.NamedNode) and belongs(quad.graph_name.value, layers):
            yield quad


def is_derived(quad: ox.Quad) -> bool:
    """Say whether a rule made a statement."""
    graph = quad.graph_name
    return isinstance(graph, ox.NamedNode) and graph.value.startswith(DERIVED)


def read_document(
    store: ox.Store, fragments: Fragments, iri: str, layers: tuple[str, ...]
) -> Document | None:
    """Read the document of a resource, or None where nothing is said of it.

    Parameters
    ----------
    store, fragments
        The generation.
    iri
        The resource, without fragment.
    layers
        The layers that may speak.

    Examples
    --------
    >>> store = ox.Store()
    >>> a, graph = "https://w3id.org/coopgraph/id/a", "https://w3id.org/coopgraph/graph/stated/g"
    >>> store.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <{a}> <x:p> 1 }} }}")
    >>> len(read_document(store, Fragments(store), a, ("stated",)).triples)
    1
    >>> read_document(store, Fragments(store), a, ("analyst",)) is None
    True
    """
    reader = _Reader(store, fragments, layers)
    reader.add([ox.NamedNode(iri), *map(ox.NamedNode, fragments.of(iri))])
    if not reader.said:
        return None
    reader.add(reader.members(iri))
    cited: Iterable[Subject] = list(reader.subjects)
    for _ in range(_CITATIONS):
        cited = reader.add(reader.cited_by(cited))
    return Document(iri, tuple(reader.said), tuple(reader.derived))


class _Reader:
    """Gathers the statements of one document after another."""

    def __init__(self, store: ox.Store, fragments: Fragments, layers: tuple[str, ...]) -> None:
        self._store = store
        self._fragments = fragments
        self._layers = layers
        self.subjects: dict[Subject, list[ox.Quad]] = {}
        self.said: list[ox.Quad] = []
        self.derived: list[ox.Quad] = []

    def add(self, subjects: Iterable[Subject]) -> list[Subject]:
        """Take in all that is said of some resources; return those that were new."""
        todo = list(dict.fromkeys(s for s in subjects if s not in self.subjects))
        for subject in todo:
            if subject in self.subjects:
                continue
            quads = sorted(said_of(self._store, subject, self._layers), key=order)
            self.subjects[subject] = quads
            for quad in quads:
                (self.derived if is_derived(quad) else self.said).append(quad)
                if isinstance(quad.object, ox.BlankNode):
                    todo.append(quad.object)
        return todo

    def members(self, scheme: str) -> list[Subject]:
        """Return the concepts of a scheme, with their fragments."""
        quads = self._store.quads_for_pattern(None, _IN_SCHEME, ox.NamedNode(scheme), None)
        concepts = {
            quad.subject.value
            for quad in quads
            if isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.graph_name, ox.NamedNode)
            and belongs(quad.graph_name.value, self._layers)
        }
        return self._whole(concepts)

    def cited_by(self, subjects: Iterable[Subject]) -> list[Subject]:
        """Return the passages and interpretations that some resources cite, with their parts."""
        cited: set[str] = set()
        for subject in subjects:
            for quad in self.subjects[subject]:
                if (
                    quad.predicate.value in CITES
                    and isinstance(quad.object, ox.NamedNode)
                    and not is_derived(quad)
                ):
                    cited.add(quad.object.value)
        return self._whole(cited)

    def _whole(self, iris: Iterable[str]) -> list[Subject]:
        found: list[Subject] = []
        for iri in sorted(iris):
            node = ox.NamedNode(iri)
            parts = set(self._fragments.of(iri))
            for quad in said_of(self._store, node, self._layers):
                if quad.predicate.value == _SELECTOR and isinstance(quad.object, ox.NamedNode):
                    parts.add(quad.object.value)
            found += [node, *map(ox.NamedNode, sorted(parts))]
        return found
