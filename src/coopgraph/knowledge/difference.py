"""How the layers of one generation differ from those of another, where they differ little."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from coopgraph.store.generations import Reader
from coopgraph.vocabulary import VOCABULARY_GRAPH, layer_of

MOST: Final = 1_000
"""Statements in which two generations may differ."""
MOST_READ: Final = 50_000
"""Statements of graphs that are read to compare them."""


def difference(one: Reader, other: Reader) -> frozenset[ox.Triple] | None:
    """Return what a layer says in one generation and not in the other; None if that is much.

    Only graphs whose fingerprints differ are compared.

    Parameters
    ----------
    one, other
        Open generations of one data folder.

    Returns
    -------
    frozenset or None
        None, too, if their vocabularies differ, or if a graph has no fingerprint.
    """
    told = [reader.generation.info.get("datasets", {}) for reader in (one, other)]
    for reader, datasets in zip((one, other), told, strict=True):
        named = (g.value for g in reader.store.named_graphs() if isinstance(g, ox.NamedNode))
        if any(layer_of(graph) and "sha256" not in datasets.get(graph, {}) for graph in named):
            return None
    size = 0
    changed = []
    for graph in sorted({*told[0], *told[1]}):
        both = [datasets.get(graph, {}) for datasets in told]
        if both[0].get("sha256") != both[1].get("sha256"):
            changed.append(graph)
            size += sum(said.get("triples", 0) for said in both)
    if size > MOST_READ or _said(one, VOCABULARY_GRAPH) != _said(other, VOCABULARY_GRAPH):
        return None
    found: dict[str, list[set[ox.Triple]]] = {}
    for graph in changed:
        sides = found.setdefault(layer_of(graph) or "", [set(), set()])
        for side, reader in zip(sides, (one, other), strict=True):
            side |= _said(reader, graph)
    differing = frozenset(triple for mine, theirs in found.values() for triple in mine ^ theirs)
    return differing if len(differing) <= MOST else None


def _said(reader: Reader, graph: str) -> set[ox.Triple]:
    quads = reader.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return {quad.triple for quad in quads}
