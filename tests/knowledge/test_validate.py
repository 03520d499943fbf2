"""Validating after the ontology has changed."""

from __future__ import annotations

import pyoxigraph as ox

from coopgraph.intake.rdf_file import read_rdf
from coopgraph.knowledge.validate import validate
from coopgraph.vocabulary import SKOS, VOCABULARY_GRAPH, graph_iri


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
