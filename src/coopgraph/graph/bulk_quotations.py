"""Many quotations, as :func:`coopgraph.graph.words.quotation` gives each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.word_columns import (
    DOCUMENT,
    EXACT,
    NONE,
    NUMBERS,
    QUOTING,
    SELECTOR,
    Int32,
    WordColumns,
    merge,
)
from coopgraph.store.graph_columns import NOTHING, GraphColumns
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Places, Terms
from coopgraph.vocabulary import short_id

_DIGITS: Final = 18
"""Whole numbers of so many digits fit into 64 bits."""


class BulkQuotations:
    """Some pieces of evidence: documents, paragraphs, offsets and words.

    Parameters
    ----------
    columns
        Where words come from; evidence may be described in any graph.
    iris
        The pieces of evidence.
    one
        Gives a quotation that is not simple, by its IRI.

    Attributes
    ----------
    iris
        As given.
    document, exact
        By piece: the document's IRI and the words, as numbers of texts.
    paragraph, start, end
        int64, ``NONE`` for none.
    asked
        Which are not simple (something is said twice, say): these numbers do not count.
    """

    def __init__(
        self, columns: WordColumns, iris: StringTable, one: Callable[[str], dict[str, Any]]
    ) -> None:
        self._columns = columns
        self._one = one
        self.iris = iris
        count = len(iris)
        graphs = list(columns.saying(QUOTING)) if count else []
        self.asked = np.zeros(count, np.bool_)
        self.document, self.exact, self.paragraph, self.start, self.end = (
            np.full(count, NONE, np.int64) for _ in range(5)
        )
        owners = self._owners(graphs)
        for graph in graphs:
            for prop, found in (
                (DOCUMENT, self.document), (EXACT, self.exact),
                *zip(NUMBERS, (self.paragraph, self.start, self.end), strict=True),
            ):  # fmt: skip
                links, words = graph.links.get(prop, NOTHING), graph.words.get(prop, NOTHING)
                good, odd = (links, words) if prop == DOCUMENT else (words, links)
                self.asked[owners(graph, odd[0])[0]] = True
                whose, rows = owners(graph, good[0])
                values = good[1][rows]
                if prop in NUMBERS:
                    read, fits = _numbers(graph.texts, values)
                    self.asked[whose[~fits]] = True
                else:
                    read = columns.refs(graph.terms if prop == DOCUMENT else graph.texts, values)
                self.asked[merge(found, whose, read)] = True

    def _owners(
        self, graphs: list[GraphColumns]
    ) -> Callable[[GraphColumns, Int32], tuple[Int32, npt.NDArray[np.int64]]]:
        """Return what gives, of subjects, those that say something of evidence, and of which.

        The evidence itself and its selectors do.
        """
        count = len(self.iris)
        members = Terms()
        members.add_table(self.iris)
        evidence = Places(self.iris)
        pairs = []
        for graph in graphs:
            subject, value = graph.links.get(SELECTOR, NOTHING)
            whose = evidence.of(graph.terms, subject)
            selector = value[whose >= 0]
            ends = graph.terms.ends
            member = members.add(graph.terms.letters, ends[selector], ends[selector + 1])
            pairs.append((member, whose[whose >= 0]))
        places = Places(members.table())
        owner = np.full(len(members), NONE, np.int32)
        owner[:count] = np.arange(count)
        contested = np.zeros(len(members), np.bool_)
        contested[:count] = True  # evidence that is a selector of evidence
        for member, whose in pairs:
            loose = member >= count
            contested[merge(owner, member[loose], whose[loose])] = True
        for graph in graphs:  # a selector that has selectors
            member = places.of(graph.terms, graph.links.get(SELECTOR, NOTHING)[0])
            contested[member[member >= count]] = True
        for member, whose in pairs:
            self.asked[whose[contested[member]]] = True

        def find(graph: GraphColumns, subject: Int32) -> tuple[Int32, npt.NDArray[np.int64]]:
            member = places.of(graph.terms, subject)
            rows = np.flatnonzero(member >= 0)
            return owner[member[rows]], rows

        return find

    def quotation(self, piece: int) -> dict[str, Any]:
        """Return a quotation in the shape of the API."""
        iri = self.iris[piece]
        if self.asked[piece]:
            return self._one(iri)
        document, exact = int(self.document[piece]), int(self.exact[piece])
        paragraph, start, end = (
            None if found[piece] == NONE else int(found[piece])
            for found in (self.paragraph, self.start, self.end)
        )
        return {
            "id": short_id(iri),
            "document": "" if document == NONE else short_id(self._columns.text(document)),
            "paragraph": paragraph,
            "quote": None if exact == NONE else self._columns.text(exact),
            "start": start,
            "end": end,
        }


def _numbers(
    texts: StringTable, places: Int32
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return texts as whole numbers, and which of them are such."""
    distinct, which = np.unique(places, return_inverse=True)
    read = []
    for place in distinct.tolist():
        text = texts[place]
        read.append(int(text) if text.isdecimal() and len(text) <= _DIGITS else NONE)
    found = np.array(read, np.int64)[which] if read else np.empty(0, np.int64)
    return found, found != NONE
