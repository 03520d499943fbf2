"""IRIs: namespaces, named graphs, layers and short ids.

A *short id* is an IRI less its base, the form people type: ``org/baowu``, ``region/CN-GS``,
``scheme/sector/steel``.
"""

from __future__ import annotations

import re
from typing import Final

from coopgraph.errors import BadRequest

BASE: Final = "https://w3id.org/coopgraph/"
COOP: Final = BASE + "ns#"
ID: Final = BASE + "id/"
SCHEME: Final = BASE + "scheme/"
GRAPH: Final = BASE + "graph/"
SHAPES: Final = BASE + "shapes#"
SHAPES_DOCUMENT: Final = BASE + "shapes"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
OA: Final = "http://www.w3.org/ns/oa#"
DCT: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
ORG: Final = "http://www.w3.org/ns/org#"
SH: Final = "http://www.w3.org/ns/shacl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "coop": COOP,
    "id": ID,
    "scheme": SCHEME,
    "graph": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "skos": SKOS,
    "oa": OA,
    "dct": DCT,
    "prov": PROV,
    "org": ORG,
    "sh": SH,
    "xsd": XSD,
}

LAYERS: Final = ("stated", "background", "analyst")
"""The layers a client may ask for, most to least trusted. What a document says is ``stated``."""

VOCABULARY_GRAPH: Final = GRAPH + "vocabulary"
DERIVED: Final = GRAPH + "derived/"
PROVENANCE_GRAPH: Final = GRAPH + "provenance"
"""Says of every published graph where it came from, and of the derived ones by which rule."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


def short_id(iri: str) -> str:
    """Return the short id of an IRI; an IRI outside the project's base is returned whole.

    Examples
    --------
    >>> short_id("https://w3id.org/coopgraph/id/org/baowu")
    'org/baowu'
    >>> short_id("https://w3id.org/coopgraph/scheme/sector/steel")
    'scheme/sector/steel'
    >>> short_id("http://example.org/a")
    'http://example.org/a'
    """
    if iri.startswith(ID):
        short = iri[len(ID) :]
        return short if iri_of(short) == iri else iri
    if iri.startswith(SCHEME):
        return iri[len(BASE) :]
    return iri


def iri_of(text: str) -> str:
    """Return the IRI that a short id stands for; an IRI is returned as it is.

    Examples
    --------
    >>> iri_of("region/CN-GS")
    'https://w3id.org/coopgraph/id/region/CN-GS'
    >>> iri_of("scheme/sector/steel")
    'https://w3id.org/coopgraph/scheme/sector/steel'
    """
    if _SCHEME.match(text):
        return text
    return (BASE if text.startswith("scheme/") else ID) + text


def local_name(iri: str) -> str:
    """Return the last part of an IRI, after ``#`` or ``/``.

    Examples
    --------
    >>> local_name("https://w3id.org/coopgraph/ns#Cooperation")
    'Cooperation'
    """
    return next((part for part in reversed(re.split(r"[#/]", iri)) if part), iri)


def graph_iri(layer: str, name: str) -> str:
    """Return the IRI of the named graph of one dataset in one layer.

    Parameters
    ----------
    layer
        One of :data:`LAYERS`.
    name
        Latin letters, digits, dot, hyphen and underscore.

    Raises
    ------
    BadRequest
        If the layer is unknown or the name has other characters.

    Examples
    --------
    >>> graph_iri("stated", "gansu-iit-2019-67")
    'https://w3id.org/coopgraph/graph/stated/gansu-iit-2019-67'
    """
    if layer not in LAYERS:
        raise BadRequest(
            f"unknown layer {layer!r}: the layers are {', '.join(LAYERS)}",
            zh=f"未知图层 {layer!r}；可用图层：{'、'.join(LAYERS)}",
        )
    if not _NAME.match(name):
        raise BadRequest(
            f"{name!r} cannot name a dataset: use Latin letters, digits, '.', '-' and '_'",
            zh=f"数据集名称 {name!r} 无效：只能用拉丁字母、数字、“.”“-”“_”",
        )
    return f"{GRAPH}{layer}/{name}"


def derived_graph_iri(layer: str, rule: str) -> str:
    """Return the IRI of the graph that holds what one rule derives from one layer.

    Examples
    --------
    >>> derived_graph_iri("stated", "has-party")
    'https://w3id.org/coopgraph/graph/derived/stated/has-party'
    """
    return f"{DERIVED}{layer}/{rule}"


def derived_from(graph: str) -> tuple[str, str] | None:
    """Return the layer and the rule of a derived graph, None for any other graph.

    Examples
    --------
    >>> derived_from("https://w3id.org/coopgraph/graph/derived/stated/has-party")
    ('stated', 'has-party')
    """
    layer, slash, rule = graph.removeprefix(DERIVED).partition("/")
    return (layer, rule) if graph.startswith(DERIVED) and slash and layer in LAYERS else None


def layer_of(graph: str) -> str | None:
    """Return the layer a named graph belongs to, or None for vocabulary, derived and foreign ones.

    Examples
    --------
    >>> layer_of("https://w3id.org/coopgraph/graph/stated/gansu-iit-2019-67")
    'stated'
    >>> layer_of("https://w3id.org/coopgraph/graph/vocabulary") is None
    True
    """
    if not graph.startswith(GRAPH):
        return None
    layer = graph[len(GRAPH) :].split("/", 1)[0]
    return layer if layer in LAYERS else None
