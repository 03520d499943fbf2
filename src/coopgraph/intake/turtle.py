"""Turtle that people can read and compare: sorted, with prefixes, the same for equal graphs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from coopgraph.vocabulary import BASE, COOP, DCT, OA, PROV, RDF, SKOS, XSD

_PREFIXES: Final = {
    "coop": COOP, "dct": DCT, "oa": OA, "prov": PROV, "skos": SKOS, "xsd": XSD,
}  # fmt: skip


def turtle_order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Return the place of a statement: by subject, its type first, then by property and value."""
    predicate = triple.predicate.value
    return str(triple.subject), predicate != RDF + "type", predicate, str(triple.object)


def to_turtle(triples: Iterable[ox.Triple], header: str = "") -> str:
    """Return statements as Turtle under a comment; equal graphs always give equal text.

    Parameters
    ----------
    triples
        The statements; each is written once, however often it is given.
    header
        Lines of a comment.

    Examples
    --------
    >>> park = ox.NamedNode("https://w3id.org/coopgraph/id/carrier/park")
    >>> fact = ox.Triple(park, ox.NamedNode(RDF + "type"), ox.NamedNode(COOP + "Park"))
    >>> to_turtle([fact, fact], "a park").splitlines()[-1]
    '<id/carrier/park> a coop:Park .'
    """
    statements = sorted(set(triples), key=turtle_order)
    body = ox.serialize(statements, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES, base_iri=BASE)
    assert body is not None  # noqa: S101  (no output file was given, so bytes come back)
    return "".join(f"# {line}\n" for line in header.splitlines()) + body.decode()
