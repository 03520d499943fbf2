"""Terms of other vocabularies exist there and are what they are declared to be.

``foreign_terms.csv`` lists the terms of each vocabulary as its npm package has them
(``build_foreign_terms.py``); rdflib's closed namespaces are a second witness.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF

import coopgraph
from coopgraph import vocabulary
from coopgraph.resources import data_dir, ontology_dir
from coopgraph.vocabulary import BASE

LIST = Path(__file__).with_name("foreign_terms.csv")
TERMS = {
    row["term"]: set(row["kinds"].split())
    for row in csv.DictReader(LIST.read_text("utf-8").splitlines())
}
NAMESPACES = {re.sub(r"[^#/]*$", "", term) for term in TERMS}
WITNESSES = {
    str(namespace): namespace
    for namespace in (
        *(rdflib.DCAT, rdflib.DCTERMS, rdflib.FOAF, rdflib.ORG, rdflib.OWL, rdflib.PROV),
        *(rdflib.RDF, rdflib.RDFS, rdflib.SDO, rdflib.SH, rdflib.SKOS, rdflib.TIME),
        *(rdflib.VANN, rdflib.VOID, rdflib.XSD),
    )
}
KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object",
    OWL.DatatypeProperty: "data",
    OWL.AnnotationProperty: "annotation",
}
PREFIX = re.compile(r"(?i)\bPREFIX\s+([\w-]*):\s*<([^>]+)>")
PREFIXED = re.compile(r"(?<![\w<:/-])([a-z][\w-]*):([A-Za-z]\w*)")
CONSTANT = re.compile(r'\b([A-Z]+) \+ "(\w+)"')


def _split(term: str) -> tuple[str, str]:
    name = re.search(r"[^#/]*$", term)
    assert name
    return term[: name.start()], name[0]


def _graph(paths: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def _in_queries(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        text = re.sub(r"(?m)^\s*#.*$", "", path.read_text("utf-8"))
        prefixes = dict(PREFIX.findall(text))
        body = PREFIX.sub("", re.sub(r'"[^"\n]*"', '""', text))
        yield from (prefixes[p] + name for p, name in PREFIXED.findall(body) if p in prefixes)


def _in_sources(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for constant, name in CONSTANT.findall(path.read_text("utf-8")):
            yield str(getattr(vocabulary, constant, "")) + name


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    """The vocabulary, shapes, schemes, gap rules and the shipped data."""
    data = [
        path for layer in ("stated", "background") for path in (data_dir() / layer).glob("*.ttl")
    ]
    return _graph([*ontology_dir().rglob("*.ttl"), *data])


def _iris(graph: rdflib.Graph) -> set[str]:
    nodes = {node for triple in graph for node in triple}
    datatypes = {node.datatype for node in nodes if isinstance(node, rdflib.Literal)} - {None}
    return {str(node) for node in nodes | datatypes if isinstance(node, rdflib.URIRef)}


def _unknown(iris: Iterable[str]) -> set[str]:
    """IRIs in the namespace of a listed vocabulary that it does not have, or has given up."""
    found = set()
    for iri in iris:
        namespace, name = _split(iri)
        if namespace in NAMESPACES and name:
            witness = WITNESSES.get(namespace)
            known = iri in TERMS and (witness is None or rdflib.URIRef(iri) in witness)
            if not known or "deprecated" in TERMS[iri]:
                found.add(iri)
    return found


def _mistaken(graph: rdflib.Graph) -> set[str]:
    """Foreign terms that are declared as a kind which their vocabulary does not say they are."""
    found = set()
    for declared, kind in KINDS.items():
        for term in map(str, graph.subjects(RDF.type, declared)):
            # A plain rdf:Property may be any kind of property.
            said = TERMS.get(term, set()) - {"deprecated", "individual"}
            if said and kind not in said and (kind == "class" or said != {"property"}):
                found.add(term)
    return found


def test_the_list_is_whole():
    with LIST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["term"] for row in rows}) == len(rows) > 1000
    for row in rows:
        assert row["package"] == f"@vocabulary/{row['vocabulary']}"
        assert row["kinds"]


def test_foreign_terms_exist(graph):
    assert _unknown(_iris(graph)) == set()


def test_foreign_terms_in_queries_exist():
    named = set(_in_queries(ontology_dir().rglob("*.rq")))
    assert len(named) > 50
    assert _unknown(named) == set()


def test_foreign_terms_in_the_sources_exist():
    named = set(_in_sources(Path(coopgraph.__file__).parent.rglob("*.py")))
    assert len(named) > 30
    assert _unknown(named) == set()


def test_foreign_terms_are_of_the_kind_declared(graph):
    assert _mistaken(graph) == set()


def test_types_and_properties_come_from_listed_vocabularies(graph):
    used = {*graph.predicates(), *graph.objects(None, RDF.type)}
    foreign = {str(term) for term in used if not str(term).startswith(BASE)}
    assert foreign - TERMS.keys() == set()


@pytest.mark.parametrize(
    ("turtle", "unknown", "mistaken"),
    [
        ("org:Organisation a owl:Class .", "org#Organisation", None),
        ("<urn:x> prov:wasDerivedfrom <urn:y> .", "prov#wasDerivedfrom", None),
        ("foaf:geekcode a owl:DatatypeProperty .", "foaf/0.1/geekcode", None),
        ("skos:prefLabel a owl:ObjectProperty .", None, "core#prefLabel"),
        ("prov:Entity a owl:ObjectProperty .", None, "prov#Entity"),
        ("dct:title a owl:AnnotationProperty . dct:title a owl:DatatypeProperty .", None, None),
    ],
)
def test_a_mistake_is_found(turtle, unknown, mistaken):
    graph = rdflib.Graph()
    for prefix, namespace in {"dct": rdflib.DCTERMS, "foaf": rdflib.FOAF}.items():
        turtle = f"@prefix {prefix}: <{namespace}> .\n{turtle}"
    for prefix in ("org", "owl", "prov", "skos"):
        turtle = f"@prefix {prefix}: <{getattr(rdflib, prefix.upper())}> .\n{turtle}"
    graph.parse(data=turtle, format="turtle")
    assert [iri.endswith(unknown) for iri in _unknown(_iris(graph))] == [True] * bool(unknown)
    assert [iri.endswith(mistaken) for iri in _mistaken(graph)] == [True] * bool(mistaken)
