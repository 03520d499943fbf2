"""Give blank nodes IRIs of their own, so that the same graph always gets the same names.

Blank nodes cannot be cited, break comparison, and would run together between files. They are
replaced by Skolem IRIs (RDF 1.1 Concepts, section 3.5) below the name of the graph they are loaded
into. Each is named after what is said of it, by colour refinement: a node's colour is a hash of
its statements and of the colours of the nodes they lead to, until no further nodes are told apart.
So neither labels, nor order, nor format matter. (RDF Dataset Canonicalization, RDFC-1.0, does more
for nodes that refinement cannot tell apart, but at worst in exponential time.)
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Final

import pyoxigraph as ox

from coopgraph.intake.rdf_file import RdfDocument
from coopgraph.vocabulary import BASE, GRAPH

_LENGTH: Final = 16  # hexadecimal digits of a name


def skolemize(document: RdfDocument, graph: str) -> RdfDocument:
    """Return the document with every blank node replaced by a stable IRI.

    Parameters
    ----------
    document
        What was read.
    graph
        The IRI of the named graph it is loaded into.

    Examples
    --------
    >>> from coopgraph.intake.rdf_file import parse_rdf
    >>> graph = "https://w3id.org/coopgraph/graph/analyst/demo"
    >>> one = parse_rdf(b"_:x <a:p> 1 .", ox.RdfFormat.TURTLE)
    >>> other = parse_rdf(b"[] <a:p> 1 .", ox.RdfFormat.TURTLE)
    >>> skolemize(one, graph).triples == skolemize(other, graph).triples
    True
    """
    names = _names(document.triples, f"{BASE}.well-known/genid/{graph.removeprefix(GRAPH)}/")
    if not names:
        return document
    triples = [
        ox.Triple(
            names.get(triple.subject, triple.subject),
            triple.predicate,
            names.get(triple.object, triple.object),
        )
        for triple in document.triples
    ]
    return RdfDocument(document.name, triples, document.lines)


def _names(triples: list[ox.Triple], base: str) -> dict[object, ox.NamedNode]:
    """Return the IRI of every blank node."""
    about: dict[ox.BlankNode, list[tuple[str, str, object]]] = defaultdict(list)
    for triple in dict.fromkeys(triples):
        predicate = triple.predicate.value
        if isinstance(triple.subject, ox.BlankNode):
            about[triple.subject].append(("out", predicate, triple.object))
        if isinstance(triple.object, ox.BlankNode):
            about[triple.object].append(("in", predicate, triple.subject))
    colours: dict[object, str] = dict.fromkeys(about, "")
    kinds = 0
    while len(set(colours.values())) > kinds:  # as long as the last round told more nodes apart
        kinds = len(set(colours.values()))
        colours = {
            node: _hash(
                sorted(f"{way} {said} {colours.get(other, other)}" for way, said, other in told)
            )
            for node, told in about.items()
        }
    names: dict[object, ox.NamedNode] = {}
    used: dict[str, int] = defaultdict(int)
    for node in about:  # in the order of the file, for nodes that nothing tells apart
        name = colours[node][:_LENGTH]
        used[name] += 1
        tail = "" if used[name] == 1 else f"-{used[name]}"
        names[node] = ox.NamedNode(f"{base}{name}{tail}")
    return names


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
