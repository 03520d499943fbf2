from __future__ import annotations

import csv

from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, OWL, RDF


def _rows() -> list[dict[str, str]]:
    with (ontology_dir() / "projection.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_class_property_and_role_is_declared(store_of):
    store = store_of()
    declared = {
        str(row["term"].value)
        for row in store.query(
            f"SELECT ?term {{ VALUES ?kind {{ <{OWL}Class> <{OWL}ObjectProperty> }} "
            f"?term <{RDF}type> ?kind }}"
        )
    }
    for row in _rows():
        assert COOP + row["class"] in declared
        for end in (row["source"], row["target"], row["relation"]):
            if end.startswith("coop:"):
                assert end.replace("coop:", COOP) in declared
            if end.startswith("role:"):
                assert end in {"role:lead", "role:*"}


def test_a_relation_has_words_of_its_own_or_takes_those_of_its_term():
    for row in _rows():
        if row["source"]:
            named = row["relation"] == "class" or row["relation"].startswith("coop:")
            assert bool(row["label_zh"] and row["label_en"]) is not named


def test_evidence_and_classifications_are_no_nodes():
    nodes = {row["class"] for row in _rows() if not row["source"]}
    assert nodes == {
        "Actor",
        "Region",
        "Sector",
        "Product",
        "Project",
        "Carrier",
        "PolicyInstrument",
        "Measure",
        "Goal",
    }
