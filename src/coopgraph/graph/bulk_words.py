"""Words in bulk: what many nodes and edges are called and rest on, read in a few passes.

:class:`coopgraph.graph.words.Words` asks the store about one thing at a time, which is right for
what is shown. A file needs the words of everything. Here one pass over the columns of a property
serves all things, and what it finds is kept as a number a node or a resource: texts are looked up
when they are written. What is not simple (several passages, passages for one property alone, status
records) is looked up in the same columns; what takes two layers together is asked of ``Words``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from coopgraph.graph.bulk_evidence import BulkEvidence
from coopgraph.graph.bulk_labels import BulkLabels
from coopgraph.graph.bulk_quotations import BulkQuotations
from coopgraph.graph.bulk_subjects import ASK, BulkSubjects
from coopgraph.graph.bulk_values import Trusted
from coopgraph.graph.layers import ANYWHERE, BIT, is_visible, layers_of, sayer
from coopgraph.graph.snapshot import Bool, Snapshot, UInt8
from coopgraph.graph.word_columns import NONE, Int32, Refs, WordColumns
from coopgraph.graph.words import Words, quotation
from coopgraph.store.terms import Places
from coopgraph.vocabulary import LAYERS, VOCABULARY_GRAPH, layer_of, local_name, short_id

FEW: Final = 2_000
"""So many nodes or edges are asked about one by one, if they are a small part of the graph."""
_SMALL_PART: Final = 20
_KEPT: Final = 200_000


_SMALL: Final = 20_000
"""Of a graph with no more edges the words that were looked up are kept for the next file."""


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """What an edge's words are, apart from its ends and its relation.

    Attributes
    ----------
    layer
        Whose word it is.
    status
        Short id of a status, or None.
    evidence
        In the shape of the API.
    """

    layer: str
    status: str | None
    evidence: Sequence[dict[str, Any]]


class SaidColumns(NamedTuple):
    """The words of some edges, column by column.

    Attributes
    ----------
    layer
        Index into ``LAYERS``.
    status
        Place in :attr:`BulkWords.statuses`, ``NONE`` for none.
    evidence
        The piece of :attr:`BulkWords.quotations`, ``NONE`` for none.
    asked
        The words of those that are not simple, by their place among these edges; what the columns
        say of them does not count.
    """

    layer: npt.NDArray[np.int64]
    status: Int32
    evidence: Int32
    asked: dict[int, Said]


def bulk_words(
    store: ox.Store, snapshot: Snapshot, words: Words, selection: int, nodes: Bool, edges: Bool
) -> BulkWords:
    """Return the words of some nodes and edges; parameters as :class:`BulkWords` has them.

    Those of a small graph are kept with ``words``.
    """
    if snapshot.edges > _SMALL:
        return BulkWords(store, snapshot, words, selection, nodes=nodes, edges=edges)
    made = BulkWords(store, snapshot, words, selection)
    kept: BulkWords = words.in_bulk.setdefault(selection, made)  # threads may race for it
    return kept


class BulkWords:
    """The words of many nodes and edges of one snapshot in one selection of layers.

    Parameters
    ----------
    store
        The generation's store.
    snapshot, words
        The view, and its words one by one.
    selection
        The layers that are asked.
    nodes, edges
        Which are going to be asked about, shapes (n,) and (m,); None for all. The fewer, the less
        has to be kept.
    """

    def __init__(
        self,
        store: ox.Store,
        snapshot: Snapshot,
        words: Words,
        selection: int,
        *,
        nodes: Bool | None = None,
        edges: Bool | None = None,
    ) -> None:
        self._nodes, self._edges = (
            None if mask is None or mask.all() else mask for mask in (nodes, edges)
        )
        self._store = store
        self._snapshot = snapshot
        self._words = words
        self._selection = selection
        self._said: dict[tuple[int, int, int], Said] = {}
        self.columns = WordColumns(store, words.kept)

    def is_few(self, count: int) -> bool:
        """Say whether so many nodes or edges are asked about one by one."""
        return count <= FEW and count * _SMALL_PART < self._snapshot.edges

    def label_refs(self, nodes: npt.NDArray[np.int64]) -> tuple[Refs, Refs]:
        """Return the labels of nodes in Chinese and in English as numbers of texts.

        ``NONE`` where nobody gives one a name: it is called by the last part of its IRI.
        """
        return self._labels.zh[nodes], self._labels.en[nodes]

    def labels(self, nodes: npt.NDArray[np.int64], few: bool = False) -> list[tuple[str, str]]:
        """Return the labels of some nodes in Chinese and in English.

        Parameters
        ----------
        nodes
            Indices.
        few
            Whether no more than these are going to be asked for.
        """
        if few:
            return [self._one(i) for i in nodes.tolist()]
        text = self.columns.text
        found = []
        zhs, ens = self.label_refs(nodes)
        for i, zh, en in zip(nodes.tolist(), zhs.tolist(), ens.tolist(), strict=True):
            if zh == NONE:
                name = local_name(self._snapshot.nodes[i])
                found.append((name, name))
            else:
                label = text(zh)
                found.append((label, label if en == zh else text(en)))
        return found

    def said(self, edges: npt.NDArray[np.int64], few: bool = False) -> list[Said]:
        """Return the words of some edges.

        Parameters
        ----------
        edges
            Indices.
        few
            Whether no more than these are going to be asked for.
        """
        columns = self.said_columns(edges, few)
        if few:
            return list(columns.asked.values())
        known, asked = self._said, columns.asked
        if len(known) > _KEPT:
            known.clear()
        found = []
        for place, key in enumerate(
            zip(columns.layer.tolist(), columns.status.tolist(), columns.evidence.tolist(),
                strict=True)
        ):  # fmt: skip
            said = asked.get(place) or known.get(key)
            if said is None:
                layer, status, piece = key
                said = known[key] = Said(
                    LAYERS[layer],
                    None if status == NONE else self.statuses[status],
                    () if piece == NONE else (self.quotations.quotation(piece),),
                )
            found.append(said)
        return found

    def said_columns(self, edges: npt.NDArray[np.int64], few: bool = False) -> SaidColumns:
        """Return the words of some edges, column by column; parameters as :meth:`said` has them."""
        s = self._snapshot
        if few:
            nothing = np.full(len(edges), NONE, np.int32)
            return SaidColumns(
                np.zeros(len(edges), np.int64), nothing, nothing,
                {place: self._asked(i) for place, i in enumerate(edges.tolist())},
            )  # fmt: skip
        subjects, byte = s.subject[edges], s.visible[edges]
        layers, bits = self._of_byte
        alone = bits[byte]
        known = self._subjects
        status, cited = known.status[subjects], known.evidence[subjects]
        ask = (alone == 0) | (status == ASK) | (cited == ASK)
        evidence = np.where(known.bits[subjects] & alone, cited, NONE)
        if len(self.quotations.asked):
            ask |= (evidence >= 0) & self.quotations.asked[evidence]
        asked = {
            place: self._looked_up(int(edges[place]), int(subjects[place]), int(alone[place]))
            for place in np.flatnonzero(ask).tolist()
        }
        return SaidColumns(layers[byte], status, evidence, asked)

    def _looked_up(self, edge: int, subject: int, layers: int) -> Said:
        """Return the words of an edge that are not simple."""
        if not layers:
            return self._asked(edge)
        s = self._snapshot
        source, target, kind = s.adjacency.place(edge)
        relation = s.relations[s.adjacency.kinds.relation[kind]].iri
        other = source if s.nodes[target] == s.subjects[subject] else target
        status = self._evidence.status(subject, self._selection)
        return Said(
            LAYERS[int(self._of_byte[0][s.adjacency.kinds.visible[kind]])],
            None if status is None else short_id(status),
            self._evidence.of(subject, layers, relation, other),
        )

    @cached_property
    def _of_byte(self) -> tuple[npt.NDArray[np.int64], UInt8]:
        """By visibility byte: the layer that answers for it, and the bits that say it alone."""
        selection = self._selection
        layers = [sayer(byte, selection) for byte in range(256)]
        alone = [
            sum(b for b in ANYWHERE if b & selection and is_visible(byte, b)) for byte in range(256)
        ]
        return np.array(layers, np.int64), np.array(alone, np.uint8)

    def _asked(self, edge: int) -> Said:
        return Said(*self._words.said(edge, self._selection))

    def _one(self, node: int) -> tuple[str, str]:
        label = self._words.label(self._snapshot.nodes[node], self._selection)
        return label["zh"], label["en"]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """How far the graphs that are asked are trusted: the vocabulary first, then the layers."""
        order = {layer: i for i, layer in enumerate(layers_of(self._selection), 1)}
        ranks = {VOCABULARY_GRAPH: 0}
        for graph in self.columns.graphs:
            layer = layer_of(graph)
            if layer in order:
                ranks[graph] = order[layer]
        return ranks

    @cached_property
    def _labels(self) -> BulkLabels:
        nodes = self._snapshot.nodes
        chosen = None if self._nodes is None else np.flatnonzero(self._nodes)
        return BulkLabels(self.columns, self._ranks, Places(nodes, chosen), len(nodes))

    @cached_property
    def _subjects(self) -> BulkSubjects:
        chosen = None
        if self._edges is not None:
            mine = np.zeros(len(self._snapshot.subjects), np.bool_)
            mine[self._snapshot.subject[self._edges]] = True
            chosen = np.flatnonzero(mine)
        return BulkSubjects(self._trusted, self._snapshot.subjects, chosen)

    @cached_property
    def _trusted(self) -> list[Trusted]:
        return [
            Trusted(self.columns.of(graph), BIT[layer_of(graph) or ""] if rank else 0xFF, rank)
            for graph, rank in self._ranks.items()
        ]

    @cached_property
    def _evidence(self) -> BulkEvidence:
        return BulkEvidence(
            self.columns, self._trusted, self._snapshot, self._subjects.places, self.quotations
        )

    @cached_property
    def quotations(self) -> BulkQuotations:
        """The evidence that edges rest on."""
        iris = self._subjects.cited
        return BulkQuotations(self.columns, iris, lambda iri: quotation(self._store, iri))

    @cached_property
    def statuses(self) -> list[str]:
        """Short ids of the statuses that edges have."""
        return [short_id(iri) for iri in self._subjects.statuses]
