"""Generations that differ little: what a layer says in one of them only."""

from __future__ import annotations

import pyoxigraph as ox

from coopgraph import CoopGraph
from coopgraph.knowledge import difference as module
from coopgraph.knowledge.difference import difference
from coopgraph.vocabulary import COOP, RDF

SAID = "<http://x/{}> a <https://w3id.org/coopgraph/ns#Enterprise> .\n"


def _said(*names: str) -> set[ox.Triple]:
    kind = ox.NamedNode(COOP + "Enterprise")
    return {
        ox.Triple(ox.NamedNode(f"http://x/{name}"), ox.NamedNode(RDF + "type"), kind)
        for name in names
    }


def test_what_was_added_and_removed_in_any_graph_of_a_layer(tmp_path, monkeypatch):
    one, other = tmp_path / "one.ttl", tmp_path / "other.ttl"
    one.write_text(SAID.format("a") + SAID.format("b"))
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        graph.load(one, layer="analyst", shacl=False)
        first = graph.published.reader
        one.write_text(SAID.format("b") + SAID.format("c"))
        other.write_text(SAID.format("a"))
        graph.load(one, layer="analyst", shacl=False)
        second = graph.published.reader
        assert difference(first, second) == difference(second, first) == _said("a", "c")
        assert difference(second, second) == frozenset()
        graph.load(other, layer="analyst", shacl=False)
        third = graph.published.reader
        assert difference(first, third) == _said("c")  # another graph of the layer says a again
        graph.load(other, layer="stated", shacl=False)
        assert difference(third, graph.published.reader) == _said("a")  # another layer does
        monkeypatch.setattr(module, "MOST", 1)
        assert difference(first, second) is None
        monkeypatch.setattr(module, "MOST_READ", 1)
        assert difference(first, third) is None


def test_a_graph_without_a_fingerprint_is_not_compared(tmp_path):
    one = tmp_path / "one.ttl"
    one.write_text(SAID.format("a"))
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        graph.load(one, layer="analyst", shacl=False)
        first = graph.published.reader
        one.write_text(SAID.format("b"))
        graph.load(one, layer="analyst", shacl=False)
        (said,) = graph.published.reader.generation.info["datasets"].values()
        del said["sha256"]
        assert difference(first, graph.published.reader) is None
