"""The class of each node, and where fewer layers make it another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.class_sets import ClassSets
from coopgraph.graph.facts import Facts
from coopgraph.graph.layers import ALL
from coopgraph.graph.snapshot import UNTYPED
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import local_name

Types = tuple[list[str], NDArray[np.uint16], dict[int, dict[int, int]]]
"""Class names, the class of each node, and by selection the nodes that have another there."""


def types_of(
    nodes: NDArray[np.int32],
    iris: StringTable,
    visible: NDArray[np.uint8],
    facts: Facts,
    sets: ClassSets,
) -> Types:
    """Return class names, each node's class with all layers, and the changes with fewer.

    Parameters
    ----------
    nodes, iris, visible
        The nodes: terms, IRIs and visibility bytes.
    facts, sets
        What the store says, and the classes of every resource.
    """
    names: dict[str, int] = {}
    return numbered(type_codes(nodes, iris, visible, facts, sets, names), names)


def type_codes(
    nodes: NDArray[np.int32],
    iris: StringTable,
    visible: NDArray[np.uint8],
    facts: Facts,
    sets: ClassSets,
    names: dict[str, int],
) -> NDArray[np.int32]:
    """Return int32[n, selections]: the class of each node in each selection, -1 where not seen.

    Column 0 is for all layers, column s for selection s.

    Parameters
    ----------
    nodes, iris, visible, facts, sets
        As of :func:`types_of`; a node of which nothing is known is -1.
    names
        Numbers of class names; new ones are added.
    """
    codes = np.full((len(nodes), ALL), -1, np.int32)

    def name_of(classes: tuple[str, ...]) -> int:
        found = facts.tree.most_specific(classes)
        return names.setdefault(local_name(found) if found else UNTYPED, len(names))

    # Properties of the full view are numbered later.
    known = (nodes >= 0) & (nodes < len(sets.of(ALL)))
    # The vocabulary gives few terms a class: these are done one by one.
    always = {place: tuple(c) for iri, c in facts.concepts.items()
              if (place := iris.find(iri)) is not None}  # fmt: skip
    for selection in range(ALL):
        of = np.zeros(len(nodes), np.int32)
        of[known] = sets.of(selection or ALL)[nodes[known]]
        among, at = np.unique(of, return_inverse=True)
        found = np.array([name_of(sets.sets[code]) for code in among.tolist()], np.int32)[at]
        for node, classes in always.items():
            found[node] = name_of((*sets.sets[of[node]], *classes))
        seen = (visible >> selection & 1).astype(np.bool_) if selection else slice(None)
        codes[seen, selection] = found[seen]
    return codes


def numbered(codes: NDArray[np.int32], names: dict[str, int]) -> Types:
    """Number classes as they are first used; return what :func:`types_of` does."""
    used, first = np.unique(codes, return_index=True)
    used = used[np.argsort(first)]
    used = used[used >= 0]
    number = np.zeros(len(names) + 1, np.int32)
    number[used] = np.arange(len(used))
    words = list(names)
    changes: dict[int, dict[int, int]] = {}
    for selection in range(1, ALL):
        other = np.flatnonzero((codes[:, selection] >= 0) & (codes[:, selection] != codes[:, 0]))
        if len(other):
            changed = number[codes[other, selection]]
            changes[selection] = dict(zip(other.tolist(), changed.tolist(), strict=True))
    return [words[code] for code in used.tolist()], number[codes[:, 0]].astype(np.uint16), changes
