"""The graph as networkx has it, for everything beyond the three questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coopgraph.graph.describe import visible_edges, visible_nodes
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import short_id

if TYPE_CHECKING:
    import networkx as nx


def to_networkx(snapshot: Snapshot, words: Words, scope: Scope) -> nx.MultiDiGraph:
    """Return a multigraph of what is seen in a scope.

    Nodes are short ids with ``iri``, ``type``, ``label_zh`` and ``label_en``; an edge's key is its
    id, with the members that the API gives an edge as attributes. An edge without a direction has
    ``directed=False`` and is there once, from its source to its target.
    """
    import networkx as nx

    graph = nx.MultiDiGraph(view=snapshot.view, layers=list(scope.layers))
    for i in np.flatnonzero(visible_nodes(snapshot, scope)):
        node = words.node(int(i), scope.selection)
        graph.add_node(
            node["id"],
            iri=node["iri"],
            type=node["type"],
            label_zh=node["label"]["zh"],
            label_en=node["label"]["en"],
        )
    for i in np.flatnonzero(visible_edges(snapshot, scope)):
        edge = words.edge(int(i), scope.selection)
        graph.add_edge(
            short_id(snapshot.nodes[snapshot.source[i]]),
            short_id(snapshot.nodes[snapshot.target[i]]),
            key=edge["id"],
            **{k: v for k, v in edge.items() if k not in ("id", "source", "target")},
        )
    return graph
