"""A service that follows its folder takes small changes from the generation before."""

from __future__ import annotations

import pytest

from coopgraph import CoopGraph
from coopgraph import published as module
from coopgraph.search.name_index import NameIndex

PREFIX = """@prefix coop: <https://w3id.org/coopgraph/ns#> . @base <http://x/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
COOPERATION = """<c{0}> a coop:Cooperation ; coop:hasParticipation <c{0}-1> , <c{0}-2> .
<c{0}-1> coop:participant <a> ; coop:role <r> . <c{0}-2> coop:participant <b{0}> ; coop:role <r> .
<b{0}> a coop:Enterprise ; skos:prefLabel "B{0}"@en . <a> a coop:Enterprise .
"""


@pytest.fixture
def built(monkeypatch):
    found = []
    build = module.build_snapshot
    monkeypatch.setattr(
        module, "build_snapshot", lambda *arguments: found.append(1) or build(*arguments)
    )
    return found


def test_small_changes_are_drawn_upon_what_was_there(tmp_path, built, monkeypatch):
    file = tmp_path / "one.ttl"
    file.write_text(PREFIX + COOPERATION.format(1))
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        graph.load(file, layer="stated", shacl=False)
        assert len(built) == 1
        before = graph.published
        file.write_text(PREFIX + COOPERATION.format(1) + COOPERATION.format(2))
        graph.load(file, layer="stated", shacl=False)
        assert len(built) == 1
        # Who holds the generation before still asks it; the new one does not hold it.
        assert before.snapshot("compact").edges == 1
        assert graph.published._before is None
        assert graph.stats().data["edges"] == 2
        assert [hit["matched"] for hit in graph.search("B2").data] == ["B2"]
        names = graph.published.names("compact")
        file.write_text(
            PREFIX
            + COOPERATION.format(1)
            + COOPERATION.format(2)
            + '<c2> coop:planFrom "2020-05-01" .'
        )
        with monkeypatch.context() as patch:
            patch.setattr(NameIndex, "read", None)  # they are taken over
            graph.load(file, layer="stated", shacl=False)
        again = graph.published.names("compact")
        assert again is not names
        assert [again._name(i) for i in range(len(again))] == [
            names._name(i) for i in range(len(names))
        ]
        follower = CoopGraph.open(tmp_path / "data", shipped=False)
        assert len(built) == 1  # mapped
        file.write_text(PREFIX + COOPERATION.format(2))
        graph.load(file, layer="stated", shacl=False)
        assert follower.refresh()
        assert len(built) == 1
        assert follower.stats().data["edges"] == graph.stats().data["edges"] == 1
        assert not follower.search("B1").data
        follower.close()
