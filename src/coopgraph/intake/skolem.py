"""Give blank nodes IRIs of their own, so that the same file always gives the same graph.

Blank nodes cannot be cited, break comparison, and would run together between files. They are
replaced by Skolem IRIs (RDF 1.1 Concepts, section 3.5) below the name of the graph they are loaded
into, numbered in the order in which the file first mentions them.
"""

from __future__ import annotations

import pyoxigraph as ox

from coopgraph.intake.rdf_file import RdfDocument
from coopgraph.vocabulary import BASE, GRAPH


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
    >>> document = parse_rdf(b"_:x <http://a/p> 1 .", ox.RdfFormat.TURTLE)
    >>> str(skolemize(document, "https://w3id.org/coopgraph/graph/analyst/demo").triples[0].subject)
    '<https://w3id.org/coopgraph/.well-known/genid/analyst/demo/b1>'
    """
    base = f"{BASE}.well-known/genid/{graph.removeprefix(GRAPH)}/b"
    names: dict[str, ox.NamedNode] = {}

    def name(node: ox.BlankNode) -> ox.NamedNode:
        return names.setdefault(node.value, ox.NamedNode(f"{base}{len(names) + 1}"))

    triples = []
    for triple in document.triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.BlankNode):
            subject = name(subject)
        if isinstance(value, ox.BlankNode):
            value = name(value)
        triples.append(ox.Triple(subject, triple.predicate, value))
    return RdfDocument(document.name, triples, document.lines)
