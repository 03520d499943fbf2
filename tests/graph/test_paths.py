"""Paths against networkx on what :meth:`to_networkx` returns."""

from __future__ import annotations

from itertools import islice

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.errors import BadRequest, NotFound

MODES = ("shortest", "all-shortest", "k-shortest", "all")


def found(graph, source, target, **asked) -> list[list[str]]:
    answer = graph.paths(source, target, **asked)
    paths = []
    for path in answer.data["paths"]:
        names = [node["id"] for node in path["nodes"]]
        assert names[0] == source
        assert names[-1] == target
        assert len(set(names)) == len(names), "a node comes twice"
        assert path["length"] == len(names) - 1 == len(path["edges"])
        assert path["cost"] == float(path["length"])
        for here, there, edges in zip(names, names[1:], path["edges"], strict=False):
            assert edges
            assert all({e["source"], e["target"]} == {here, there} for e in edges)
        paths.append(names)
    lengths = [len(path) for path in paths]
    assert lengths == sorted(lengths), "shortest first"
    assert len({tuple(path) for path in paths}) == len(paths), "a path comes twice"
    return paths


def expected(drawn: nx.Graph, source, target, max_length) -> list[list[str]]:
    if source == target:
        return [[source]]
    paths = nx.all_simple_paths(drawn, source, target, cutoff=max_length)
    return sorted(map(list, paths), key=lambda p: (len(p), p))


def check_all(graph, drawn, source, target, **scope) -> None:
    every = expected(drawn, source, target, 7)
    shortest = [path for path in every if len(path) == len(every[0])]
    assert found(graph, source, target, **scope) in ([], *([path] for path in shortest))
    assert len(found(graph, source, target, **scope)) == min(1, len(every))
    assert sorted(found(graph, source, target, mode="all-shortest", **scope)) == sorted(shortest)
    for k in (1, 3):
        ranked = found(graph, source, target, mode="k-shortest", k=k, **scope)
        assert [len(p) for p in ranked] == [len(p) for p in every[:k]]
        assert all(path in every for path in ranked)
    for longest in (0, 1, 2, 3):
        short = [path for path in every if len(path) <= longest + 1]
        assert (
            found(graph, source, target, mode="all", max_length=longest, k=1000, **scope) == short
        )
        for mode in ("shortest", "all-shortest", "k-shortest"):
            some = found(graph, source, target, mode=mode, max_length=longest, **scope)
            assert bool(some) == bool(short)
            assert all(path in short for path in some)


GRAPHS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=16)


def turtle(said) -> str:
    kinds = ("Enterprise", "Area", "Park")
    lines = [f"<http://x/{i}> a coop:{kinds[i % 3]} ." for i in range(7)]
    relations = ("locatedIn", "memberGroup")
    for i, (a, b) in enumerate(said):
        lines.append(f"<http://x/{a}> coop:{relations[i % 2]} <http://x/{b}> .")
    return "\n".join(lines)


def simple(graph, **scope) -> nx.Graph:
    drawn = nx.Graph(graph.to_networkx(**scope))
    drawn.remove_edges_from(list(nx.selfloop_edges(drawn)))
    return drawn


@settings(max_examples=25)
@given(GRAPHS, st.integers(0, 6), st.integers(0, 6))
def test_every_mode_on_any_graph(graph_of, said, a, b):
    graph = graph_of(stated=turtle(said))
    check_all(graph, simple(graph), f"http://x/{a}", f"http://x/{b}")


@settings(max_examples=25)
@given(GRAPHS, st.lists(st.integers(0, 6), max_size=2), st.lists(st.integers(0, 6), max_size=2))
def test_via_and_avoid_on_any_graph(graph_of, said, via, avoid):
    graph = graph_of(stated=turtle(said))
    source, target = "http://x/0", "http://x/1"
    must, must_not = ({f"http://x/{i}" for i in names} for names in (via, avoid))
    asked = {"via": sorted(must), "avoid": sorted(must_not)}
    if must_not & {source, target, *must}:
        for mode in MODES:
            with pytest.raises(BadRequest):
                graph.paths(source, target, mode=mode, **asked)
        return
    every = [
        path
        for path in expected(simple(graph), source, target, 7)
        if must <= set(path) and not must_not & set(path)
    ]
    got = found(graph, source, target, mode="all", max_length=7, k=1000, **asked)
    assert sorted(got) == sorted(every)
    for mode in MODES[:3]:
        some = found(graph, source, target, mode=mode, max_length=7, **asked)
        assert bool(some) == bool(every)
        assert all(path in every for path in some)
        assert not some or len(some[0]) == len(every[0])
    ranked = found(graph, source, target, mode="k-shortest", k=4, max_length=7, **asked)
    assert [len(path) for path in ranked] == [len(path) for path in every[:4]]
    best = [path for path in every if len(path) == len(every[0])]
    assert sorted(
        found(graph, source, target, mode="all-shortest", max_length=7, **asked)
    ) == sorted(best)


def test_on_what_ships(full):
    drawn = simple(full)
    names = sorted(drawn)
    for source, target in zip(names[::9], names[4::9], strict=False):
        if not nx.has_path(drawn, source, target):
            for mode in MODES:
                assert found(full, source, target, mode=mode) == []
            continue
        shortest = sorted(nx.all_shortest_paths(drawn, source, target))
        assert found(full, source, target)[0] in shortest
        assert sorted(found(full, source, target, mode="all-shortest")) == shortest[:100]
        ranked = found(full, source, target, mode="k-shortest", k=6)
        yen = list(islice(nx.shortest_simple_paths(drawn, source, target), 6))
        assert [len(p) for p in ranked] == [len(p) for p in yen]
        every = expected(drawn, source, target, 3)
        assert found(full, source, target, mode="all", max_length=3, k=1000) == every


def test_each_step_has_every_parallel_edge(full):
    drawn = full.to_networkx()
    for target in ("scheme/sector/equipment-manufacturing", "org/baowu", "region/CN-GD"):
        (path,) = full.paths("region/CN-GS", target).data["paths"]
        names = [node["id"] for node in path["nodes"]]
        for here, there, edges in zip(names, names[1:], path["edges"], strict=False):
            parallel = {
                key
                for a, b in ((here, there), (there, here))
                for key in drawn.get_edge_data(a, b, default={})
            }
            assert {edge["id"] for edge in edges} == parallel


@pytest.mark.parametrize("mode", MODES)
class TestEveryMode:
    def test_from_a_node_to_itself_is_a_path_of_no_steps(self, full, mode):
        (path,) = full.paths("org/baowu", "宝武集团", mode=mode).data["paths"]
        assert (path["length"], path["edges"], len(path["nodes"])) == (0, [], 1)

    def test_no_path_is_an_empty_list(self, full, mode):
        answer = full.paths("org/baowu", "region/CN-XZ", mode=mode)
        assert answer.data == {"paths": []}
        assert not answer.truncated

    def test_avoiding_an_end_is_refused(self, full, mode):
        for avoid in ("org/baowu", "广东", ["region/CN-GS", "org/baowu"]):
            with pytest.raises(BadRequest) as caught:
                full.paths("org/baowu", "region/CN-GD", mode=mode, avoid=avoid)
            assert caught.value.extensions["parameter"] == "avoid"
            assert caught.value.zh

    def test_avoiding_gansu_leaves_no_path_between_its_partners(self, full, mode):
        scope = {"layers": "stated", "mode": mode}
        assert full.paths("org/baowu", "region/CN-GD", **scope).data["paths"]
        assert full.paths("org/baowu", "region/CN-GD", avoid="甘肃省", **scope).data["paths"] == []

    def test_a_relation_holds_for_every_step(self, full, mode):
        relation = [
            "scheme/cooperation-type/docking",
            "scheme/cooperation-type/strategic-cooperation",
        ]
        paths = full.paths("org/baowu", "region/CN-GD", mode=mode, relation=relation).data["paths"]
        assert paths
        for path in paths:
            assert {e["relation"] for step in path["edges"] for e in step} <= set(relation)

    def test_types_hold_for_what_lies_between(self, full, mode):
        asked = {"mode": mode, "layers": "stated"}
        assert full.paths("org/baowu", "region/CN-GD", type="Province", **asked).data["paths"]
        assert full.paths("org/baowu", "region/CN-GD", type="Region", **asked).data["paths"]
        assert not full.paths("org/baowu", "region/CN-GD", type="Park", **asked).data["paths"]

    def test_a_path_goes_through_what_it_must(self, full, mode):
        for path in full.paths(
            "org/baowu", "region/CN-GD", mode=mode, via="scheme/sector/steel"
        ).data["paths"]:
            assert "scheme/sector/steel" in {node["id"] for node in path["nodes"]}
        (path, *_) = full.paths("org/baowu", "region/CN-GD", mode=mode, via="甘肃省").data["paths"]
        assert path["length"] == 2

    def test_at_most_k(self, full, mode):
        paths = full.paths("org/baowu", "region/CN-GD", mode=mode, k=1, max_length=6).data["paths"]
        assert len(paths) == 1

    def test_as_of_a_day_nothing_held(self, full, mode):
        assert full.paths(
            "org/baowu", "region/CN-GD", mode=mode, as_of="2031-01-01", dated="only"
        ).data == {"paths": []}


@pytest.mark.parametrize(
    "asked",
    [
        {"mode": "longest"}, {"k": 0}, {"k": -1}, {"k": 1001}, {"k": 10**30},
        {"max_length": -1}, {"max_length": 31}, {"max_length": 10**30},
        {"via": "广东", "avoid": "广东"}, {"type": "NoSuch"}, {"relation": "no-such"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_out_of_range_is_refused(full, asked):
    with pytest.raises(BadRequest) as caught:
        full.paths("org/baowu", "region/CN-TJ", **asked)
    assert caught.value.extensions["parameter"]
    assert caught.value.zh


@pytest.mark.parametrize("asked", [{"via": "nobody"}, {"avoid": "nobody"}])
def test_an_unknown_node_on_the_way_is_told(full, asked):
    with pytest.raises(NotFound):
        full.paths("org/baowu", "region/CN-TJ", **asked)


def test_a_node_on_the_way_may_have_a_comma_in_its_name(graph_of):
    """An exact name is taken everywhere that a node is."""
    graph = graph_of(
        stated="""
        <http://x/a> a coop:Enterprise ; coop:memberGroup <http://x/m> , <http://x/n> .
        <http://x/b> a coop:Enterprise ; coop:memberGroup <http://x/m> , <http://x/n> .
        <http://x/m> a coop:Enterprise ; skos:prefLabel "Minmetals Co., Ltd."@en ."""
    )
    name = "Minmetals Co., Ltd."
    assert graph.neighbours(name).data["node"]["id"] == "http://x/m"
    for parameter in ("via", "avoid"):
        asked = [
            graph.paths("http://x/a", "http://x/b", **{parameter: value}).data
            for value in ([name], "http://x/m", ["http://x/m"])
        ]
        assert asked[0] == asked[1] == asked[2]
        assert asked[0]["paths"]


def test_more_paths_than_shown_are_told(full):
    asked = {"mode": "all", "max_length": 4}
    some = full.paths("region/CN-GS", "scheme/sector/equipment-manufacturing", k=1, **asked)
    assert some.truncated
    every = full.paths("region/CN-GS", "scheme/sector/equipment-manufacturing", k=1000, **asked)
    assert not every.truncated
    assert len(every.data["paths"]) > 1
    assert every.data["paths"][0] == some.data["paths"][0]
