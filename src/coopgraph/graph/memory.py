"""What a part of a snapshot weighs in memory."""

from __future__ import annotations

import numpy as np

from coopgraph.graph.describe import visible_edges, visible_nodes
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot


def memory_of(snapshot: Snapshot, scope: Scope, words: int) -> dict[str, int | float]:
    """Return what the nodes and edges of a scope weigh, in bytes.

    With all layers selected that is the whole snapshot. It depends on nothing outside the scope.

    Parameters
    ----------
    snapshot, scope
        What is weighed.
    words
        Bytes of the names to search by.

    Returns
    -------
    dict
        Bytes of ``topology`` (ends, directions, adjacency), of ``attributes`` (types, relations,
        layers, intervals), both ``per_edge``, of ``names`` (IRIs of nodes and of what says the
        edges), and ``words``. What is mapped from a file is in memory only as far as it was read.
    """
    s = snapshot
    nodes = np.flatnonzero(visible_nodes(s, scope))
    edges = np.flatnonzero(visible_edges(s, scope))
    n, m = len(nodes), len(edges)
    arcs = 2 * m - int((s.source[edges] == s.target[edges]).sum())  # a loop is one arc
    rows = s.adjacency.rows
    an_arc = sum(a.itemsize for a in (rows.neighbour, rows.edge, rows.orientation))
    an_end = s.source.itemsize + s.target.itemsize + s.directed.itemsize
    of_edge = sum(a.itemsize for a in (s.relation, s.subject, s.visible, s.interval))
    intervals = int(np.count_nonzero(np.bincount(s.interval[edges])))
    topology = (n + 1) * rows.indptr.itemsize + arcs * an_arc + m * an_end
    attributes = (
        n * (s.node_visible.itemsize + s.node_type.itemsize)
        + m * of_edge
        + intervals * (s.interval_from.itemsize + s.interval_to.itemsize)
    )
    subjects = np.flatnonzero(np.bincount(s.subject[edges]))
    return {
        "topology": topology,
        "attributes": attributes,
        "per_edge": round((topology + attributes) / m, 1) if m else 0.0,
        "names": s.nodes.weight(nodes) + s.subjects.weight(subjects),
        "words": words,
    }
