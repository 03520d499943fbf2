"""What is said of memory is what the arrays weigh."""

from __future__ import annotations

import pytest

from coopgraph.graph.saved import read_snapshot, save_snapshot


@pytest.mark.parametrize("view", ["compact", "full"])
def test_with_all_layers_every_array_is_weighed_once(full, view, tmp_path):
    snapshot = full.published.snapshot(view)
    said = full.stats(view=view).data["memory"]
    assert said["topology"] == snapshot.topology_bytes
    assert said["attributes"] == snapshot.attribute_bytes
    assert said["topology"] + said["attributes"] == snapshot.nbytes
    assert said["names"] == snapshot.name_bytes
    assert said["words"] == full.published.names(view).nbytes
    assert said["per_edge"] == pytest.approx(snapshot.nbytes / snapshot.edges, abs=0.05)
    # What is saved is the same arrays, each from the next multiple of 64 bytes.
    path = tmp_path / "saved"
    save_snapshot(path, {}, snapshot)
    weight = said["topology"] + said["attributes"] + said["names"]
    assert weight < path.stat().st_size < weight + 200_000
    assert read_snapshot(path, {}).nbytes == snapshot.nbytes


def test_fewer_layers_weigh_less(full):
    one, every = (full.stats(layers=x).data["memory"] for x in ("stated", None))
    for name in ("topology", "attributes", "names", "words"):
        assert 0 < one[name] < every[name]


def test_nothing_weighs_nothing_an_edge(graph_of):
    assert graph_of().stats().data["memory"]["per_edge"] == 0


def test_what_was_saved_in_another_layout_is_not_read(full, tmp_path, monkeypatch):
    path = tmp_path / "saved"
    snapshot = full.published.snapshot("compact")
    monkeypatch.setattr("coopgraph.graph.saved.LAYOUT", 1)
    save_snapshot(path, {}, snapshot)
    assert read_snapshot(path, {}) is not None
    monkeypatch.undo()
    assert read_snapshot(path, {}) is None
