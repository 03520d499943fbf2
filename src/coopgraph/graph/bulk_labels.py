"""What many nodes are called, as :func:`coopgraph.graph.labels.label_of` says of each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from coopgraph.graph.labels import LANGUAGES
from coopgraph.graph.word_columns import NAMING, NONE, Refs, WordColumns
from coopgraph.store.graph_columns import NOTHING, GraphColumns
from coopgraph.store.terms import Places

_OTHER: Final = ""
_NOT_NEEDED: Final = -2


class BulkLabels:
    """The labels of all nodes, as numbers of texts.

    Parameters
    ----------
    columns
        Where words come from.
    ranks
        How far graphs are trusted: graphs that are not here are not asked.
    places
        The nodes.
    count
        How many they are.

    Attributes
    ----------
    zh, en
        By node; ``NONE`` where nobody gives it a name.
    """

    def __init__(
        self, columns: WordColumns, ranks: Mapping[str, int], places: Places, count: int
    ) -> None:
        self._columns = columns
        self._places = places
        self._nodes: dict[tuple[str, str], npt.NDArray[np.int32]] = {}
        trusted = sorted(ranks, key=lambda graph: ranks[graph])
        self._levels = [list(some) for _, some in groupby(trusted, key=ranks.__getitem__)]
        found = {language: np.full(count, NONE, np.int64) for language in LANGUAGES}
        for prop in NAMING:
            for language, refs in found.items():
                self._fill(refs, prop, language)
        self.zh, self.en = found.values()
        nameless = (self.zh == NONE) & (self.en == NONE)
        if nameless.any():
            others = np.where(nameless, NONE, _NOT_NEEDED)
            for prop in NAMING:
                self._fill(others, prop, _OTHER)
            self.zh[nameless] = others[nameless]
        self.zh, self.en = (
            np.where(one == NONE, other, one)
            for one, other in ((self.zh, self.en), (self.en, self.zh))
        )
        self._nodes.clear()

    def _fill(self, refs: Refs, prop: str, language: str) -> None:
        """Note what a property says in a language of those who have no name in it yet."""
        for level in self._levels:
            parts = []
            for graph in level:
                columns = self._columns.of(graph)
                if prop not in columns.words:
                    continue
                value = columns.words[prop][1]
                node = self._nodes_of(graph, prop)
                chosen = _in_language(columns, prop, language) & (node >= 0)
                chosen[chosen] = refs[node[chosen]] == NONE
                parts.append((node[chosen], self._columns.refs(columns.texts, value[chosen])))
            if not parts:
                continue
            node, ref = (np.concatenate(column) for column in zip(*parts, strict=True))
            refs[node] = ref
            self._settle(refs, node, ref)

    def _settle(self, refs: Refs, node: npt.NDArray[np.int32], ref: Refs) -> None:
        """Of those with several names as trusted, take the first as it is written."""
        again = np.flatnonzero(refs[node] != ref)
        if not len(again):
            return
        several = np.flatnonzero(np.isin(node, node[again]))
        best: dict[int, tuple[str, int]] = {}
        for who, what in zip(node[several].tolist(), ref[several].tolist(), strict=True):
            name = (str(ox.Literal(self._columns.text(what))), what)
            best[who] = min(best.get(who, name), name)
        for who, (_, what) in best.items():
            refs[who] = what

    def _nodes_of(self, graph: str, prop: str) -> npt.NDArray[np.int32]:
        """Return the node of each row of a property."""
        if (graph, prop) not in self._nodes:
            columns = self._columns.of(graph)
            subject = columns.words.get(prop, NOTHING)[0]
            self._nodes[graph, prop] = self._places.of(columns.terms, subject)
        return self._nodes[graph, prop]


def _in_language(columns: GraphColumns, prop: str, wanted: str) -> npt.NDArray[np.bool_]:
    main = [tag.split("-")[0] for tag in columns.languages]
    fits = [(tag if tag in LANGUAGES else _OTHER) == wanted for tag in main]
    found: npt.NDArray[np.bool_] = np.array(fits, np.bool_)[columns.language[prop]]
    return found
