"""What must hold of the notice, asked of the layer ``stated`` alone."""

from __future__ import annotations

import pytest

from coopgraph import CoopGraph
from coopgraph.intake.stored_text import stored_texts
from coopgraph.resources import data_dir
from coopgraph.vocabulary import iri_of

PARTNERS = {
    *(f"region/CN-{code}" for code in ("GX", "SC", "GD", "FJ", "TJ")),
    *(f"org/{name}" for name in ("chinalco", "cnbm", "baowu", "minmetals", "crrc")),
}
SECTOR = "scheme/sector/"


@pytest.fixture(scope="module", params=["alone", "with background"])
def graph(request, full: CoopGraph, stated_alone: CoopGraph) -> CoopGraph:
    return stated_alone if request.param == "alone" else full


def gaps(graph: CoopGraph, rule: str, **parameters):
    return graph.gaps(rule=rule, layers="stated", limit=1000, **parameters).data


def test_petrochemicals_is_the_one_advantage_without_cooperation_or_project(graph):
    found = gaps(graph, "advantage-unused")
    assert [gap["sector"]["id"] for gap in found] == [SECTOR + "petrochemicals"]
    assert found[0]["subject"]["id"] == "region/CN-GS"
    assert "石油化工" in found[0]["explanation"]["zh"]
    assert [e["quote"] for e in found[0]["found"]] == [
        "发挥该省石油化工、有色冶金、装备制造等产业优势"
    ]


def test_none_of_the_ten_partners_is_party_to_a_project(graph):
    found = gaps(graph, "partner-without-project")
    assert {gap["subject"]["id"] for gap in found} == PARTNERS
    assert len(found) == 10
    projects = {
        node["id"]
        for name in PARTNERS
        for item in graph.neighbours(name, layers="stated", type="Project").data["neighbours"]
        for node in [item["node"]]
    }
    assert projects == set()


def test_two_instruments_are_required_and_missing(graph):
    found = gaps(graph, "instrument-required-missing")
    assert {gap["subject"]["label"]["zh"] for gap in found} == {
        "产业合作发展规划",
        "承接国内外产业转移的政策和措施",
    }
    assert {gap["object"]["id"] for gap in found} == {"policy/gansu-iit-2019-67"}


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("exact", {"copper-smelting", "electrolytic-aluminium", "steel", "cement"}),
        ("broader", {"steel", "cement"}),
    ],
)
def test_capacity_without_outlet(graph, match, expected):
    found = gaps(graph, "capacity-without-outlet", match=match)
    assert {gap["sector"]["id"].removeprefix(SECTOR) for gap in found} == expected
    assert len(found) == len(expected)
    assert {gap["subject"]["id"] for gap in found} == {"region/CN-GS"}


def test_every_gap_says_it_is_only_not_recorded(graph):
    found = graph.gaps(layers="stated", limit=1000).data
    for gap in found:
        assert "stated" in gap["open_world_note"]["en"]
        assert "不等于不存在" in gap["open_world_note"]["zh"]
        assert gap["absent"]
        assert gap["found"], gap["id"]
        assert "{" not in gap["explanation"]["zh"] + gap["explanation"]["en"]
    assert len({gap["id"] for gap in found}) == len(found)


def test_chinalco_reaches_electrolytic_aluminium_through_gansu(graph):
    paths = graph.paths("中铝集团", "电解铝", layers="stated").data["paths"]
    assert len(paths) == 1
    assert paths[0]["length"] == 2
    assert [node["id"] for node in paths[0]["nodes"]] == [
        "org/chinalco",
        "region/CN-GS",
        SECTOR + "electrolytic-aluminium",
    ]
    first, second = paths[0]["edges"]
    assert {edge["relation"] for edge in first} == {"scheme/cooperation-type/docking"}
    assert {edge["relation"] for edge in second} == {"SurplusCapacity"}
    assert all(edge["evidence"] for edge in first + second)


def test_every_edge_has_evidence_and_every_quotation_stands_in_the_text(graph, notice_text):
    checked = 0
    for _, _, edge in graph.to_networkx(layers="stated").edges(data=True):
        assert edge["evidence"], edge
        for evidence in edge["evidence"]:
            assert evidence["document"] == "document/gansu-iit-2019-67"
            assert notice_text[evidence["start"] : evidence["end"]] == evidence["quote"]
            paragraph = notice_text[: evidence["start"]].count("\n") + 1
            assert evidence["paragraph"] == paragraph
            checked += 1
    assert checked > 100


def test_every_edge_of_every_layer_says_where_with_words_that_stand_there(full):
    """Where does it say so: quotation, paragraph and offsets in a stored text, for every edge."""
    text_of = stored_texts(data_dir() / "sources")
    edges = [edge for *_, edge in full.to_networkx().edges(data=True)]
    assert {edge["layer"] for edge in edges} == {"stated", "background"}
    for edge in edges:
        assert edge["evidence"], edge
        for evidence in edge["evidence"]:
            text = text_of(iri_of(evidence["document"]))
            assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
            assert text[: evidence["start"]].count("\n") + 1 == evidence["paragraph"]


def test_every_statement_shown_of_a_relator_has_evidence(graph, notice_text):
    vias = {e["via"] for _, _, e in graph.to_networkx(layers="stated").edges(data=True)} - {None}
    assert len(vias) > 20
    for via in vias:
        detail = graph.node(via, layers="stated").data
        assert detail["evidence"], via
        for evidence in detail["evidence"]:
            assert notice_text[evidence["start"] : evidence["end"]] == evidence["quote"]
        for statement in detail["statements"]:
            assert statement["layer"] == "stated"


def test_the_five_enterprises_dock_with_gansu(graph):
    found = graph.neighbours(
        "甘肃省", layers="stated", relation="scheme/cooperation-type/docking", limit=1000
    ).data
    assert {item["node"]["id"] for item in found["neighbours"]} >= {
        name for name in PARTNERS if name.startswith("org/")
    }


def test_no_partner_has_a_sector_in_the_notice(graph):
    for name in PARTNERS:
        near = graph.neighbours(name, layers="stated", limit=1000, type="Sector").data
        assert near["total"] == 0, name


def test_advantaged_capacity_is_not_surplus_capacity(graph):
    """The text nowhere says that the four surplus capacities go to Central and West Asia."""
    edges = graph.to_networkx(layers="stated").get_edge_data(
        "region/CN-GS", "region/central-west-asia"
    )
    assert edges
    assert "SurplusCapacity" not in {edge["relation"] for edge in edges.values()}


def test_named_projects_and_carriers_are_nodes(graph):
    nodes = graph.to_networkx(layers="stated").nodes
    for name in (
        "carrier/lanzhou-fine-chemical-park",
        "carrier/china-belarus-park",
        "carrier/export-processing-base",
        "policy/gansu-iit-2019-67",
        "org/gansu-iit",
    ):
        assert name in nodes


def test_work_of_2019_holds_in_2019_only(graph):
    def docking(**scope):
        near = graph.neighbours(
            "org/baowu", layers="stated", relation="scheme/cooperation-type/docking", **scope
        )
        return near.data["total"]

    assert docking() == 1
    assert docking(as_of="2019-01-01") == docking(as_of="2019-12-31") == 1
    assert docking(as_of="2018-12-31") == docking(as_of="2020-01-01") == 0
    assert docking(dated="only") == 1


def test_an_edge_cites_what_is_evidence_for_it(full):
    """The notice is quoted for its date, number, issuer and addressees; each edge has its own."""
    near = full.neighbours("policy/gansu-iit-2019-67", layers="stated", limit=1000).data[
        "neighbours"
    ]
    quotes = {
        (e["relation"], n["node"]["id"]): [q["quote"] for q in e["evidence"]]
        for n in near
        for e in n["edges"]
        if e["source"] == "policy/gansu-iit-2019-67"
    }
    issuer = ["甘肃省工业和信息化厅下发了《推进产业合作有关工作的通知》"]
    assert quotes["issuedBy", "org/gansu-iit"] == issuer
    assert quotes["addressee", "group/gansu-prefecture-iit-departments"] == ["各市州工信部门"]
    assert len([q for (relation, _), q in quotes.items() if relation == "addressee"]) == 3
    assert all(len(q) == 1 for (relation, _), q in quotes.items() if relation == "promotes")
    (implements,) = [q for (relation, _), q in quotes.items() if relation == "implements"]
    assert len(implements) == 1
