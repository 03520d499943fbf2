from __future__ import annotations

import networkx as nx
import pytest


@pytest.mark.parametrize("view", ["compact", "full"])
def test_it_holds_the_same_as_the_api(full, view):
    graph = full.to_networkx(view=view, layers="stated")
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.graph == {"view": view, "layers": ["stated"]}
    for name in list(graph)[:: 1 if view == "compact" else 25]:
        near = full.neighbours(name, view=view, layers="stated", limit=1000).data
        node = near["node"]
        assert graph.nodes[name] == {
            "iri": node["iri"],
            "type": node["type"],
            "label_zh": node["label"]["zh"],
            "label_en": node["label"]["en"],
        }
        for item in near["neighbours"]:
            for edge in item["edges"]:
                said = graph.edges[edge["source"], edge["target"], edge["id"]]
                assert said == {
                    k: v for k, v in edge.items() if k not in ("id", "source", "target")
                }


def test_parallel_edges_are_kept(graph_of):
    graph = graph_of(
        stated="""
        <http://x/c1> a coop:Capability ; coop:holder <http://x/a> ; coop:sector <http://x/s> .
        <http://x/c2> a coop:Capability ; coop:holder <http://x/a> ; coop:sector <http://x/s> .
        <http://x/c3> a coop:Need ; coop:holder <http://x/a> ; coop:sector <http://x/s> ."""
    )
    drawn = graph.to_networkx()
    assert drawn.number_of_edges("http://x/a", "http://x/s") == 3
    assert {e["via"] for *_, e in drawn.edges(data=True)} == {f"http://x/c{i}" for i in (1, 2, 3)}


def test_ordinary_networkx_works_on_it(full):
    graph = full.to_networkx(layers="stated")
    assert max(nx.degree_centrality(graph).items(), key=lambda item: item[1])[0] == "region/CN-GS"
    assert nx.number_connected_components(graph.to_undirected()) >= 1


def test_changing_it_changes_no_answer(full):
    before = full.neighbours("org/baowu").data
    graph = full.to_networkx()
    for *_, edge in graph.edges(data=True):
        edge["evidence"].clear()
        edge["label"].clear()
    graph.clear()
    assert full.neighbours("org/baowu").data == before
    assert before["neighbours"][0]["edges"][0]["evidence"]
    assert before["neighbours"][0]["edges"][0]["label"]
