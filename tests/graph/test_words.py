from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("labels", "zh", "en"),
    [
        ('skos:prefLabel "甲"@zh , "A"@en', "甲", "A"),
        ('skos:prefLabel "甲"@zh', "甲", "甲"),
        ('skos:prefLabel "A"@en-GB', "A", "A"),
        ('skos:prefLabel "甲"@zh-Hans', "甲", "甲"),
        ('rdfs:label "甲"@zh ; skos:prefLabel "A"@en', "甲", "A"),
        ('rdfs:label "乙"@zh ; skos:prefLabel "甲"@zh', "甲", "甲"),
        ('skos:prefLabel "plain"', "plain", "plain"),
        ('skos:prefLabel "Ä"@de', "Ä", "Ä"),
        ('skos:altLabel "alias"@en', "alias", "alias"),
        ("coop:factId 7", "a", "a"),
    ],
)
def test_a_label_in_each_language_or_the_best_there_is(graph_of, labels, zh, en):
    graph = graph_of(stated=f"<http://x/ns/a> a coop:Enterprise ; {labels} .")
    assert graph.node("http://x/ns/a").data["label"] == {"zh": zh, "en": en}


def test_the_more_trusted_layer_gives_the_label(graph_of):
    graph = graph_of(
        stated='<http://x/a> a coop:Enterprise ; skos:prefLabel "z"@en .',
        background='<http://x/a> a coop:Enterprise ; skos:prefLabel "a"@en .',
    )
    assert graph.node("http://x/a").data["label"]["en"] == "z"
    assert graph.node("http://x/a", layers="background").data["label"]["en"] == "a"
    assert graph.node("http://x/a", layers="analyst,background").data["label"]["en"] == "a"


def test_two_labels_of_one_layer_come_in_one_order(graph_of):
    said = "<http://x/a> a coop:Enterprise ; skos:prefLabel 'b'@en , 'a'@en , 'c'@en ."
    assert {graph_of(stated=said).node("http://x/a").data["label"]["en"] for _ in range(3)} == {"a"}


def test_evidence_is_of_the_layer_that_says_the_edge(graph_of):
    def evidence(name: str, quote: str) -> str:
        return f"<http://x/{name}> a coop:Evidence ; oa:hasSource <http://x/doc> ; " \
               f"oa:hasSelector <http://x/{name}q> . " \
               f"<http://x/{name}q> oa:exact '{quote}' ."  # fmt: skip

    place = (
        "<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/r> . <http://x/r> a coop:Area ."
    )
    graph = graph_of(
        stated=place + "<http://x/a> coop:evidencedBy <http://x/e1> ." + evidence("e1", "said"),
        background="<http://x/a> a coop:Enterprise ; coop:memberGroup <http://x/g> ; "
        "coop:evidencedBy <http://x/e2> ; dct:source <http://x/list> . "
        "<http://x/g> a coop:ActorGroup ." + evidence("e2", "listed"),
    )
    edges = {e["relation"]: e for *_, e in graph.to_networkx().edges(data=True)}
    assert [e["quote"] for e in edges["locatedIn"]["evidence"]] == ["said"]
    assert [e["quote"] for e in edges["memberGroup"]["evidence"]] == ["listed", None]
    assert edges["memberGroup"]["evidence"][1]["document"] == "http://x/list"


LISTED = """
<http://x/a> a coop:Enterprise ; coop:memberGroup <http://x/g> ; dct:source <http://x/list> .
<http://x/g> a coop:ActorGroup .
"""


def test_a_source_that_is_quoted_is_not_cited_whole_as_well(graph_of):
    quoted = LISTED + (
        "<http://x/a> coop:evidencedBy <http://x/e> . <http://x/e> a coop:Evidence ; "
        "oa:hasSource <http://x/list> ; oa:hasSelector <http://x/q> . <http://x/q> oa:exact '甲' ."
    )
    near = graph_of(background=quoted).neighbours("http://x/a").data["neighbours"]
    assert [e["quote"] for e in near[0]["edges"][0]["evidence"]] == ["甲"]


def test_a_source_without_a_quotation_is_cited_whole(graph_of):
    near = graph_of(background=LISTED).neighbours("http://x/a").data["neighbours"]
    (evidence,) = near[0]["edges"][0]["evidence"]
    assert evidence["document"] == "http://x/list"
    assert (
        evidence["quote"] is evidence["start"] is evidence["end"] is evidence["paragraph"] is None
    )


def test_a_node_comes_in_the_shape_of_the_contract(full):
    node = full.neighbours("org/baowu").data["node"]
    assert node == {
        "id": "org/baowu",
        "iri": "https://w3id.org/coopgraph/id/org/baowu",
        "type": "CentralEnterprise",
        "label": {"zh": "宝武集团", "en": node["label"]["en"]},
    }


def test_an_edge_comes_in_the_shape_of_the_contract(full):
    for item in full.neighbours("region/CN-GS", limit=1000).data["neighbours"]:
        for edge in item["edges"]:
            assert list(edge) == [
                "id", "source", "target", "relation", "label", "directed", "via", "status",
                "valid", "layer", "evidence", "interpretations",
            ]  # fmt: skip
            assert set(edge["label"]) == {"zh", "en"}
            assert set(edge["valid"]) == {"from", "to"}
            for evidence in edge["evidence"]:
                assert list(evidence) == ["id", "document", "paragraph", "quote", "start", "end"]


@pytest.mark.parametrize("iri", ["http://x/", "http://x/a/", "http://x/a#", "urn:a:b"])
def test_what_has_no_label_is_still_called_something(graph_of, iri):
    graph = graph_of(stated=f"<{iri}> a coop:Enterprise ; coop:locatedIn <http://x/r> .")
    (item,) = graph.neighbours("http://x/r").data["neighbours"]
    assert item["node"]["label"]["zh"]
    assert item["node"]["label"]["en"]


def _passage(name: str, words: str, more: str = "") -> str:
    return (
        f"<http://x/{name}> a coop:Evidence ; oa:hasSource <http://x/doc> {more} ; "
        f"oa:hasSelector <http://x/{name}q> . <http://x/{name}q> oa:exact '{words}' . "
    )


def _edges(graph, **scope) -> dict[str, dict]:
    return {edge["relation"]: edge for *_, edge in graph.to_networkx(**scope).edges(data=True)}


DOCKING = (
    "<http://x/c> a coop:Cooperation ; coop:hasParticipation <http://x/p1> , <http://x/p2> ; "
    "coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking> ; "
    "coop:evidencedBy <http://x/e> . "
    "<http://x/p1> coop:participant <http://x/a> ; "
    "coop:role <https://w3id.org/coopgraph/scheme/role/lead> . "
    "<http://x/p2> coop:participant <http://x/b> ; "
    "coop:role <https://w3id.org/coopgraph/scheme/role/partner> . "
    "<http://x/a> a coop:Province . <http://x/b> a coop:Enterprise . "
) + _passage("e", "said")


def test_what_an_analyst_adds_to_a_cooperation_does_not_borrow_the_words_of_the_document(graph_of):
    graph = graph_of(
        stated=DOCKING,
        analyst="<http://x/c> coop:sector <https://w3id.org/coopgraph/scheme/sector/steel> .",
    )
    edges = _edges(graph)
    assert edges["sector"]["layer"] == "analyst"
    assert edges["sector"]["evidence"] == []
    docking = edges["scheme/cooperation-type/docking"]
    assert docking["layer"] == "stated"
    assert [e["quote"] for e in docking["evidence"]] == ["said"]


def test_nor_does_a_partner_whom_an_analyst_adds(graph_of):
    graph = graph_of(
        stated=DOCKING,
        analyst="<http://x/c> coop:hasParticipation <http://x/p3> . "
        "<http://x/p3> coop:participant <http://x/d> ; "
        "coop:role <https://w3id.org/coopgraph/scheme/role/partner> . "
        "<http://x/d> a coop:Enterprise .",
    )
    near = {
        n["node"]["id"]: n["edges"][0] for n in graph.neighbours("http://x/a").data["neighbours"]
    }
    assert near["http://x/d"]["evidence"] == []
    assert [e["quote"] for e in near["http://x/b"]["evidence"]] == ["said"]


def test_of_several_passages_those_that_the_value_cites_too_are_shown(graph_of):
    supports = "; coop:supports coop:promotes"
    graph = graph_of(
        stated="<http://x/n> a coop:PolicyInstrument ; "
        "coop:promotes <http://x/g1> , <http://x/g2> ;"
        " coop:evidencedBy <http://x/e1> , <http://x/e2> ."
        "<http://x/g1> a coop:Goal ; coop:evidencedBy <http://x/e1> . "
        "<http://x/g2> a coop:Goal ; coop:evidencedBy <http://x/e2> . "
        + _passage("e1", "speed", supports)
        + _passage("e2", "quality", supports)
    )
    near = {
        n["node"]["id"]: [e["quote"] for e in n["edges"][0]["evidence"]]
        for n in graph.neighbours("http://x/n").data["neighbours"]
    }
    assert near == {"http://x/g1": ["speed"], "http://x/g2": ["quality"]}
