"""What holds a graph together and who has what in common: as networkx says."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import random_case

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels import scratch
from coopgraph.graph.kernels.betweenness import betweenness
from coopgraph.graph.kernels.components import components
from coopgraph.graph.kernels.constraint import constraint
from coopgraph.graph.kernels.cuts import cuts
from coopgraph.graph.kernels.degree import degrees
from coopgraph.graph.kernels.kin import kin

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 14)


def undirected(seed, size):
    """A case without the filters these measures do not look at, and its plain graph."""
    case = random_case(np.random.default_rng(seed), nodes=size)
    case.choice.pop("direction", None)
    case.choice.pop("node_type_allowed", None)
    return case, nx.Graph(case.graph())


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_degrees(seed, size):
    case = random_case(np.random.default_rng(seed), nodes=size)
    expected = [0] * size
    for u, v in {(u, v) for u, v, _ in case.arcs() if u != v}:
        expected[u] += 1
        assert v != u
    assert degrees(case.adjacency, case.edge_filter).tolist() == expected


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_components(seed, size):
    case, graph = undirected(seed, size)
    found = components(case.adjacency, case.edge_filter)
    expected = sorted(sorted(part) for part in nx.connected_components(graph))
    parts = [np.flatnonzero(found.of_node == i).tolist() for i in range(len(found.size))]
    assert parts == expected
    assert found.size.tolist() == [len(part) for part in expected]
    assert set(np.flatnonzero(found.of_node < 0)) == set(range(size)) - set(graph)


@settings(max_examples=30)
@given(SEEDS, st.integers(100, 700), st.floats(0.2, 3))
def test_components_of_larger_graphs(seed, size, density):
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, size, (2, int(density * size)))
    rows = Adjacency.build(size, source, target, visible=rng.integers(1, 4, len(source)))
    avoid = rng.integers(0, size, 5)
    found = components(rows, EdgeFilter.build(selection=0, avoid=avoid))
    graph = nx.Graph()
    graph.add_nodes_from(set(range(size)) - set(avoid.tolist()))
    seen = (np.asarray(rows.kinds.visible)[rows.code >> 1] & 1) != 0
    ends = np.repeat(np.arange(size), np.diff(rows.indptr))[seen], rows.neighbour[seen]
    graph.add_edges_from(
        (u, v) for u, v in zip(*map(np.ndarray.tolist, ends), strict=True)
        if u in graph and v in graph
    )  # fmt: skip
    expected = sorted(sorted(part) for part in nx.connected_components(graph))
    parts = [np.flatnonzero(found.of_node == i).tolist() for i in range(len(found.size))]
    assert parts == expected
    assert found.size.tolist() == [len(part) for part in expected]


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_cuts(seed, size):
    case, graph = undirected(seed, size)
    found = cuts(case.adjacency, case.edge_filter)
    assert found.point.tolist() == sorted(nx.articulation_points(graph))
    whole = {v: part for part in nx.connected_components(graph) for v in part}
    for point, parts, off in zip(found.point, found.parts, found.point_cuts_off, strict=True):
        rest = graph.subgraph(whole[point] - {point})
        sizes = sorted(len(part) for part in nx.connected_components(rest))
        assert (parts, off) == (len(sizes), sum(sizes[:-1]))
    joined = {}
    for u, v, j in case.arcs():
        if u != v:
            joined.setdefault(frozenset((u, v)), set()).add(j)
    expected = {}
    for pair in nx.bridges(graph):
        edges = joined[frozenset(pair)]
        if len(edges) == 1:  # one of several parallel edges holds nothing together
            rest = graph.copy()
            rest.remove_edge(*pair)
            sizes = [len(nx.node_connected_component(rest, end)) for end in pair]
            expected[min(edges)] = min(sizes)
    assert dict(zip(found.bridge.tolist(), found.bridge_cuts_off.tolist(), strict=True)) == expected


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_constraint(seed, size):
    case, graph = undirected(seed, size)
    found = constraint(case.adjacency, case.edge_filter)
    expected = nx.constraint(graph) if graph else {}
    for v in range(size):
        wanted = expected.get(v, math.nan)
        assert found[v] == pytest.approx(wanted, nan_ok=True)


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_betweenness(seed, size):
    case, graph = undirected(seed, size)
    found, used = betweenness(case.adjacency, case.edge_filter)
    assert used == size
    expected = nx.betweenness_centrality(graph, normalized=False)
    assert found == pytest.approx([expected.get(v, 0.0) for v in range(size)])


def test_betweenness_of_a_sample_is_near_and_always_the_same():
    drawn = nx.barabasi_albert_graph(400, 3, seed=1)
    ends = np.array(drawn.edges).T
    rows = Adjacency.build(400, *ends)
    exact, every = betweenness(rows)
    near, some = betweenness(rows, work=400_000)
    again, _ = betweenness(rows, work=400_000)
    assert (every, some < 400) == (400, True)
    assert np.array_equal(near, again)
    assert set(np.argsort(exact)[-3:]) <= set(np.argsort(near)[-8:])
    assert near.sum() == pytest.approx(exact.sum(), rel=0.1)


@settings(max_examples=400)
@given(SEEDS, SIZES)
def test_kin(seed, size):
    case, graph = undirected(seed, size)
    source = seed % size
    found = kin(case.adjacency, source, case.edge_filter)
    others = [v for v in range(size) if v != source]
    if source in graph:
        others = [v for v in others if v in graph and set(graph[v]) & set(graph[source])]
    else:
        others = []
    assert found.node.tolist() == others
    asked = [(source, v) for v in others]
    assert found.common.tolist() == [len(set(graph[source]) & set(graph[v])) for v in others]
    for ours, theirs in (
        (found.adamic_adar, nx.adamic_adar_index),
        (found.resource_allocation, nx.resource_allocation_index),
        (found.jaccard, nx.jaccard_coefficient),
    ):
        assert ours == pytest.approx([score for _, _, score in theirs(graph, asked)])
    assert not any(used.parts.local.any() for used in scratch.POOL._free)
    assert kin(case.adjacency, source, case.edge_filter, jaccard=False).jaccard.size == 0


def test_shared_neighbours_may_be_of_some_types_only():
    rows = Adjacency.build(4, [0, 0, 1, 2], [1, 2, 3, 3])
    chosen = EdgeFilter.build(node_type=[0, 1, 0, 0], node_type_allowed=[True, False])
    assert kin(rows, 0, chosen).common.tolist() == [1]


def test_long_chains_need_no_recursion():
    n = 200_000
    rows = Adjacency.build(n, np.arange(n - 1), np.arange(1, n))
    found = cuts(rows)
    assert len(found.bridge) == n - 1
    assert len(found.point) == n - 2
    assert found.bridge_cuts_off.max() == n // 2
    assert components(rows).size.tolist() == [n]


@pytest.mark.parametrize("measure", [degrees, components, cuts, constraint, betweenness])
def test_degenerate_graphs(measure):
    measure(Adjacency.build(0, [], []))
    measure(Adjacency.build(1, [0], [0]))
    with pytest.raises(ValueError):
        measure(Adjacency.build(2, [0], [1]), EdgeFilter.build(node_type=[1]))
