"""The cheapest paths are those that all simple paths, put in order, begin with."""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import pairs, random_case, simple_sequences

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.kernels.weighted import cheapest_paths, path_cost, penalties


@pytest.mark.parametrize("seed", range(6))
def test_against_every_simple_path(seed):
    rng = np.random.default_rng(seed)
    for _ in range(50):
        case = random_case(rng)
        rows, chosen = case.adjacency, case.edge_filter
        penalty = rng.integers(0, 4, case.nodes) * 500  # few values: many ties
        for s, t in pairs(rng, case.nodes, 4):
            every = simple_sequences(case.graph(s, t), s, t, case.nodes)
            every.sort(key=lambda p, c=penalty: (path_cost(p, c), len(p), p))
            for k in (1, 3, 50):
                found = cheapest_paths(rows, s, t, k, penalty, chosen)
                assert found.sequences == every[:k]
                assert found.truncated == (len(every) > k)
            for longest in (0, 1, 2, 4):
                short = [p for p in every if len(p) <= longest + 1]
                for k in (1, 4):
                    found = cheapest_paths(rows, s, t, k, penalty, chosen, max_length=longest)
                    assert found.sequences == short[:k]
                    assert found.truncated == (len(short) > k)
            equal = [p for p in every if path_cost(p, penalty) == path_cost(every[0], penalty)]
            found = cheapest_paths(rows, s, t, 50, penalty, chosen, equal_only=True)
            assert found.sequences == equal[:50]


def test_larger_graphs_cost_what_networkx_says():
    rng = np.random.default_rng(7)
    for _ in range(10):
        case = random_case(rng, nodes=200)
        rows, chosen = case.adjacency, case.edge_filter
        penalty = penalties(degrees(rows, chosen))
        for s, t in pairs(rng, case.nodes, 10):
            graph = case.graph(s, t)
            found = cheapest_paths(rows, s, t, 5, penalty, chosen)
            again = cheapest_paths(rows, s, t, 5, penalty, chosen)
            assert found == again
            costs = [path_cost(p, penalty) for p in found.sequences]
            expected = []
            if s != t and s in graph and t in graph and nx.has_path(graph, s, t):
                for _, v, data in graph.edges(data=True):
                    data["weight"] = 1 + (0 if v == t else int(penalty[v]) / 1000)
                for path, _ in zip(nx.shortest_simple_paths(graph, s, t, "weight"), range(5),
                                   strict=False):  # fmt: skip
                    expected.append(path_cost(path, penalty))
            elif s == t and s in graph:
                expected = [0.0]
            assert costs == pytest.approx(expected)


def test_a_hub_is_left_aside():
    # 0 and 1 share the hub 2, which joins everything, and are joined through 3 and 4 as well.
    leaves = np.arange(5, 105)
    source = np.concatenate([np.full(100, 2), [0, 1, 0, 3, 4]])
    target = np.concatenate([leaves, [2, 2, 3, 4, 1]])
    rows = Adjacency.build(105, source, target)
    penalty = penalties(degrees(rows))
    assert cheapest_paths(rows, 0, 1, 2, penalty).sequences == [[0, 3, 4, 1], [0, 2, 1]]
    assert path_cost([0, 2, 1], penalty) == pytest.approx(2 + np.log2(102), abs=1e-3)
    # The ends cost nothing, however many edges they have.
    assert path_cost([2, 0, 3], penalty) == 3.0


def test_limits():
    ring = Adjacency.build(500, np.arange(500), (np.arange(500) + 1) % 500)
    none = np.zeros(500, np.int32)
    assert cheapest_paths(ring, 0, 250, 9, none).sequences == [
        list(range(251)), [0, *range(499, 249, -1)]
    ]  # fmt: skip
    assert cheapest_paths(ring, 0, 250, 1, none, budget=5).exhausted
    assert cheapest_paths(ring, 0, 250, 0, none).sequences == []
    assert cheapest_paths(ring, 3, 3, 2, none).sequences == [[3]]
    assert cheapest_paths(ring, 3, 3, 2, none, EdgeFilter.build(avoid=[3])).sequences == []
    with pytest.raises(IndexError):
        cheapest_paths(ring, 0, 500, 1, none)
    for wrong in (none[:5], none - 1):
        with pytest.raises(ValueError):
            cheapest_paths(ring, 0, 1, 1, wrong)


def test_a_target_that_hangs_on_one_node_is_not_sought_in_the_whole_graph():
    # A grid of 100 by 100, and a leaf at its corner: off the first path no other way leads there.
    side = 100
    node = np.arange(side * side).reshape(side, side)
    source = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel(), [side * side - 1]])
    target = np.concatenate([node[:, 1:].ravel(), node[1:].ravel(), [side * side]])
    rows = Adjacency.build(side * side + 1, source, target)
    penalty = np.zeros(side * side + 1, np.int32)
    near = int(node[-1, -2])
    found = cheapest_paths(rows, near, side * side, 1, penalty, budget=3000)
    assert found.sequences == [[near, side * side - 1, side * side]]
    assert found.truncated
    assert not found.exhausted


def test_a_spent_budget_is_told_and_leaves_nothing_behind():
    rng = np.random.default_rng(3)
    ends = rng.integers(0, 400, (2, 2000))
    rows = Adjacency.build(400, *ends)
    penalty = penalties(degrees(rows))
    whole = cheapest_paths(rows, 1, 2, 5, penalty)
    assert len(whole.sequences) == 5
    spent = 0
    for budget in range(1, 2000, 37):
        found = cheapest_paths(rows, 1, 2, 5, penalty, budget=budget)
        spent += found.exhausted
        assert cheapest_paths(rows, 1, 2, 5, penalty) == whole
    assert spent > 3
