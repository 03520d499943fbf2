"""How are two things connected: paths between two nodes, with what each step rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.errors import BadRequest, QueryTimeout
from coopgraph.graph.costs import COSTS, penalties_of
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.filters import make_filter
from coopgraph.graph.kernels.arcs import edges_along
from coopgraph.graph.kernels.ranked import k_shortest_paths
from coopgraph.graph.kernels.scratch import Paths
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths
from coopgraph.graph.kernels.weighted import cheapest_paths, path_cost
from coopgraph.graph.scope import Scope, choice, within
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words

MODES: Final = ("shortest", "all-shortest", "k-shortest", "all")
DEFAULT_K: Final = {"shortest": 1, "all-shortest": 100, "k-shortest": 5, "all": 100}
MAX_K: Final = 1000
MAX_LENGTH: Final = 30
DEFAULT_LENGTH_ALL: Final = 4
DEFAULT_LENGTH_VIA: Final = 8
MOST_COMPARED: Final = 10_000


@dataclass(frozen=True)
class PathQuestion:
    """What is asked of two nodes.

    Attributes
    ----------
    source, target
        The ends.
    mode
        ``shortest`` (one), ``all-shortest``, ``k-shortest`` (simple paths, shortest first) or
        ``all`` (every simple path up to ``max_length``).
    k
        At most so many paths; None for the mode's default.
    max_length
        At most so many steps; None for no limit (4 where all simple paths are asked for, 8 where
        the path must go through something).
    via
        Nodes that must be on the path.
    avoid
        Nodes that must not.
    through
        Types that the nodes between may have; empty for any.
    relation
        Relations that the steps may have; empty for any.
    sector
        IRI of a sector: only steps said by something in that sector.
    said_by
        Only steps said by these subjects; None for all.
    cost
        ``hops`` (each step costs 1) or ``informative`` (passing through a node costs the logarithm
        of its degree besides).
    """

    source: int
    target: int
    mode: str = "shortest"
    k: int | None = None
    max_length: int | None = None
    via: Sequence[int] = ()
    avoid: Sequence[int] = ()
    through: Sequence[str] = ()
    relation: Sequence[str] = ()
    sector: str | None = None
    said_by: Bool | None = None
    cost: str = "hops"


def find_paths(
    snapshot: Snapshot, scope: Scope, question: PathQuestion, recorded: Snapshot | None = None
) -> tuple[Paths, EdgeFilter]:
    """Search for paths.

    Parameters
    ----------
    recorded
        The graph in which degrees are counted, where that is not the one that is searched.

    Returns
    -------
    Paths, EdgeFilter
        Node sequences, cheapest first, then shortest, then in the order of the nodes' IRIs; and
        the filter that was applied.

    Raises
    ------
    BadRequest
        If the question contradicts itself.
    QueryTimeout
        If the search was given up before an answer was certain.
    """
    q = question
    choice("mode", q.mode, MODES)
    choice("cost", q.cost, COSTS)
    k = DEFAULT_K[q.mode] if q.k is None else q.k
    within("k", k, 1, MAX_K)
    if q.max_length is not None:
        within("max_length", q.max_length, 0, MAX_LENGTH)
    ends = {q.source, q.target}
    if ends & set(q.avoid) or set(q.via) & set(q.avoid):
        raise BadRequest(
            "avoid names a node that the path starts at, ends at or must go through",
            zh="avoid 中的节点与起点、终点或必经节点冲突",
            parameter="avoid",
        )
    edge_filter = make_filter(
        snapshot, scope, relation=q.relation, sector=q.sector, through=q.through, avoid=q.avoid,
        said_by=q.said_by,
    )  # fmt: skip
    if q.cost == "hops":
        paths = _search(snapshot, q, k, edge_filter)
    else:
        penalty = penalties_of(recorded or snapshot, scope)
        paths = _cheapest(snapshot, q, k, edge_filter, penalty)
    if paths.exhausted and (q.mode != "all" or not paths.sequences):
        raise QueryTimeout(
            "the search was given up before its answer was certain: give a smaller max_length, "
            "avoid a hub, or restrict layers, type or relation",
            zh="搜索在得出确定答案前已停止：请减小 max_length、避开枢纽，或限定图层、类型、关系",
        )
    return paths, edge_filter


def _search(snapshot: Snapshot, q: PathQuestion, k: int, edge_filter: EdgeFilter) -> Paths:
    rows = snapshot.adjacency
    required = sorted(set(q.via) - {q.source, q.target})
    if q.mode == "all" or required:
        default = DEFAULT_LENGTH_ALL if q.mode == "all" and not required else DEFAULT_LENGTH_VIA
        return simple_paths(
            rows,
            q.source,
            q.target,
            edge_filter,
            max_length=default if q.max_length is None else q.max_length,
            required=required,
            limit=1 if q.mode == "shortest" else k,
            first_length_only=q.mode in ("shortest", "all-shortest"),
        )
    if q.mode == "shortest":
        return shortest_path(rows, q.source, q.target, edge_filter, max_length=q.max_length)
    if q.mode == "all-shortest":
        return all_shortest_paths(
            rows, q.source, q.target, edge_filter, limit=k, max_length=q.max_length
        )
    return k_shortest_paths(rows, q.source, q.target, k, edge_filter, max_length=q.max_length)


def _cheapest(
    snapshot: Snapshot, q: PathQuestion, k: int, edge_filter: EdgeFilter, penalty: NDArray[np.int32]
) -> Paths:
    rows = snapshot.adjacency
    limit = 1 if q.mode == "shortest" else k
    longest = q.max_length
    if longest is None and q.mode == "all":
        longest = DEFAULT_LENGTH_ALL
    required = sorted(set(q.via) - {q.source, q.target})
    if not required:
        return cheapest_paths(
            rows, q.source, q.target, limit, penalty, edge_filter,
            max_length=longest, equal_only=q.mode == "all-shortest",
        )  # fmt: skip
    # What must be on the way has to be sought by length; what is found is then put in order.
    found = simple_paths(
        rows,
        q.source,
        q.target,
        edge_filter,
        max_length=DEFAULT_LENGTH_VIA if q.max_length is None else q.max_length,
        required=required,
        limit=MOST_COMPARED,
    )
    ranked = sorted(found.sequences, key=lambda p: (path_cost(p, penalty), len(p), p))
    if q.mode == "all-shortest" and ranked:
        least = path_cost(ranked[0], penalty)
        ranked = [p for p in ranked if path_cost(p, penalty) == least]
    more = found.truncated or (q.mode != "shortest" and len(ranked) > limit)
    return Paths(ranked[:limit], min(limit, len(ranked)), more, found.exhausted)


def describe_paths(
    snapshot: Snapshot,
    words: Words,
    scope: Scope,
    paths: Paths,
    edge_filter: EdgeFilter,
    cost: str = "hops",
    *,
    edge: Callable[[int], dict[str, Any]] | None = None,
    recorded: Snapshot | None = None,
) -> list[dict[str, Any]]:
    """Return paths in the shape of the API, every parallel edge of each step included.

    Parameters
    ----------
    snapshot, words, scope, paths, edge_filter, cost
        What was searched, and what was found in it.
    edge
        Describes an edge; by default ``words`` does.
    recorded
        As of :func:`find_paths`.
    """
    described = []

    def in_words(number: int) -> dict[str, Any]:
        return words.edge(number, scope.selection) if edge is None else edge(number)

    penalty = penalties_of(recorded or snapshot, scope) if cost != "hops" else None
    for sequence in paths.sequences:
        parallel = edges_along(snapshot.adjacency, sequence, edge_filter).groups()
        described.append(
            {
                "length": len(sequence) - 1,
                "cost": float(len(sequence) - 1)
                if penalty is None
                else path_cost(sequence, penalty),
                "nodes": [words.node(n, scope.selection) for n in sequence],
                "edges": [[in_words(e) for e in step] for step in parallel],
            }
        )
    return described
