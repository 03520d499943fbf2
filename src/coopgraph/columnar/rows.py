"""What a SELECT gives, evaluated on columns: whole rows, or rows by what they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from coopgraph.columnar.evaluate import Evaluation, possible_values
from coopgraph.columnar.expressions import Terms
from coopgraph.columnar.patterns import Reader
from coopgraph.columnar.plan import read_plan
from coopgraph.columnar.rewrite import bind_plan
from coopgraph.columnar.table import UNBOUND, Ids, Table, TooManyRows, concat, packed
from coopgraph.store.statements import Statements, text_of
from coopgraph.vocabulary import RDF

_PREFIX: Final = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME: Final = re.compile(r"<([^<>\s]+)>|(?<![\w?:-])([A-Za-z][\w-]*|):([\w-]+)")

PORTIONS: Final = 64
"""What is too wide at once is first tried for this part of the subjects."""
_FEW: Final = 20

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
    statements: Statements, text: str, terms: Mapping[str, str], marks: int,
    only: Mapping[str, Collection[str]] | None = None,
) -> tuple[Table, Reader]:  # fmt: skip
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
    only
        IRIs that a variable may have; rows with others are not wanted.

    Raises
    ------
    Unsupported
        If it has something that is not evaluated on columns.
    TooManyRows
        If a join would have more than may be held.
    """
    reader = Reader(statements, marks)
    plan = bind_plan(read_plan(text), terms)
    return Evaluation(reader).run(plan, _numbers(only, reader)), reader


def select_in_portions(
    statements: Statements, text: str, terms: Mapping[str, str], marks: int,
    only: Mapping[str, Collection[str]] | None = None, *, by: str, most: int,
) -> tuple[Table, Reader, bool]:  # fmt: skip
    """Run a SELECT for some values of a variable after the other, until there are enough rows.

    Parameters
    ----------
    statements, text, terms, marks, only
        As of :func:`select`.
    by
        The variable.
    most
        When there are so many rows, no more values are asked for.

    Returns
    -------
    The rows, the reader, and whether values were left out.

    Raises
    ------
    Unsupported, TooManyRows
        As :func:`select`; the second if not even one value can be asked for alone.
    """
    reader = Reader(statements, marks)
    plan = bind_plan(read_plan(text), terms)
    hints = _numbers(only, reader)
    values = hints.get(by, possible_values(plan, by, reader))
    if values is None:
        raise TooManyRows
    start, size, rows = 0, max(1, len(values) // PORTIONS), 0
    found: list[Table] = []
    while start < len(values) and rows < most:
        try:
            part = Evaluation(reader).run(plan, {**hints, by: values[start : start + size]})
        except TooManyRows:
            if size == 1:
                raise
            size = max(1, size // 8)
            continue
        found.append(part)
        rows += part.rows
        start += size
        if part.rows < most // 8:
            size *= 2
    return concat(found), reader, start < len(values)


def _numbers(only: Mapping[str, Collection[str]] | None, reader: Reader) -> dict[str, Ids]:
    return {
        name: np.array(sorted(reader.number(f"<{iri}>") for iri in iris), np.int64)
        for name, iris in (only or {}).items()
    }


def rows_of(table: Table, reader: Reader, names: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of some columns as texts; what is no IRI or literal is None."""
    columns = [_texts(_plain(table.column(name), reader), reader) for name in names]
    return zip(*columns, strict=True)


@dataclass(frozen=True, eq=False)
class Groups:
    """Rows put together by what they are about; what nobody asks for is not put into words.

    Attributes
    ----------
    keys
        Columns of numbers, one a group; sorted by the first, then the next.
    starts
        Where each group's rows begin, and the end of the last, shape (groups + 1,).
    rest
        The other columns, one number a row.
    reader
        Knows what the numbers stand for.
    """

    keys: tuple[Ids, ...]
    starts: Ids
    rest: tuple[Ids, ...]
    reader: Terms

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.starts) - 1

    def number(self, iri: str | None) -> int:
        """Return the number of an IRI in the columns."""
        return UNBOUND if iri is None else self.reader.number(f"<{iri}>")

    def key(self, group: int) -> Row:
        """Return what a group is about, as texts."""
        return tuple(_text(int(column[group]), self.reader) for column in self.keys)

    def rows(self, group: int) -> list[Row]:
        """Return the other columns of a group's rows, as texts."""
        start, end = int(self.starts[group]), int(self.starts[group + 1])
        texts = (_texts(column[start:end], self.reader) for column in self.rest)
        return list(zip(*texts, strict=True))

    def __iter__(self) -> Iterator[Group]:
        """Yield what each group is about, and a way to read its rows."""
        return ((self.key(i), partial(self.rows, i)) for i in range(len(self)))


def groups_of(table: Table, reader: Reader, by: Sequence[str], rest: Sequence[str]) -> Groups:
    """Return the distinct values of some columns, and for each the others' rows.

    What has nothing in the first column is left out. The reader is kept with them, for the terms.
    """
    reader.forget()
    return _grouped(
        [_plain(table.column(name), reader) for name in by],
        [_plain(table.column(name), reader) for name in rest],
        reader,
    )


def groups_of_rows(
    rows: Iterable[Mapping[str, str]], by: Sequence[str], rest: Sequence[str]
) -> Groups:
    """Return the same of a query's answer as IRIs by variable."""
    table = [[row.get(name) for name in (*by, *rest)] for row in rows]
    names = _Names(sorted({text for row in table for text in row if text is not None}))
    coded = [[UNBOUND if t is None else names.place[t] for t in row] for row in table]
    columns = list(np.array(coded, np.int64).reshape(-1, len(by) + len(rest)).T)
    return _grouped(columns[: len(by)], columns[len(by) :], names)


def _grouped(keys: list[Ids], rest: list[Ids], terms: Terms) -> Groups:
    named = keys[0] != UNBOUND
    if not named.all():
        keys, rest = [c[named] for c in keys], [c[named] for c in rest]
    size = len(keys[0])
    packed_keys, widths = packed(keys)
    order = np.argsort(packed_keys, kind="stable") if widths else np.lexsort(keys[::-1])
    keys = [column[order] for column in keys]
    changed = np.ones(size, np.bool_)
    changed[1:] = False
    for column in keys:
        changed[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(changed)
    return Groups(
        tuple(column[starts] for column in keys), np.append(starts, size),
        tuple(column[order] for column in rest), terms,
    )  # fmt: skip


class _Names:
    """Texts by number, where a store told them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.place = {name: i for i, name in enumerate(names)}

    def number(self, token: str) -> int:
        return self.place.get(token[1:-1], len(self.names))

    def token(self, number: int) -> str:
        return f"<{self.names[number]}>"


def _plain(column: Ids, reader: Reader) -> Ids:
    """Take blank nodes for unbound: nothing can be told of them."""
    for first, last in reader.nameless:
        column = np.where((column >= first) & (column < last), UNBOUND, column)
    return column


def _text(number: int, reader: Terms) -> str | None:
    return None if number == UNBOUND else text_of(reader.token(number))


def _texts(column: Ids, reader: Terms) -> list[str | None]:
    if len(column) < _FEW:
        return [_text(number, reader) for number in column.tolist()]
    ids, place = np.unique(column, return_inverse=True)
    texts = [_text(i, reader) for i in ids.tolist()]
    return [texts[i] for i in place.reshape(-1).tolist()]
