"""Bare rows: the arcs a filter allows, in order."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import random_case

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER
from coopgraph.graph.kernels.row import Rows


def test_rows_are_the_arcs_that_are_allowed():
    rng = np.random.default_rng(20)
    for _ in range(150):
        case = random_case(rng)
        arcs = case.arcs()
        row = Rows(case.adjacency, case.edge_filter).row
        bare = Rows(case.adjacency).row
        for u in range(case.nodes):
            found = row(u)
            assert found.dtype == np.int32
            assert found.tolist() == sorted(v for s, v, _ in arcs if s == u)
            begin, end = case.adjacency.indptr[u : u + 2]
            assert bare(u).tolist() == case.adjacency.neighbour[begin:end].tolist()


def test_nodes_that_do_not_exist_are_refused():
    row = Rows(Adjacency.build(3, [0], [1])).row
    for wrong in (-1, 3, 2**31, -(2**62)):
        with pytest.raises(IndexError):
            row(wrong)
    with pytest.raises(OverflowError):
        row(2**70)
    with pytest.raises(TypeError):
        row(None)
    with pytest.raises(IndexError):
        Rows(Adjacency.build(0, [], [])).row(0)


def test_a_row_is_the_callers_own():
    rows = Adjacency.build(3, [0, 0], [1, 2])
    found = Rows(rows).row(0)
    found[:] = 9
    assert Rows(rows).row(0).tolist() == [1, 2]


def test_what_is_read_lives_as_long_as_the_call():
    rng = np.random.default_rng(21)
    ends = rng.integers(0, 50_000, (2, 200_000))
    adjacency = Adjacency.build(50_000, *ends)
    expected = [adjacency.neighbour[slice(*adjacency.indptr[u : u + 2])].tolist() for u in range(9)]
    row = Rows(adjacency, NO_FILTER.narrowed(avoid=[-1])).row
    del adjacency
    gc.collect()
    np.ones(2_000_000, np.int32)  # would be written where the rows were
    assert [row(u).tolist() for u in range(9)] == expected


def test_threads_share_a_call():
    rng = np.random.default_rng(22)
    rows = Adjacency.build(300, *rng.integers(0, 300, (2, 3000)))
    row = Rows(rows).row
    alone = [row(u).tolist() for u in range(300)]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(20):
            assert [found.tolist() for found in threads.map(row, range(300))] == alone
