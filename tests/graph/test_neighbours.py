"""Neighbours against a plain breadth-first search on what :meth:`to_networkx` returns."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.errors import BadRequest, NotFound

RELATIONS = ("locatedIn", "memberGroup", "issuedBy")


def arcs(graph: nx.MultiDiGraph, direction: str, relation: set[str] | None = None):
    """Yield each way an edge may be walked, with its id."""
    for source, target, key, edge in graph.edges(keys=True, data=True):
        if relation is not None and edge["relation"] not in relation:
            continue
        if direction != "in" or not edge["directed"]:
            yield source, target, key
        if direction != "out" or not edge["directed"]:
            yield target, source, key


def walk(graph, start, depth, direction="any", relation=None):
    """Return the distance of each node and the edges that lead to it from one step nearer."""
    ways: dict[str, list[tuple[str, str]]] = {}
    for a, b, key in arcs(graph, direction, relation):
        ways.setdefault(a, []).append((b, key))
    distance, ring = {start: 0}, [start]
    for step in range(1, depth + 1):
        ring = [b for a in ring for b, _ in ways.get(a, ()) if b not in distance]
        ring = list(dict.fromkeys(ring))
        distance |= dict.fromkeys(ring, step)
    joining: dict[str, set[str]] = {}
    for a, b, key in arcs(graph, direction, relation):
        if distance.get(b, 0) and distance.get(a, 99) == distance[b] - 1:
            joining.setdefault(b, set()).add(key)
    del distance[start]
    return distance, joining


def check(graph, drawn, start, *, depth=1, direction="any", relation=None, **scope):
    data = graph.neighbours(
        start,
        depth=depth,
        direction=direction,
        relation=sorted(relation or ()),
        limit=1000,
        **scope,
    ).data
    distance, joining = walk(drawn, start, depth, direction, relation)
    assert {item["node"]["id"]: item["distance"] for item in data["neighbours"]} == distance
    for item in data["neighbours"]:
        ids = [edge["id"] for edge in item["edges"]]
        assert len(ids) == len(set(ids))
        assert set(ids) == joining[item["node"]["id"]]
    places = [(item["distance"], item["node"]["iri"]) for item in data["neighbours"]]
    assert places == sorted(places)
    assert data["total"] == len(distance)
    assert data["counts"] == Counter(item["node"]["type"] for item in data["neighbours"])
    assert list(data["counts"].values()) == sorted(data["counts"].values(), reverse=True)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("direction", ["any", "out", "in"])
def test_on_what_ships(full, depth, direction):
    for scope in ({}, {"layers": "stated"}, {"as_of": "2019-06-01", "dated": "only"}):
        drawn = full.to_networkx(**scope)
        for start in drawn:
            check(full, drawn, start, depth=depth, direction=direction, **scope)


@pytest.mark.parametrize("depth", [1, 2])
def test_on_the_full_view(full, depth):
    drawn = full.to_networkx(view="full")
    for start in list(drawn)[::17]:
        near = nx.single_source_shortest_path_length(drawn.to_undirected(), start, depth)
        if len(near) <= 1000:  # one page holds them
            check(full, drawn, start, depth=depth, view="full")


GRAPHS = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(RELATIONS), st.integers(0, 7)), max_size=24
)
TYPES = ("Enterprise", "Area", "Park")


def turtle(said) -> str:
    lines = [f"<http://x/{i}> a coop:{TYPES[i % 3]} ." for i in range(8)]
    lines += [f"<http://x/{a}> coop:{relation} <http://x/{b}> ." for a, relation, b in said]
    return "\n".join(lines)


@settings(max_examples=20)
@given(GRAPHS, st.integers(0, 7), st.sampled_from([None, {"locatedIn"}, {"locatedIn", "issuedBy"}]))
def test_on_any_graph(graph_of, said, start, relation):
    graph = graph_of(analyst=turtle(said))
    for view in ("compact", "full"):
        drawn = graph.to_networkx(view=view)
        for depth in (1, 2, 3, 4):
            for direction in ("any", "out", "in"):
                check(
                    graph, drawn, f"http://x/{start}", depth=depth, direction=direction,
                    relation=relation, view=view,
                )  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
@pytest.mark.parametrize("asked", [{}, {"type": "Sector"}, {"direction": "out"}, {"view": "full"}])
def test_pages_visit_each_neighbour_once(full, limit, asked):
    asked = {"of": "region/CN-GS", "depth": 2, **asked}
    if limit == 1 and "view" in asked:
        limit = 50
    whole = full.neighbours(**asked, limit=1000)
    assert whole.cursor is None
    assert not whole.truncated
    seen, cursor = [], None
    for _ in range(whole.data["total"] + 1):
        page = full.neighbours(**asked, limit=limit, cursor=cursor)
        assert page.data["total"] == whole.data["total"]
        assert page.data["counts"] == whole.data["counts"]
        assert len(page.data["neighbours"]) <= limit
        seen += page.data["neighbours"]
        cursor = page.cursor
        assert page.truncated == (cursor is not None)
        if cursor is None:
            break
    assert seen == whole.data["neighbours"]


def test_pages_visit_each_neighbour_once_whatever_its_iri(graph_of):
    """IRIs and short ids do not sort alike."""
    names = [
        "http://example.org/a", "https://w3id.org/coopgraph/id/org/a", "urn:x:1",
        "https://w3id.org/coopgraph/id/zone/a", "https://w3id.org/coopgraph/scheme/sector/steel",
        "https://w3id.org/coopgraph/id/university/a", "https://w3id.org/coopgraph/.well-known/x",
        "https://zzz.example/", "https://w3id.org/coopgraph/id/省/甘肃",
    ]  # fmt: skip
    said = "\n".join(
        f"<{name}> a coop:Enterprise ; coop:memberGroup <http://x/hub> ." for name in names
    )
    graph = graph_of(stated=said)
    seen, cursor = [], None
    for _ in range(20):
        page = graph.neighbours("http://x/hub", limit=1, cursor=cursor)
        seen += [item["node"]["iri"] for item in page.data["neighbours"]]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == sorted(names)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "0", "!!!!", "=====", "MQ", "MSA", "甘肃", "MSBvcmcvYQ==xx", "\x00", "9" * 5000,
     "Ly8v", "LTEgYQ", "YSBi"],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_refused(full, cursor):
    try:
        full.neighbours("region/CN-GS", cursor=cursor)
    except BadRequest as error:
        assert error.extensions["parameter"] == "cursor"  # noqa: PT017
        assert error.zh  # noqa: PT017
    else:
        assert cursor in ("MSA", "MSBvcmcvYQ==xx", "LTEgYQ"), "it was taken for a page"


@pytest.mark.parametrize(
    ("parameter", "values"),
    [("depth", [0, -1, 5, 10**30]), ("limit", [0, -1, 1001, 10**30])],
)
def test_a_number_out_of_range_is_refused(full, parameter, values):
    for value in values:
        with pytest.raises(BadRequest) as caught:
            full.neighbours("region/CN-GS", **{parameter: value})
        assert caught.value.extensions["parameter"] == parameter
        assert caught.value.zh


def test_a_type_filters_neighbours_and_not_what_lies_between(full):
    drawn = full.to_networkx()
    distance, _ = walk(drawn, "org/baowu", 2)
    provinces = {n for n in distance if drawn.nodes[n]["type"] == "Province"}
    found = full.neighbours("org/baowu", depth=2, type="Province", limit=1000).data
    assert {item["node"]["id"] for item in found["neighbours"]} == provinces
    assert len(provinces) > 1
    assert found["total"] == len(provinces)
    assert found["counts"] == {"Province": len(provinces)}


def test_a_relation_holds_for_every_step(full):
    found = full.neighbours("org/baowu", depth=4, relation="memberGroup", limit=1000).data
    assert {e["relation"] for item in found["neighbours"] for e in item["edges"]} == {"memberGroup"}


def test_a_sector_with_no_statement_in_it_leaves_nothing(full):
    assert full.neighbours("org/baowu", sector="scheme/sector/steel").data["total"] == 0


def test_a_node_without_edges_has_no_neighbours(full):
    data = full.neighbours("region/CN-XZ").data
    assert data["neighbours"] == []
    assert data["total"] == 0
    assert data["counts"] == {}


def test_nobody_is_a_neighbour_of_nothing(full):
    with pytest.raises(NotFound):
        full.neighbours("org/nobody")
    with pytest.raises(NotFound):
        full.neighbours("region/CN-GS", sector="no such sector")
