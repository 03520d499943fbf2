"""What layers say of some resources by one property, most trusted first, from columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coopgraph.graph.word_columns import WordColumns
from coopgraph.store.graph_columns import NOTHING, GraphColumns
from coopgraph.store.terms import Places


class Trusted(NamedTuple):
    """A graph that is asked.

    Attributes
    ----------
    columns
        What it says.
    bits
        The bit of its layer; all, where it belongs to every selection.
    rank
        How far it is trusted, 0 the most.
    """

    columns: GraphColumns
    bits: int
    rank: int


class BulkValues:
    """The values of one property, by resource.

    Parameters
    ----------
    columns
        Where words come from.
    graphs
        The graphs that are asked.
    prop
        The property's IRI.
    places
        The resources.
    texts
        Whether literals are values, too.
    """

    def __init__(
        self,
        columns: WordColumns,
        graphs: Sequence[Trusted],
        prop: str,
        places: Places,
        *,
        texts: bool = False,
    ) -> None:
        self._columns = columns
        at, ref, by = ([np.empty(0, kind)] for kind in (np.int32, np.int64, np.int32))
        for number, graph in enumerate(graphs):
            c = graph.columns
            for found, table in ((c.links, c.terms), (c.words, c.texts))[: 1 + texts]:
                subject, value = found.get(prop, NOTHING)
                place = places.of(c.terms, subject)
                at.append(place[place >= 0])
                ref.append(columns.refs(table, value[place >= 0]))
                by.append(np.full(len(at[-1]), number, np.int32))
        all_at = np.concatenate(at)
        order = np.argsort(all_at, kind="stable")
        self._at = all_at[order].data
        self._ref = np.concatenate(ref)[order].data
        self._by = np.concatenate(by)[order].data
        self._graphs = graphs

    def of(self, place: int, bits: int) -> list[str]:
        """Return the values of a resource, as :func:`coopgraph.graph.labels.values_of` sorts them.

        Parameters
        ----------
        place
            The resource.
        bits
            The layers that count.
        """
        found = []
        row, last = bisect_left(self._at, place), len(self._at)
        while row < last and self._at[row] == place:
            graph = self._graphs[self._by[row]]
            if graph.bits & bits:
                text = self._columns.text(self._ref[row])
                found.append((graph.rank, f"<{text}>", text))
            row += 1
        found.sort()
        return [text for _, _, text in found]
