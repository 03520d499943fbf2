"""What the searches promise besides the right answer."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import random_case

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels import scratch
from coopgraph.graph.kernels.arcs import arcs_to, edges_along
from coopgraph.graph.kernels.compile import kernel
from coopgraph.graph.kernels.kin import kin
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths, yen
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths
from coopgraph.graph.kernels.warm import warm_up
from coopgraph.graph.kernels.weighted import cheapest_paths, penalties

SEARCHES = [
    shortest_path,
    lambda *a, **k: all_shortest_paths(*a, limit=20, **k),
    lambda *a, **k: k_shortest_paths(*a[:3], 7, *a[3:], **k),
    lambda *a, **k: yen(*a[:3], 7, *a[3:], **k),
    lambda *a, **k: simple_paths(*a, max_length=5, limit=20, **k),
]
NAMES = ["shortest", "all-shortest", "k-shortest", "yen", "simple"]
every_search = pytest.mark.parametrize("search", SEARCHES, ids=NAMES)


def ring(n):
    return Adjacency.build(n, np.arange(n), (np.arange(n) + 1) % n)


def clean(used):
    parts = used.parts
    kept = (parts.state, parts.local, parts.seen[0], parts.keys)
    return not any(array.any() for array in kept)


@every_search
def test_order_of_input_does_not_matter(search):
    rng = np.random.default_rng(3)
    for _ in range(40):
        case = random_case(rng, nodes=12, plain=True)
        shuffled = rng.permutation(len(case.source))
        again = Adjacency.build(
            case.nodes, case.source[shuffled], case.target[shuffled], case.directed[shuffled]
        )
        for s, t in rng.integers(0, case.nodes, (5, 2)).tolist():
            assert search(case.adjacency, s, t) == search(again, s, t)


@every_search
def test_scratch_is_clean_after_every_question(search):
    rng = np.random.default_rng(4)
    pool = scratch.POOL
    for _ in range(60):
        case = random_case(rng)
        rows, chosen = case.adjacency, case.edge_filter
        penalty = rng.integers(0, 4, case.nodes) * 500
        for s, t in rng.integers(0, case.nodes, (4, 2)).tolist():
            pool._free.clear()
            fresh = search(rows, s, t, chosen)
            for budget in (1, 5, 20, 60):
                search(rows, s, t, chosen, budget=budget)
                neighbourhood(rows, s, 3, chosen, budget=budget)
                for k in (1, 2):
                    cheapest_paths(rows, s, t, k, penalty, chosen, budget=budget)
                assert all(clean(used) for used in pool._free)
            assert search(rows, s, t, chosen) == fresh


def test_one_scratch_serves_graphs_of_every_size():
    scratch.POOL._free.clear()
    assert shortest_path(ring(50), 0, 3).sequences == [[0, 1, 2, 3]]
    (used,) = scratch.POOL._free
    assert shortest_path(ring(5), 0, 2).sequences == [[0, 1, 2]]
    assert scratch.POOL._free[-1] is used
    assert shortest_path(ring(80), 0, 78).sequences == [[0, 79, 78]]
    assert len(scratch.POOL._free[-1].parts.local) == 80


def test_threads_do_not_disturb_each_other():
    rng = np.random.default_rng(5)
    rows = Adjacency.build(400, rng.integers(0, 400, 1500), rng.integers(0, 400, 1500))
    asked = rng.integers(0, 400, (300, 2)).tolist()
    penalty = penalties(np.diff(rows.indptr))

    def answer(pair):
        near = neighbourhood(rows, pair[0], 2)
        cheapest = cheapest_paths(rows, *pair, 1, penalty), cheapest_paths(rows, *pair, 3, penalty)
        shared = np.concatenate([part.astype(float) for part in kin(rows, pair[0])])
        paths = [search(rows, *pair) for search in SEARCHES]
        return [*paths, *cheapest], np.concatenate([near.node, near.starts, shared])

    alone = [answer(pair) for pair in asked]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(answer, asked))
    for (paths, nodes), (paths_again, nodes_again) in zip(alone, together, strict=True):
        assert paths == paths_again
        assert np.array_equal(nodes, nodes_again)


@every_search
def test_a_spent_budget_is_reported(search):
    rows = ring(1000)
    found = search(rows, 0, 5, NO_FILTER, budget=4)
    assert (found.sequences, found.exhausted) == ([], True)
    assert not search(rows, 0, 5).exhausted


def test_a_spent_budget_of_a_neighbourhood_is_reported():
    assert neighbourhood(ring(1000), 0, 400, budget=10).exhausted
    assert not neighbourhood(ring(1000), 0, 400).exhausted


def test_a_search_that_would_never_end_ends():
    # A clique behind a cut node swallows an enumeration: no path leads out of it again.
    clique = [(i, j) for i in range(2, 32) for j in range(i) if j >= 2]
    edges = [*clique, (0, 2), (0, 1), *((40 + i, 41 + i) for i in range(19)), (0, 40), (59, 1)]
    rows = Adjacency.build(60, [e[0] for e in edges], [e[1] for e in edges])
    found = k_shortest_paths(rows, 0, 1, 5)
    assert found.sequences == [[0, 1], [0, *range(40, 60), 1]]
    assert not found.exhausted
    assert not found.truncated
    stuck = simple_paths(rows, 0, 1, max_length=20, min_length=2, budget=100_000)
    assert stuck.exhausted


@every_search
def test_degenerate_graphs(search):
    lonely = Adjacency.build(1, [], [])
    assert search(lonely, 0, 0).sequences == [[0]]
    loop = Adjacency.build(2, [0, 0, 1], [0, 0, 1])
    assert search(loop, 0, 0).sequences == [[0]]
    assert search(loop, 0, 1).sequences == []
    assert search(Adjacency.build(3, [0], [1]), 0, 2).sequences == []
    assert search(lonely, 0, 0, EdgeFilter.build(avoid=[0])).sequences == []
    pair = Adjacency.build(2, [0, 1], [1, 0])
    for avoided in (0, 1):
        assert search(pair, 0, 1, EdgeFilter.build(avoid=[avoided])).sequences == []
    assert search(pair, 0, 1, EdgeFilter.build(avoid=[7, -3])).sequences == [[0, 1]]
    for wrong in (-1, 2):
        with pytest.raises(IndexError):
            search(pair, 0, wrong)
    with pytest.raises(ValueError):
        search(pair, 0, 1, EdgeFilter.build(node_type=[1]))
    with pytest.raises(IndexError):
        search(Adjacency.build(0, [], []), 0, 0)


def test_neighbourhood_at_the_edge():
    loop = Adjacency.build(2, [0], [0])
    found = neighbourhood(loop, 0, 3)
    assert found.node.tolist() == []
    assert arcs_to(loop, found, []).groups() == []
    assert arcs_to(loop, found, [1]).groups() == [[]]
    assert neighbourhood(ring(5), 0, 1, EdgeFilter.build(avoid=[0])).node.tolist() == []
    with pytest.raises(ValueError):
        neighbourhood(loop, 0, 0)
    assert edges_along(loop, []).groups() == []
    assert edges_along(loop, [0]).groups() == []


def test_counts_are_exact_or_saturated():
    # A chain of 80 diamonds has 2**80 shortest paths.
    steps = [(3 * i, 3 * i + d) for i in range(80) for d in (1, 2)]
    steps += [(3 * i + d, 3 * i + 3) for i in range(80) for d in (1, 2)]
    rows = Adjacency.build(241, [s[0] for s in steps], [s[1] for s in steps])
    assert all_shortest_paths(rows, 0, 90, limit=2).count == 2**30
    many = all_shortest_paths(rows, 0, 240, limit=2)
    assert (many.count, len(many.sequences), many.truncated) == (2**62, 2, True)
    assert all_shortest_paths(rows, 0, 3, limit=0).count == 2


def test_limits():
    rows = ring(6)
    assert shortest_path(rows, 0, 3, max_length=2).sequences == []
    assert all_shortest_paths(rows, 0, 3, max_length=3).count == 2
    assert all_shortest_paths(rows, 0, 3, max_length=2).count == 0
    assert k_shortest_paths(rows, 0, 3, 0).sequences == []
    assert shortest_path(rows, 0, 0, max_length=0).sequences == [[0]]
    with pytest.raises(IndexError):
        simple_paths(rows, 0, 3, max_length=3, required=[9])


def test_hubs():
    # Two hubs share every leaf: rows far longer than levels, levels far longer than rows.
    leaves = np.arange(2, 3002)
    source = np.concatenate([np.zeros(3000), np.ones(3000), [3002, 3003]])
    target = np.concatenate([leaves, leaves, [0, 1]])
    rows = Adjacency.build(3004, source.astype(np.int32), target.astype(np.int32))
    assert shortest_path(rows, 3002, 3003).sequences == [[3002, 0, 2, 1, 3003]]
    found = all_shortest_paths(rows, 3002, 3003, limit=2)
    assert (found.count, found.sequences[1]) == (3000, [3002, 0, 3, 1, 3003])
    around = neighbourhood(rows, 0, 2)
    assert around.starts.tolist() == [0, 3001, 3002]
    assert arcs_to(rows, around, [1, 5, 3002]).groups() == [list(range(3000, 6000)), [3], [6000]]
    assert edges_along(rows, [3002, 0, 9, 1]).groups() == [[6000], [7], [3007]]


def test_warm_up_twice():
    warm_up()
    warm_up()


def test_kernels_compile_where_no_cache_can_be_written(monkeypatch):
    monkeypatch.setattr("numba.core.caching.FunctionCache._impl_class._locator_classes", [])

    @kernel
    def twice(x):
        return 2 * x

    assert twice(21) == 42


def test_the_target_side_meets_first_but_a_later_crossing_is_smaller():
    # The source's border has long rows that cross nowhere, so the target's side goes on, and
    # finds the crossing at 4 only after the one at 5.
    leaves = [(v, 200 + 30 * v + i) for v in range(1, 5) for i in range(30)]
    edges = [*((0, v) for v in range(1, 6)), *leaves, (5, 101), (4, 103)]
    edges += [(100, v) for v in (101, 102, 103)]
    rows = Adjacency.build(400, [e[0] for e in edges], [e[1] for e in edges])
    assert shortest_path(rows, 0, 100).sequences == [[0, 4, 103, 100]]
    assert shortest_path(rows, 100, 0).sequences == [[100, 101, 5, 0]]


def test_skewed_graphs_give_the_first_of_all_shortest_paths():
    rng = np.random.default_rng(6)
    for _ in range(30):
        ends = (300 * rng.random((2, 500)) ** 3).astype(np.int32)
        directed = rng.random(500) < 0.3
        rows = Adjacency.build(300, *ends, directed)
        used = np.unique(ends)
        for s, t in rng.choice(used, (40, 2)).tolist():
            chosen = EdgeFilter.build(direction=int(rng.integers(0, 3)))
            first = all_shortest_paths(rows, s, t, chosen, limit=1)
            assert shortest_path(rows, s, t, chosen).sequences == first.sequences
