"""IRIs and the paths of a service: identity stays where it is, only the place is local.

The IRI ``https://w3id.org/coopgraph/id/org/baowu`` is served at the path ``/id/org/baowu``, its
page at ``/page/id/org/baowu`` and its data at ``/data/id/org/baowu.ttl``, on any host.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes

import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.vocabulary import BASE, COOP, DERIVED, PREFIXES, layer_of

ONTOLOGY: Final = COOP.rstrip("#")
EVERYTHING: Final = BASE + "graph"
"""The dataset of all published graphs."""

PLACES: Final = ("id/", "scheme/", "graph/", "ns/", ".well-known/genid/")
DOCUMENTS: Final = ("ns", "shapes", "graph")
LONGEST: Final = 2000

SCHEMA: Final = "https://schema.org/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VANN: Final = "http://purl.org/vocab/vann/"

NAMESPACES: Final = {
    **{k: v for k, v in PREFIXES.items() if k not in ("id", "scheme", "graph")},
    "schema": SCHEMA,
    "dcat": DCAT,
    "void": VOID,
    "foaf": FOAF,
    "vann": VANN,
}
"""Prefixes of documents. Resources have none: their IRIs are short by the base already."""

_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def document_of(iri: str) -> str:
    """Return the IRI of the document that describes a resource: without its fragment.

    Examples
    --------
    >>> document_of("https://w3id.org/coopgraph/ns#Cooperation")
    'https://w3id.org/coopgraph/ns'
    """
    return iri.partition("#")[0]


def resource_iri(path: str) -> str:
    """Return the IRI that a path names.

    Parameters
    ----------
    path
        As it was sent, percent-encoded, without the slash before it.

    Raises
    ------
    BadRequest
        If it is too long, is not UTF-8, or names what can be no IRI.

    Examples
    --------
    >>> resource_iri("id/org/%E5%AE%9D%E6%AD%A6")
    'https://w3id.org/coopgraph/id/org/宝武'
    >>> resource_iri("id/a%2Fb")
    'https://w3id.org/coopgraph/id/a%2Fb'
    """
    if len(path) > LONGEST:
        raise BadRequest(
            f"the path is longer than {LONGEST} characters: no resource has such a name",
            zh=f"路径超过 {LONGEST} 个字符：没有这样命名的资源",
        )
    try:
        iri = BASE + _ESCAPES.sub(_decode, path)
        if re.search(r"%(?![0-9A-F]{2})|[\x00-\x20\x7f-\x9f]", iri):
            raise ValueError
        return ox.NamedNode(iri).value
    except ValueError:
        raise BadRequest(
            "the path names no resource: it must be percent-encoded UTF-8 without control "
            "characters",
            zh="路径不能构成资源标识：须为百分号编码的 UTF-8，且不含控制字符",
        ) from None


def _decode(found: re.Match[str]) -> str:
    """Decode what an IRI writes plainly; what is reserved stays as it is (RFC 3987, 3.2)."""
    text = unquote_to_bytes(found[0]).decode("utf-8", "strict")
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in text):
        raise ValueError
    return "".join(c if c in _UNRESERVED or ord(c) > 0x7F else f"%{ord(c):02X}" for c in text)


def spellings(iri: str) -> tuple[str, ...]:
    """Return the ways in which data may write an IRI that was asked for.

    Examples
    --------
    >>> spellings("https://w3id.org/coopgraph/id/宝")[1]
    'https://w3id.org/coopgraph/id/%E5%AE%9D'
    """
    encoded = quote(iri, safe="".join(map(chr, range(0x21, 0x7F))))
    return (iri,) if encoded == iri else (iri, encoded)


def local_path(iri: str) -> str | None:
    """Return the path of a resource on this service, with its fragment; None if it has none.

    Examples
    --------
    >>> local_path("https://w3id.org/coopgraph/id/org/baowu")
    'id/org/baowu'
    >>> local_path("http://www.wikidata.org/entity/Q40956") is None
    True
    """
    path = iri.removeprefix(BASE)
    document, mark, fragment = path.partition("#")
    if path == iri or "?" in path or not (document in DOCUMENTS or document.startswith(PLACES)):
        return None
    encoded = quote(document, safe="/:@!$&'()*+,;=~-._%")
    return f"{encoded}#{quote(fragment, safe='/:@!$&()*+,;=~-._%')}" if mark else encoded


def belongs(graph: str, layers: tuple[str, ...]) -> bool:
    """Say whether a named graph is seen with some layers; derived graphs go with their layer.

    Examples
    --------
    >>> belongs("https://w3id.org/coopgraph/graph/derived/stated/has-party", ("stated",))
    True
    >>> belongs("https://w3id.org/coopgraph/graph/background/divisions", ("stated",))
    False
    >>> belongs("https://w3id.org/coopgraph/graph/vocabulary", ("stated",))
    True
    """
    layer = layer_of(graph)
    if graph.startswith(DERIVED):
        layer = graph.removeprefix(DERIVED).partition("/")[0]
    return layer is None or layer in layers
