"""Suggested links among neighbours: only when asked for, and they say so."""

import pytest

from coopgraph.errors import BadRequest


def _edges(answer):
    return [edge for item in answer.data["neighbours"] for edge in item["edges"]]


def test_none_unless_they_are_asked_for(full):
    assert all(edge["layer"] != "suggested" for edge in _edges(full.neighbours("org/baowu")))


def test_they_say_so_and_are_in_no_count(full):
    plain, more = full.neighbours("org/baowu"), full.neighbours("org/baowu", suggested="include")
    suggested = [edge for edge in _edges(more) if edge["layer"] == "suggested"]
    assert suggested
    assert len({edge["id"] for edge in suggested}) == len(suggested) <= 20
    assert [e for e in _edges(more) if e["layer"] != "suggested"] == _edges(plain)
    for count in ("total", "counts", "relations"):
        assert more.data[count] == plain.data[count]
    recorded = {(e["source"], e["relation"], e["target"]) for e in _edges(plain)}
    for edge in suggested:
        assert "org/baowu" in (edge["source"], edge["target"])
        assert edge["evidence"] == []
        assert edge["band"] in ("strong", "moderate", "weak")
        assert (edge["source"], edge["relation"], edge["target"]) not in recorded
    assert any("recorded them" in note["en"] for note in more.notes)


@pytest.mark.parametrize("direction", ["in", "out"])
def test_direction_holds_for_them_too(full, direction):
    answer = full.neighbours("region/CN-GS", suggested="include", direction=direction)
    end = "source" if direction == "out" else "target"
    found = [edge for edge in _edges(answer) if edge["layer"] == "suggested"]
    assert all(edge[end] == "region/CN-GS" for edge in found)


def test_what_they_cannot_be_asked_by_is_said(full):
    answer = full.neighbours("org/baowu", suggested="include", sector="scheme/sector/steel")
    assert all(edge["layer"] != "suggested" for edge in _edges(answer))
    assert "sector" in answer.notes[0]["en"]


def test_anything_but_include_is_refused(full):
    with pytest.raises(BadRequest):
        full.neighbours("org/baowu", suggested="all")


def _steps(answer):
    return [step for path in answer.data["paths"] for step in path["edges"]]


def _missing(graph):
    """Return an actor and a node that it is only suggested to be joined with."""
    answer = graph.neighbours("org/baowu", suggested="include", limit=1000)
    for item in answer.data["neighbours"]:
        if all(edge["layer"] == "suggested" for edge in item["edges"]):
            return "org/baowu", item["node"]["id"], item["edges"]
    raise AssertionError


def test_no_path_has_them_unless_they_are_asked_for(full):
    source, target, _ = _missing(full)
    plain = full.paths(source, target, mode="all-shortest")
    assert plain.data["paths"][0]["length"] > 1
    assert all(e["layer"] != "suggested" for step in _steps(plain) for e in step)
    assert all("suggested" not in path for path in plain.data["paths"])


def test_a_path_along_them_says_so(full):
    source, target, edges = _missing(full)
    for cost in ("hops", "informative"):
        found = full.paths(source, target, suggested="include", cost=cost)
        (path,) = found.data["paths"]
        assert path["length"] == 1
        assert path["suggested"] is True
        assert {e["id"] for e in path["edges"][0]} >= {e["id"] for e in edges}
        assert any("recorded them" in note["en"] for note in found.notes)
    assert full.paths(target, source, suggested="include").data["paths"][0]["length"] == 1


def test_recorded_paths_stay_as_they_are_beside_them(full):
    source, target, _ = _missing(full)
    asked = {"mode": "all", "max_length": 3, "k": 1000}
    plain = full.paths(source, target, **asked).data["paths"]
    more = full.paths(source, target, **asked, suggested="include").data["paths"]

    def recorded(path):
        """Return a path without what is suggested; None if a step has nothing else."""
        steps = [[e for e in step if e["layer"] != "suggested"] for step in path["edges"]]
        return ([n["id"] for n in path["nodes"]], steps) if all(steps) else None

    assert [recorded(path) for path in more if not path["suggested"]] == [
        recorded(path) for path in plain
    ]
    assert all(recorded(path) is None for path in more if path["suggested"])
    assert sum(path["suggested"] for path in more) > 0


def test_filters_hold_for_suggested_steps_too(full):
    source, target, edges = _missing(full)
    relation = edges[0]["relation"]
    found = full.paths(source, target, suggested="include", relation=relation)
    assert {e["relation"] for step in _steps(found) for e in step} == {relation}
    dated = full.paths(source, target, suggested="include", dated="only", as_of="2019-10-01")
    for step in _steps(dated):
        assert all(e["layer"] == "suggested" or any(e["valid"].values()) for e in step)
    sector = full.paths(source, target, suggested="include", sector="scheme/sector/steel")
    assert all(e["layer"] != "suggested" for step in _steps(sector) for e in step)
    assert "sector" in sector.notes[0]["en"]
    with pytest.raises(BadRequest):
        full.paths(source, target, suggested="yes")


def test_where_nothing_can_be_suggested_that_is_said(graph_of):
    graph = graph_of(
        stated="<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/b> . "
        "<http://x/b> a coop:Region ."
    )
    found = graph.paths("http://x/a", "http://x/b", suggested="include")
    assert any("leads to a candidate" in note["en"] for note in found.notes)
