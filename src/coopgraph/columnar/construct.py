"""What a CONSTRUCT makes, evaluated on columns and written as lines."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.columnar.evaluate import Evaluation
from coopgraph.columnar.patterns import Reader
from coopgraph.columnar.plan import Expression, read_construct
from coopgraph.columnar.rewrite import bind_plan
from coopgraph.columnar.table import Ids, Table, Unsupported, packed, unpacked
from coopgraph.store.compiled import compiled
from coopgraph.store.statements import Statements
from coopgraph.store.string_table import StringTable

_PORTION: Final = 1 << 18
"""Statements whose lines are written at once."""


def construct(statements: Statements, text: str, marks: int) -> bytes:
    r"""Return what a CONSTRUCT makes as sorted N-Triples, each statement once.

    Parameters
    ----------
    statements
        What it reads: all properties that it names.
    text
        The query.
    marks
        Statements with one of these marks are seen.

    Raises
    ------
    Unsupported
        If it has something that is not evaluated on columns.
    TooManyRows
        If a join would have more than may be held.

    Examples
    --------
    >>> store = ox.Store()
    >>> store.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> <x:b> } }")
    >>> said = Statements.read(store, {"x:g": 1}, ["x:p"])
    >>> construct(said, "CONSTRUCT { ?b <x:q> ?a } WHERE { ?a <x:p> ?b }", 1)
    b'<x:b> <x:q> <x:a> .\n'
    """
    plan = read_construct(text)
    reader = Reader(statements, marks)
    of = bind_plan(plan.of, {})
    found = Evaluation(reader).run(of)
    parts = [_ends(said, found, reader) for said in plan.template]
    ends = tuple(np.concatenate([part[i] for part in parts]) for i in range(3))
    return _lines(ends, reader)


def _ends(said: tuple[Expression, ...], found: Table, reader: Reader) -> list[Ids]:
    ends = [
        found.column(end[1])
        if end[0] == "var"
        else np.full(found.rows, reader.number(end[1]), np.int64)
        for end in said
    ]
    # What is unbound somewhere makes no statement there.
    whole = np.logical_and.reduce([end >= 0 for end in ends])
    return [end[whole] for end in ends]


def _lines(ends: tuple[Ids, ...], reader: Reader) -> bytes:
    """Write statements; terms are numbered as they sort, and so are their lines."""
    keys, widths = packed(list(ends))
    if widths is None:
        raise Unsupported("more terms than three fit into one number")
    keys = np.unique(keys)
    subject, predicate, value = unpacked(keys, widths)
    used = np.unique(np.concatenate([subject, predicate, value]))
    tokens = [reader.token(i) for i in used.tolist()]
    resource = np.array([t.startswith("<") and not t.startswith("<<") for t in tokens], np.bool_)
    places = [np.searchsorted(used, end) for end in (subject, predicate, value)]
    if not all(token.startswith(("<", '"')) and not token.startswith("<<") for token in tokens):
        raise Unsupported("numbers and blank nodes are written otherwise")
    right = resource[places[0]] & resource[places[1]]  # a literal says nothing
    table = StringTable.of(tokens)
    # Terms that no statement has are numbered last: their lines have to be put in order.
    places = [place[right].astype(np.int64) for place in places]
    rank = np.empty(len(table), np.int64)
    rank[table.order()] = np.arange(len(table))
    order = np.lexsort([rank[place] for place in reversed(places)])
    places = [place[order] for place in places]
    return b"".join(
        _text(table, [place[at : at + _PORTION] for place in places])
        for at in range(0, len(places[0]), _PORTION)
    )


def _text(table: StringTable, ends: list[Ids]) -> bytes:
    lengths = np.diff(table.ends)
    made = np.empty(int(sum(lengths[end].sum() for end in ends)) + 5 * len(ends[0]), np.uint8)
    subject, predicate, value = ends
    _write(table.letters, table.ends, subject, predicate, value, made)
    return made.tobytes()


@compiled
def _write(
    letters: NDArray[np.uint8],
    ends: NDArray[np.int64],
    subject: Ids,
    predicate: Ids,
    value: Ids,
    made: NDArray[np.uint8],
) -> None:
    at = 0
    for i in range(subject.size):
        for code in (subject[i], predicate[i], value[i]):
            for j in range(ends[code], ends[code + 1]):
                made[at] = letters[j]
                at += 1
            made[at] = 32
            at += 1
        made[at] = 46
        made[at + 1] = 10
        at += 2
