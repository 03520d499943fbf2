"""What a SELECT gives, evaluated on columns: whole rows, or rows by what they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from coopgraph.gaps.columnar.evaluate import Evaluation
from coopgraph.gaps.columnar.patterns import Reader
from coopgraph.gaps.columnar.plan import read_plan
from coopgraph.gaps.columnar.rewrite import bind_plan
from coopgraph.gaps.columnar.table import UNBOUND, Ids, Table
from coopgraph.store.statements import Statements, text_of
from coopgraph.vocabulary import RDF

_PREFIX: Final = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME: Final = re.compile(r"<([^<>\s]+)>|(?<![\w?:-])([A-Za-z][\w-]*|):([\w-]+)")

Row = tuple[str | None, ...]
Group = tuple[Row, Callable[[], list[Row]]]


def properties_named(select: str) -> set[str]:
    """Return the IRIs that a query names, among them all its properties; it is not parsed.

    Examples
    --------
    >>> sorted(properties_named("PREFIX x: <http://x/> SELECT ?a { ?a x:p/^x:q ?b ; a x:C }"))[:3]
    ['http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'http://x/', 'http://x/C']
    """
    prefixes = dict(_PREFIX.findall(select))
    found = {RDF + "type"}
    for iri, prefix, name in _NAME.findall(select):
        if iri:
            found.add(iri)
        elif prefix in prefixes:
            found.add(prefixes[prefix] + name)
    return found


def select(
    statements: Statements, text: str, terms: Mapping[str, str], marks: int
) -> tuple[Table, Reader]:
    """Run a SELECT on columns.

    Parameters
    ----------
    statements
        What it reads.
    text
        The query, with the defaults of its parameters.
    terms
        SPARQL terms of its parameters by variable name; one that is missing is unbound.
    marks
        Statements with one of these marks are seen.

    Raises
    ------
    Unsupported
        If it has something that is not evaluated on columns, or has too many rows.
    """
    reader = Reader(statements, marks)
    return Evaluation(reader).run(bind_plan(read_plan(text), terms)), reader


def rows_of(table: Table, reader: Reader, names: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of some columns as texts; what is no IRI or literal is None."""
    columns = [_texts(_plain(table.column(name), reader), reader) for name in names]
    return zip(*columns, strict=True)


def groups_of(
    table: Table, reader: Reader, by: Sequence[str], rest: Sequence[str]
) -> Iterator[Group]:
    """Yield the distinct values of some columns, and for each a way to read the others' rows.

    What nobody asks for is not put into words: a rule may have found a million things.
    """
    keys = [_plain(table.column(name), reader) for name in by]
    order = np.lexsort(keys[::-1]) if table.rows else np.empty(0, np.int64)
    keys = [column[order] for column in keys]
    others = [_plain(table.column(name), reader)[order] for name in rest]
    changed = np.zeros(max(0, table.rows - 1), np.bool_)
    for column in keys:
        changed |= column[1:] != column[:-1]
    starts = np.concatenate([[0], np.flatnonzero(changed) + 1]) if table.rows else order
    ends = [*starts[1:].tolist(), table.rows]
    named = zip(*(_texts(column[starts], reader) for column in keys), strict=True)
    for row, start, end in zip(named, starts.tolist(), ends, strict=False):
        yield row, _later(others, start, end, reader)


def _later(columns: list[Ids], start: int, end: int, reader: Reader) -> Callable[[], list[Row]]:
    return lambda: list(
        zip(*(_texts(column[start:end], reader) for column in columns), strict=True)
    )


def _plain(column: Ids, reader: Reader) -> Ids:
    """Take blank nodes for unbound: nothing can be told of them."""
    for first, last in reader.nameless:
        column = np.where((column >= first) & (column < last), UNBOUND, column)
    return column


def _texts(column: Ids, reader: Reader) -> list[str | None]:
    ids, place = np.unique(column, return_inverse=True)
    texts = [None if i == UNBOUND else text_of(reader.token(i)) for i in ids.tolist()]
    return [texts[i] for i in place.reshape(-1).tolist()]
