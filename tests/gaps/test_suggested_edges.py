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
