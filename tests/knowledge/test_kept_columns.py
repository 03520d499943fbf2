"""Columns beside a generation: there after a load, linked by the next, never trusted blindly."""

from __future__ import annotations

from coopgraph import CoopGraph
from coopgraph.knowledge.kept_columns import kept_columns
from coopgraph.store.graph_columns import columns_path

SAID = b"<http://x/%b> a <https://w3id.org/coopgraph/ns#Enterprise> .\n"


def test_columns_follow_their_graph_through_generations(tmp_path):
    one, other = tmp_path / "one.ttl", tmp_path / "other.ttl"
    one.write_bytes(SAID % b"a")
    other.write_bytes(SAID % b"b")
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        graph.load([one], layer="analyst", shacl=False)
        first = graph.published.reader.generation
        (name, said), *_ = first.info["datasets"].items()
        path = columns_path(first.path, said["sha256"])
        columns = kept_columns(first)(name)
        assert columns is not None
        assert "http://x/a" in list(columns.terms)
        graph.load([other], layer="analyst", shacl=False)
        second = graph.published.reader.generation
        assert second.path != first.path
        linked = columns_path(second.path, said["sha256"])
        assert linked.samefile(path)
        assert graph.stats().data["nodes"] == 2
        data = bytearray(linked.read_bytes())
        data[-70] ^= 255
        linked.unlink()
        linked.write_bytes(bytes(data[:-1]))  # cut short: read from the store instead
        assert kept_columns(second)(name) is None
        one.write_bytes(SAID % b"c")
        graph.load([one], layer="analyst", shacl=False)
        assert sorted(graph.to_networkx()) == ["http://x/b", "http://x/c"]
