"""Every search gives what networkx gives on the filtered graph, in the promised order."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import pairs, random_case, simple_sequences

from coopgraph.graph.kernels.arcs import arcs_to, edges_along
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths, yen
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths

SEEDS = range(12)
CASES = 60


def cases(seed, plain=False):
    rng = np.random.default_rng(seed)
    for _ in range(CASES):
        yield rng, random_case(rng, plain=plain)


@pytest.mark.parametrize("seed", SEEDS)
def test_paths(seed):
    for rng, case in cases(seed, plain=seed == 0):
        rows, chosen = case.adjacency, case.edge_filter
        for s, t in pairs(rng, case.nodes, 4):
            every = simple_sequences(case.graph(s, t), s, t, case.nodes)
            best = [p for p in every if len(p) == len(every[0])]

            one = shortest_path(rows, s, t, chosen)
            assert one.sequences == best[:1]
            assert one.count == len(one.sequences)

            all_best = all_shortest_paths(rows, s, t, chosen, limit=3)
            assert all_best.sequences == best[:3]
            assert all_best.count == len(best)
            assert all_best.truncated == (len(best) > 3)

            for k in (1, 4):
                for search in (k_shortest_paths, yen):
                    ranked = search(rows, s, t, k, chosen)
                    assert ranked.sequences == every[:k]
                    assert ranked.truncated == (len(every) > k)
            assert (
                k_shortest_paths(rows, s, t, 50, chosen, max_length=4).sequences
                == [p for p in every if len(p) <= 5][:50]
            )
            assert (
                yen(rows, s, t, 50, chosen, max_length=4).sequences
                == [p for p in every if len(p) <= 5][:50]
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_simple_paths(seed):
    for rng, case in cases(seed + 100, plain=seed == 0):
        rows, chosen = case.adjacency, case.edge_filter
        for s, t in pairs(rng, case.nodes, 4):
            longest, shortest = int(rng.integers(0, 7)), int(rng.integers(0, 4))
            required = rng.integers(0, case.nodes, int(rng.integers(0, 4))).tolist()
            every = [
                p
                for p in simple_sequences(case.graph(s, t), s, t, longest)
                if shortest <= len(p) - 1 <= longest and set(required) <= set(p)
            ]
            bounds = {"max_length": longest, "min_length": shortest, "required": required}
            found = simple_paths(rows, s, t, chosen, **bounds, limit=10_000)
            assert found.sequences == every
            assert (found.truncated, found.exhausted) == (False, False)
            few = simple_paths(rows, s, t, chosen, **bounds, limit=2)
            assert few.sequences == every[:2]
            assert few.truncated == (len(every) > 2)
            first = simple_paths(rows, s, t, chosen, **bounds, limit=99, first_length_only=True)
            assert first.sequences == [p for p in every if len(p) == len(every[0])][:99]


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbourhood(seed):
    for rng, case in cases(seed + 200, plain=seed == 0):
        rows, chosen = case.adjacency, case.edge_filter
        avoid = set(case.choice.get("avoid", []))
        s, depth = int(rng.integers(0, case.nodes)), int(rng.integers(1, 5))
        graph = nx.DiGraph()
        graph.add_node(s)
        steps = [(u, v, j) for u, v, j in case.arcs() if u != v and (u == s or case.passable(u))]
        graph.add_edges_from((u, v) for u, v, _ in steps)
        far = nx.single_source_shortest_path_length(graph, s, cutoff=depth)
        expected = sorted((d, v) for v, d in far.items() if d > 0 and s not in avoid)

        found = neighbourhood(rows, s, depth, chosen)
        assert list(zip(found.distance, found.node, strict=True)) == expected
        assert found.starts.tolist() == [
            sum(d <= level for d, _ in expected) for level in range(min(depth, case.nodes) + 1)
        ]
        types = case.columns["node_type"]
        assert found.counts.sum() == len(expected)
        for code, count in enumerate(found.counts):
            assert count == sum(types[v] == code for _, v in expected)

        page = rng.permutation([v for _, v in expected])[:5]
        groups = arcs_to(rows, found, page, chosen).groups()
        for v, edges in zip(page, groups, strict=True):
            nearer = [(u, j) for u, w, j in steps if w == v and far.get(u, 99) == far[v] - 1]
            assert edges == [j for _, j in sorted(nearer)]


def test_neighbourhood_of_larger_graphs():
    rng = np.random.default_rng(10)
    for _ in range(40):
        case = random_case(rng, nodes=int(rng.integers(60, 400)))
        rows, chosen = case.adjacency, case.edge_filter
        s = int(rng.integers(0, case.nodes))
        avoid = set(case.choice.get("avoid", []))
        graph = nx.DiGraph([(u, v) for u, v, _ in case.arcs() if u == s or case.passable(u)])
        graph.add_node(s)
        for depth in (1, 2, 4):
            far = nx.single_source_shortest_path_length(graph, s, cutoff=depth)
            expected = sorted((d, v) for v, d in far.items() if d > 0 and s not in avoid)
            found = neighbourhood(rows, s, depth, chosen)
            assert list(zip(found.distance, found.node, strict=True)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_edges_along(seed):
    for rng, case in cases(seed + 300, plain=seed == 0):
        rows, chosen = case.adjacency, case.edge_filter
        steps = case.arcs()
        for s, t in pairs(rng, case.nodes, 4):
            for path in shortest_path(rows, s, t, chosen).sequences:
                groups = edges_along(rows, path, chosen).groups()
                assert groups == [
                    sorted(j for u, v, j in steps if (u, v) == step) for step in pairwise(path)
                ]


def test_larger_graphs():
    rng = np.random.default_rng(9)
    for _ in range(12):
        case = random_case(rng, nodes=150)
        rows, chosen = case.adjacency, case.edge_filter
        for s, t in pairs(rng, case.nodes, 15):
            graph = case.graph(s, t)
            every = []
            if s in graph and t in graph and nx.has_path(graph, s, t):
                every = sorted(nx.all_shortest_paths(graph, s, t))
            assert shortest_path(rows, s, t, chosen).sequences == every[:1]
            found = all_shortest_paths(rows, s, t, chosen, limit=10_000)
            assert (found.sequences, found.count) == (every, len(every))
            ranked = k_shortest_paths(rows, s, t, 6, chosen)
            assert ranked == yen(rows, s, t, 6, chosen)
            every = [list(p) for p, _ in zip(_lengthening(graph, s, t), range(6), strict=False)]
            assert [len(p) for p in ranked.sequences] == [len(p) for p in every]


def _lengthening(graph, s, t):
    if s in graph and t in graph and nx.has_path(graph, s, t):
        yield from nx.shortest_simple_paths(graph, s, t)
