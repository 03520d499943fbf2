"""JSON-LD: the context, made from the ontology, and documents compacted with it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox
import rdflib
from markupsafe import Markup

from coopgraph.linked.names import NAMESPACES
from coopgraph.vocabulary import COOP, OWL, RDF, RDFS, VOCABULARY_GRAPH, XSD

CONTEXT: Final = "@context"
_TYPE, _RANGE = RDF + "type", RDFS + "range"
_COERCED: Final = frozenset(
    XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth", "boolean", "integer",
                            "decimal", "anyURI")
)  # fmt: skip
_OBJECT: Final = OWL + "ObjectProperty"
_TERMS: Final = frozenset(
    OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


def make_context(store: ox.Store) -> dict[str, Any]:
    """Return the JSON-LD context of the vocabulary of one generation.

    Classes and properties of the ontology are terms, those of other vocabularies keep their
    prefix. Values of object properties are IRIs; a property whose range is a datatype has it.

    Examples
    --------
    >>> from coopgraph.knowledge.ontology import Ontology
    >>> store, graph = ox.Store(), ox.NamedNode(VOCABULARY_GRAPH)
    >>> store.extend(ox.Quad(*t, graph) for t in Ontology.shipped().vocabulary)
    >>> context = make_context(store)["@context"]
    >>> context["evidencedBy"]
    {'@id': 'coop:evidencedBy', '@type': '@id'}
    >>> context["listIsOpen"]["@type"], context["Cooperation"]
    ('xsd:boolean', 'coop:Cooperation')
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    ranges: dict[str, set[str]] = defaultdict(set)
    graph = ox.NamedNode(VOCABULARY_GRAPH)
    for prop, found in ((_TYPE, kinds), (_RANGE, ranges)):
        for quad in store.quads_for_pattern(None, ox.NamedNode(prop), None, graph):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found[quad.subject.value].add(quad.object.value)
    terms: dict[str, Any] = {}
    for iri in sorted(kinds):
        if not kinds[iri] & _TERMS or (name := _short(iri)) is None:
            continue
        own = iri.startswith(COOP)
        term = iri.removeprefix(COOP) if own else name
        if term in NAMESPACES:
            continue  # a prefix has that name: it is written with its own
        datatypes = ranges[iri] & _COERCED
        if _OBJECT in kinds[iri]:
            terms[term] = {"@id": name, "@type": "@id"}
        elif len(ranges[iri]) == 1 and datatypes:
            terms[term] = {"@id": name, "@type": _short(min(datatypes))}
        elif own:
            terms[term] = name
    return {CONTEXT: {**dict(sorted(NAMESPACES.items())), **terms}}


def _short(iri: str) -> str | None:
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None


def compact(
    triples: Iterable[ox.Triple], context: Mapping[str, Any], *, first: str | None = None
) -> bytes:
    """Write statements as compact JSON-LD with its context inside, so that it is read offline.

    Parameters
    ----------
    triples
        What is to be written.
    context
        As :func:`make_context` makes it.
    first
        The resource that comes first; the others follow by IRI.

    Examples
    --------
    >>> context = {"@context": {"dct": "http://purl.org/dc/terms/"}}
    >>> a = ox.NamedNode("http://purl.org/dc/terms/title")
    >>> json.loads(compact([ox.Triple(a, a, ox.Literal("b"))], context))["@graph"]
    [{'@id': 'dct:title', 'dct:title': 'b'}]
    """
    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(tuple(map(_term, (triple.subject, triple.predicate, triple.object))))  # type: ignore[arg-type]
    inline = context.get(CONTEXT, {})
    written = json.loads(graph.serialize(format="json-ld", context=inline))
    if isinstance(written, list):
        nodes = written
    else:
        written.pop(CONTEXT, None)
        nodes = written.get("@graph", [written] if written else [])
    nodes.sort(key=lambda node: (node.get("@id") != first, node.get("@id", "")))
    document = {CONTEXT: inline, "@graph": [_sorted(node) for node in nodes]}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _term(term: Any) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    if term.datatype.value == XSD + "string":
        datatype = None
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def _sorted(value: Any) -> Any:
    """Bring keys and sets of values into a stable order; a list keeps its own."""
    if isinstance(value, dict):
        return {
            key: inner if key == "@list" else _sorted(inner) for key, inner in sorted(value.items())
        }
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda v: json.dumps(v, ensure_ascii=False))
    return value


def data_block(document: bytes) -> Markup:
    r"""Return JSON that can stand in a script element: nothing in it can end or open one.

    Examples
    --------
    >>> str(data_block(b'{"a": "</script>"}'))
    '{"a": "\\u003c/script\\u003e"}'
    """
    text = document.decode()
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  (every character that could leave the element is escaped)
