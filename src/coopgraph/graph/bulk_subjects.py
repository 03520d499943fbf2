"""Status and evidence of many resources, where they are simple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.bulk_values import Trusted
from coopgraph.graph.labels import STATUS, STATUS_RECORD
from coopgraph.graph.word_columns import (
    EVIDENCED_BY,
    NONE,
    SOURCE,
    SUPPORTS,
    Int32,
    merge,
)
from coopgraph.store.graph_columns import NOTHING
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Places, Terms

ASK: Final = -2
"""It takes more than a look."""


class BulkSubjects:
    """What some layers say of the resources that edges rest on.

    Parameters
    ----------
    graphs
        The graphs that are asked.
    iris
        The resources.
    chosen
        The only ones that are asked about, by number; None for all.

    Attributes
    ----------
    status, evidence
        int32, by resource: a place in ``statuses``, and one in ``cited``; ``NONE`` where nothing is
        said, :data:`ASK` where it is not simple.
    bits
        uint8: the layers that name the evidence.
    places
        Where the resources stand.
    statuses, cited
        IRIs of statuses and of evidence.
    """

    def __init__(
        self,
        graphs: Sequence[Trusted],
        iris: StringTable,
        chosen: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.places = Places(iris, chosen)
        self._graphs = graphs
        self.bits = np.zeros(len(iris), np.uint8)
        self.status, self.statuses = self._values(STATUS.value, len(iris))
        self.evidence, self.cited = self._values(EVIDENCED_BY, len(iris), self.bits)
        special = np.zeros(len(self.cited), np.bool_)  # evidence for one property alone
        cited = Places(self.cited)
        for said, *_ in self._graphs:
            piece = cited.of(said.terms, said.links.get(SUPPORTS, NOTHING)[0])
            special[piece[piece >= 0]] = True
        simple = self.evidence >= 0
        self.evidence[simple] = np.where(special[self.evidence[simple]], ASK, self.evidence[simple])
        for prop, found in ((STATUS_RECORD.value, self.status), (SOURCE, self.evidence)):
            for said, *_ in self._graphs:
                at = self.places.of(said.terms, said.links.get(prop, NOTHING)[0])
                found[at[at >= 0]] = ASK

    def _values(
        self, prop: str, count: int, bits: np.ndarray[tuple[int], np.dtype[np.uint8]] | None = None
    ) -> tuple[Int32, StringTable]:
        """Return a property's one value of each resource, and what its numbers stand for."""
        found, values = np.full(count, NONE, np.int32), Terms()
        several = []
        for columns, bit, _ in self._graphs:
            subject, value = columns.links.get(prop, NOTHING)
            at = self.places.of(columns.terms, subject)
            at, value = at[at >= 0], value[at >= 0]
            ends = columns.terms.ends
            code = values.add(columns.terms.letters, ends[value], ends[value + 1])
            several.append(merge(found, at, code))
            if bits is not None:
                bits[at] |= np.uint8(bit)
        for at in several:
            found[at] = ASK
        return found, values.table()
