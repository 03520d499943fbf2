"""Suggestions on the notice's graph: reasons that hold, and nothing of other layers."""

import pytest

from coopgraph.errors import NotFound
from coopgraph.gaps.mined import mined
from coopgraph.graph.scope import make_scope


@pytest.fixture(scope="module")
def graph(full):
    return full


def _ends(answer):
    return {(item["node"]["id"], item["relation"], item["direction"]): item for item in answer.data}


def test_what_is_recorded_is_not_suggested(graph):
    edges = [
        edge
        for item in graph.neighbours("org/baowu", limit=1000).data["neighbours"]
        for edge in item["edges"]
    ]
    recorded = {(e["target"], e["relation"]) for e in edges if e["source"] == "org/baowu"}
    suggested = graph.suggest("org/baowu", limit=1000).data
    assert suggested
    assert not recorded & {
        (s["node"]["id"], s["relation"]) for s in suggested if s["direction"] == "out"
    }
    assert all(s["node"]["id"] != "org/baowu" for s in suggested)


def test_reasons_are_grounded_paths_and_real_links(graph):
    for item in graph.suggest("org/baowu", limit=20).data:
        assert 1 <= len(item["reasons"]) <= 5
        assert item["layer"] == "suggested"
        assert item["probability"] is None
        for reason in item["reasons"]:
            assert set(reason["words"]) == {"zh", "en"}
            if reason["signal"] == "rules":
                assert 0 < reason["support"]["held"] <= reason["support"]["cases"]
                for path in reason["paths"]:
                    ends = [node["id"] for node in path["nodes"]]
                    assert ends[0] == "org/baowu"
                    assert ends[-1] == item["node"]["id"]
                    for a, b, edges in zip(ends, ends[1:], path["edges"], strict=False):
                        assert edges
                        assert all({e["source"], e["target"]} == {a, b} for e in edges)
            elif reason["signal"] == "analogues":
                for analogue in reason["analogues"]:
                    assert analogue["edges"]
                    for edge in analogue["edges"]:
                        assert {edge["source"], edge["target"]} == {
                            analogue["node"]["id"], item["node"]["id"]
                        }  # fmt: skip


def test_one_layer_is_counted_alone(graph):
    answer = graph.suggest("org/baowu", layers="stated", limit=1000)
    layers = {
        edge["layer"]
        for item in answer.data
        for reason in item["reasons"]
        for path in reason.get("paths", [])
        for edges in path["edges"]
        for edge in edges
    }
    assert layers <= {"stated"}


def test_pages_and_types(graph):
    whole = graph.suggest("org/baowu", limit=6).data
    first = graph.suggest("org/baowu", limit=3)
    second = graph.suggest("org/baowu", limit=3, cursor=first.cursor)
    assert first.data + second.data == whole
    for item in graph.suggest("org/baowu", type="Organization", limit=50).data:
        assert item["node"]["id"].startswith("org/")


def test_an_unknown_actor_is_not_found(graph):
    with pytest.raises(NotFound):
        graph.suggest("nobody at all")


def test_before_anything_nothing_is_suggested(graph):
    answer = graph.suggest("org/baowu", as_of="1800-01-01", dated="only")
    assert answer.data == []
    assert {"zh", "en"} == set(answer.notes[0])
    assert "nothing" in answer.notes[0]["en"]


CHAIN = r"""
    id:region\/R a coop:Province . id:org\/E a coop:Enterprise .
    id:org\/F a coop:Enterprise . id:region\/S a coop:Province .
    id:surplus\/1 a coop:SurplusCapacity ; coop:holder id:region\/R ; coop:sector sector:mill .
    id:org\/E coop:mainSector sector:works .
    id:org\/F coop:locatedIn id:region\/S .
    id:org\/G a coop:Enterprise ; coop:locatedIn id:region\/S .
    sector:mill a coop:Sector . sector:works a coop:Sector .
    id:chain\/1 a coop:ChainLink ; coop:upstreamSector sector:mill ;
        coop:downstreamSector sector:works .
"""


def test_what_one_has_and_another_needs_fills_a_link_of_a_chain(graph_of):
    text = CHAIN.replace("sector:", "<https://w3id.org/coopgraph/scheme/sector/").replace(
        "sector/mill", "sector/mill>"
    ).replace("sector/works", "sector/works>")  # fmt: skip
    answer = graph_of(stated=text).suggest("region/R", limit=100)
    (found,) = [item for item in answer.data if item["node"]["id"] == "org/E"]
    (reason,) = [r for r in found["reasons"] if r["signal"] == "complementarity"]
    assert reason["has"]["sector"]["id"] == "scheme/sector/mill"
    assert reason["needs"]["edges"][0]["relation"] == "mainSector"
    assert reason["chain_link"][0]["relation"] == "feedsDirectly"
    assert "产业链" in reason["words"]["zh"]
    assert "chain link" in reason["words"]["en"]
    others = {item["node"]["id"] for item in answer.data
              if any(r["signal"] == "complementarity" for r in item["reasons"])}  # fmt: skip
    assert others == {"org/E"}


def _together(name, kind, parties, lead):
    """Say that some actors take part in one cooperation or project."""
    work = f"<http://x/{name}>"
    said = f"{work} a coop:{kind} ; coop:cooperationType "
    said += "<https://w3id.org/coopgraph/scheme/cooperation-type/strategic-cooperation> .\n"
    for i, party in enumerate(parties):
        role = "lead" if lead and not i else "partner"
        said += (
            f"<http://x/a{party}> a coop:Enterprise . "
            f"{work} coop:hasParticipation <http://x/{name}-{i}> . <http://x/{name}-{i}> "
            f"coop:participant <http://x/a{party}> ; "
            f"coop:role <https://w3id.org/coopgraph/scheme/role/{role}> .\n"
        )
    return said


@pytest.mark.parametrize(
    ("kind", "lead"), [("Cooperation", True), ("Cooperation", False), ("Project", False)]
)
def test_what_many_take_part_in_is_no_evidence_of_all_pairs(graph_of, kind, lead):
    parties = 40
    said = _together("big", kind, range(parties), lead)
    said += "".join(_together(f"two{i}", "Cooperation", (i, i + 8), True) for i in range(1, 8))
    graph = graph_of(stated=said)
    edges = graph.stats().data["edges"]
    assert edges <= parties + 7 + 1
    known = mined(graph.published.snapshot("compact"), make_scope())
    assert all(rule.cases <= 2 * edges for rule in known.index.rules)
    assert graph.suggest("http://x/a30").data == []
