"""Kinds of edges: light where edges are alike, and right where no two are."""

from __future__ import annotations

import numpy as np
import pytest

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.arcs import arcs_to
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kinds import Kinds

NODES, EDGES = 2_000, 10_000


def graph(spans: int) -> tuple[Adjacency, dict[str, np.ndarray]]:
    """Return a graph whose edges have one of so many dates each, and the dates by edge."""
    rng = np.random.default_rng(spans)
    ends = rng.integers(0, NODES, (2, EDGES))
    ends = ends[:, np.lexsort((ends[1], ends[0]))]
    first = rng.integers(0, 1000, spans)
    columns = {
        "subject": rng.integers(0, EDGES // 3, EDGES),
        "visible": rng.choice([1, 2, 3], EDGES),
        "relation": rng.integers(0, 12, EDGES),
        "interval": rng.permutation(np.resize(np.arange(spans), EDGES)),
        "interval_from": first,
        "interval_to": first + rng.integers(0, 1000, spans),
    }
    columns["directed"] = rng.random(EDGES) < 0.5
    columns["source"], columns["target"] = ends
    rest = {name: c for name, c in columns.items() if name not in ("source", "target")}
    return Adjacency.build(NODES, *ends, **rest), columns


def weight(rows: Adjacency) -> float:
    arrays = (rows.indptr, rows.neighbour, rows.code, rows.rank, rows.number, rows.subject)
    a_node = 3  # its type and layers
    return (sum(a.nbytes for a in arrays) + rows.kinds.nbytes + a_node * rows.nodes) / rows.edges


def test_an_edge_with_all_that_is_known_of_it_weighs_at_most_24_bytes():
    rows, _ = graph(20)
    assert len(rows.kinds) <= 20 * 12 * 3 * 2
    assert weight(rows) <= 24


@pytest.mark.parametrize("spans", [1, 20, EDGES])
@pytest.mark.parametrize("direction", [0, 1, 2])
def test_filters_let_through_what_they_should(spans, direction):
    rows, c = graph(spans)
    assert spans != EDGES or (len(rows.kinds) == EDGES and weight(rows) > 24)
    relations, who = np.arange(12) % 3 == 0, np.arange(EDGES // 3) % 2 == 0
    first, last = (c[name][c["interval"]] for name in ("interval_from", "interval_to"))
    allowed = (c["visible"] & 2 != 0) & relations[c["relation"]] & who[c["subject"]]
    allowed &= (first <= 700) & (last >= 700)
    chosen = EdgeFilter.build(
        selection=1, day=700, relation_allowed=relations, via_allowed=who, direction=direction
    )
    joined: dict[int, set[tuple[int, int]]] = {}
    for j in np.flatnonzero(allowed).tolist():
        u, v = int(c["source"][j]), int(c["target"][j])
        if u != v and (direction != 2 or not c["directed"][j]):
            joined.setdefault(u, set()).add((v, j))
        if u != v and (direction != 1 or not c["directed"][j]):
            joined.setdefault(v, set()).add((u, j))
    for node in range(0, NODES, 7):
        found = neighbourhood(rows, node, 1, chosen)
        edges = arcs_to(rows, found, found.node, chosen).groups()
        pairs = {(w, j) for w, some in zip(found.node.tolist(), edges, strict=True) for j in some}
        assert pairs == joined.get(node, set())


def test_without_columns_there_is_nothing_to_filter_by():
    kinds, kind = Kinds.of([False, True, False])
    assert (len(kinds), kind.tolist()) == (2, [0, 1, 0])
    for choice in ({"selection": 3}, {"day": 4}, {"dated_only": 1}, {"relation_allowed": [False]}):
        assert not len(kinds.mask(EdgeFilter.build(**choice)))
    assert kinds.mask(EdgeFilter.build(direction=2)).tolist() == [1, 1, 1, 0]
    assert not len(kinds.mask(EdgeFilter.build(direction=2), both_ways=True))


def test_relations_that_the_filter_does_not_know_are_not_allowed():
    kinds, _ = Kinds.of([False, False], relation=[0, 5])
    assert kinds.mask(EdgeFilter.build(relation_allowed=[True, False])).tolist() == [1, 1, 0, 0]
