"""What a part of a snapshot weighs in memory."""

from __future__ import annotations

import numpy as np

from coopgraph.graph.adjacency import RANKED
from coopgraph.graph.describe import visible_edges, visible_nodes
from coopgraph.graph.layers import subsets
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
        Bytes of ``topology`` (rows, neighbours, ranks), of ``attributes`` (types of nodes; of edges
        the code of their kind and direction at both ends, who says them, and the table of kinds
        with relations, layers and dates), both ``per_edge``, of ``names`` (IRIs of nodes
        and of what says the edges), and ``words``. What is mapped from a file is in memory only as
        far as it was read.
    """
    s = snapshot
    nodes = np.flatnonzero(visible_nodes(s, scope))
    edges = np.flatnonzero(visible_edges(s, scope))
    n, m = len(nodes), len(edges)
    rows, kinds = s.adjacency, s.adjacency.kinds
    at = rows.arcs(edges)
    loops = int((s.source[edges] == rows.neighbour[at]).sum())
    arcs = 2 * m - loops  # a loop is one arc
    topology = (
        (n + 1) * rows.indptr.itemsize
        + arcs * rows.neighbour.itemsize
        + (arcs // RANKED + 1) * rows.rank.itemsize
        + (m * rows.number.itemsize if len(rows.number) else 0)
    )
    used = np.flatnonzero(np.bincount(rows.code[at] >> 1))
    # As if no other layer had ever been loaded: kinds that differ only in those are one.
    inside = sum(1 << part for part in subsets(scope.selection))
    seen = kinds.visible[used] & np.uint8(inside)
    told = np.stack([column[used].astype(np.int64) for column in (
        kinds.directed, kinds.relation, kinds.interval)] + [seen.astype(np.int64)])  # fmt: skip
    distinct = np.unique(told, axis=1).shape[1]
    intervals = int(np.count_nonzero(np.bincount(kinds.interval[used])))
    columns = (kinds.directed, kinds.visible, kinds.relation, kinds.interval)
    a_kind = sum(column.itemsize for column in columns)
    attributes = (
        n * (s.node_visible.itemsize + s.node_type.itemsize)
        + arcs * rows.code.itemsize
        + m * s.subject.itemsize
        + distinct * a_kind
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
