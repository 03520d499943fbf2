"""What a CONSTRUCT makes, evaluated on columns and written as lines."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.columnar.evaluate import Evaluation, Hints, possible_values
from coopgraph.columnar.local import LocalRule
from coopgraph.columnar.patterns import Reader
from coopgraph.columnar.plan import Construct, Expression, Project, read_construct
from coopgraph.columnar.rewrite import bind_plan
from coopgraph.columnar.table import Ids, Table, TooManyRows, Unsupported, packed, unpacked
from coopgraph.store.compiled import compiled
from coopgraph.store.statements import Statements
from coopgraph.store.string_table import StringTable

_PORTION: Final = 1 << 18
"""Statements whose lines are written at once."""
_PORTIONS: Final = (8, 64, 512)
"""Into how many parts the things are divided that a rule speaks of, where it makes too much."""


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
    >>> import pyoxigraph as ox
    >>> store = ox.Store()
    >>> store.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> <x:b> } }")
    >>> said = Statements.read(store, {"x:g": 1}, ["x:p"])
    >>> construct(said, "CONSTRUCT { ?b <x:q> ?a } WHERE { ?a <x:p> ?b }", 1)
    b'<x:b> <x:q> <x:a> .\n'
    """
    reader = Reader(statements, marks)
    plan = read_construct(text)
    try:
        parts = [_made(plan, bind_plan(plan.of, {}), reader)]
    except TooManyRows:
        parts = _in_portions(LocalRule(text), reader)
    ends = tuple(np.concatenate([part[i] for part in parts]) for i in range(3))
    return _lines(ends, reader)


def _made(rule: Construct, plan: Project, reader: Reader, only: Hints | None = None) -> list[Ids]:
    found = Evaluation(reader).run(plan, only)
    parts = [_ends(said, found, reader) for said in rule.template]
    return [np.concatenate([part[i] for part in parts]) for i in range(3)]


def _in_portions(local: LocalRule, reader: Reader) -> list[list[Ids]]:
    """Return what a rule makes of some values of its anchor after the other."""
    name = local.anchor
    of = bind_plan(local.rule.of, {})
    values = possible_values(of.of, name, reader)
    if values is None:
        raise TooManyRows
    plan = Project(of.of, tuple(dict.fromkeys([*of.names, name])))
    for portions in _PORTIONS:
        try:
            return [
                _made(local.rule, plan, reader, {name: some})
                for some in np.array_split(values, min(portions, max(1, len(values))))
            ]
        except TooManyRows:
            continue
    raise TooManyRows


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
