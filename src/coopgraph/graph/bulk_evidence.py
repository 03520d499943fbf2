"""Evidence and status that take more than a look, as :class:`coopgraph.graph.words.Words` has them.

Where there are several passages, passages for one property alone, sources that are cited as a whole
or status records, it takes some look-ups for each edge: here they are made in columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np

from coopgraph.graph.bulk_quotations import BulkQuotations
from coopgraph.graph.bulk_values import BulkValues, Trusted
from coopgraph.graph.evidence import rests_on
from coopgraph.graph.labels import RECORD_DATE, STATUS, STATUS_RECORD
from coopgraph.graph.snapshot import Snapshot, UInt8
from coopgraph.graph.word_columns import EVIDENCED_BY, SOURCE, SUPPORTS, WordColumns
from coopgraph.store.graph_columns import NOTHING
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Places

_KEPT: Final = 100_000
_PROPERTIES: Final = 64
"""So many properties that evidence supports are remembered at once, a byte a resource each."""


class BulkEvidence:
    """What the edges of a snapshot rest on.

    Parameters
    ----------
    columns
        Where words come from.
    graphs
        The graphs that are asked.
    snapshot
        The view.
    places
        The subjects of its edges.
    quotations
        The evidence that they have.
    """

    def __init__(
        self,
        columns: WordColumns,
        graphs: Sequence[Trusted],
        snapshot: Snapshot,
        places: Places,
        quotations: BulkQuotations,
    ) -> None:
        self._columns = columns
        self._graphs = graphs
        self._snapshot = snapshot
        self._subjects = places
        self._quotations = quotations
        self._pieces = {iri: number for number, iri in enumerate(quotations.iris)}
        self._quotation = lru_cache(_KEPT)(
            lambda iri: quotations.quotation(self._pieces[iri])
        )  # fmt: skip
        self._has = lru_cache(_PROPERTIES)(self._read_bits)
        self.of = lru_cache(_KEPT)(self._of)
        self.status = lru_cache(_KEPT)(self._status)

    def _of(self, subject: int, layers: int, prop: str, other: int) -> list[dict[str, Any]]:
        """Return the evidence of an edge in the shape of the API.

        Parameters
        ----------
        subject
            Who says it, by its place in the snapshot.
        layers
            Bits of the layers whose word it is.
        prop
            IRI of its relation.
        other
            The node that it leads to, or from.
        """
        return rests_on(
            self._cited.of(subject, layers),
            prop,
            supports=lambda iri: {
                term
                for term in self._supports.of(self._pieces[iri], layers)
                if self._has(term)[subject] & layers
            },
            other=lambda: self._cited_by_nodes.of(other, layers),
            quotation=self._quotation,
            sources=self._sources.of(subject, layers),
        )

    def _status(self, subject: int, layers: int) -> str | None:
        """Return the IRI of a subject's status."""
        records = [
            (day, status)
            for iri in self._records.of(subject, layers)
            for day in self._days.of(self._numbers[iri], layers)
            for status in self._recorded.of(self._numbers[iri], layers)
        ]
        if records:
            return max(records)[1]
        return next(iter(self._statuses.of(subject, layers)), None)

    def _values(self, prop: str, places: Places, *, texts: bool = False) -> BulkValues:
        return BulkValues(self._columns, self._graphs, prop, places, texts=texts)

    @cached_property
    def _cited(self) -> BulkValues:
        return self._values(EVIDENCED_BY, self._subjects)

    @cached_property
    def _cited_by_nodes(self) -> BulkValues:
        return self._values(EVIDENCED_BY, Places(self._snapshot.nodes))

    @cached_property
    def _supports(self) -> BulkValues:
        return self._values(SUPPORTS, Places(self._quotations.iris))

    @cached_property
    def _sources(self) -> BulkValues:
        return self._values(SOURCE, self._subjects)

    @cached_property
    def _statuses(self) -> BulkValues:
        return self._values(STATUS.value, self._subjects)

    @cached_property
    def _records(self) -> BulkValues:
        return self._values(STATUS_RECORD.value, self._subjects)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The records of statuses."""
        found: dict[str, int] = {}
        for graph in self._graphs:
            value = graph.columns.links.get(STATUS_RECORD.value, NOTHING)[1]
            for place in np.unique(value).tolist():
                found.setdefault(graph.columns.terms[place], len(found))
        return found

    @cached_property
    def _record_places(self) -> Places:
        return Places(StringTable.of(self._numbers))

    @cached_property
    def _days(self) -> BulkValues:
        return self._values(RECORD_DATE.value, self._record_places, texts=True)

    @cached_property
    def _recorded(self) -> BulkValues:
        return self._values(STATUS.value, self._record_places)

    def _read_bits(self, prop: str) -> UInt8:
        """Return the bits of the layers that say anything of each subject by a property."""
        found = np.zeros(len(self._snapshot.subjects), np.uint8)
        for graph in self._graphs:
            c = graph.columns
            for columns in (c.links, c.words):
                at = self._subjects.of(c.terms, columns.get(prop, NOTHING)[0])
                found[at[at >= 0]] |= np.uint8(graph.bits)
        return found
