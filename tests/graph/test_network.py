"""The whole network, through every face, against networkx on what to_networkx returns."""

from __future__ import annotations

import json

import networkx as nx
import pytest
from typer.testing import CliRunner

from coopgraph.cli.app import app
from coopgraph.errors import BadRequest, NotFound


def simple(graph, **scope) -> nx.Graph:
    drawn = nx.Graph(graph.to_networkx(**scope))
    drawn.remove_edges_from(list(nx.selfloop_edges(drawn)))
    return drawn


def values(graph, measure, **asked):
    data = graph.centrality(measure, limit=1000, **asked).data
    assert data["exact"]
    assert [item["rank"] for item in data["nodes"]] == list(range(1, data["total"] + 1))
    return {item["node"]["id"]: item["value"] for item in data["nodes"]}


@pytest.mark.parametrize("layers", ["stated", "stated,background"])
def test_measures(full, layers):
    drawn = simple(full, layers=layers)
    joined = {node for node, degree in drawn.degree if degree}
    for measure, theirs in (
        ("degree", dict(drawn.degree)),
        ("betweenness", nx.betweenness_centrality(drawn, normalized=False)),
        ("constraint", nx.constraint(drawn)),
    ):
        ours = values(full, measure, layers=layers)
        assert ours == pytest.approx({node: theirs[node] for node in joined})
        ranked = list(ours.values())
        assert ranked == sorted(ranked, reverse=measure != "constraint")


def test_a_layer_that_is_not_asked_for_changes_nothing(full, stated_alone):
    for measure in ("degree", "betweenness", "constraint"):
        assert values(full, measure, layers="stated") == values(stated_alone, measure)
    for ask in ("components", "bridges"):
        assert getattr(full, ask)(layers="stated").data == getattr(stated_alone, ask)().data


def test_components(full):
    drawn = simple(full)
    data = full.components(limit=1000).data
    parts = [part for part in nx.connected_components(drawn) if len(part) > 1]
    sizes = sorted(map(len, parts), reverse=True)
    assert [part["size"] for part in data["components"]] == sizes
    assert data["single"] == len(drawn) - sum(sizes)
    for part in data["components"]:
        assert sum(part["counts"].values()) == part["size"]
        ids = {node["id"] for node in part["nodes"]}
        assert any(ids <= whole and len(whole) == part["size"] for whole in parts)


def test_bridges(full):
    multi = full.to_networkx()
    drawn = simple(full)
    data = full.bridges(limit=1000).data
    points = {item["node"]["id"] for item in data["articulation_points"]}
    assert points == set(nx.articulation_points(drawn))
    single = {
        frozenset(pair)
        for pair in nx.bridges(drawn)
        if multi.number_of_edges(*pair) + multi.number_of_edges(*reversed(pair)) == 1
    }
    found = {frozenset((b["source"]["id"], b["target"]["id"])) for b in data["bridges"]}
    assert found == single
    assert any(b["edge"]["evidence"] for b in data["bridges"])
    for item in data["bridges"]:
        assert {item["edge"]["source"], item["edge"]["target"]} == {
            item["source"]["id"], item["target"]["id"]
        }  # fmt: skip


def test_pages_hold_everything_once(full):
    for ask, lists in (
        (full.centrality, ["nodes"]),
        (full.bridges, ["bridges", "articulation_points"]),
    ):
        whole = ask(limit=1000).data
        seen = {name: [] for name in lists}
        cursor, pages = None, 0
        while pages == 0 or cursor:
            answer = ask(limit=7, cursor=cursor)
            for name in lists:
                seen[name] += answer.data[name]
            cursor, pages = answer.cursor, pages + 1
        assert seen == {name: whole[name] for name in lists}


def test_filters(full):
    of_type = full.centrality(type="CentralEnterprise").data["nodes"]
    assert {item["node"]["type"] for item in of_type} == {"CentralEnterprise"}
    gansu = "region/CN-GS"
    assert gansu not in values(full, "degree", avoid=gansu)
    drawn = simple(full)
    drawn.remove_node(gansu)
    largest = max(nx.connected_components(drawn), key=len)
    assert full.components(avoid=gansu).data["components"][0]["size"] == len(largest)
    located = values(full, "degree", relation="locatedIn")
    assert located
    assert len(located) < len(values(full, "degree"))


def test_what_is_unknown_is_refused(full):
    for asked in ({"measure": "fame"}, {"relation": "x"}, {"limit": 0}, {"status": "x"}):
        with pytest.raises(BadRequest):
            full.centrality(**asked)
    with pytest.raises(BadRequest):
        full.bridges(cursor="-1")
    with pytest.raises(NotFound):
        full.components(avoid="nobody at all")


@pytest.mark.parametrize("call", ["centrality", "components", "bridges"])
def test_every_face_says_the_same(full, client, published_dir, call):
    asked = {"layers": "stated", "limit": 3}
    expected = getattr(full, call)(**asked).data
    assert client.get(f"/api/v1/{call}", params=asked).json()["data"] == expected
    options = ["--layers", "stated", "--limit", "3", "--data-dir", str(published_dir)]
    shown = CliRunner().invoke(app, ["network", call, *options])
    assert shown.exit_code == 0, shown.output
    assert "region/CN-GS" in shown.output or call == "components"
    printed = CliRunner().invoke(app, ["network", call, *options, "--json"])
    assert json.loads(printed.stdout)["data"] == expected


def test_next_is_a_url_that_leads_on(client):
    first = client.get("/api/v1/centrality", params={"limit": 2}).json()
    second = client.get(first["meta"]["next"]).json()
    assert second["data"]["nodes"][0]["rank"] == 3
    wrong = client.get("/api/v1/centrality", params={"measure": "fame"})
    assert wrong.status_code == 400
