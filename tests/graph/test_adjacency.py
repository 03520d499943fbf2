from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.places import edge_at


def expected_rows(n, edges):
    rows = [[] for _ in range(n)]
    for j, (u, v, directed) in enumerate(edges):
        rows[u].append((v, j, 1, directed))
        if u != v:
            rows[v].append((u, j, 0, directed))
    return [sorted(row) for row in rows]


@kernel
def number_of(view, row, arc):
    return edge_at(view_of(view), row, arc)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_rows_are_sorted_and_complete(data):
    n = data.draw(st.integers(1, 8))
    node = st.integers(0, n - 1)
    edges = data.draw(st.lists(st.tuples(node, node, st.booleans()), max_size=150))
    in_order = data.draw(st.booleans())
    if in_order:
        edges.sort(key=lambda e: e[:2])
    rows = Adjacency.build(n, [e[0] for e in edges], [e[1] for e in edges], [e[2] for e in edges])
    found = []
    for u in range(n):
        found.append([])
        for arc in range(rows.indptr[u], rows.indptr[u + 1]):
            code = int(rows.code[arc])
            number = number_of(rows.bound(NO_FILTER).context, u, arc)
            directed = bool(rows.kinds.directed[code >> 1])
            found[-1].append((int(rows.neighbour[arc]), number, code & 1, directed))
    assert found == expected_rows(n, edges)
    assert rows.nodes == n
    assert rows.edges == len(edges)
    places = [rows.place(j) for j in range(len(edges))]
    assert [(u, v, bool(rows.kinds.directed[kind])) for u, v, kind in places] == edges
    assert rows.neighbour[rows.arcs()].tolist() == [e[1] for e in edges]
    few = np.arange(len(edges))[:: max(9, len(edges) // 4)][::-1]
    assert rows.neighbour[rows.arcs(few)].tolist() == [edges[j][1] for j in few]
    assert not in_order or not len(rows.number)
    for wrong in (-1, len(edges)):
        with pytest.raises(IndexError):
            rows.place(wrong)


def test_data_types():
    rows = Adjacency.build(2, [0], [1])
    for name in ("indptr", "neighbour", "code", "rank", "number", "subject"):
        assert getattr(rows, name).dtype == np.int32


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
    one = EdgeFilter.build(node_type=[1, 2], avoid=np.array([False, True, True]), dated_only=True)
    assert one.node_type.dtype == np.uint16
    assert one.avoid.tolist() == [1, 2]
    assert one.dated_only == 1
    for wrong in ({"selection": 8}, {"direction": 3}):
        with pytest.raises(ValueError):
            EdgeFilter.build(**wrong)
    with pytest.raises(TypeError):
        EdgeFilter.build(colour=[1])
    with pytest.raises(ValueError):
        one.check(nodes=3)


@pytest.mark.parametrize(
    "columns",
    [
        {"visible": [1]},
        {"interval": [0, 0]},
        {"interval_from": [0]},
        {"interval": [0, 1], "interval_from": [0], "interval_to": [1]},
        {"subject": [0]},
    ],
)
def test_columns_that_do_not_fit_are_refused(columns):
    with pytest.raises(ValueError):
        Adjacency.build(3, [0, 1], [1, 2], **columns)
