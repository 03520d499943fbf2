"""In which layers a statement is seen, as bits: what is said there, and what is derived there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from coopgraph.graph.layers import BIT, selection_of
from coopgraph.knowledge.derive import derived_graphs, layer_graphs
from coopgraph.vocabulary import VOCABULARY_GRAPH

VOCABULARY: Final = 8
"""The mark of the vocabulary, which belongs to every selection."""

_DERIVED: Final = 4  # so many bits above a layer's own is that of what is derived from it


def mark_graphs(store: ox.Store) -> dict[str, int]:
    """Return the mark of every graph that belongs to a layer, and of the vocabulary."""
    marks = {VOCABULARY_GRAPH: VOCABULARY}
    for layer, bit in BIT.items():
        marks |= dict.fromkeys((g.value for g in layer_graphs(store, [layer])), bit)
        marks |= dict.fromkeys((g.value for g in derived_graphs(store, [layer])), bit << _DERIVED)
    return marks


def marks_of(layers: Iterable[str], *, derived: bool = True) -> int:
    """Return the marks of what is seen in some layers: the vocabulary, what they say, what follows.

    Examples
    --------
    >>> marks_of(["stated"]), marks_of(["stated"], derived=False)
    (25, 9)
    """
    bits = selection_of(layers)
    return VOCABULARY | bits | (bits << _DERIVED if derived else 0)
