from __future__ import annotations

import csv
import io

import pytest

from coopgraph import CoopGraph
from coopgraph.errors import BadRequest, NotFound
from coopgraph.gaps.decisions import DECISIONS_GRAPH, to_csv

STEEL = "candidate-partner|region/CN-GS|scheme/sector/steel|org/baowu"
HOSTILE = '"}} ; DROP ALL # \n=cmd() \\ \u202e<script>'


def drawn(graph, **scope):
    stats = graph.stats(**scope).data
    return stats["nodes"], stats["edges"], stats["classes"], stats["relations"]


def test_a_decision_is_kept_superseded_and_seen_only_with_its_layer(data_folder):
    with CoopGraph.open(data_folder, shipped=False) as graph:
        stated = graph.gaps(layers="stated", limit=1000).data
        before, number = drawn(graph), graph.generation
        first = graph.confirm_gap(STEEL, why=HOSTILE, by="王五").data
        assert graph.generation == number + 1
        assert (first["why"], first["by"], first["verdict"]) == (HOSTILE, "王五", "confirmed")
        graph.dismiss_gap(STEEL, why="signed since", by="Li")
        assert drawn(graph) == before
        assert graph.gaps(layers="stated", limit=1000).data == stated
    with CoopGraph.open(data_folder, shipped=False) as graph:  # a restart
        gap = graph.gap(STEEL).data
        assert gap["decision"]["verdict"] == "dismissed"
        assert [said["verdict"] for said in gap["history"]] == ["dismissed", "confirmed"]
        assert graph.gap(STEEL, layers="stated,background").data["decision"] is None
        counts = [
            len(graph.gaps(decided=d, limit=1000).data)
            for d in ("any", "none", "confirmed", "dismissed")
        ]
        assert counts[1:] == [counts[0] - 1, 0, 1]
        assert graph.gaps(decided="dismissed", layers="stated,background").data == []
        every = graph.gap_decisions().data
        assert [(d["current"], d["still_found"]) for d in every] == [(True, True), (False, True)]
        assert graph.gap_decisions(layers="stated").data == []
        assert DECISIONS_GRAPH in graph.published.graphs


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"why": "", "by": "a"}, BadRequest),
        ({"why": "a", "by": "  "}, BadRequest),
        ({"why": "a" * 5000, "by": "a"}, BadRequest),
        ({"why": "a", "by": "a", "id": STEEL + "x"}, NotFound),
        ({"why": "a", "by": "a", "id": "no-such-rule|x"}, NotFound),
        ({"why": "a", "by": "a", "id": ""}, NotFound),
    ],
)
def test_what_cannot_be_decided_is_refused(full, asked, error):
    number = full.generation
    with pytest.raises(error) as caught:
        full.confirm_gap(**{"id": STEEL, **asked})
    assert caught.value.zh
    assert full.generation == number


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(text):
    ((_, row),) = [list(csv.reader(io.StringIO(to_csv([{"why": text, "by": text}]), newline="")))]
    assert row[7] == row[9] == "'" + text


def test_ids_are_the_same_in_every_selection_and_address_the_gap(full):
    ids = {layers: {g["id"] for g in full.gaps(layers=layers, limit=1000).data}
           for layers in ("stated", "stated,background")}  # fmt: skip
    assert ids["stated"] < ids["stated,background"]
    for name in sorted(ids["stated"]):
        assert full.gap(name, layers="stated").data["id"] == name
