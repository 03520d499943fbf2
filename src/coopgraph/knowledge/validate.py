"""SHACL validation of documents in the light of what is already published.

Domain and range infer, they do not check: all checking is SHACL (``ontology/shapes.ttl``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from coopgraph.intake.rdf_file import RdfDocument, term_text
from coopgraph.intake.stored_text import TextOf, no_text
from coopgraph.knowledge.disjointness import contradictions
from coopgraph.knowledge.quotations import misquotations
from coopgraph.knowledge.terms import unknown_terms
from coopgraph.knowledge.violation import Violation
from coopgraph.rdflib_parser import RDFLIB_PARSER
from coopgraph.vocabulary import (
    COOP,
    DERIVED,
    GRAPH,
    RDF,
    SH,
    SHAPES,
    VOCABULARY_GRAPH,
    XSD,
    local_name,
    short_id,
)

if TYPE_CHECKING:
    import rdflib

_UNTYPED: Final = (ox.NamedNode(XSD + "string"), ox.NamedNode(RDF + "langString"))
"""Datatypes that rdflib does not write out."""


@lru_cache(maxsize=4)
def _shapes(path: Path, modified: float) -> rdflib.Graph:  # noqa: ARG001  (part of the key)
    import rdflib

    return rdflib.Graph().parse(path, format="turtle")


def validate(
    documents: Mapping[str, RdfDocument],
    *,
    shapes: Path,
    vocabulary: Iterable[ox.Triple],
    published: ox.Store | None,
    text_of: TextOf = no_text,
) -> list[Violation]:
    """Check documents that are loaded together against the shapes, in one run.

    Parameters
    ----------
    documents
        What is to be loaded, by the IRI of the graph that it will replace; what is published in
        those graphs is left out.
    shapes
        The Turtle file with the shapes.
    vocabulary
        The ontology and its schemes: shapes aim at classes, so subclasses must be known.
    published
        The graph as it is now. What it says of the resources that the documents mention is taken
        into account, so that a second file cannot give a thing its second status unseen.
    text_of
        The stored texts that quotations are compared with.

    Returns
    -------
    list of Violation
        Worst first, then by file and line. Empty when the documents conform.
    """
    # pySHACL is heavy and a service that only answers never needs it.
    import pyshacl

    shorthand = [s for d in documents.values() if (s := _shorthand(d))]
    if shorthand:
        return shorthand  # all else would be said of what is not there yet
    vocabulary = list(vocabulary)
    shapes_graph = _shapes(shapes, shapes.stat().st_mtime)
    triples = {triple for document in documents.values() for triple in document.triples}
    data = _graph()
    _add(data, vocabulary)
    _add(data, triples)
    # What the published vocabulary says is said anew by the ontology, perhaps in other words.
    replaced = {*documents, VOCABULARY_GRAPH}
    context = [] if published is None else list(_context(triples, published, replaced))
    _add(data, context)
    for graph, document in documents.items():
        _add(data, _membership(document.triples, graph))
    with RDFLIB_PARSER:
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=shapes_graph,
            inference="none",
            advanced=True,
            abort_on_first=False,
            inplace=True,  # nobody else has this graph: a copy of it took a tenth of the time
        )
    files = list(documents.values())
    described = {term_text(triple.subject) for triple in context}
    found = [
        *unknown_terms(files, vocabulary, described),
        *contradictions(files, vocabulary, context),
        *misquotations(files, text_of),
        *_violations(report, shapes_graph, files, described),
    ]
    return sorted(found, key=Violation.place)


def _shorthand(document: RdfDocument) -> Violation | None:
    """Return what to do with a file whose quotations are not expanded yet."""
    for triple, line in zip(document.triples, document.lines, strict=True):
        if triple.predicate.value == COOP + "quote":
            command = f"python -m coopgraph.intake.quotation {document.name} TEXT OUT.ttl"
            return Violation(
                severity="Violation",
                shape="ShorthandIsExpanded",
                focus=short_id(term_text(triple.subject)),
                path="quote",
                value=None,
                message={
                    "en": f"The file has quotations in shorthand: run {command} and load what it "
                    "writes",
                    "zh": f"文件中的引文为简写：请先运行 {command}，再载入所得文件",
                },
                file=document.name,
                line=line,
            )
    return None


def _graph() -> rdflib.Graph:
    """Return an empty graph that keeps the shapes' queries parsed: a quarter of a small load."""
    import rdflib

    class Checked(rdflib.Graph):
        def query(
            self, query_object: Any, processor: Any = "sparql", result: Any = "sparql",
            initNs: Any = None, *args: Any, **more: Any,  # noqa: N803
        ) -> rdflib.query.Result:  # fmt: skip
            if isinstance(query_object, str):
                names = initNs or dict(self.namespaces())
                query_object = _query(query_object, tuple(sorted(names.items())))
            return super().query(query_object, processor, result, initNs, *args, **more)

    return Checked()


@lru_cache(maxsize=256)
def _query(text: str, names: tuple[tuple[str, str], ...]) -> Any:
    # rdflib notes in an expression what it is evaluated on: only for who holds RDFLIB_PARSER.
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text, initNs=dict(names))


def _add(graph: rdflib.Graph, triples: Iterable[ox.Triple]) -> None:
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))


@lru_cache(maxsize=2**14)
def _term(term: Any) -> rdflib.term.Node:
    """Return the same term of rdflib; the vocabulary's are kept, since every load needs them."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    datatype = None if term.datatype in _UNTYPED else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype)


def _membership(triples: Iterable[ox.Triple], graph: str) -> Iterator[ox.Triple]:
    """Say which layer each subject is loaded into: some shapes ask more of one layer."""
    layer = ox.NamedNode(GRAPH + graph.removeprefix(GRAPH).split("/", 1)[0])
    part_of = ox.NamedNode(SHAPES + "inLayer")
    for subject in {triple.subject for triple in triples}:
        yield ox.Triple(subject, part_of, layer)


def _context(
    triples: set[ox.Triple], published: ox.Store, replaced: set[str]
) -> Iterator[ox.Triple]:
    """Yield what graphs that stay say of the resources mentioned, and of what class its ends are.

    A region that only the background names must be known for a region, or what the background
    says of a park would seem to break a shape when the notice is loaded again.
    """
    subjects = {t.subject for t in triples if isinstance(t.subject, ox.NamedNode)}
    mentioned = subjects | {t.object for t in triples if isinstance(t.object, ox.NamedNode)}
    ends: set[ox.NamedNode] = set()
    for term in mentioned:
        for triple in _kept(published, term, None, replaced):
            yield triple
            if isinstance(triple.object, ox.NamedNode) and triple.object not in mentioned:
                ends.add(triple.object)
    for term in ends:
        yield from _kept(published, term, ox.NamedNode(RDF + "type"), replaced)


def _kept(
    published: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode | None, replaced: set[str]
) -> Iterator[ox.Triple]:
    for quad in published.quads_for_pattern(subject, predicate, None, None):
        name = quad.graph_name
        if (
            isinstance(name, ox.NamedNode)  # the default graph is the union of all
            and name.value not in replaced
            and not name.value.startswith(DERIVED)
        ):
            yield quad.triple


def _violations(
    report: rdflib.Graph, shapes: rdflib.Graph, documents: list[RdfDocument], described: set[str]
) -> list[Violation]:
    import rdflib

    sh = rdflib.Namespace(SH)
    found = []
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        focus = str(report.value(result, sh.focusNode))
        path = report.value(result, sh.resultPath)
        value = report.value(result, sh.value)
        predicate = str(path) if isinstance(path, rdflib.URIRef) else None
        place = _place(documents, focus, predicate, None if value is None else str(value))
        if place is None or (place[2] == 0 and focus in described):
            continue  # about a neighbour of which only part was looked at
        messages: dict[str, str] = {}
        for text in report.objects(result, sh.resultMessage):
            messages[getattr(text, "language", None) or "en"] = str(text)
        found.append(
            Violation(
                severity=local_name(str(report.value(result, sh.resultSeverity))),
                shape=_shape_name(report.value(result, sh.sourceShape), shapes),
                focus=short_id(focus),
                path=local_name(predicate) if predicate else None,
                value=None if value is None else short_id(str(value)),
                message=dict(sorted(messages.items())),
                file=place[0],
                line=place[1] or None,  # what comes without a file has no lines
            )
        )
    return found


def _place(
    documents: list[RdfDocument], focus: str, predicate: str | None, value: str | None
) -> tuple[str, int, int] | None:
    """Return file, line and fit of the statement that fits best, None if no file has the focus."""
    found = [
        (place, document.name)
        for document in documents
        if (place := document.place_of(focus, predicate, value))
    ]
    if not found:
        return None
    (fit, line), name = max(found, key=lambda f: f[0][0])  # the first of those that fit as well
    return name, line, fit


def _shape_name(shape: Any, shapes: rdflib.Graph) -> str:
    """Name a shape; a property shape without a name is called after the shape that holds it."""
    import rdflib

    node = shape
    while isinstance(node, rdflib.BNode):
        node = next(iter(shapes.subjects(None, node)), None)
    return local_name(str(node)) if node is not None else "shape"
