from __future__ import annotations

import numpy as np

from coopgraph.graph.layers import selection_of


def test_a_node_is_found_only_in_the_layers_that_know_it(graph_of):
    graph = graph_of(
        stated="<http://x/a> a coop:Enterprise .", analyst="<http://x/b> a coop:Park ."
    )
    snapshot = graph.published.snapshot("compact")
    stated, analyst = selection_of(["stated"]), selection_of(["analyst"])
    assert snapshot.find("http://x/a", stated) is not None
    assert snapshot.find("http://x/b", stated) is None
    assert snapshot.find("http://x/b", analyst) is not None
    assert snapshot.find("http://x/c", stated | analyst) is None


def test_a_node_has_the_type_its_selected_layers_give_it(graph_of):
    graph = graph_of(
        stated="<http://x/a> a coop:Organization .", background="<http://x/a> a coop:Enterprise ."
    )
    snapshot = graph.published.snapshot("compact")
    node = snapshot.find("http://x/a", 1)
    assert node is not None
    assert snapshot.type_of(node, 1) == "Organization"
    assert snapshot.type_of(node, 2) == snapshot.type_of(node, 3) == "Enterprise"
    for selection in (1, 2, 3, 7):
        codes = snapshot.node_types(selection)
        assert snapshot.types[codes[node]] == snapshot.type_of(node, selection)


def test_the_arrays_cannot_be_changed_by_a_question(full):
    snapshot = full.published.snapshot("compact")
    before = snapshot.node_type.copy()
    for selection in range(1, 8):
        snapshot.node_types(selection)
    full.neighbours("region/CN-GS", layers="stated", type="Enterprise")
    assert np.array_equal(before, snapshot.node_type)


def test_each_view_is_built_once(full):
    assert full.published.snapshot("full") is full.published.snapshot("full")
    assert full.published.snapshot("full") is not full.published.snapshot("compact")
