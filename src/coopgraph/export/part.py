"""The part of the graph that a file holds, and what the file says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyoxigraph as ox

from coopgraph.export.gap_list import drawn_gaps
from coopgraph.graph.describe import visible_edges, visible_nodes
from coopgraph.graph.filters import make_filter
from coopgraph.graph.kernels.arcs import edges_along
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.paths import PathQuestion, find_paths
from coopgraph.graph.scope import Scope, within
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import short_id

MAX_DEPTH: Final = 4


@dataclass(frozen=True)
class Part:
    """Some nodes and edges of a view, in the words of a scope.

    Attributes
    ----------
    store, snapshot, words, scope
        Of what it is a part.
    nodes, edges
        What is in it, shapes (n,) and (m,).
    language
        ``zh`` or ``en``: the language of ``label``.
    generation
        The number of published changes.
    content
        ``whole graph``, or what was asked for in words.
    title
        Short id of what it is about, None for the whole graph.
    more_nodes, more_edges
        What is no node or edge of the graph: gaps, and what is suggested. Nodes in the shape of
        the API, with ``assertion``; edges likewise, between short ids.
    truncated
        Whether there is more of what was asked for.
    """

    store: ox.Store
    snapshot: Snapshot
    words: Words
    scope: Scope
    nodes: Bool
    edges: Bool
    language: str
    generation: int
    content: str = "whole graph"
    title: str | None = None
    more_nodes: Sequence[Mapping[str, Any]] = field(default=())
    more_edges: Sequence[Mapping[str, Any]] = field(default=())
    truncated: bool = False

    @property
    def about(self) -> dict[str, str]:
        """What a file says about itself: where it comes from, and what it leaves out.

        Not the generation: a change of layers that were not asked for leaves the file as it was.
        """
        scope = self.scope
        return {
            "generator": "coopgraph",
            "content": self.content,
            "layers": ",".join(scope.layers),
            "view": scope.view,
            "as_of": scope.as_of.isoformat() if scope.as_of else "",
            "dated": "only" if scope.dated_only else "",
            "language": self.language,
            "truncated": "true" if self.truncated else "false",
            "note": (
                "Edges with assertion=recorded are recorded in these layers. Those with "
                "assertion=gap or suggested are recorded by nobody: they come from rules. "
                "What is not here is not recorded here; that is no proof that it does not exist."
            ),
        }

    @property
    def counts(self) -> tuple[int, int]:
        """How many nodes and how many edges it has."""
        return (
            int(self.nodes.sum()) + len(self.more_nodes),
            int(self.edges.sum()) + len(self.more_edges),
        )


def whole(
    store: ox.Store, snapshot: Snapshot, words: Words, scope: Scope, language: str, generation: int
) -> Part:
    """Return everything that is seen in a scope."""
    nodes, edges = visible_nodes(snapshot, scope), visible_edges(snapshot, scope)
    return Part(store, snapshot, words, scope, nodes, edges, language, generation)


def around(part: Part, focus: int, depth: int) -> Part:
    """Return what of a part lies around a node, with all edges between what is near.

    Raises
    ------
    BadRequest
        If the depth is not from 1 to 4.
    """
    within("depth", depth, 1, MAX_DEPTH)
    s = part.snapshot
    found = neighbourhood(s.adjacency, focus, depth, make_filter(s, part.scope))
    near = np.zeros(len(part.nodes), np.bool_)
    near[found.node] = near[focus] = True
    name = short_id(s.nodes[focus])
    return _less(
        part, part.nodes & near, part.edges & near[s.source] & near[s.target],
        content=f"around {name}, depth {depth}", title=name,
    )  # fmt: skip


def along(part: Part, question: PathQuestion) -> Part:
    """Return what lies on the paths between two nodes, every parallel edge included.

    The ends are there also where no path is found.

    Raises
    ------
    BadRequest, QueryTimeout
        As :func:`coopgraph.graph.paths.find_paths` does.
    """
    s = part.snapshot
    paths, edge_filter = find_paths(s, part.scope, question)
    nodes, edges = np.zeros(len(part.nodes), np.bool_), np.zeros(len(part.edges), np.bool_)
    nodes[[question.source, question.target]] = True
    for sequence in paths.sequences:
        nodes[list(sequence)] = True
        for step in edges_along(s.adjacency, sequence, edge_filter).groups():
            edges[list(step)] = True
    ends = [short_id(s.nodes[n]) for n in (question.source, question.target)]
    return _less(
        part, nodes, edges, truncated=bool(paths.truncated),
        content=f"{question.mode} paths from {ends[0]} to {ends[1]}: {len(paths.sequences)}",
        title=f"{ends[0]}-{ends[1]}",
    )  # fmt: skip


def of_gaps(part: Part, gaps: Sequence[Mapping[str, Any]], *, suggested: bool) -> Part:
    """Return gaps as nodes of their own, joined to what they are about.

    Parameters
    ----------
    part
        Where the things the gaps are about are looked up.
    gaps
        In the shape of the API.
    suggested
        Whether their candidates are drawn as well.
    """
    s, selection = part.snapshot, part.scope.selection
    found, drawn = drawn_gaps(gaps, suggested=suggested)
    nodes = np.zeros(len(part.nodes), np.bool_)
    more = []
    for node in found:
        known = s.find(node["iri"], selection)
        if known is None:
            more.append(node)
        else:
            nodes[known] = True
    return _less(
        part, nodes, np.zeros(len(part.edges), np.bool_),
        content=f"gaps: {len(gaps)}", title="gaps", more_nodes=more, more_edges=drawn,
    )  # fmt: skip


def with_suggestions(part: Part, gaps: Sequence[Mapping[str, Any]]) -> Part:
    """Return a part with the gaps and candidates whose subject is in it, marked as such."""
    s, selection = part.snapshot, part.scope.selection
    here = [
        gap
        for gap in gaps
        if gap["candidates"]
        and (node := s.find(gap["subject"]["iri"], selection)) is not None
        and part.nodes[node]
    ]
    added = of_gaps(part, here, suggested=True)
    return _less(
        part, part.nodes | added.nodes, part.edges,
        content=part.content, title=part.title, truncated=part.truncated,
        more_nodes=added.more_nodes, more_edges=added.more_edges,
    )  # fmt: skip


def _less(part: Part, nodes: Bool, edges: Bool, **said: Any) -> Part:
    return Part(
        part.store, part.snapshot, part.words, part.scope, nodes, edges, part.language,
        part.generation, **said,
    )  # fmt: skip
