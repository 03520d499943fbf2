"""The texts of batches of nodes and edges, where they lie."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from coopgraph.export.rows import EdgeBatch, Rows
from coopgraph.export.spans import Spans, equal, joined, local, short, spans
from coopgraph.graph.word_columns import NONE, Refs
from coopgraph.store.string_table import StringTable

Bool = npt.NDArray[np.bool_]


class Cited(NamedTuple):
    """What edges rest on.

    Attributes
    ----------
    there
        Which edges rest on one simple quotation; the others have nothing of the following.
    document
        Short ids.
    paragraph
        Numbers, ``NONE`` for none.
    quoted
        Which have words.
    quote
        The words.
    """

    there: Bool
    document: Spans
    paragraph: npt.NDArray[np.int64]
    quoted: Bool
    quote: Spans


class Texts:
    """Where the texts of nodes and edges lie.

    Parameters
    ----------
    rows
        The nodes and edges.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._snapshot = rows.part.snapshot

    def nodes(self, nodes: npt.NDArray[np.integer[Any]]) -> Spans:
        """Return the IRIs of nodes."""
        return spans(self._snapshot.nodes, nodes)

    def short_nodes(self, nodes: npt.NDArray[np.integer[Any]]) -> Spans:
        """Return the short ids of nodes."""
        return short(self.nodes(nodes))

    def labels(self, nodes: npt.NDArray[np.int64], iris: Spans) -> tuple[Spans, Spans]:
        """Return the labels of nodes in Chinese and in English."""
        bulk = self._rows.bulk
        if self._rows.few_nodes:
            every = np.arange(len(nodes))
            zh, en = zip(*bulk.labels(nodes, few=True), strict=True)
            return spans(StringTable.of(zh), every), spans(StringTable.of(en), every)
        one, other = (self._of_refs(refs, local(iris)) for refs in bulk.label_refs(nodes))
        return one, other

    def vias(self, batch: EdgeBatch) -> tuple[Spans, Bool]:
        """Return the short ids of those who say edges, and which are none of the edge's ends."""
        who = spans(self._snapshot.subjects, batch.subject)
        own = equal(who, self.nodes(batch.source_node)) | equal(who, self.nodes(batch.target_node))
        return short(who), ~own

    def cited(self, pieces: npt.NDArray[np.int32], asked: Collection[int]) -> Cited:
        """Return what edges rest on.

        Parameters
        ----------
        pieces
            The evidence of each, as :class:`coopgraph.graph.bulk_words.SaidColumns` has it.
        asked
            Places of edges whose evidence is not simple.
        """
        there = pieces != NONE
        there[list(asked)] = False
        if not there.any():
            nothing = joined([], len(there))
            return Cited(there, nothing, np.full(len(there), NONE, np.int64), there, nothing)
        known, place = self._rows.bulk.quotations, np.where(there, pieces, 0)
        document, exact, paragraph = (
            np.where(there, column[place], NONE)
            for column in (known.document, known.exact, known.paragraph)
        )
        return Cited(
            there, short(self._of_refs(document)), paragraph, exact != NONE, self._of_refs(exact)
        )  # fmt: skip

    def _of_refs(self, refs: Refs, others: Spans | None = None) -> Spans:
        """Return texts by number; where there is none, those of another column or nothing."""
        parts = [
            (mine, spans(table, places))
            for table, mine, places in self._rows.bulk.columns.tables(refs)
        ]
        none = refs == NONE
        if others is not None and none.any():
            parts.append((none, Spans(others.start[none], others.size[none], others.held)))
        return joined(parts, len(refs))
