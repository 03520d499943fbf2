from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest


def neighbours(graph, of, **asked):
    found = graph.neighbours(of, limit=1000, **asked).data
    return {item["node"]["id"] for item in found["neighbours"]}


def test_a_relation_is_named_by_local_name_or_short_id(full):
    docking = neighbours(full, "region/CN-GS", relation="scheme/cooperation-type/docking")
    assert "org/baowu" in docking
    surplus = neighbours(full, "region/CN-GS", relation="SurplusCapacity")
    assert len(surplus) == 4
    both = neighbours(
        full, "region/CN-GS", relation=["SurplusCapacity", "scheme/cooperation-type/docking"]
    )
    assert both == docking | surplus
    assert both == neighbours(
        full, "region/CN-GS", relation="SurplusCapacity, scheme/cooperation-type/docking"
    )


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"relation": "no-such"}, "relation"),
        ({"relation": "sectors"}, "relation"),
        ({"type": "NoSuch"}, "type"),
        ({"type": "enterprise"}, "type"),
        ({"direction": "up"}, "direction"),
    ],
)
def test_an_unknown_value_is_refused_with_what_there_is(full, asked, name):
    with pytest.raises(BadRequest) as caught:
        full.neighbours("region/CN-GS", **asked)
    assert caught.value.extensions["parameter"] == name
    assert caught.value.extensions["candidates"]
    assert caught.value.zh


def test_what_the_vocabulary_knows_and_the_graph_has_not_finds_nothing(full):
    assert neighbours(full, "region/CN-GS", relation="scheme/measure-type/task") == set()
    assert neighbours(full, "region/CN-GS", type="Country", layers="stated") == set()


def test_a_class_of_the_user_can_be_asked_for(graph_of):
    graph = graph_of(
        analyst="""
        <http://x/a> a coop:Enterprise , <http://x/Unicorn> ; coop:locatedIn <http://x/r> .
        <http://x/r> a coop:Area ."""
    )
    assert neighbours(graph, "http://x/r", type="Enterprise") == {"http://x/a"}


def test_a_type_takes_in_its_subclasses(full):
    enterprises = neighbours(full, "region/CN-GS", type="Enterprise")
    assert enterprises == neighbours(full, "region/CN-GS", type="CentralEnterprise") != set()
    assert enterprises < neighbours(full, "region/CN-GS", type="Actor")
    assert neighbours(full, "region/CN-GS", type=["Enterprise", "Sector"]) == enterprises | (
        neighbours(full, "region/CN-GS", type="Sector")
    )


def test_a_sector_keeps_what_is_said_in_it(full):
    found = full.neighbours("region/CN-GS", sector="水泥", limit=1000).data["neighbours"]
    assert [item["node"]["id"] for item in found] == ["scheme/sector/cement"]
    assert {e["relation"] for e in found[0]["edges"]} == {"SurplusCapacity"}
