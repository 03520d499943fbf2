from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter


def expected_rows(n, edges):
    rows = [[] for _ in range(n)]
    for j, (u, v, directed) in enumerate(edges):
        rows[u].append((v, j, 0 if u == v or not directed else 1))
        if u != v:
            rows[v].append((u, j, 2 if directed else 0))
    return [sorted(row) for row in rows]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_rows_are_sorted_and_complete(data):
    n = data.draw(st.integers(1, 8))
    node = st.integers(0, n - 1)
    edges = data.draw(st.lists(st.tuples(node, node, st.booleans()), max_size=20))
    rows = Adjacency.build(n, [e[0] for e in edges], [e[1] for e in edges], [e[2] for e in edges])
    found = []
    for u in range(n):
        part = slice(rows.indptr[u], rows.indptr[u + 1])
        arcs = zip(rows.neighbour[part], rows.edge[part], rows.orientation[part], strict=True)
        found.append([tuple(map(int, arc)) for arc in arcs])
    assert found == expected_rows(n, edges)
    assert rows.nodes == n
    assert rows.edges == len(edges)


def test_data_types():
    rows = Adjacency.build(2, [0], [1])
    types = (rows.indptr.dtype, rows.neighbour.dtype, rows.edge.dtype, rows.orientation.dtype)
    assert types == (np.int64, np.int32, np.int32, np.uint8)


def test_empty_graphs():
    assert Adjacency.build(0, [], []).nodes == 0
    assert Adjacency.build(3, [], []).indptr.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("source", "target", "directed"),
    [([0], [3], None), ([-1], [0], None), ([0, 1], [1], None), ([0], [1], [True, False])],
)
def test_bad_input_is_refused(source, target, directed):
    with pytest.raises(ValueError):
        Adjacency.build(3, source, target, directed)


def test_filter_fields_are_normalised_and_checked():
    one = EdgeFilter.build(relation=[1, 2], avoid=np.array([False, True, True]), dated_only=True)
    assert one.relation.dtype == np.uint16
    assert one.avoid.tolist() == [1, 2]
    assert one.dated_only == 1
    for wrong in ({"selection": 8}, {"direction": 3}):
        with pytest.raises(ValueError):
            EdgeFilter.build(**wrong)
    with pytest.raises(TypeError):
        EdgeFilter.build(colour=[1])
    with pytest.raises(ValueError):
        one.check(nodes=3, edges=3)
    with pytest.raises(ValueError):
        EdgeFilter.build(node_type=[0]).check(nodes=2, edges=0)
    with pytest.raises(ValueError):
        EdgeFilter.build(interval_from=[0]).check(nodes=2, edges=0)
