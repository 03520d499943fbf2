"""The ontology for people: its classes and properties, and where each is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from coopgraph.graph.projection import Projection
from coopgraph.vocabulary import COOP, OWL, RDF, RDFS, SKOS, VOCABULARY_GRAPH, local_name

EXAMPLES: Final = 3
DOMAINS: Final = (RDFS + "domain", "https://schema.org/domainIncludes")
RANGES: Final = (RDFS + "range", "https://schema.org/rangeIncludes")
_CLASS: Final = OWL + "Class"
_PROPERTIES: Final = frozenset(
    OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


@dataclass
class Term:
    """A class or property of the ontology.

    Attributes
    ----------
    iri, name
        Its IRI and local name.
    is_class
        A class, or else a property.
    labels, definitions
        By language.
    above, below
        IRIs of the terms right above and below it.
    domain, range
        IRIs, of a property.
    """

    iri: str
    is_class: bool
    labels: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    domain: list[str] = field(default_factory=list)
    range: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(self.iri)

    def label(self, language: str) -> str:
        """The label in a language, else in any, else the local name."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)

    def definition(self, language: str) -> str:
        """The definition in a language, else in any; empty where there is none."""
        return self.definitions.get(language) or next(iter(self.definitions.values()), "")


def read_terms(store: ox.Store) -> dict[str, Term]:
    """Return the terms that the published vocabulary defines, by local name, sorted.

    Examples
    --------
    >>> from coopgraph.knowledge.ontology import Ontology
    >>> store, graph = ox.Store(), ox.NamedNode(VOCABULARY_GRAPH)
    >>> store.extend(ox.Quad(*t, graph) for t in Ontology.shipped().vocabulary)
    >>> terms = read_terms(store)
    >>> terms["CentralEnterprise"].label("en")
    'central enterprise'
    >>> "CentralEnterprise" in map(local_name, terms["Enterprise"].below)
    True
    """
    graph = ox.NamedNode(VOCABULARY_GRAPH)
    terms: dict[str, Term] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, graph):
        iri, kind = quad.subject.value, quad.object.value  # type: ignore[union-attr]
        if iri.startswith(COOP) and (kind == _CLASS or kind in _PROPERTIES):
            terms[local_name(iri)] = Term(iri, kind == _CLASS)
    for term in terms.values():
        node = ox.NamedNode(term.iri)
        for quad in sorted(store.quads_for_pattern(node, None, None, graph), key=str):
            said, value = quad.predicate.value, quad.object
            if isinstance(value, ox.Literal):
                told = {RDFS + "label": term.labels, SKOS + "definition": term.definitions}
                told.get(said, {}).setdefault(value.language or "", value.value)
            elif isinstance(value, ox.NamedNode):
                if said in (RDFS + "subClassOf", RDFS + "subPropertyOf"):
                    term.above.append(value.value)
                elif said in DOMAINS:
                    term.domain.append(value.value)
                elif said in RANGES:
                    term.range.append(value.value)
    for term in terms.values():
        for iri in term.above:
            if iri.startswith(COOP) and local_name(iri) in terms:
                terms[local_name(iri)].below.append(term.iri)
    return dict(sorted(terms.items()))


def used_as(terms: dict[str, Term], iri: str, where: str) -> list[str]:
    """Return the properties that have a class as ``domain`` or as ``range``."""
    return [t.iri for t in terms.values() if not t.is_class and iri in getattr(t, where)]


@dataclass(frozen=True)
class Drawn:
    """A row of the projection in which a term stands: a class of nodes where it has no ends."""

    class_iri: str
    source: str | None = None
    target: str | None = None
    relation: str | None = None


def drawn_as(table: Projection, iri: str) -> list[Drawn]:
    """Return where the compact view draws a class, or uses a property.

    Examples
    --------
    >>> from coopgraph.graph.projection import read_projection
    >>> from coopgraph.resources import ontology_dir
    >>> table = read_projection(ontology_dir() / "projection.csv")
    >>> drawn_as(table, COOP + "leadProduct")[0].source
    'self'
    """
    found = [Drawn(c) for c in table.node_classes if c == iri]
    name = local_name(iri)
    found += [
        Drawn(rule.class_iri, rule.source, rule.target, rule.relation)
        for rule in table.edges
        if iri == rule.class_iri
        or f"coop:{name}" in (rule.source, rule.target, rule.relation)
        or name == rule.relation
    ]
    return found


def examples(store: ox.Store, term: Term, graphs: list[str]) -> Iterator[ox.Quad]:
    """Yield a few statements with a property, or of which type something is: in stable order.

    Parameters
    ----------
    store
        The generation's store.
    term
        The class or property.
    graphs
        Named graphs, those that are asked first at the head.
    """
    seen: set[str] = set()
    for graph in graphs:
        name = ox.NamedNode(graph)
        node = ox.NamedNode(term.iri)
        if term.is_class:
            quads = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), node, name)
        else:
            quads = store.quads_for_pattern(None, node, None, name)
        for quad in sorted(_some(quads), key=str):
            if str(quad.subject) not in seen:
                seen.add(str(quad.subject))
                yield quad
                if len(seen) == EXAMPLES:
                    return


def _some(quads: Iterator[ox.Quad], most: int = 2000) -> Iterator[ox.Quad]:
    for _, quad in zip(range(most), quads, strict=False):
        yield quad
