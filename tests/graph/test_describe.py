from __future__ import annotations

import pyoxigraph as ox
import pytest

from coopgraph.errors import AmbiguousName, NotFound
from coopgraph.vocabulary import LAYERS, iri_of, layer_of, local_name


@pytest.mark.parametrize("name", ["org/baowu", "region/CN-GS", "scheme/sector/steel"])
@pytest.mark.parametrize("layers", ["stated", "background", None])
def test_every_statement_of_the_layers_is_told(full, name, layers):
    wanted = layers.split(",") if layers else LAYERS
    node = ox.NamedNode(iri_of(name))
    store = full.published.store
    expected = sorted(
        (direction, local_name(q.predicate.value), layer_of(q.graph_name.value))
        for direction, pattern in (("out", (node, None, None)), ("in", (None, None, node)))
        for q in store.quads_for_pattern(*pattern, None)
        if isinstance(q.graph_name, ox.NamedNode) and layer_of(q.graph_name.value) in wanted
    )
    try:
        data = full.node(name, layers=layers).data
    except NotFound:
        assert expected == []
        return
    got = [(s["direction"], s["property"], s["layer"]) for s in data["statements"]]
    assert sorted(got) == expected
    assert [s["direction"] for s in data["statements"]] == sorted(
        (s["direction"] for s in data["statements"]), reverse=True
    )


def test_a_literal_is_told_with_its_language_or_datatype(full):
    for statement in full.node("policy/gansu-iit-2019-67").data["statements"]:
        value = statement.get("object") or statement.get("subject")
        if "value" in value:
            assert value["language"] in ("zh", "en", None)
            assert ("datatype" in value) == (value["language"] is None)
        else:
            assert set(value) == {"id", "label"}


@pytest.mark.parametrize("view", ["compact", "full"])
def test_a_relator_and_a_document_are_described_though_they_are_no_nodes(full, view):
    (edge,) = full.paths(
        "org/baowu", "region/CN-GS", relation="scheme/cooperation-type/docking"
    ).data["paths"][0]["edges"][0]
    relator = full.node(edge["via"], view=view).data
    assert relator["type"] == "Cooperation"
    assert [e["quote"] for e in relator["evidence"]]
    assert full.node("document/gansu-iit-2019-67", view=view).data["statements"]


def test_what_a_hub_has_too_much_of_is_cut_and_told(graph_of):
    many = "".join(f"<http://x/{i}> coop:locatedIn <http://x/hub> .\n" for i in range(1200))
    answer = graph_of(stated="<http://x/hub> a coop:Area .\n" + many).node("http://x/hub")
    assert answer.truncated
    assert len(answer.data["statements"]) == 1000
    assert answer.data["statements"][0]["direction"] == "out"


def test_counts_are_those_of_the_graph(full):
    for scope in ({}, {"layers": "stated"}, {"view": "full"}, {"as_of": "2019-06-01"},
                  {"dated": "only"}):  # fmt: skip
        drawn, stats = full.to_networkx(**scope), full.stats(**scope).data
        assert stats["nodes"] == drawn.number_of_nodes() == sum(stats["classes"].values())
        assert stats["edges"] == drawn.number_of_edges() == sum(stats["relations"].values())
        assert stats["edges"] == sum(layer["edges"] for layer in stats["layers"].values())
        for name, count in stats["relations"].items():
            assert count == sum(e["relation"] == name for *_, e in drawn.edges(data=True))


def test_triples_are_counted_by_layer(full):
    store = full.published.store
    for layer, count in full.stats().data["layers"].items():
        assert count["triples"] == sum(
            1
            for q in store
            if isinstance(q.graph_name, ox.NamedNode) and layer_of(q.graph_name.value) == layer
        )


@pytest.mark.parametrize(
    "name", ["宝武集团", "寶武集團", "宝武", "Baowu", "BAOWU", "Ｂａｏｗｕ", " 宝武集团 ",
    "org/baowu",
             "https://w3id.org/coopgraph/id/org/baowu", "「宝武集团」"]
)  # fmt: skip
def test_a_node_is_named_by_iri_short_id_or_name_in_any_script(full, name):
    for ask in (full.neighbours, full.node):
        data = ask(name).data
        assert data.get("node", data)["id"] == "org/baowu"
    assert full.paths(name, "甘肅省").data["paths"][0]["length"] == 1


def test_an_unknown_name_comes_with_the_nearest(full):
    for ask in (full.neighbours, full.node):
        with pytest.raises(NotFound) as caught:
            ask("宝武集国")
        candidates = caught.value.extensions["candidates"]
        assert candidates[0]["id"] == "org/baowu", "the nearest first"
        assert {"id", "iri", "type", "label", "matched"} <= set(candidates[0])
        assert "宝武" in caught.value.detail
        assert "宝武" in caught.value.zh


def test_a_shared_name_comes_with_those_who_share_it(graph_of):
    graph = graph_of(
        stated="""
        <http://x/a> a coop:Park ; skos:prefLabel "兰州新区精细化工园区"@zh .
        <http://x/b> a coop:Project ; skos:altLabel "蘭州新區精細化工園區"@zh ."""
    )
    for ask in (graph.neighbours, graph.node):
        with pytest.raises(AmbiguousName) as caught:
            ask("兰州新区精细化工园区")
        assert [c["id"] for c in caught.value.extensions["candidates"]] == [
            "http://x/a",
            "http://x/b",
        ]
        assert caught.value.zh


def test_a_name_shared_across_layers_is_ambiguous_only_where_both_are_asked(graph_of):
    graph = graph_of(
        stated='<http://x/a> a coop:Park ; skos:prefLabel "园区"@zh .',
        analyst='<http://x/b> a coop:Park ; skos:prefLabel "园区"@zh .',
    )
    assert graph.node("园区", layers="stated").data["id"] == "http://x/a"
    assert graph.node("园区", layers="analyst").data["id"] == "http://x/b"
    with pytest.raises(AmbiguousName):
        graph.node("园区")


@pytest.mark.parametrize(
    "iri",
    ["urn:isbn:123", "mailto:a@b.cn", "http://x/a?b=c&d", "http://x/甘肃", "http://x/a,b",
     "https://w3id.org/coopgraph/id/scheme/x", "https://w3id.org/coopgraph/id/", "tag:x,2019:y"],
)  # fmt: skip
def test_every_node_is_found_by_its_iri_and_by_the_id_it_is_shown_with(graph_of, iri):
    graph = graph_of(
        stated=f"<{iri}> a coop:Enterprise ; coop:locatedIn <http://x/r> . "
        "<http://x/r> a coop:Area ."
    )
    assert graph.neighbours(iri).data["node"]["iri"] == iri
    shown = graph.neighbours("http://x/r").data["neighbours"][0]["node"]["id"]
    assert graph.neighbours(shown).data["node"]["iri"] == iri
    assert graph.paths("http://x/r", shown, via=[shown]).data["paths"]


@pytest.mark.parametrize(
    "name",
    ["", " ", "\x00", "宝武集团\x00", "宝武集团" + " " * 300 + "x", "x" * 10_000, "\ud800",
     "宝武\udcff",
     "·", "￿", "../../etc/passwd", "<http://x>", "a b", "://", "%00"],
)  # fmt: skip
def test_a_strange_name_is_not_found_and_breaks_nothing(full, name):
    for ask in (full.neighbours, full.node):
        with pytest.raises(NotFound):
            ask(name)
    full.search(name)
