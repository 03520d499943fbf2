"""Export what is seen in a scope, whole or around one node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from coopgraph.export.graphml import MEDIA_TYPE as GRAPHML
from coopgraph.export.graphml import write_graphml
from coopgraph.graph.describe import visible_edges, visible_nodes
from coopgraph.graph.filters import make_filter
from coopgraph.graph.kernels.levels import neighbourhood
from coopgraph.graph.labels import LANGUAGES
from coopgraph.graph.scope import Scope, choice, within
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words

MAX_DEPTH: Final = 4

Writer = Callable[[Snapshot, Words, int, Bool, Bool, str], Iterator[bytes]]


@dataclass(frozen=True)
class FileFormat:
    """A format that graphs are exported in.

    Attributes
    ----------
    media_type
        Its media type.
    suffix
        The ending of its files.
    write
        Writes it.
    """

    media_type: str
    suffix: str
    write: Writer


FORMATS: Final[dict[str, FileFormat]] = {"graphml": FileFormat(GRAPHML, ".graphml", write_graphml)}


@dataclass(frozen=True)
class GraphFile:
    """A file that is being written.

    Attributes
    ----------
    name
        What to call it.
    media_type
        What it is.
    chunks
        Its bytes.
    """

    name: str
    media_type: str
    chunks: Iterator[bytes]


def export_graph(
    snapshot: Snapshot,
    words: Words,
    scope: Scope,
    *,
    file_format: str = "graphml",
    focus: int | None = None,
    depth: int = 1,
    language: str = "zh",
) -> GraphFile:
    """Write what is seen in a scope.

    Parameters
    ----------
    snapshot, words, scope
        What is exported.
    file_format
        One of :data:`FORMATS`.
    focus
        Only this node and what is around it; None for everything.
    depth
        How far around it, 1 to 4.
    language
        ``zh`` or ``en``.

    Raises
    ------
    BadRequest
        If a parameter is unknown or out of range.
    """
    choice("format", file_format, FORMATS)
    choice("lang", language, LANGUAGES)
    nodes, edges = visible_nodes(snapshot, scope), visible_edges(snapshot, scope)
    if focus is not None:
        within("depth", depth, 1, MAX_DEPTH)
        found = neighbourhood(snapshot.adjacency, focus, depth, make_filter(snapshot, scope))
        near = np.zeros(len(nodes), np.bool_)
        near[found.node] = near[focus] = True
        nodes &= near
        edges &= near[snapshot.source] & near[snapshot.target]
    wanted = FORMATS[file_format]
    chunks = wanted.write(snapshot, words, scope.selection, nodes, edges, language)
    return GraphFile(f"coopgraph{wanted.suffix}", wanted.media_type, chunks)
