"""The statements behind a part of the graph: Turtle, TriG and JSON-LD, written as a stream.

Those of its nodes, of what says its edges, and of what these lead to that is no node of the view
(participations, evidence, selectors, records, documents), in the layers that are asked. A statement
that leads to a node outside the part is left out. Nothing that a rule has derived is among them.
TriG and JSON-LD hold each statement in its named graph, whose name begins with its layer; Turtle
has no named graphs: there a comment names it before its statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import orjson
import pyoxigraph as ox

from coopgraph.export.part import Part
from coopgraph.vocabulary import BASE, PREFIXES, RDF, XSD, layer_of

TURTLE: Final = "text/turtle"
TRIG: Final = "application/trig"
JSONLD: Final = "application/ld+json"
_BLOCK: Final = 2_000
_TYPE: Final = RDF + "type"

Found = dict[str, dict[str, list[tuple[str, Any]]]]


def blocks(part: Part) -> Iterator[dict[str, list[ox.Triple]]]:
    """Yield the statements by named graph, some thousand resources at a time.

    No iterator of the store outlives a block: they belong to the thread that made them.
    """
    s, scope = part.snapshot, part.scope
    nodes = np.flatnonzero(part.nodes)
    subjects = np.unique(s.subject[part.edges])
    inside = part.nodes
    seen: set[str] = set()

    def starts() -> Iterator[str]:
        for i in nodes.tolist():
            yield s.nodes[i]
        for i in subjects.tolist():
            iri = s.subjects[i]
            place = s.nodes.find(iri)
            if place is None or inside[place]:
                yield iri

    def leads_out(iri: str) -> bool:
        place = s.nodes.find(iri)
        return place is not None and not inside[place]

    found: dict[str, list[ox.Triple]] = {}
    count = 0
    for start in starts():
        todo = [start] if start not in seen else []
        seen.add(start)
        while todo:
            node = ox.NamedNode(todo.pop())
            count += 1
            for quad in part.store.quads_for_pattern(node, None, None, None):
                graph = getattr(quad.graph_name, "value", "")
                if layer_of(graph) not in scope.layers:
                    continue
                term = quad.object
                if isinstance(term, ox.NamedNode):
                    if leads_out(term.value):
                        continue
                    if (
                        quad.predicate.value != _TYPE
                        and term.value.startswith(BASE)
                        and term.value not in seen
                        and s.nodes.find(term.value) is None
                    ):
                        seen.add(term.value)
                        todo.append(term.value)
                found.setdefault(graph, []).append(quad.triple)
        if count >= _BLOCK:
            yield dict(sorted(found.items()))
            found, count = {}, 0
    if found:
        yield dict(sorted(found.items()))


def write_turtle(part: Part) -> Iterator[bytes]:
    """Yield Turtle: each named graph's statements after a comment with its name."""
    yield _about(part) + _prefixes()
    for block in blocks(part):
        for graph, triples in block.items():
            yield f"\n# graph <{graph}> layer {layer_of(graph)}\n".encode() + _turtle(triples)


def write_trig(part: Part) -> Iterator[bytes]:
    """Yield TriG: each statement in its named graph."""
    yield _about(part) + _prefixes()
    for block in blocks(part):
        for graph, triples in block.items():
            yield f"\n<{graph}> {{\n".encode() + _turtle(triples) + b"}\n"


def write_jsonld(part: Part) -> Iterator[bytes]:
    """Yield JSON-LD: an array of named graphs in expanded form, which needs no context."""
    # What the file is about is no statement of the graph: without a context it is ignored.
    about = {"_about": part.about}
    yield b'{"@context":{"_about":null},' + orjson.dumps(about)[1:-1] + b',"@graph":['
    comma = b""
    for block in blocks(part):
        for graph, triples in block.items():
            value = {"@id": graph, "@graph": _objects(triples)}
            yield comma + orjson.dumps(value)
            comma = b",\n"
    yield b"]}\n"


def _about(part: Part) -> bytes:
    lines = (f"# {name}: {value}" for name, value in part.about.items() if value)
    return "".join(f"{' '.join(line.split())}\n" for line in lines).encode("utf-8", "replace")


def _prefixes() -> bytes:
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode()


def _turtle(triples: Iterable[ox.Triple]) -> bytes:
    body = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    assert body is not None  # noqa: S101  (no file was given)
    # The head of the file has the prefixes; in a TriG block there is no place for them.
    while body.startswith(b"@prefix"):
        body = body[body.index(b"\n") + 1 :]
    return body


def _objects(triples: Iterable[ox.Triple]) -> list[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for triple in sorted(triples, key=str):
        subject = _name(triple.subject)
        own = made.setdefault(subject, {"@id": subject})
        term = triple.object
        name = triple.predicate.value
        value: Any
        if isinstance(term, ox.Literal):
            value = {"@value": term.value}
            if term.language is not None:
                value["@language"] = term.language
            elif term.datatype.value != XSD + "string":
                value["@type"] = term.datatype.value
        elif name == _TYPE:
            name, value = "@type", _name(term)
        else:
            value = {"@id": _name(term)}
        own.setdefault(name, []).append(value)
    return list(made.values())


def _name(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term.value)
