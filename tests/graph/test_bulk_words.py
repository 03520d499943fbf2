"""Words in bulk are the words one by one."""

from __future__ import annotations

import numpy as np
import pytest

from coopgraph.graph.bulk_words import BulkWords

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


def check(graph, selection: int, view: str) -> None:
    p = graph.published
    snapshot, words = p.snapshot(view), p.words(view)
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
