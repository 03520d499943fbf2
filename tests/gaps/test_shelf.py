from __future__ import annotations

import time

import pytest

from coopgraph import CoopGraph
from coopgraph.errors import CoopgraphError, NotFound
from coopgraph.settings import Settings

RULE = """
<http://x/rule> a coop:GapRule ; dct:identifier "mine" ;
  rdfs:label "甲"@zh , "a"@en ; skos:definition "甲。"@zh , "A."@en ;
  coop:severity "low" ; coop:absent "乙"@zh , "b"@en ; coop:readsLayer "stated" ;
  coop:explanation "{subject}"@zh , "{subject}"@en ;
  coop:openWorldNote "{layers}"@zh , "{layers}"@en ;
  coop:select '''SELECT ?subject WHERE {
    ?subject a <https://w3id.org/coopgraph/ns#CentralEnterprise> }''' .
"""
ENDLESS = RULE.replace(
    "?subject a <https://w3id.org/coopgraph/ns#CentralEnterprise>",
    "?subject ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) < 0)",
)


def ids(graph):
    return {rule["id"] for rule in graph.gap_rules().data}


def test_a_file_is_followed_and_a_broken_one_stops_nothing(data_folder, prefixes):
    folder = data_folder / "gaps"
    with CoopGraph.open(data_folder, shipped=False) as graph:
        before = ids(graph)
        folder.mkdir()
        file = folder / "mine.ttl"
        file.write_text(prefixes + RULE, "utf-8")
        assert ids(graph) == before | {"mine"}
        found = graph.gaps(rule="mine").data
        assert len(found) == 5
        assert found[0]["layers"] == ["stated"]
        file.write_text(prefixes + RULE.replace('"low"', '"urgent"'), "utf-8")
        answer = graph.gap_rules()
        assert {rule["id"] for rule in answer.data} == before
        assert "mine.ttl" in answer.notes[0]["en"]
        assert graph.gaps().data
        with pytest.raises(NotFound, match=r"mine\.ttl"):
            graph.gaps(rule="mine")
        file.unlink()
        assert graph.gap_rules().notes == ()


def test_an_endless_rule_is_ended_and_left_out(data_folder, prefixes):
    (data_folder / "gaps").mkdir()
    (data_folder / "gaps" / "mine.ttl").write_text(prefixes + ENDLESS, "utf-8")
    settings = Settings(query_timeout=1.5)
    with CoopGraph.open(data_folder, settings=settings, shipped=False) as graph:
        start = time.monotonic()
        answer = graph.gaps()
        assert time.monotonic() - start < 60
        assert answer.data
        assert any("mine" in note["en"] for note in answer.notes)
        with pytest.raises(CoopgraphError):
            graph.gaps(rule="mine")


def test_a_folder_that_cannot_be_read_stops_nothing(data_folder):
    (data_folder / "gaps").mkdir()
    (data_folder / "gaps" / "gone.ttl").symlink_to("nowhere")
    with CoopGraph.open(data_folder, shipped=False) as graph:
        assert graph.gaps().data
