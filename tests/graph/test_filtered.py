"""A graph and a filter bound together: the last binding is kept, never a wrong one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.shortest import shortest_path


def star(leaves: int, **columns: object) -> Adjacency:
    return Adjacency.build(leaves + 1, np.zeros(leaves, int), np.arange(1, leaves + 1), **columns)


def test_a_filter_is_checked_before_a_kernel_reads():
    rows = star(3)
    wrong = EdgeFilter.build(node_type=[1, 1])
    for _ in range(2):
        with pytest.raises(ValueError, match="node_type has 2 values for 4 nodes"):
            neighbourhood(rows, 0, 1, wrong)
    assert len(neighbourhood(rows, 0, 1).node) == 3


def test_filters_by_turns():
    rows = star(6, visible=[1, 2, 1, 2, 1, 2])
    some = EdgeFilter.build(selection=0)
    narrower = some.narrowed(avoid=[1])
    for _ in range(3):
        assert neighbourhood(rows, 0, 1).node.tolist() == [1, 2, 3, 4, 5, 6]
        assert neighbourhood(rows, 0, 1, some).node.tolist() == [1, 3, 5]
        assert neighbourhood(rows, 0, 1, narrower).node.tolist() == [3, 5]
        assert neighbourhood(rows, 0, 1, some.narrowed(selection=1)).node.tolist() == [2, 4, 6]
        assert shortest_path(rows, 1, 2).sequences == [[1, 0, 2]]
        assert shortest_path(rows, 1, 2, some).sequences == []


def test_graphs_do_not_share_a_binding():
    small, large = star(2), star(5)
    for _ in range(2):
        assert len(neighbourhood(small, 0, 1, NO_FILTER).node) == 2
        assert len(neighbourhood(large, 0, 1, NO_FILTER).node) == 5


def test_threads_with_different_filters():
    code = np.arange(50)
    rows = star(50, relation=code, subject=code)
    # More filters than are kept, by kind and by relator.
    chosen = [(code + 1) % (i + 2) == 0 for i in range(8)]
    filters = [EdgeFilter.build(relation_allowed=c) for c in chosen]
    filters += [EdgeFilter.build(via_allowed=c) for c in chosen]

    def ask(i: int) -> bool:
        expected = (np.flatnonzero(chosen[i % 8]) + 1).tolist()
        return neighbourhood(rows, 0, 1, filters[i % 16]).node.tolist() == expected

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(2000)))
