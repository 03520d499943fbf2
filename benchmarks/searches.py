"""Neighbours and paths: kernels and CoopGraph's calls, beside networkx on the same graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any, Final

import networkx as nx
import numpy as np

from benchmarks.table import Cell, Section
from benchmarks.timing import each, within_budget
from coopgraph import CoopGraph
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.kernels.ranked import k_shortest_paths
from coopgraph.graph.kernels.shortest import shortest_path
from coopgraph.graph.kernels.simple import all_shortest_paths, simple_paths
from coopgraph.graph.snapshot import Snapshot
from coopgraph.vocabulary import short_id

FIRST: Final = 100
K: Final = 10
LENGTH: Final = 4
KERNEL_REPETITIONS: Final = 5


@dataclass(frozen=True)
class Kind:
    """One kind of question.

    Attributes
    ----------
    words
        What the table calls it.
    questions
        Node numbers, one tuple a question.
    kernel, call, peer
        The contenders; ``call`` takes names.
    same
        Whether the answers of kernel and peer agree.
    """

    words: str
    questions: Sequence[tuple[int, ...]]
    kernel: Callable[..., Any]
    call: Callable[..., Any]
    peer: Callable[..., Any]
    same: Callable[[Any, Any], bool]


def undirected(snapshot: Snapshot) -> nx.Graph:
    """Return the snapshot's topology as networkx searches it fastest.

    Parallel edges are put together: networkx's ranked paths refuse multigraphs.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(len(snapshot.nodes)))
    graph.add_edges_from(zip(snapshot.source[:].tolist(), snapshot.target[:].tolist(), strict=True))
    return graph


def choose(snapshot: Snapshot, count: int, seed: int = 2) -> tuple[list[int], list[int]]:
    """Return random nodes that have edges, and the biggest hub alone."""
    degree = np.diff(snapshot.adjacency.indptr)
    having = np.flatnonzero(degree)
    random = np.random.default_rng(seed)
    return random.choice(having, count).tolist(), [int(degree.argmax())]


def search_section(
    title: str, graph: CoopGraph, peer: nx.Graph, *, questions: int, single: float, budget: float
) -> Section:
    """Time neighbours and paths on one graph; raise AssertionError where answers differ.

    Parameters
    ----------
    title
        What the graph is called.
    graph, peer
        The graph, and the same for networkx.
    questions
        Random nodes and pairs of each kind.
    single, budget
        Seconds the peer may take for one question, and for all of one kind.
    """
    section = Section(title, peer="networkx")
    for kind in _kinds(graph, peer, questions):
        seconds, answers = within_budget(kind.peer, kind.questions, single=single, budget=budget)
        own = [kind.kernel(*q) for q in kind.questions]  # also warms
        for question, mine, theirs in zip(kind.questions, own, answers, strict=False):
            if not kind.same(mine, theirs):
                raise AssertionError(f"{kind.words}: answers differ for nodes {question}")
        kernel = each(kind.kernel, kind.questions, repetitions=KERNEL_REPETITIONS)
        names = [
            tuple(short_id(graph.published.snapshot("compact").nodes[node]) for node in q)
            for q in kind.questions
        ]
        kind.call(*names[-1])
        graph.published.words.cache_clear()  # cold: every word comes from the store
        cold = each(kind.call, names)
        warm = each(kind.call, names, repetitions=3)
        done = len(seconds) or None  # compare what the peer finished; everything if nothing
        section.add(
            kind.words,
            str(len(kind.questions))
            + ("" if done == len(kind.questions) else f", networkx {len(seconds)}"),
            networkx=Cell(median(seconds)) if seconds else Cell(None, single),
            kernel=median(kernel[:done]),
            call_cold=median(cold[:done]),
            call_warm=median(warm[:done]),
        )
    section.notes.append(
        "“Kernel” is the search over arrays; “call” is `CoopGraph.neighbours` (first 50) and "
        "`CoopGraph.paths` with labels, every parallel edge and its evidence, cold (each node "
        "asked for the first time) and warm. networkx returns bare node numbers. Every answer "
        "that networkx finished was compared with the kernel's."
    )
    return section


def _kinds(graph: CoopGraph, peer: nx.Graph, count: int) -> list[Kind]:
    snapshot = graph.published.snapshot("compact")
    rows = snapshot.adjacency
    nodes, hub = choose(snapshot, 2 * count)
    pairs = list(zip(nodes[:count], nodes[count:], strict=True))
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    kinds = [
        Kind(
            f"neighbours, depth {depth}, {words}",
            some,
            lambda n, d=depth: neighbourhood(rows, n, d),
            lambda name, d=depth: graph.neighbours(name, depth=d),
            lambda n, d=depth: _around(peer, n, d),
            _same_nodes,
        )
        for words, some in (
            ("random node", [(n,) for n in nodes[:count]]),
            ("biggest hub", [(hub[0],)]),
        )
        for depth in (1, 2)
    ]
    path_kinds: tuple[tuple[str, Any, dict[str, Any], Any, Any], ...] = (
        (
            "shortest path",
            lambda a, b: shortest_path(rows, a, b).sequences,
            {"mode": "shortest"},
            lambda a, b: _none(lambda: [nx.bidirectional_shortest_path(peer, a, b)]),
            _same_lengths,
        ),
        (
            f"all shortest paths (first {FIRST})",
            lambda a, b: all_shortest_paths(rows, a, b, limit=FIRST).sequences,
            {"mode": "all-shortest", "k": FIRST},
            lambda a, b: _none(lambda: list(islice(nx.all_shortest_paths(peer, a, b), FIRST))),
            _same_lengths,
        ),
        (
            f"{K} shortest paths",
            lambda a, b: k_shortest_paths(rows, a, b, K).sequences,
            {"mode": "k-shortest", "k": K},
            lambda a, b: _none(lambda: list(islice(nx.shortest_simple_paths(peer, a, b), K))),
            _same_lengths,
        ),
        (
            f"simple paths of up to {LENGTH} steps (first {FIRST})",
            lambda a, b: simple_paths(rows, a, b, max_length=LENGTH, limit=FIRST).sequences,
            {"mode": "all", "k": FIRST, "max_length": LENGTH},
            lambda a, b: list(islice(nx.all_simple_paths(peer, a, b, cutoff=LENGTH), FIRST)),
            _same_or_first,
        ),
    )
    return kinds + [
        Kind(words, pairs, kernel, lambda a, b, p=parameters: graph.paths(a, b, **p), theirs, same)
        for words, kernel, parameters, theirs, same in path_kinds
    ]


def _around(peer: nx.Graph, node: int, depth: int) -> Any:
    if depth == 1:
        return list(peer[node])
    return nx.single_source_shortest_path_length(peer, node, cutoff=depth)


def _none(search: Callable[[], list[list[int]]]) -> list[list[int]]:
    try:
        return search()
    except nx.NetworkXNoPath:
        return []


def _same_nodes(mine: Any, theirs: Any) -> bool:
    return len(set(theirs) - {mine.source}) == len(mine.node)


def _same_lengths(mine: list[list[int]], theirs: list[list[int]]) -> bool:
    return [len(path) for path in mine] == [len(path) for path in theirs]


def _same_or_first(mine: list[list[int]], theirs: list[list[int]]) -> bool:
    """Compare lengths where all paths were found; else how many there are.

    The first hundred of ours are the shortest, those of networkx come in the order of its search.
    """
    if len(mine) < FIRST:
        return sorted(map(len, mine)) == sorted(map(len, theirs))
    return len(mine) == len(theirs)
