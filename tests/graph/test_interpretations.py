"""Readings of open words are shown with what rests on them, and never as what a source says."""

from __future__ import annotations

import pytest

READING = """
<http://x/i> a coop:Interpretation ; skos:prefLabel "年份"@zh , "year"@en ;
    coop:reading "取自文号"@zh , "from the number"@en ; coop:rationale "未写年份"@zh ;
    <http://www.w3.org/ns/prov#wasAttributedTo> <http://x/who> {more} .
<http://x/who> skos:prefLabel "项目组"@zh , "the team"@en .
"""
PLACE = """
<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/r> ; coop:memberGroup <http://x/g> ;
    coop:interpretation <http://x/i> .
<http://x/r> a coop:Area . <http://x/g> a coop:ActorGroup .
"""


@pytest.fixture
def read_on(graph_of):
    def read_on(more: str = "", **scope) -> set[str]:
        graph = graph_of(stated=PLACE + READING.format(more=more))
        found = graph.neighbours("http://x/a", **scope).data["neighbours"]
        edges = [edge for item in found for edge in item["edges"]]
        return {edge["relation"] for edge in edges if edge["interpretations"]}

    return read_on


def test_an_edge_shows_how_it_was_read_by_whom_and_why(graph_of):
    graph = graph_of(stated=PLACE + READING.format(more=""))
    edge = graph.neighbours("http://x/a").data["neighbours"][0]["edges"][0]
    assert edge["interpretations"] == [
        {
            "id": "http://x/i",
            "label": {"zh": "年份", "en": "year"},
            "reading": {"zh": "取自文号", "en": "from the number"},
            "rationale": {"zh": "未写年份", "en": "未写年份"},
            "by": [{"id": "http://x/who", "label": {"zh": "项目组", "en": "the team"}}],
        }
    ]


def test_a_reading_bears_on_all_a_resource_says_unless_it_concerns_one_thing(read_on):
    assert read_on() == {"locatedIn", "memberGroup"}
    assert read_on("; coop:concerns coop:memberGroup") == {"memberGroup"}
    assert read_on("; coop:concerns coop:documentDate") == set()


def test_a_node_and_its_statements_show_readings(graph_of):
    graph = graph_of(stated=PLACE + READING.format(more="; coop:concerns coop:memberGroup"))
    node = graph.node("http://x/a").data
    assert [said["id"] for said in node["interpretations"]] == ["http://x/i"]
    read = {s["property"] for s in node["statements"] if s["interpretations"]}
    assert read == {"memberGroup"}


def test_a_reading_belongs_to_the_layer_that_says_the_edge(graph_of):
    graph = graph_of(
        stated="<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/r> . "
        "<http://x/r> a coop:Area .",
        analyst="<http://x/a> coop:interpretation <http://x/i> ." + READING.format(more=""),
    )
    edge = graph.neighbours("http://x/a").data["neighbours"][0]["edges"][0]
    assert edge["interpretations"] == []


def test_gaps_show_the_readings_behind_what_was_found(full):
    gaps = full.gaps(rule="capacity-without-outlet", layers="stated").data
    assert gaps
    for gap in gaps:
        assert gap["interpretations"], gap["id"]
