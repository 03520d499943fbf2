"""Terms that no vocabulary has: a misspelt property is refused, not silently kept.

SHACL cannot tell: a shape asks for what should be there and never sees ``coop:sektor``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Final

import pyoxigraph as ox
from rapidfuzz import process

from coopgraph.intake.rdf_file import RdfDocument, term_text
from coopgraph.knowledge.violation import Violation
from coopgraph.vocabulary import (
    COOP,
    DCT,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEME,
    SKOS,
    local_name,
    short_id,
)

SHAPE: Final = "TermIsKnown"
_OTHERS: Final = {
    DCT: ("dct", "DCTERMS"),
    ORG: ("org", "ORG"),
    OWL: ("owl", "OWL"),
    PROV: ("prov", "PROV"),
    RDF: ("rdf", "RDF"),
    RDFS: ("rdfs", "RDFS"),
    SKOS: ("skos", "SKOS"),
}
_ALIKE: Final = 70.0
# https://w3id.org/coopgraph/ns# written in another way: nothing of such a file would be seen.
_ALMOST_OURS: Final = re.compile(
    r"(?!https://w3id\.org/coopgraph/(?:ns(?:[#/]|$)|id/|scheme(?:/|$)|graph(?:/|$)|shapes|\.well-known/))"
    r"https?://(?:www\.)?w3id\.org/coopgraph/",
    re.IGNORECASE,
)


def unknown_terms(
    documents: Iterable[RdfDocument], vocabulary: Iterable[ox.Triple], published: Collection[str]
) -> Iterator[Violation]:
    """Yield the terms and concepts that documents use and that are not defined.

    Parameters
    ----------
    documents
        What is to be loaded.
    vocabulary
        The ontology: every subject in its namespace is a term.
    published
        IRIs of resources that are described already, in what is published.

    Yields
    ------
    Violation
        For a term of our namespace, which only the ontology can define, a concept of our schemes
        that nobody describes, and an IRI that is almost in our namespace. A Warning for a term of
        a well-known vocabulary that has no such one.
    """
    documents = list(documents)
    declared = {t.subject.value for t in vocabulary if isinstance(t.subject, ox.NamedNode)}
    own = {term_text(t.subject) for document in documents for t in document.triples}
    own.update(published)
    for document in documents:
        told: set[tuple[str, str]] = set()
        for triple, line in zip(document.triples, document.lines, strict=True):
            for term in _used(triple):
                known = _known_beside(term, declared, own)
                if known is not None and term not in known:
                    if (term_text(triple.subject), term) not in told:
                        yield _violation(document.name, line, triple, term, known)
                    told.add((term_text(triple.subject), term))


def _used(triple: ox.Triple) -> Iterator[str]:
    """Yield the terms in a statement: who speaks of one, and what is spoken of."""
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value


def _known_beside(term: str, declared: set[str], own: set[str]) -> Collection[str] | None:
    """Return the terms that a term must be one of, None where it may be any."""
    if _ALMOST_OURS.match(term) or term.startswith(COOP):
        return declared
    if term.startswith(SCHEME):
        return declared | own  # analysts add concepts of their own, and describe them
    namespace = _namespace(term)
    return None if namespace is None else _known(namespace)


def _namespace(term: str) -> str | None:
    return next((ns for ns in _OTHERS if term.startswith(ns)), None)


@cache
def _known(namespace: str) -> frozenset[str]:
    import rdflib.namespace

    defined = getattr(rdflib.namespace, _OTHERS[namespace][1])
    return frozenset(str(term) for term in dir(defined))


def _violation(
    file: str, line: int, triple: ox.Triple, term: str, known: Collection[str]
) -> Violation:
    name = _short(term)
    near = process.extractOne(name, {_short(t): t for t in known}.keys(), score_cutoff=_ALIKE)
    foreign = _namespace(term) is not None
    as_value = isinstance(triple.object, ox.NamedNode) and triple.object.value == term
    return Violation(
        severity="Warning" if foreign else "Violation",
        shape=SHAPE,
        focus=short_id(term_text(triple.subject)),
        path=local_name(triple.predicate.value),
        value=short_id(term) if as_value else None,
        message={
            "en": f"There is no {name}" + (f"; did you mean {near[0]}?" if near else ""),
            "zh": f"词汇表中没有 {name}" + (f"；是否应为 {near[0]}？" if near else ""),
        },
        file=file,
        line=line,
    )


def _short(term: str) -> str:
    """Write a term as people do: ``coop:sector``, ``scheme/sector/steel``."""
    for namespace, prefix in {COOP: "coop", **{n: p for n, (p, _) in _OTHERS.items()}}.items():
        if term.startswith(namespace):
            return f"{prefix}:{term.removeprefix(namespace)}"
    return short_id(term) if term.startswith(SCHEME) else f"<{term}>"
