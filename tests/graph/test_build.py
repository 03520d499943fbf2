from __future__ import annotations

import numpy as np
import pyoxigraph as ox
import pytest

from coopgraph.graph.snapshot import UNTYPED
from coopgraph.vocabulary import COOP, layer_of, local_name, short_id


def test_full_view_draws_every_statement_between_resources(full):
    expected = {
        (short_id(q.subject.value), local_name(q.predicate.value), short_id(q.object.value))
        for q in full.published.store
        if isinstance(q.graph_name, ox.NamedNode)
        and layer_of(q.graph_name.value)
        and isinstance(q.object, ox.NamedNode)
    }
    drawn = full.to_networkx(view="full")
    assert {(s, e["relation"], t) for s, t, e in drawn.edges(data=True)} == expected
    assert drawn.number_of_edges() == len(expected)
    assert all(e["directed"] and e["via"] is None for *_, e in drawn.edges(data=True))


@pytest.mark.parametrize("view", ["compact", "full"])
def test_two_properties_with_one_local_name_stay_two_edges(graph_of, view):
    graph = graph_of(
        stated="""
        <http://x/a> a coop:Enterprise ; <http://one/ns#knows> <http://x/b> ;
          <http://two/ns#knows> <http://x/b> .
        <http://x/b> a coop:Enterprise ."""
    )
    drawn = graph.to_networkx(view=view)
    assert drawn.number_of_edges() == graph.stats(view=view).data["edges"]
    if view == "full":
        assert drawn.number_of_edges("http://x/a", "http://x/b") == 2


def test_edge_ids_are_unique(full):
    for view in ("compact", "full"):
        graph = full.to_networkx(view=view)
        ids = [key for *_, key in graph.edges(keys=True)]
        assert len(ids) == len(set(ids)) == full.stats(view=view).data["edges"]


def test_the_most_specific_class_is_the_type(graph_of):
    graph = graph_of(
        stated="""
        <http://x/a> a coop:Actor , coop:Enterprise , coop:CentralEnterprise , coop:Organization .
        <http://x/b> a coop:Actor , <http://other/Thing> .
        <http://x/c> a coop:Region ; <http://x/likes> <http://x/d> ."""
    )
    types = {n: d["type"] for n, d in graph.to_networkx(view="full").nodes(data=True)}
    assert types["http://x/a"] == "CentralEnterprise"
    assert types["http://x/b"] == "Actor"
    assert types["http://x/d"] == UNTYPED


def test_one_resource_has_one_type_in_every_answer(graph_of):
    """Also where two classes are equally deep, and where the resource is no node of the view."""
    graph = graph_of(
        stated="""
        <http://x/w> a coop:Cooperation , coop:Capability , coop:Need ;
          coop:hasParticipation <http://x/p> ; coop:sector <http://x/s> ."""
    )
    types = {
        graph.node("http://x/w", view="compact").data["type"],
        graph.node("http://x/w", view="full").data["type"],
    }
    assert len(types) == 1


def test_an_empty_graph_can_be_asked(graph_of):
    graph = graph_of()
    for view in ("compact", "full"):
        assert graph.stats(view=view).data["nodes"] == 0
        assert graph.search("a", view=view).data == []
        assert graph.to_networkx(view=view).number_of_nodes() == 0
        assert b"</graphml>" in b"".join(graph.export(view=view).chunks)
    assert graph.gaps().data == []


def test_vocabulary_and_derived_graphs_draw_nothing(graph_of):
    said = "<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/r> ."
    plain, derived = graph_of(stated=said), graph_of(stated=said, derived=True)
    for view in ("compact", "full"):
        assert plain.stats(view=view).data == derived.stats(view=view).data


def test_arrays_of_a_snapshot_fit_together(full):
    for view in ("compact", "full"):
        s = full.published.snapshot(view)
        assert list(s.nodes) == sorted(s.nodes)
        assert len(s.node_visible) == len(s.node_type) == len(s.nodes)
        edges = len(s.source)
        for column in (s.target, s.relation, s.directed, s.subject, s.visible, s.interval):
            assert len(column) == edges
        assert s.adjacency.edges == s.edges == edges
        assert not len(s.adjacency.number)  # numbered by source, then target
        assert int(s.node_visible.min()) > 0
        assert s.nbytes > 0
        ends = np.concatenate([s.source, s.target])
        for i in range(edges):  # an edge is seen only where both its ends are
            for end in (s.source[i], s.target[i]):
                assert int(s.visible[i]) & ~int(s.node_visible[end]) == 0
        assert ends.max() < len(s.nodes)


@pytest.mark.parametrize(
    "said",
    [
        '<http://x/a> a coop:Enterprise ; coop:locatedIn "Gansu" .',
        '<http://x/w> a coop:Capability ; coop:holder <http://x/a> ; coop:sector "steel"@en .',
        '<http://x/w> a coop:Project ; coop:hasCarrier "a b c" , 7 .',
        '<http://x/w> a coop:Cooperation ; coop:hasParticipation "all" .',
        "<http://x/w> a coop:Cooperation ; coop:hasParticipation <http://x/p> . "
        '<http://x/p> coop:participant "Baowu" ; coop:role "lead" .',
        '<http://x/w> a coop:Project ; coop:planFrom "soon" ; coop:status "done" ; '
        'coop:evidencedBy "page 3" .',
        "<http://x/w> a coop:Project ; coop:evidencedBy <http://x/e> . "
        '<http://x/e> coop:paragraph "three" ; oa:start "x" ; oa:end 1.5 .',
        '<http://x/w> a "Project" , coop:Project .',
        "<http://x/w> a coop:Project ; "
        "coop:locatedIn <urn:isbn:123> , <http://x/> , <http://x/#> .",
        "<http://x/w> a <http://x/w> ; <http://x/w> <http://x/w> .",
    ],
)
def test_data_that_no_shape_has_checked_breaks_no_answer(graph_of, outcome, said):
    """``load --no-shacl`` lets anything in."""
    graph = graph_of(stated=said, derived=True)
    for view in ("compact", "full"):
        for name in graph.to_networkx(view=view):
            for question in (graph.neighbours, graph.node, graph.search):
                assert outcome(question, name, view=view) is not None
        assert graph.stats(view=view).data["edges"] >= 0
        assert b"".join(graph.export(view=view).chunks)
    assert outcome(graph.gaps) is not None


def test_a_literal_is_never_a_node(graph_of):
    graph = graph_of(
        stated=f"""
        <http://x/a> a <{COOP}Enterprise> ; coop:locatedIn "Gansu" ."""
    )
    assert list(graph.to_networkx()) == ["http://x/a"]


def test_a_concept_has_the_type_that_the_vocabulary_gives_it(full):
    types = {n: d["type"] for n, d in full.to_networkx(view="full").nodes(data=True)}
    assert types["scheme/status/required"] == "Status"
    assert types["scheme/cooperation-type/docking"] == "CooperationType"
    assert types["scheme/sector/steel"] == "Sector"
