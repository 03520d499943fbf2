"""What ships, in servers of others: every question has the answer that it has embedded."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.knowledge.questions import Question, read_questions
from coopgraph.knowledge.shipped import shipped_files
from coopgraph.resources import ontology_dir
from coopgraph.store.result_formats import BY_FORM
from coopgraph.vocabulary import LAYERS, PROVENANCE_GRAPH

QUESTIONS = read_questions(ontology_dir() / "questions")

# A statement that two graphs make is one in our union, and two in theirs: rows come twice, and
# COUNT counts both. docs/engines.md says so.
TWICE = {
    "carriers-by-type",
    "docking-enterprises",
    "instruments-around-the-notice",
    "partner-groups",
    "statuses-without-history",
}
# Virtuoso 7.2.5 leaves out the group whose count is 0, and the one row of the other.
VIRTUOSO = {"stages-of-the-aluminium-chain", "enterprises-along-the-chains"}


@pytest.fixture(scope="module", params=["graph store", "updates"])
def remote(request, any_engine, load_shipped, tmp_path_factory):
    """A service that has copied what another one has loaded."""
    any_engine.wipe()
    by_updates = {"store_graph": ""} if request.param == "updates" else {}
    folder = tmp_path_factory.mktemp("remote")
    more = {"store_default_graph": "union", "store_page_size": 3000, **by_updates}
    load_shipped(any_engine.settings(folder / "loader", **more)).close()
    with CoopGraph.open(settings=any_engine.settings(folder / "reader", **more)) as graph:
        yield graph


@pytest.fixture
def name(any_engine) -> str:
    return any_engine.name


def statements(graph: CoopGraph) -> dict[str, set[ox.Triple]]:
    store = graph.published.store
    return {
        iri: {q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(iri))}
        for iri in graph.published.graphs
    }


def test_every_statement_comes_back_as_it_was(full, remote):
    ours, theirs = statements(full), statements(remote)
    assert ours.keys() == theirs.keys()
    assert [g for g in ours if g != PROVENANCE_GRAPH and ours[g] != theirs[g]] == []
    assert remote.published.triples == full.published.triples


def test_neighbours_paths_and_gaps_are_the_same(full, remote, difference):
    for ask in (
        lambda g: g.stats().data,
        lambda g: g.stats(view="full", layers="stated").data,
        lambda g: g.search("中铝").data,
        lambda g: g.neighbours("中铝集团", depth=2).data,
        lambda g: g.node("org/baowu").data,
        lambda g: g.paths("中铝集团", "electrolytic aluminium", mode="all", max_length=3).data,
        lambda g: g.gaps().data,
    ):
        assert difference(ask(full), ask(remote)) is None


def test_exports_are_the_same(full, remote):
    assert b"".join(full.export().chunks) == b"".join(remote.export().chunks)


def test_linked_data_is_the_same(full, remote):
    iri = "https://w3id.org/coopgraph/id/org/baowu"
    ours, theirs = (graph.linked_data().document(iri, LAYERS) for graph in (full, remote))
    assert ours == theirs


def rows(graph: CoopGraph, question: Question) -> list[tuple[str | None, ...]]:
    answer = json.loads(graph.sparql(question.query, "json")[1])
    return [
        tuple(row[c]["value"] if c in row else None for c in question.columns)
        for row in answer["results"]["bindings"]
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=[q.id for q in QUESTIONS])
def test_competency_questions_have_the_same_answers(question, full, remote, name):
    ours, theirs = rows(full, question), rows(remote, question)
    if question.id in TWICE:
        assert {row[0] for row in theirs} == {row[0] for row in ours}
        assert sorted(map(str, theirs)) != sorted(map(str, ours))
    elif question.id == "validated-graphs":
        assert theirs == []  # they were loaded without, to be quick
    elif name == "virtuoso" and question.id in VIRTUOSO:
        assert set(theirs) < set(ours)
    else:
        assert sorted(map(str, theirs)) == sorted(map(str, ours))


def test_an_ask_has_the_shape_of_the_standard(remote):
    assert json.loads(remote.sparql("ASK { ?s ?p ?o }", "json")[1]) == {"head": {}, "boolean": True}
    assert b"<boolean>false</boolean>" in remote.sparql("ASK { <x:a> <x:b> 1 }", "xml")[1]


@pytest.mark.parametrize("form", [f.name for f in BY_FORM["bindings"]])
def test_tables_come_in_every_format(remote, form):
    kind, body = remote.sparql("SELECT ?s { ?s a ?class } LIMIT 3", form)
    assert kind == next(f.media_type for f in BY_FORM["bindings"] if f.name == form)
    assert body.count(b"https://w3id.org/") == 3 or body.count(b"http") >= 3


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml"])
def test_graphs_come_in_the_formats_that_both_have(remote, form):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } LIMIT 5 }"
    kind, body = remote.sparql(query, form)
    parsed = list(ox.parse(input=body, format=ox.RdfFormat.from_media_type(kind)))
    assert 0 < len(parsed) <= 5


def test_loading_the_same_again_changes_nothing(remote):
    before = remote.generation
    assert remote.load(shipped_files(), shacl=False).changed == []
    assert remote.generation == before
