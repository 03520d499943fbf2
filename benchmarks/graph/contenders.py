"""Graph libraries, each asked in the fastest way it offers."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

import numpy as np

from benchmarks.graph.arrays import Arrays
from benchmarks.graph.questions import FIRST, LENGTH, K

Ask = dict[str, Callable[..., Any]]
Build = Callable[[Arrays, bool, list[int]], Callable[[], Any]]


def kernels(arrays: Arrays, filtered: bool) -> Callable[[], Any]:
    """Build rows of all edges: a filter is a choice of the question."""
    from coopgraph.graph.adjacency import Adjacency

    return lambda: Adjacency.build(
        arrays.nodes, arrays.source, arrays.target, visible=arrays.visible,
        interval=arrays.interval, interval_from=arrays.first, interval_to=arrays.last,
    )  # fmt: skip


def ask_kernels(graph: Any, arrays: Arrays, filtered: bool, penalty: list[int]) -> Ask:
    """Return our questions."""
    from coopgraph.graph.edge_filter import NO_FILTER, frozen
    from coopgraph.graph.kernels import levels, ranked, shortest, simple, weighted
    from coopgraph.graph.kernels.components import components
    from coopgraph.graph.kernels.cuts import cuts
    from coopgraph.graph.kernels.kin import kin
    from coopgraph.graph.kernels.row import Rows

    f = arrays.edge_filter() if filtered else NO_FILTER
    price = frozen(penalty, np.int32)
    ask: Ask = {
        "one hop": Rows(graph, f).row,
        "two hops": lambda n: levels.neighbourhood(graph, n, 2, f),
        "shortest": lambda a, b: shortest.shortest_path(graph, a, b, f),
        "all shortest": lambda a, b: simple.all_shortest_paths(graph, a, b, f, limit=FIRST),
        "k shortest": lambda a, b: ranked.k_shortest_paths(graph, a, b, K, f),
        "simple": lambda a, b: simple.simple_paths(graph, a, b, f, max_length=LENGTH, limit=FIRST),
        "informative": lambda a, b: weighted.cheapest_paths(graph, a, b, 1, price, f),
        "k informative": lambda a, b: weighted.cheapest_paths(graph, a, b, K, price, f),
        "adamic-adar": lambda n: kin(graph, n, f, jaccard=False),
        "components": lambda: components(graph, f),
        "cuts": lambda: cuts(graph, f),
    }
    return ask


def plain(kind: str, answer: Any) -> Any:
    """Return an answer of ours as others give theirs; not part of what is timed."""
    if kind == "components":
        return len(answer.size)
    if kind == "cuts":
        return (len(answer.bridge), len(answer.point))
    if kind.startswith("adamic-adar"):
        return dict(zip(answer.node.tolist(), answer.adamic_adar.tolist(), strict=True))
    if kind == "one hop":
        return answer.tolist()
    return answer.sequences if hasattr(answer, "sequences") else answer.node.tolist()


def _pairs(arrays: Arrays, filtered: bool) -> tuple[Any, Any]:
    if not filtered:
        return arrays.source, arrays.target
    chosen = arrays.kept()
    return arrays.source[chosen], arrays.target[chosen]


def networkx(arrays: Arrays, filtered: bool) -> Callable[[], Any]:
    """Build a ``Graph`` of the edges that the filter keeps."""
    import networkx as nx

    source, target = _pairs(arrays, filtered)

    def build() -> Any:
        graph = nx.Graph()
        graph.add_nodes_from(range(arrays.nodes))
        graph.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
        return graph

    return build


def ask_networkx(graph: Any, arrays: Arrays, filtered: bool, penalty: list[int]) -> Ask:
    """Return the questions for networkx."""
    import networkx as nx

    def or_none(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except nx.NetworkXNoPath:
            return []

    def weight(u: int, v: int, _: Any) -> int:
        return 2000 + penalty[u] + penalty[v]

    nx_paths, first = nx.shortest_simple_paths, lambda paths, n: list(islice(paths, n))
    adjacent = graph.adj
    return {
        "one hop": lambda n: list(adjacent[n]),
        "two hops": lambda n: _union(adjacent.__getitem__, n),
        "shortest": lambda a, b: or_none(lambda: [nx.bidirectional_shortest_path(graph, a, b)]),
        "all shortest": lambda a, b: or_none(
            lambda: first(nx.all_shortest_paths(graph, a, b), FIRST)
        ),
        "k shortest": lambda a, b: or_none(lambda: first(nx_paths(graph, a, b), K)),
        "simple": lambda a, b: first(nx.all_simple_paths(graph, a, b, cutoff=LENGTH), FIRST),
        "informative": lambda a, b: or_none(
            lambda: [nx.bidirectional_dijkstra(graph, a, b, weight)[1]]
        ),
        "k informative": lambda a, b: or_none(lambda: first(nx_paths(graph, a, b, weight), K)),
        "adamic-adar": lambda n: _adamic_adar(adjacent.__getitem__, n),
        "components": lambda: nx.number_connected_components(graph),
        "cuts": lambda: (
            sum(1 for _ in nx.bridges(graph)),
            len(set(nx.articulation_points(graph))),
        ),
    }


def igraph(arrays: Arrays, filtered: bool) -> Callable[[], Any]:
    """Build an igraph of the edges that the filter keeps."""
    import igraph as ig

    source, target = _pairs(arrays, filtered)
    pairs = np.stack([source, target], axis=1)
    return lambda: ig.Graph(n=arrays.nodes, edges=pairs)


def ask_igraph(graph: Any, arrays: Arrays, filtered: bool, penalty: list[int]) -> Ask:
    """Return the questions for igraph."""
    source, target = _pairs(arrays, filtered)
    price = np.asarray(penalty)
    weights = (2000.0 + price[source] + price[target]).tolist()

    def some(paths: Any) -> Any:
        return [path for path in paths if path]

    def alike(n: int) -> dict[int, float]:
        (scores,) = graph.similarity_inverse_log_weighted([n])
        return {v: s for v, s in enumerate(scores) if s > 0}

    return {
        "one hop": graph.neighbors,
        "two hops": lambda n: graph.neighborhood(n, order=2, mindist=1),
        "shortest": lambda a, b: some([graph.get_shortest_path(a, b)]),
        "all shortest": lambda a, b: some(graph.get_all_shortest_paths(a, b)),
        "k shortest": lambda a, b: some(graph.get_k_shortest_paths(a, b, k=K)),
        "simple": lambda a, b: graph.get_all_simple_paths(a, b, maxlen=LENGTH),
        "informative": lambda a, b: some([graph.get_shortest_path(a, b, weights)]),
        "k informative": lambda a, b: some(graph.get_k_shortest_paths(a, b, K, weights=weights)),
        "adamic-adar": alike,
        "components": lambda: len(graph.connected_components()),
        "cuts": lambda: (len(graph.bridges()), len(graph.articulation_points())),
    }


def rustworkx(arrays: Arrays, filtered: bool) -> Callable[[], Any]:
    """Build a ``PyGraph`` of the edges that the filter keeps."""
    import rustworkx as rx

    source, target = _pairs(arrays, filtered)

    def build() -> Any:
        graph = rx.PyGraph(multigraph=True)
        graph.add_nodes_from(range(arrays.nodes))
        graph.add_edges_from_no_data(list(zip(source.tolist(), target.tolist(), strict=True)))
        return graph

    return build


def ask_rustworkx(graph: Any, arrays: Arrays, filtered: bool, penalty: list[int]) -> Ask:
    """Return the questions for rustworkx."""
    import rustworkx as rx

    def one(a: int, b: int) -> Any:
        found = rx.dijkstra_shortest_paths(graph, a, target=b, default_weight=1.0)
        return [list(found[b])] if b in found else []

    return {
        "one hop": graph.neighbors,
        "two hops": lambda n: _union(graph.neighbors, n),
        "shortest": one,
        "all shortest": lambda a, b: rx.all_shortest_paths(graph, a, b, default_weight=1.0),
        "simple": lambda a, b: rx.all_simple_paths(graph, a, b, 0, LENGTH + 1),
        "adamic-adar": lambda n: _adamic_adar(graph.neighbors, n),
        "components": lambda: rx.number_connected_components(graph),
        "cuts": lambda: (len(rx.bridges(graph)), len(rx.articulation_points(graph))),
    }


def networkit(arrays: Arrays, filtered: bool) -> Callable[[], Any]:
    """Build a ``Graph`` of the edges that the filter keeps, on one thread."""
    import networkit as nk

    nk.setNumberOfThreads(1)
    source, target = (np.asarray(ends, np.uint64) for ends in _pairs(arrays, filtered))
    return lambda: nk.GraphFromCoo((source, target), n=arrays.nodes)


def ask_networkit(graph: Any, arrays: Arrays, filtered: bool, penalty: list[int]) -> Ask:
    """Return the questions for networkit."""
    import networkit as nk

    source, target = (np.asarray(ends, np.uint64) for ends in _pairs(arrays, filtered))
    price = np.asarray(penalty, np.float64)
    weights = 2000 + price[source] + price[target]
    weighted = nk.GraphFromCoo((weights, (source, target)), n=arrays.nodes, weighted=True)

    def ring(n: int) -> Any:
        return list(graph.iterNeighbors(n))

    def steps(a: int, b: int) -> int:
        search = nk.distance.BidirectionalBFS(graph, a, b)
        search.run()
        distance = search.getDistance()
        return int(distance) if distance < arrays.nodes else -1

    def every(a: int, b: int) -> Any:
        search = nk.distance.BFS(graph, a, True, False, b)
        search.run()
        return search.getPaths(b) if search.distance(b) < arrays.nodes else []

    def cheapest(a: int, b: int) -> int:
        search = nk.distance.BidirectionalDijkstra(weighted, a, b)
        search.run()
        distance = search.getDistance()
        return round((distance - penalty[a] - penalty[b]) / 2) if distance < 1e15 else -1

    def parts() -> int:
        search = nk.components.ConnectedComponents(graph)
        search.run()
        return int(search.numberOfComponents())

    return {
        "one hop": ring,
        "two hops": lambda n: _union(ring, n),
        "shortest": steps,
        "all shortest": every,
        "informative": cheapest,
        "adamic-adar": lambda n: _adamic_adar(ring, n),
        "components": parts,
    }


def _union(neighbours: Callable[[int], Any], node: int) -> set[int]:
    """Return who is one or two steps away, where a library has no call of its own for it."""
    ring = neighbours(node)
    found = set(ring).union(*map(neighbours, ring))
    found.discard(node)
    return found


def _adamic_adar(neighbours: Callable[[int], Any], node: int) -> dict[int, float]:
    """Return the scores of all: faster than asking a library pair by pair."""
    scores: dict[int, float] = {}
    for middle in neighbours(node):
        ring = neighbours(middle)
        if len(ring) > 1:
            share = 1 / math.log(len(ring))
            for other in ring:
                scores[other] = scores.get(other, 0.0) + share
    return scores


CONTENDERS: Final = {
    "kernels": (kernels, ask_kernels),
    "networkit": (networkit, ask_networkit),
    "networkx": (networkx, ask_networkx),
    "igraph": (igraph, ask_igraph),
    "rustworkx": (rustworkx, ask_rustworkx),
}
