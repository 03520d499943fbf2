"""Words in bulk are the words one by one."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from coopgraph.graph.bulk_words import BulkWords
from coopgraph.graph.words import Words
from coopgraph.store.graph_columns import GraphColumns

sys.path.insert(0, str(Path(__file__).parent))
from worded_graphs import kept_of, worded_graphs

HARD = {
    "stated": """
        <http://x/one> a coop:Capability ; coop:holder <http://x/a> ; coop:sector <http://x/s> ;
            coop:evidencedBy <http://x/e1> ; coop:status <http://x/planned> .
        <http://x/two> a coop:Capability ; coop:holder <http://x/a> ; coop:sector <http://x/s> ;
            coop:evidencedBy <http://x/e1>, <http://x/e2> ; dct:source <http://x/d2> .
        <http://x/three> a coop:Capability ; coop:holder <http://x/b> ; coop:sector <http://x/s> ;
            coop:evidencedBy <http://x/e3> .
        <http://x/four> a coop:Capability ; coop:holder <http://x/b> ;
            coop:evidencedBy <http://x/e2> ; coop:status <http://x/p>, <http://x/q> .
        <http://x/e1> oa:hasSource <http://x/d> ; oa:exact "one \\"quoted\\"\\tline" ;
            coop:paragraph 1 .
        <http://x/e2> oa:hasSource <http://x/d> ; oa:exact "two" ; coop:paragraph 2 .
        <http://x/e3> oa:hasSource <http://x/d> ; oa:exact "three" ; coop:supports coop:holder .
        <http://x/a> skos:prefLabel "甲"@zh, "乙"@zh ; rdfs:label "A"@en .
        <http://x/b> skos:altLabel "only other"@fr .
    """,
    "background": """
        <http://x/one> coop:evidencedBy <http://x/e4> . <http://x/four> coop:sector <http://x/s> .
        <http://x/a> skos:prefLabel "丙"@zh, "Aa"@en . <http://x/b> coop:locatedIn <http://x/r> ;
            coop:evidencedBy <http://x/e4> ; skos:prefLabel "B" .
        <http://x/e4> oa:hasSource <http://x/d2> .
    """,
}


def check(graph, selection: int, view: str, kept=None) -> None:
    p = graph.published
    snapshot, words = p.snapshot(view), p.words(view)
    if kept is not None:
        words = Words(p.store, snapshot, kept)
    nodes = np.flatnonzero(snapshot.node_visible >> selection & 1)
    edges = np.flatnonzero(snapshot.visible[:] >> selection & 1)
    bulk = BulkWords(p.store, snapshot, words, selection)
    labels = [{"zh": zh, "en": en} for zh, en in bulk.labels(nodes)]
    assert labels == [words.node(i, selection)["label"] for i in nodes.tolist()]
    for said, i in zip(bulk.said(edges), edges.tolist(), strict=True):
        one = words.edge(i, selection)
        assert (said.layer, said.status) == (one["layer"], one["status"])
        assert list(said.evidence) == one["evidence"]
    few = BulkWords(p.store, snapshot, words, selection)
    assert few.labels(nodes, few=True) == bulk.labels(nodes)


@pytest.mark.parametrize("selection", range(1, 8))
@pytest.mark.parametrize("view", ["compact", "full"])
def test_of_what_ships(full, selection, view):
    check(full, selection, view)


@pytest.mark.parametrize("selection", range(1, 8))
@pytest.mark.parametrize("view", ["compact", "full"])
def test_of_what_is_not_simple(graph_of, selection, view):
    check(graph_of(**HARD), selection, view)


@settings(max_examples=60)
@given(worded_graphs())
def test_random_graphs_from_the_store_and_from_kept_columns(graph_of, said):
    graph = graph_of(**said)
    for view, selection in (("compact", 7), ("compact", 1), ("compact", 6), ("full", 3)):
        for kept in (None, kept_of(graph.published.store)):
            check(graph, selection, view, kept)


def test_a_load_asks_the_store_for_no_word(fresh, monkeypatch):
    p = fresh.published
    snapshot, words = p.snapshot("compact"), p.words("compact")
    read, asked = GraphColumns.of_store, []

    def seen(store, graph, props):
        asked.append(graph)
        return read(store, graph, props)

    monkeypatch.setattr(GraphColumns, "of_store", seen)
    monkeypatch.setattr(words, "said", None)
    bulk = BulkWords(p.store, snapshot, words, 2)
    bulk.labels(np.arange(len(snapshot.nodes)))
    bulk.said(np.flatnonzero(snapshot.visible[:] >> 2 & 1))
    assert {graph.rsplit("/", 1)[-1] for graph in asked} <= {"vocabulary"}


def test_evidence_that_two_layers_cite_is_listed_once(graph_of):
    said = """<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/b> ;
        coop:evidencedBy <http://x/e> ."""
    graph = graph_of(stated=said, background=said)
    for selection in (1, 2, 3):
        (evidence,) = graph.published.words("compact").edge(0, selection)["evidence"]
        assert evidence["id"] == "http://x/e"
    check(graph, 3, "compact")
