"""What the graphs of a generation say in words, as columns: read in bulk, decoded when written.

The columns that a load keeps are mapped; a graph without is read from the store, only the
properties that words come from. A text is known by a number, so a million labels weigh eight bytes
each until they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from coopgraph.graph.facts import Kept
from coopgraph.graph.labels import LABELS, STATUS, STATUS_RECORD
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import COOP, DCT, OA

Int32 = npt.NDArray[np.int32]
Refs = npt.NDArray[np.int64]
"""Numbers of texts: of the table, times 2**32, plus the place there; :data:`NONE` for none."""
NONE: Final = -1
SHIFT: Final = 32

EVIDENCED_BY: Final = COOP + "evidencedBy"
SUPPORTS: Final = COOP + "supports"
SOURCE: Final = DCT + "source"
SELECTOR: Final = OA + "hasSelector"
DOCUMENT: Final = OA + "hasSource"
EXACT: Final = OA + "exact"
NUMBERS: Final = (COOP + "paragraph", OA + "start", OA + "end")
QUOTING: Final = (SELECTOR, DOCUMENT, EXACT, *NUMBERS)
NAMING: Final = tuple(prop.value for prop in LABELS)
SAYING: Final = (STATUS.value, STATUS_RECORD.value, EVIDENCED_BY, SUPPORTS, SOURCE)


class WordColumns:
    """The columns of the graphs that words are read from.

    Parameters
    ----------
    store
        The generation's store.
    kept
        Gives the columns of a graph that are kept beside it.
    """

    def __init__(self, store: ox.Store, kept: Kept) -> None:
        self._store = store
        self._kept = kept
        self._columns: dict[str, GraphColumns] = {}
        self._tables: list[StringTable] = []
        self._numbers: dict[int, int] = {}
        self._lock = Lock()

    @cached_property
    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        named = self._store.named_graphs()
        return sorted(graph.value for graph in named if isinstance(graph, ox.NamedNode))

    def of(self, graph: str) -> GraphColumns:
        """Return what a graph says, at least of the properties that words come from."""
        found = self._columns.get(graph)
        if found is None:
            found = self._kept(graph) or GraphColumns.of_store(
                self._store, graph, (*NAMING, *SAYING, *QUOTING, *self._supported)
            )
            self._columns[graph] = found
        return found

    @cached_property
    def _supported(self) -> set[str]:
        """The properties that evidence supports: what has them may rest on it."""
        found = self._store.quads_for_pattern(None, ox.NamedNode(SUPPORTS), None, None)
        terms = {quad.object for quad in found}
        return {term.value for term in terms if isinstance(term, ox.NamedNode)}

    def saying(self, properties: tuple[str, ...]) -> Iterator[GraphColumns]:
        """Yield the columns of every graph, of whatever kind, that has one of some properties.

        The default graph is left out: it is the union of the others.
        """
        for graph in self.graphs:
            kept = self._columns.get(graph)
            has = (
                any(p in kept.links or p in kept.words for p in properties)
                if kept is not None
                else self._has(properties, ox.NamedNode(graph))
            )
            if has:
                yield self.of(graph)

    def _has(self, properties: tuple[str, ...], graph: ox.NamedNode) -> bool:
        found = self._store.quads_for_pattern
        return any(
            next(found(None, ox.NamedNode(prop), None, graph), None) is not None
            for prop in properties
        )

    def refs(self, table: StringTable, places: npt.NDArray[np.integer[Any]]) -> Refs:
        """Return the numbers of texts of a table."""
        with self._lock:
            number = self._numbers.get(id(table))
            if number is None:
                number = self._numbers[id(table)] = len(self._tables)
                self._tables.append(table)
        return places.astype(np.int64) | number << SHIFT

    def text(self, ref: int) -> str:
        """Return the text that has a number."""
        return self._tables[ref >> SHIFT][ref & 0xFFFFFFFF]

    def tables(self, refs: Refs) -> Iterator[tuple[StringTable, npt.NDArray[np.bool_], Refs]]:
        """Yield, of each table that some numbers are of, it, which these are, and their places."""
        if not len(refs):
            return
        table = refs >> SHIFT  # that of NONE is NONE
        for number in range(max(0, int(table.min())), int(table.max()) + 1):
            mine = table == number
            yield self._tables[number], mine, refs[mine] & 0xFFFFFFFF


def merge(
    found: npt.NDArray[Any], at: npt.NDArray[Any], value: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Note one value a place; return the places that now have had two.

    Parameters
    ----------
    found
        What is known, :data:`NONE` where nothing is; changed.
    at, value
        Places and their values; a place may come more than once.

    Examples
    --------
    >>> found = np.full(3, NONE)
    >>> merge(found, np.array([0, 1, 1]), np.array([5, 6, 6])).tolist()
    []
    >>> merge(found, np.array([0, 2, 2]), np.array([7, 8, 9])).tolist()
    [0, 2]
    """
    before = found[at]
    found[at] = value
    twice: npt.NDArray[Any] = at[((before != NONE) & (before != value)) | (found[at] != value)]
    return twice
