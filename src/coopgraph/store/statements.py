"""Statements as columns of numbers: read from a store once, then joined without it.

A triple store looks up one statement after another; a question that touches a million of them is
answered many times faster by sorting and merging whole columns. What is kept here is a property's
subjects and values as two arrays, and by which marks each statement is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.store.array_file import read_arrays, write_arrays
from coopgraph.store.graph_columns import NOTHING, GraphColumns
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Terms

Ids = NDArray[np.int64]
_TSV: Final = ox.QueryResultsFormat.TSV
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\^\^<[^>]*>|@.*)?', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r"}


def text_of(token: str) -> str | None:
    r"""Return an IRI or the text of a literal, from how it is written; None for a blank node.

    Examples
    --------
    >>> [text_of(t) for t in ("<x:a>", '"a\\tb"@en', "7", "_:b")]
    ['x:a', 'a\tb', '7', None]
    """
    if token.startswith(("_:", "<<")):
        return None
    if token.startswith("<"):
        return token[1:-1]
    literal = _LITERAL.fullmatch(token)
    if literal is None:
        return token  # a number or a truth value
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), literal[1])


@dataclass(frozen=True)
class Column:
    """All statements of one property, each once.

    Attributes
    ----------
    subject, value
        int32: numbers of terms; sorted by subject, then value.
    marks
        uint8: the marks of the graphs that hold the statement, as bits.
    """

    subject: NDArray[np.int32]
    value: NDArray[np.int32]
    marks: NDArray[np.uint8]


@dataclass(frozen=True)
class Statements:
    """The statements of some properties.

    Attributes
    ----------
    terms
        As they are written in SPARQL's TSV results, sorted; a term's number is its place.
    columns
        By the property's IRI; one without a statement is there, and empty.
    """

    terms: StringTable
    columns: Mapping[str, Column]

    @cached_property
    def iris(self) -> tuple[int, int]:
        """The numbers of all IRIs: from the first, to before the second."""
        # As terms are written, `<<(` of a quoted triple is less, and `=` greater than any IRI.
        return self.terms.place("<="), self.terms.place("=")

    def names(self) -> list[str]:
        """Return all IRIs, the one with the least number first."""
        first, last = self.iris
        letters = self.terms.letters.tobytes()
        ends = self.terms.ends[first : last + 1].tolist()
        return [
            str(letters[start + 1 : end - 1], "utf-8", "surrogatepass")
            for start, end in pairwise(ends)
        ]

    @classmethod
    def read(
        cls,
        store: ox.Store,
        graphs: Mapping[str, int],
        properties: Iterable[str],
        kept: Callable[[str], GraphColumns | None] = lambda _: None,
    ) -> Statements:
        """Read the statements of some properties.

        Parameters
        ----------
        store
            Where from.
        graphs
            The graphs to read, with the mark of each: a bit of 8.
        properties
            Their IRIs.
        kept
            Gives the columns of a graph, where some are kept: what they hold is not asked of the
            store, which looks up one term after another. Of literals they keep text and language,
            no datatype, so a property that has literals is read from the store there.

        Examples
        --------
        >>> store = ox.Store()
        >>> store.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> <x:b> , 7 } }")
        >>> found = Statements.read(store, {"x:g": 1}, ["x:p"])
        >>> list(found.terms), found.columns["x:p"].value.tolist()
        (['7', '<x:a>', '<x:b>'], [0, 2])
        """
        terms = Terms()
        raw: dict[str, list[tuple[Ids, int]]] = {prop: [] for prop in sorted(set(properties))}
        for graph, mark in graphs.items():
            columns = kept(graph)
            numbers = None if columns is None else _Numbers(terms, columns.terms)
            for prop, parts in raw.items():
                if columns is None or numbers is None or prop in columns.words:
                    codes = _cells(store, graph, prop, terms)
                else:
                    codes = numbers.of(*columns.links.get(prop, NOTHING))
                if len(codes):
                    parts.append((codes, mark))
        table = terms.table()
        order = table.order()
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        found = {prop: _column(parts, rank) for prop, parts in raw.items()}
        return cls(table.take(order), found)

    @classmethod
    def saved(cls, path: Path, made_from: Mapping[str, Any]) -> Statements | None:
        """Map a saved table; None if there is none, or none that may be trusted."""
        file = read_arrays(path, made_from)
        if file is None:
            return None
        columns = {
            prop: Column(*(file.arrays[f"{i}.{name}"] for name in ("subject", "value", "marks")))
            for i, prop in enumerate(file.said["properties"])
        }
        return cls(StringTable(file.arrays["letters"], file.arrays["ends"]), columns)

    def save(self, path: Path, made_from: Mapping[str, Any]) -> None:
        """Write the table; whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        arrays: dict[str, NDArray[Any]] = {
            "letters": self.terms.letters,
            "ends": self.terms.ends,
        }
        for i, column in enumerate(self.columns.values()):
            arrays |= {
                f"{i}.subject": column.subject,
                f"{i}.value": column.value,
                f"{i}.marks": column.marks,
            }
        write_arrays(path, made_from, {"properties": list(self.columns)}, arrays)


def _cells(store: ox.Store, graph: str, prop: str, terms: Terms) -> Ids:
    """Return the numbers of subject and value, row after row, as the store writes them."""
    found = store.query(f"SELECT ?s ?o {{ GRAPH <{graph}> {{ ?s <{prop}> ?o }} }}")
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
    text = found.serialize(format=_TSV) or b""
    data = np.frombuffer(text, np.uint8)[text.index(b"\n") + 1 :]
    stops = np.flatnonzero((data == ord("\t")) | (data == ord("\n")))  # none stands in a term
    starts = np.concatenate([[0], stops[:-1] + 1])[: len(stops)]
    return terms.add(data, starts, stops).astype(np.int64)


class _Numbers:
    """Numbers of the terms of a graph's columns, which are written without what encloses them.

    Parameters
    ----------
    terms
        All terms so far; those that are asked for are added.
    own
        Those of the columns.
    """

    def __init__(self, terms: Terms, own: StringTable) -> None:
        self._terms = terms
        self._own = own
        self._number = np.full(len(own), -1, np.int64)

    def of(self, subject: NDArray[np.int32], value: NDArray[np.int32]) -> Ids:
        """Return the numbers of subject and value, row after row."""
        places = np.empty(2 * len(subject), np.int64)
        places[0::2], places[1::2] = subject, value
        asked = np.zeros(len(self._own), np.bool_)
        asked[places] = True
        fresh = np.flatnonzero(asked & (self._number < 0))
        if len(fresh):
            self._number[fresh] = self._terms.add_table(self._own.enclosed(fresh, b"<", b">"))
        return self._number[places]


def _column(parts: list[tuple[Ids, int]], rank: Ids) -> Column:
    """Put the statements of several graphs together; one in two graphs has the marks of both."""
    if not parts:
        nothing = np.empty(0, np.int32)
        return Column(nothing, nothing, np.empty(0, np.uint8))
    codes = rank[np.concatenate([codes for codes, _ in parts])]
    marks = np.concatenate([np.full(len(codes) // 2, mark, np.uint8) for codes, mark in parts])
    keys = codes[0::2] << 32 | codes[1::2]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    keys = keys[first]
    return Column(
        (keys >> 32).astype(np.int32),
        (keys & 0xFFFFFFFF).astype(np.int32),
        np.bitwise_or.reduceat(marks[order], first),
    )
