"""The SHACL shapes for people: what each checks and how it says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import rdflib
from rdflib.namespace import RDF, SH

from coopgraph.vocabulary import local_name

_TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
_KINDS: Final = (SH.NodeShape, SH.PropertyShape)


@dataclass(frozen=True)
class Shape:
    """One named shape.

    Attributes
    ----------
    iri, name
        Its IRI and local name.
    severity
        ``Violation``, ``Warning`` or ``Info``.
    messages
        By language.
    targets
        IRIs of the classes and properties that it aims at.
    concerns
        Every IRI in it or in what it contains: a shape concerns the terms that it mentions.
    parts
        IRIs of the named shapes that it is made of.
    """

    iri: str
    severity: str
    messages: dict[str, str]
    targets: tuple[str, ...]
    concerns: frozenset[str]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(self.iri)


@lru_cache(maxsize=4)
def read_shapes(path: Path) -> tuple[Shape, ...]:
    """Read the named shapes of a file, sorted by name.

    Examples
    --------
    >>> from coopgraph.knowledge.ontology import Ontology
    >>> shapes = {shape.name: shape for shape in read_shapes(Ontology.shipped().shapes)}
    >>> [local_name(iri) for iri in shapes["Participation"].targets]
    ['Participation']
    """
    graph = rdflib.Graph(bind_namespaces="none").parse(path, format="turtle")
    named = {
        shape
        for kind in _KINDS
        for shape in graph.subjects(RDF.type, kind)
        if isinstance(shape, rdflib.URIRef)
    }
    return tuple(sorted((_read(graph, shape, named) for shape in named), key=lambda s: s.name))


def about(shapes: Iterable[Shape], iri: str) -> Iterator[Shape]:
    """Yield the shapes that concern a term, with the parts of those that aim at it.

    Examples
    --------
    >>> from coopgraph.knowledge.ontology import Ontology
    >>> shapes = read_shapes(Ontology.shipped().shapes)
    >>> found = [s.name for s in about(shapes, "https://w3id.org/coopgraph/ns#Participation")]
    >>> "HasParticipant" in found
    True
    """
    shapes = list(shapes)
    wanted = {s.iri for s in shapes if iri in s.concerns}
    wanted |= {part for s in shapes if iri in s.targets for part in s.parts}
    return (s for s in shapes if s.iri in wanted)


def _read(graph: rdflib.Graph, shape: rdflib.URIRef, named: set[rdflib.URIRef]) -> Shape:
    severity = graph.value(shape, SH.severity)
    messages = {
        said.language or "": str(said)
        for said in graph.objects(shape, SH.message)
        if isinstance(said, rdflib.Literal)
    }
    parts = set(graph.objects(shape, SH.property)) | set(graph.objects(shape, SH.node))
    return Shape(
        str(shape),
        local_name(str(severity)) if severity is not None else "Violation",
        messages,
        tuple(sorted(str(t) for prop in _TARGETS for t in graph.objects(shape, prop))),
        frozenset(_inside(graph, shape)),
        tuple(sorted(str(p) for p in parts if p in named)),
    )


def _inside(graph: rdflib.Graph, shape: rdflib.URIRef) -> set[str]:
    """Return the IRIs that a shape mentions, also in the unnamed nodes that it is made of."""
    found: set[str] = set()
    todo: list[rdflib.term.Node] = [shape]
    for node in todo:
        for value in graph.objects(node):
            if isinstance(value, rdflib.URIRef):
                found.add(str(value))
            elif isinstance(value, rdflib.BNode) and value not in todo:
                todo.append(value)
    return found
