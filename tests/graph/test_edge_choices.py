"""Filters by status and sector, costs of paths, and neighbours counted by relation."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import pytest

from coopgraph.errors import BadRequest, NotFound


def joined(data):
    found = Counter()
    for item in data["neighbours"]:
        found.update({edge["relation"] for edge in item["edges"]})
    return dict(found)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_neighbours_are_counted_by_relation(full, depth):
    for node in ("region/CN-GS", "org/chinalco", "scheme/sector/steel"):
        for asked in ({}, {"type": "Sector"}, {"direction": "out"}, {"layers": "stated"}):
            data = full.neighbours(node, depth=depth, limit=1000, **asked).data
            assert data["relations"] == joined(data)
            page = full.neighbours(node, depth=depth, limit=1, **asked).data
            assert page["relations"] == data["relations"]
            counts = list(data["relations"].values())
            assert counts == sorted(counts, reverse=True)


def test_steps_of_a_status(full):
    statuses = {d["status"] for _, _, d in full.to_networkx().edges(data=True)} - {None}
    assert statuses
    for status in statuses:
        drawn = nx.MultiGraph()
        for source, target, data in full.to_networkx().edges(data=True):
            if data["status"] == status and source != target:
                drawn.add_edge(source, target)
        for node in list(drawn)[:5]:
            for name in (status, status.rsplit("/", 1)[-1]):
                data = full.neighbours(node, status=name, limit=1000).data
                assert {n["node"]["id"] for n in data["neighbours"]} == set(drawn[node])
            far = list(nx.node_connected_component(nx.Graph(drawn), node))
            for other in far[:3]:
                paths = full.paths(node, other, status=status).data["paths"]
                assert paths[0]["length"] == nx.shortest_path_length(drawn, node, other)
                edges = [e for path in paths for step in path["edges"] for e in step]
                assert all(edge["status"] == status for edge in edges)


def test_an_unknown_status_is_refused_with_those_there_are(full):
    with pytest.raises(BadRequest) as refused:
        full.neighbours("region/CN-GS", status="nonsense")
    assert "scheme/status/planned" in refused.value.extensions["candidates"]
    with pytest.raises(BadRequest):
        full.paths("org/chinalco", "org/crrc", status="nonsense")


def test_paths_within_a_sector_are_said_there(full):
    sector, start = "scheme/sector/electrolytic-aluminium", "region/CN-GS"
    around = full.neighbours(start, sector=sector, limit=1000).data
    assert 0 < around["total"] < full.neighbours(start).data["total"]
    for item in around["neighbours"]:
        paths = full.paths(start, item["node"]["id"], sector=sector).data["paths"]
        assert [path["edges"] for path in paths] == [[item["edges"]]]
    with pytest.raises(NotFound):
        full.paths(start, "org/chinalco", sector="no such sector")


@pytest.mark.parametrize("layers", ["stated", "stated,background"])
def test_informative_costs(full, layers):
    drawn = nx.Graph(full.to_networkx(layers=layers))
    drawn.remove_edges_from(list(nx.selfloop_edges(drawn)))
    ends = ("org/chinalco", "scheme/sector/steel")
    asked = {"layers": layers, "cost": "informative", "mode": "all", "max_length": 3, "k": 1000}
    paths = full.paths(*ends, **asked).data["paths"]
    by_hops = full.paths(*ends, **(asked | {"cost": "hops"})).data["paths"]
    names = [tuple(node["id"] for node in path["nodes"]) for path in paths]
    assert set(names) == {tuple(node["id"] for node in path["nodes"]) for path in by_hops}
    for path, name in zip(paths, names, strict=True):
        hubs = sum(np.log2(drawn.degree(node)) for node in name[1:-1])
        assert path["cost"] == pytest.approx(path["length"] + hubs, abs=0.01)
    costs = [(path["cost"], path["length"]) for path in paths]
    assert costs == sorted(costs)
    first = full.paths(*ends, layers=layers, cost="informative").data["paths"]
    assert (
        first[0]
        == full.paths(*ends, layers=layers, cost="informative", mode="k-shortest", k=3).data[
            "paths"
        ][0]
    )
    assert first[0]["cost"] <= paths[0]["cost"]


def test_the_cheapest_way_through_something(full):
    ends = ("org/chinalco", "scheme/sector/electrolytic-aluminium")
    asked = {"cost": "informative", "via": "region/CN-GS", "max_length": 3, "k": 1000}
    paths = full.paths(*ends, mode="k-shortest", **asked).data["paths"]
    assert paths
    assert [path["cost"] for path in paths] == sorted(path["cost"] for path in paths)
    for path in paths:
        assert "region/CN-GS" in {node["id"] for node in path["nodes"]}
    best = full.paths(*ends, mode="shortest", **asked).data["paths"]
    assert best == paths[:1]
    with pytest.raises(BadRequest):
        full.paths(*ends, cost="gold")


def test_a_hub_is_paged_and_a_page_of_another_generation_goes_on(graph_of):
    lines = [f"<http://x/{i:05}> a coop:Enterprise ; coop:locatedIn <http://x/hub> ."
             for i in range(3000)]  # fmt: skip
    graph = graph_of(stated="<http://x/hub> a coop:Area . " + "\n".join(lines))
    first = graph.neighbours("http://x/hub", limit=1000)
    assert (first.data["total"], first.data["relations"]) == (3000, {"locatedIn": 3000})
    larger = graph_of(
        stated="<http://x/hub> a coop:Area . "
        "<http://x/00000a> a coop:Enterprise ; coop:locatedIn <http://x/hub> . " + "\n".join(lines)
    )
    seen = [item["node"]["id"] for item in first.data["neighbours"]]
    cursor = first.cursor
    while cursor:
        page = larger.neighbours("http://x/hub", limit=1000, cursor=cursor)
        seen += [item["node"]["id"] for item in page.data["neighbours"]]
        cursor = page.cursor
    assert seen == [f"http://x/{i:05}" for i in range(3000)]
