"""Expressions over columns: terms are numbers, truth is 1, 0 or -1 for an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Protocol

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.columnar.plan import Expression
from coopgraph.columnar.table import UNBOUND, Ids, Table, Unsupported
from coopgraph.store.statements import text_of
from coopgraph.vocabulary import XSD

Truth = NDArray[np.int8]
_RESOURCES: Final = ("iri", "blank")
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|(@.*))?', re.DOTALL)
_INTEGER: Final = re.compile(r"[+-]?\d+")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


class Terms(Protocol):
    """What numbers stand for."""

    def number(self, token: str) -> int:
        """Return the number of a term."""

    def token(self, number: int) -> str:
        """Return the term of a number."""


def holds(expressions: tuple[Expression, ...], table: Table, terms: Terms) -> NDArray[np.bool_]:
    """Tell for each row whether all expressions are true."""
    found = np.ones(table.rows, np.bool_)
    for expression in expressions:
        found &= truth(expression, table, terms) == 1
    return found


def truth(expression: Expression, table: Table, terms: Terms) -> Truth:
    """Return for each row whether an expression is true (1), false (0) or an error (-1)."""
    kind = expression[0]
    if kind == "const":
        return np.full(table.rows, int(expression[1]), np.int8)
    if kind == "bound":
        there: Truth = (table.column(expression[1]) != UNBOUND).astype(np.int8)
        return there
    if kind == "not":
        inner = truth(expression[1], table, terms)
        negated: Truth = np.where(inner < 0, inner, 1 - inner).astype(np.int8)
        return negated
    if kind in ("or", "and"):
        parts = [truth(part, table, terms) for part in expression[1]]
        strong = int(kind == "or")  # one true makes an "or" true, whatever else is an error
        found = np.full(table.rows, 1 - strong, np.int8)
        for part in parts:
            found = np.where(part < 0, np.int8(-1), found)
        for part in parts:
            found = np.where(part == strong, np.int8(strong), found)
        return found
    if kind in ("=", "!=", "<", ">", "<=", ">="):
        left, right = (value(part, table, terms) for part in expression[1:])
        return _compare(kind, left, right, terms)
    raise Unsupported(f"the truth of {kind}")


def value(expression: Expression, table: Table, terms: Terms) -> Ids:
    """Return for each row the term that an expression gives; unbound where it is an error."""
    kind = expression[0]
    if kind == "var":
        return table.column(expression[1])
    if kind == "term":
        return np.full(table.rows, terms.number(expression[1]), np.int64)
    if kind == "coalesce":
        found = np.full(table.rows, UNBOUND, np.int64)
        for part in expression[1]:
            found = np.where(found == UNBOUND, value(part, table, terms), found)
        return found
    if kind == "if":
        test = truth(expression[1], table, terms)
        yes, no = (value(part, table, terms) for part in expression[2:])
        return np.where(test == 1, yes, np.where(test == 0, no, UNBOUND))
    if kind == "str":
        ids, place = np.unique(value(expression[1][0], table, terms), return_inverse=True)
        written = [_as_string(int(i), terms) for i in ids]
        return np.array(written, np.int64)[place.reshape(-1)]
    raise Unsupported(f"the value of {kind}")


def _as_string(number: int, terms: Terms) -> int:
    text = None if number == UNBOUND else text_of(terms.token(number))
    return UNBOUND if text is None else terms.number(str(ox.Literal(text)))


def _compare(op: str, left: Ids, right: Ids, terms: Terms) -> Truth:
    if op in ("=", "!="):
        known = _known(left, terms) if left.size else {}
        known |= _known(right, terms) if right.size else {}
        if all(kind == "iri" for kind, _ in known.values()):
            same = left == right
            found = same if op == "=" else ~same
            return np.where((left < 0) | (right < 0), np.int8(-1), found.astype(np.int8))
    ids = np.unique(np.concatenate([left, right]))
    ids = ids[ids != UNBOUND]
    keys = [_key(terms.token(int(i))) for i in ids]
    kinds = {kind: i for i, kind in enumerate(sorted({kind for kind, _ in keys}))}
    rank: dict[Any, int] = {k: i for i, k in enumerate(sorted(set(keys)))}
    kind_of = np.full(len(ids) + 1, -1, np.int64)
    rank_of = np.full(len(ids) + 1, -1, np.int64)
    kind_of[:-1] = [kinds[kind] for kind, _ in keys]
    rank_of[:-1] = [rank[k] for k in keys]
    a, b = (np.where(c == UNBOUND, -1, np.searchsorted(ids, c)) for c in (left, right))
    kind_a, kind_b, rank_a, rank_b = kind_of[a], kind_of[b], rank_of[a], rank_of[b]
    found = {
        "=": rank_a == rank_b, "!=": rank_a != rank_b, "<": rank_a < rank_b,
        ">": rank_a > rank_b, "<=": rank_a <= rank_b, ">=": rank_a >= rank_b,
    }[op]  # fmt: skip
    wrong = (a < 0) | (b < 0)
    things = [kinds.get(kind, -2) for kind in _RESOURCES]
    if op in ("=", "!="):  # a resource and a literal differ; two kinds of literals are an error
        wrong |= (kind_a != kind_b) & ~np.isin(kind_a, things) & ~np.isin(kind_b, things)
    else:
        wrong |= (kind_a != kind_b) | np.isin(kind_a, things)
    return np.where(wrong, np.int8(-1), found.astype(np.int8))


def _known(column: Ids, terms: Terms) -> dict[int, tuple[str, Any]]:
    """Return the kinds of a column's first and last few terms by number.

    Terms are sorted as they are written, so that where least and greatest are IRIs, all are.
    """
    bound = column[column != UNBOUND]
    if not bound.size:
        return {}
    ends = {int(bound.min()), int(bound.max())}
    return {i: ("iri" if terms.token(i).startswith("<") else "", None) for i in ends}


def _key(token: str) -> tuple[str, Any]:
    """Return of what kind a term is, and by what it is compared within that kind."""
    if token.startswith("<") and not token.startswith("<<"):
        return "iri", token
    if token.startswith("_:"):
        return "blank", token
    if _INTEGER.fullmatch(token):
        return "integer", int(token)
    literal = _LITERAL.fullmatch(token)
    if literal and literal[2] is None and literal[3] is None:
        return "string", text_of(token)
    if literal and literal[2] == XSD + "date" and _DAY.fullmatch(literal[1]):
        return "date", literal[1]
    raise Unsupported(f"comparing {token}")


def order_of(ids: Ids, terms: Terms) -> Ids:
    """Return the places of terms in the order of their values.

    Raises
    ------
    Unsupported
        If they are not all of one kind that has an order here.

    Examples
    --------
    >>> class Few:
    ...     def token(self, number):
    ...         return ["<x:a>", "<x:a/b>"][number]
    >>> order_of(np.array([1, 0]), Few()).tolist()  # by the IRI, not by how it is written
    [1, 0]
    """
    tokens = [terms.token(i) for i in ids.tolist()]
    if all(token.startswith("<") and not token.startswith("<<") for token in tokens):
        keys: list[Any] = [token[1:-1] for token in tokens]
    else:
        found = [_key(token) for token in tokens]
        if len({kind for kind, _ in found}) > 1 or found[0][0] == "blank":
            raise Unsupported("the order of things of several kinds")
        if found[0][0] == "date":
            _refuse_impossible(day for _, day in found)
        keys = [key for _, key in found]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)


def _refuse_impossible(days: Iterable[str]) -> None:
    """Leave days that no calendar has to the store: it has an order for them, too."""
    try:
        for day in days:
            date.fromisoformat(day)
    except ValueError as error:
        raise Unsupported(str(error)) from error
