"""How many neighbours each relation joins, counted arc by arc."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from networkx_oracle import random_case

from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.joining import relation_counts
from coopgraph.graph.kernels.levels import neighbourhood


def passes(edge_filter: EdgeFilter, node: int) -> bool:
    allowed = edge_filter.node_type_allowed
    if not len(allowed) or not len(edge_filter.node_type):
        return True
    code = int(edge_filter.node_type[node])
    return code < len(allowed) and bool(allowed[code])


def expected(case, edge_filter, around, relations, kept):
    """Count by looking at every allowed step there is."""
    distance = {around.source: 0}
    distance.update(zip(around.node.tolist(), around.distance.tolist(), strict=True))
    joined = set()
    for u, w, edge in case.arcs():
        nearer = u in distance and w in distance and distance[w] == distance[u] + 1
        if nearer and (u == around.source or passes(edge_filter, u)):
            joined.add((w, int(case.columns["relation"][edge])))
    chosen = set(around.node[kept].tolist())
    return np.bincount([code for w, code in joined if w in chosen], minlength=relations).tolist()


@pytest.mark.parametrize("relations", [3, 64, 65, 200])
def test_against_every_arc(relations):
    rng = np.random.default_rng(relations)
    counted = 0
    for _ in range(100):
        case = random_case(rng)
        # The codes are spread over all there are, so that every word of the bitmap is used.
        case.columns["relation"] = rng.integers(0, relations, len(case.source))
        if "relation_allowed" in case.choice:
            case.choice["relation_allowed"] = rng.random(relations) < 0.7
        edge_filter = case.edge_filter
        for depth in (1, 2, 4):
            source = int(rng.integers(case.nodes))
            around = neighbourhood(case.adjacency, source, depth, edge_filter)
            kept = rng.random(len(around.node)) < 0.8
            found = relation_counts(case.adjacency, around, relations, edge_filter, kept)
            assert found.tolist() == expected(case, edge_filter, around, relations, kept)
            every = relation_counts(case.adjacency, around, relations, edge_filter)
            whole = np.ones(len(around.node), np.bool_)
            assert every.tolist() == expected(case, edge_filter, around, relations, whole)
            counted += int(every.sum())
    assert counted > 200


def test_without_relations_nothing_is_counted():
    case = random_case(np.random.default_rng(1))
    case.columns["relation"] = ()
    around = neighbourhood(case.adjacency, 0, 2)
    assert relation_counts(case.adjacency, around, 5).tolist() == [0] * 5
