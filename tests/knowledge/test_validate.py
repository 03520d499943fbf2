"""Validating: in several threads at once, and after the ontology has changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox

from coopgraph import CoopGraph
from coopgraph.intake.rdf_file import read_rdf
from coopgraph.knowledge.validate import validate
from coopgraph.resources import data_dir
from coopgraph.vocabulary import SKOS, VOCABULARY_GRAPH, graph_iri


def test_threads_validate_at_the_same_time():
    """rdflib's parser of queries, which shapes have, is not safe between threads."""
    file = data_dir() / "background" / "divisions.ttl"
    with CoopGraph.open(":memory:", shipped=False) as graph, ThreadPoolExecutor(4) as threads:
        checks = [threads.submit(graph.validate, file) for _ in range(4)]
        found = [check.result() for check in checks]
    assert found == [found[0]] * 4


def test_a_concept_that_is_called_otherwise_now_is_no_second_name(ontology, tmp_path, prefixes):
    """What is published has the old words of a concept; an update of the package has new ones."""
    steel = "https://w3id.org/coopgraph/scheme/sector/steel"
    published = ox.Store()
    published.add(
        ox.Quad(
            ox.NamedNode(steel), ox.NamedNode(SKOS + "prefLabel"),
            ox.Literal("what steel was called before", language="en"),
            ox.NamedNode(VOCABULARY_GRAPH),
        )
    )  # fmt: skip
    file = tmp_path / "memo.ttl"
    file.write_text(prefixes + f"<{steel}> a coop:Sector .")
    found = validate(
        {graph_iri("analyst", "memo"): read_rdf(file)},
        shapes=ontology.shapes, vocabulary=ontology.vocabulary, published=published,
    )  # fmt: skip
    assert [v for v in found if v.severity == "Violation"] == []
