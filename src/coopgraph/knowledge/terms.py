"""Terms that no vocabulary has: a misspelt property is refused, not silently kept.

SHACL cannot tell: a shape asks for what should be there and never sees ``coop:sektor``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import pyoxigraph as ox
from rapidfuzz import process

from coopgraph.intake.rdf_file import RdfDocument
from coopgraph.knowledge.violation import Violation
from coopgraph.vocabulary import COOP, DCT, ORG, OWL, PROV, RDF, RDFS, SKOS, short_id

SHAPE: Final = "TermIsKnown"
_TYPE: Final = RDF + "type"
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


def unknown_terms(
    documents: Iterable[RdfDocument], vocabulary: Iterable[ox.Triple]
) -> Iterator[Violation]:
    """Yield the properties and classes that documents use and that are not defined.

    Parameters
    ----------
    documents
        What is to be loaded.
    vocabulary
        The ontology: every subject in its namespace is a term.

    Yields
    ------
    Violation
        For a term of our namespace, which only the ontology can define. A Warning for one of a
        well-known vocabulary that has no such term.
    """
    documents = list(documents)
    declared = {t.subject.value for t in vocabulary if isinstance(t.subject, ox.NamedNode)}
    for document in documents:
        said: dict[tuple[str, str], None] = {}
        for triple, line in zip(document.triples, document.lines, strict=True):
            used = [triple.predicate.value]
            if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
                used.append(triple.object.value)
            for term in used:
                namespace = _namespace(term)
                if namespace is None or (str(triple.subject), term) in said:
                    continue
                known = _known(namespace) if namespace != COOP else declared
                if term not in known:
                    said[(str(triple.subject), term)] = None
                    yield _violation(document.name, line, triple, term, namespace, known)


def _namespace(term: str) -> str | None:
    return next((ns for ns in (COOP, *_OTHERS) if term.startswith(ns)), None)


@cache
def _known(namespace: str) -> frozenset[str]:
    import rdflib.namespace

    defined = getattr(rdflib.namespace, _OTHERS[namespace][1])
    return frozenset(str(term) for term in dir(defined))


def _violation(
    file: str,
    line: int,
    triple: ox.Triple,
    term: str,
    namespace: str,
    known: Iterable[str],
) -> Violation:
    prefix = "coop" if namespace == COOP else _OTHERS[namespace][0]
    names = [t.removeprefix(namespace) for t in known if t.startswith(namespace)]
    name = term.removeprefix(namespace)
    near = process.extractOne(name, names, score_cutoff=_ALIKE)
    hint_en = f"; did you mean {prefix}:{near[0]}?" if near else ""
    hint_zh = f"；是否应为 {prefix}:{near[0]}？" if near else ""
    subject = getattr(triple.subject, "value", str(triple.subject))
    used_as = _TYPE if triple.predicate.value == _TYPE else term
    return Violation(
        severity="Violation" if namespace == COOP else "Warning",
        shape=SHAPE,
        focus=short_id(subject),
        path=used_as.rsplit("#", 1)[-1].rsplit("/", 1)[-1],
        value=term if used_as == _TYPE else None,
        message={
            "en": f"There is no term {prefix}:{name}{hint_en}",
            "zh": f"词汇表中没有 {prefix}:{name}{hint_zh}",
        },
        file=file,
        line=line,
    )
