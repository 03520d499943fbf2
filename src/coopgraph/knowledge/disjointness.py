"""Things of two classes that exclude one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from coopgraph.intake.rdf_file import RdfDocument, term_text
from coopgraph.knowledge.violation import Violation
from coopgraph.vocabulary import OWL, RDF, RDFS, local_name, short_id

SHAPE: Final = "ClassesAreCompatible"
_TYPE: Final = ox.NamedNode(RDF + "type")


def contradictions(
    documents: Iterable[RdfDocument],
    vocabulary: Iterable[ox.Triple],
    context: Iterable[ox.Triple],
) -> Iterator[Violation]:
    """Yield the resources that documents make instances of disjoint classes.

    Parameters
    ----------
    documents
        What is to be loaded.
    vocabulary
        The ontology, with its ``rdfs:subClassOf`` and ``owl:disjointWith``.
    context
        What is published about the resources that the documents mention.
    """
    parents: dict[str, set[str]] = {}
    disjoint: set[tuple[str, str]] = set()
    for triple in vocabulary:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
            subject, value = triple.subject.value, triple.object.value
            if triple.predicate.value == RDFS + "subClassOf":
                parents.setdefault(subject, set()).add(value)
            elif triple.predicate.value == OWL + "disjointWith":
                disjoint |= {(subject, value), (value, subject)}
    documents = list(documents)
    classes: dict[str, set[str]] = {}
    for triple in (*(t for d in documents for t in d.triples), *context):
        if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            classes.setdefault(term_text(triple.subject), set()).add(triple.object.value)
    for subject, types in classes.items():
        clash = len(types) > 1 and _clash(types, parents, disjoint)
        if not clash:
            continue
        for document in documents:
            place = document.place_of(subject, RDF + "type", clash[1])
            if place and place[0]:
                yield _violation(document.name, place[1], subject, clash)
                break


def _clash(
    types: set[str], parents: dict[str, set[str]], disjoint: set[tuple[str, str]]
) -> tuple[str, str] | None:
    above = {one: _above(one, parents) for one in types}
    for one in sorted(types):
        for two in sorted(types):
            if any((a, b) in disjoint for a in above[one] for b in above[two]):
                return one, two
    return None


def _above(one: str, parents: dict[str, set[str]]) -> set[str]:
    found, todo = {one}, [one]
    while todo:
        new = parents.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _violation(file: str, line: int, subject: str, clash: tuple[str, str]) -> Violation:
    one, two = (f"coop:{local_name(c)}" for c in clash)
    return Violation(
        severity="Violation",
        shape=SHAPE,
        focus=short_id(subject),
        path="type",
        value=clash[1],
        message={
            "en": f"Nothing is both {one} and {two}: take one of the two away, or give the other "
            "thing an IRI of its own",
            "zh": f"{one} 与 {two} 互斥：请删去其一，或为另一事物另立 IRI",
        },
        file=file,
        line=line,
    )
