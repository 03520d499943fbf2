"""The rules of which the notice has few cases, or none, on small graphs of one's own."""

from __future__ import annotations

import pytest

CHAIN = """
<http://x/l1> a coop:ChainLink ; coop:upstreamSector <http://x/s1> ;
  coop:downstreamSector <http://x/s2> ; coop:inChain <http://x/chain> .
<http://x/l2> a coop:ChainLink ; coop:upstreamSector <http://x/s2> ;
  coop:downstreamSector <http://x/s3> ; coop:inChain <http://x/chain> .
<http://x/l3> a coop:ChainLink ; coop:upstreamSector <http://x/s3> ;
  coop:downstreamSector <http://x/s4> ; coop:inChain <http://x/chain> .
<http://x/place> a coop:Province .  <http://x/other> a coop:Province .
<http://x/holder> a coop:Enterprise ; coop:locatedIn <http://x/other> ;
  coop:mainSector <http://x/s2> .
<http://x/has1> a coop:IndustrialAdvantage ; coop:holder <http://x/place> ;
  coop:sector <http://x/s1> .
"""
AFTER = """<http://x/has4> a coop:Project ; coop:sector <http://x/s4> ;
  coop:hasParticipation <http://x/part> .
<http://x/part> coop:participant <http://x/place> ; coop:role <http://x/role> .
"""


def chain_breaks(graph_of, said, **asked):
    found = graph_of(background=CHAIN + said).gaps(rule="chain-break", **asked).data
    return {g["sector"]["id"]: {c["id"] for c in g["candidates"]} for g in found}


def test_a_stage_between_two_is_a_break_and_holders_elsewhere_are_candidates(graph_of):
    assert chain_breaks(graph_of, AFTER) == {
        "http://x/s2": {"http://x/holder"}, "http://x/s3": set(),
    }  # fmt: skip


def test_a_stage_at_the_end_is_no_break(graph_of):
    assert chain_breaks(graph_of, "") == {}


@pytest.mark.parametrize(
    "held",
    [
        "<http://x/h> a coop:TechnicalCapability ; coop:holder <http://x/place> ; "
        "coop:sector <http://x/s2> .",
        "<http://x/h> a coop:Park ; coop:locatedIn <http://x/place> ; coop:sector <http://x/s2> .",
        "<http://x/h> a coop:Enterprise ; coop:locatedIn <http://x/city> ; "
        "coop:mainSector <http://x/s2> . <http://x/city> coop:locatedIn <http://x/place> .",
        "<http://x/h> a coop:Project ; coop:hasCarrier <http://x/k> ; coop:sector <http://x/s2> . "
        "<http://x/k> a coop:Park ; coop:locatedIn <http://x/place> .",
    ],
)
def test_a_stage_that_is_there_in_any_way_is_no_break(graph_of, held):
    assert set(chain_breaks(graph_of, AFTER + held)) == {"http://x/s3"}


def test_a_need_is_not_having(graph_of):
    need = "<http://x/h> a coop:Need ; coop:holder <http://x/place> ; coop:sector <http://x/s2> ."
    assert set(chain_breaks(graph_of, AFTER + need)) == {"http://x/s2", "http://x/s3"}


def test_a_broader_sector_fills_only_with_match_broader(graph_of):
    broad = """<http://x/s2> skos:broader <http://x/wide> .
    <http://x/h> a coop:SurplusCapacity ; coop:holder <http://x/place> ;
      coop:sector <http://x/wide> ."""
    assert set(chain_breaks(graph_of, AFTER + broad)) == {"http://x/s2", "http://x/s3"}
    assert set(chain_breaks(graph_of, AFTER + broad, match="broader")) == {"http://x/s3"}


SUPPLY = """
<http://x/cap> a coop:{kind} ; coop:holder <http://x/place> ; coop:sector <http://x/low> .
<http://x/low> skos:broader <http://x/wide> . <http://x/place> a coop:Province .
<http://x/firm> a coop:CentralEnterprise ; coop:mainSector <http://x/{main}> .
"""
TOGETHER = """
<http://x/w> a coop:Cooperation ; coop:sector <http://x/{sector}> ;
  coop:hasParticipation <http://x/p> , <http://x/q> .
<http://x/p> coop:participant <http://x/place> . <http://x/q> coop:participant <http://x/{who}> .
"""


@pytest.mark.parametrize("kind", ["SurplusCapacity", "Need"])
@pytest.mark.parametrize(
    ("main", "match", "count"),
    [("low", "exact", 1), ("wide", "exact", 0), ("wide", "broader", 1), ("else", "broader", 0)],
)
def test_a_main_sector_fits(graph_of, kind, main, match, count):
    graph = graph_of(background=SUPPLY.format(kind=kind, main=main))
    found = graph.gaps(rule="candidate-partner", match=match).data
    assert len(found) == count
    assert all(g["object"]["id"] == "http://x/firm" for g in found)


@pytest.mark.parametrize(
    ("sector", "who", "exact", "broader"),
    [("low", "firm", 0, 0), ("wide", "firm", 1, 0), ("low", "third", 1, 1), ("else", "firm", 1, 1)],
)
def test_what_the_two_do_together_there_fills_it(graph_of, sector, who, exact, broader):
    said = SUPPLY.format(kind="Need", main="low") + TOGETHER.format(sector=sector, who=who)
    graph = graph_of(background=said)
    counts = [len(graph.gaps(rule="candidate-partner", match=m).data) for m in ("exact", "broader")]
    assert counts == [exact, broader]


PROJECT = """<http://x/p> a coop:ProjectBatch ; coop:hasParticipation <http://x/a> , <http://x/b> .
<http://x/a> coop:participant <http://x/one> ;
  coop:role <https://w3id.org/coopgraph/scheme/role/lead> .
<http://x/b> coop:participant <http://x/{who}> ;
  coop:role <https://w3id.org/coopgraph/scheme/role/{role}> ."""


@pytest.mark.parametrize(
    ("who", "role", "count"),
    [("two", "partner", 0), ("two", "source", 0), ("two", "lead", 0), ("one", "lead", 1),
     ("two", "supporter", 1), ("two", "undertaker", 1)],
)  # fmt: skip
def test_who_is_a_partner_of_a_project(graph_of, who, role, count):
    graph = graph_of(stated=PROJECT.format(who=who, role=role))
    assert len(graph.gaps(rule="project-without-partner").data) == count


MARKET = "<http://x/k> a coop:Base ; coop:targetRegion <http://x/market> . "


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("", 1),
        ("<http://x/c> coop:targetRegion <http://x/market> ; coop:cooperationType "
         "<https://w3id.org/coopgraph/scheme/cooperation-type/capacity-transfer> .", 0),
        ("<http://x/c> coop:targetRegion <http://x/market> ; coop:cooperationType "
         "<https://w3id.org/coopgraph/scheme/cooperation-type/docking> .", 1),
        ("<http://x/city> coop:locatedIn <http://x/market> . <http://x/c> coop:targetRegion "
         "<http://x/city> ; coop:cooperationType "
         "<https://w3id.org/coopgraph/scheme/cooperation-type/industrial-transfer> .", 0),
        ("<http://x/p> a coop:Project ; coop:locatedIn <http://x/market> .", 0),
        ("<http://x/p> a coop:Project ; coop:targetRegion <http://x/market> .", 1),
    ],
)  # fmt: skip
def test_what_reaches_a_market(graph_of, said, count):
    found = graph_of(stated=MARKET + said).gaps(rule="market-without-transfer").data
    assert len([g for g in found if g["subject"]["id"] == "http://x/market"]) == count


@pytest.mark.parametrize("said", ["", "<http://x/a> a coop:Enterprise ."])
def test_little_is_said_to_be_little(graph_of, said):
    answer = graph_of(stated=said).gaps(as_of="2019-01-01")
    assert answer.data == []
    assert answer.notes
    assert all(note["zh"] and note["en"] for note in answer.notes)
    assert "notes" in answer.to_dict()["meta"]
