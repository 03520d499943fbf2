"""A document in each RDF format: the same statements in the same, stable order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.linked.document import Document
from coopgraph.linked.json_ld import compact
from coopgraph.linked.names import NAMESPACES
from coopgraph.store.result_formats import BY_NAME, ResultFormat
from coopgraph.vocabulary import BASE, RDF, XSD

FORMATS: Final = tuple(
    BY_NAME[name] for name in ("turtle", "jsonld", "ntriples", "rdfxml", "trig", "nquads")
)
"""The formats of a document, the preferred one first."""

OF_DATASETS: Final = tuple(f for f in FORMATS if f.name in ("trig", "nquads"))
"""Those that say in which named graph a statement stands."""

_UNSAID: Final = frozenset(
    (
        RDF + "type",
        RDF + "langString",
        *(XSD + name for name in ("string", "boolean", "integer", "decimal", "double")),
    )
)
"""What Turtle has a shorter way of writing."""

_HOST: Final = f"<{BASE[: BASE.index('/', len('https://')) + 1]}".encode()
_RELATIVE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|<//|</')  # strings are passed over
_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*\Z")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def formats_for(statements: Iterable[ox.Quad] | Iterable[ox.Triple]) -> tuple[ResultFormat, ...]:
    """Return the formats that can say some statements: XML cannot write every name and text.

    Examples
    --------
    >>> a, one = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/1")
    >>> len(formats_for([ox.Triple(a, a, a)])), len(formats_for([ox.Triple(a, one, a)]))
    (6, 5)
    """
    for said in statements:
        if not _XML_NAME.search(said.predicate.value) or (
            isinstance(said.object, ox.Literal) and _NOT_XML.search(said.object.value)
        ):
            return tuple(f for f in FORMATS if f.name != "rdfxml")
    return FORMATS


def format_of(name: str) -> tuple[str, ResultFormat | None]:
    """Return a name without the ending of a format, and the format.

    Examples
    --------
    >>> format_of("id/org/baowu.ttl")[0]
    'id/org/baowu'
    >>> format_of("ns/0.1.0")
    ('ns/0.1.0', None)
    """
    for candidate in FORMATS:
        if name.endswith(candidate.suffix):
            return name.removesuffix(candidate.suffix), candidate
    return name, None


def write(document: Document, form: ResultFormat, context: dict[str, Any]) -> bytes:
    """Write a document in a format.

    What rules derive is only written where every statement has its named graph.

    Parameters
    ----------
    document
        What is to be written.
    form
        One of :data:`FORMATS`.
    context
        The JSON-LD context.

    Examples
    --------
    >>> said = ox.Quad(ox.NamedNode(BASE + "id/a"), ox.NamedNode("x:p"), ox.Literal("b"))
    >>> write(Document(BASE + "id/a", (said,)), FORMATS[0], {}).decode().splitlines()
    ['@base <https://w3id.org/coopgraph/> .', '<id/a> <x:p> "b" .']
    """
    if form.name == "jsonld":
        return compact(document.triples, context, first=document.iri)
    if form in OF_DATASETS:
        quads = sorted((*document.quads, *document.derived), key=_graph_of)
        return serialize(quads, form)
    return serialize(document.triples, form)


def _graph_of(quad: ox.Quad) -> str:
    return str(quad.graph_name)


def serialize(statements: Sequence[ox.Quad] | Sequence[ox.Triple], form: ResultFormat) -> bytes:
    """Write statements in a format, with the prefixes that they need, in the order given."""
    assert isinstance(form.engine, ox.RdfFormat)  # noqa: S101  (the formats of graphs are)
    named = prefixes_of(statements)
    text = ox.serialize(statements, format=form.engine, prefixes=named, base_iri=base_of(form))
    assert text is not None  # noqa: S101  (nothing was said where to write)
    return _stable(text) if base_of(form) else text


def base_of(form: ResultFormat) -> str | None:
    """Return the base that a format writes IRIs relative to, if it has one."""
    return BASE if form.name in ("turtle", "trig") else None


def prefixes_of(statements: Iterable[ox.Quad] | Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes of the namespaces that some statements use.

    Examples
    --------
    >>> a = ox.NamedNode("http://purl.org/dc/terms/title")
    >>> prefixes_of([ox.Triple(a, a, a)])
    {'dct': 'http://purl.org/dc/terms/'}
    """
    used: set[str] = set()
    for statement in statements:
        terms = [statement.subject, statement.predicate, statement.object]
        if isinstance(statement.object, ox.Literal):
            terms[2] = statement.object.datatype
        for term in terms:
            if isinstance(term, ox.NamedNode) and term.value not in _UNSAID:
                used.add(term.value[: max(term.value.rfind("#"), term.value.rfind("/")) + 1])
    return {prefix: iri for prefix, iri in NAMESPACES.items() if iri in used}


def _stable(text: bytes) -> bytes:
    """Sort the prefixes at the head, which the engine writes in any order; keep the base ours."""
    lines = text.split(b"\n")
    head = 0
    while head < len(lines) and lines[head].startswith((b"@base ", b"@prefix ")):
        head += 1
    return _RELATIVE.sub(_absolute, b"\n".join([*sorted(lines[:head]), *lines[head:]]))


def _absolute(found: re.Match[bytes]) -> bytes:
    """Write out what is on another host: the engine would leave out the ``https:`` it shares."""
    return {b"<//": b"<https://", b"</": _HOST}.get(found[0], found[0])
