"""Plans made cheaper before they run: what is known is put in, filters go to where they bite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from coopgraph.columnar.plan import (
    FALSE,
    TRUE,
    Basic,
    Expression,
    Extend,
    Filter,
    Group,
    Pair,
    Plan,
    Project,
    Values,
)
from coopgraph.columnar.table import Unsupported

FIRST_PARAMETER: Final = "asOf"
Filters = tuple[Expression, ...]


def bind_plan(plan: Project, terms: Mapping[str, str]) -> Project:
    """Write the values of parameters into a plan, and simplify it by what is known then.

    Parameters
    ----------
    plan
        Its parameters stand in ``VALUES`` blocks that begin with ``?asOf``.
    terms
        Tokens by variable name; one that is missing is unbound.
    """
    bound = _simple(plan, terms)
    assert isinstance(bound, Project)  # noqa: S101  (no projection is taken away)
    return bound


def variables(plan: Plan) -> set[str]:
    """Return the variables that are seen outside of a plan."""
    if isinstance(plan, Basic):
        ends = (end for p in plan.patterns for end in (p.subject, p.value))
        return {end[1] for end in ends if end[0] == "var"}
    if isinstance(plan, Values):
        return {name for row in plan.rows for name in row}
    if isinstance(plan, Pair):
        return variables(plan.left) | variables(plan.right)
    if isinstance(plan, Filter):
        return variables(plan.of)
    if isinstance(plan, Extend):
        return variables(plan.of) | {plan.name}
    if isinstance(plan, Group):
        return {*plan.keys, *(name for name, _, _ in plan.aggregates)}
    return set(plan.names)


def certain(plan: Plan) -> set[str]:
    """Return the variables that every solution of a plan binds."""
    if isinstance(plan, Basic):
        return variables(plan)
    if isinstance(plan, Values):
        return {n for n in variables(plan) if all(row.get(n) is not None for row in plan.rows)}
    if isinstance(plan, Pair):
        if plan.kind == "left":
            return certain(plan.left)
        if plan.kind == "union":
            return certain(plan.left) & certain(plan.right)
        return certain(plan.left) | certain(plan.right)
    if isinstance(plan, Project):
        return certain(plan.of) & set(plan.names)
    if isinstance(plan, Group):
        return certain(plan.of) & set(plan.keys)
    return certain(plan.of)


def names_in(expression: Expression) -> set[str]:
    """Return the variables of an expression."""
    if expression[0] in ("var", "bound"):
        return {expression[1]}
    found: set[str] = set()
    for part in expression[1:]:
        if isinstance(part, tuple):
            found |= names_in(part)
        elif isinstance(part, list):
            for inner in part:
                found |= names_in(inner)
    return found


def _simple(plan: Plan, terms: Mapping[str, str]) -> Plan:
    if isinstance(plan, Values):
        first = plan.rows[0] if plan.rows else {}
        if next(iter(first), "") != FIRST_PARAMETER:
            return plan
        return Values(({name: terms.get(name) for name in first},))
    if isinstance(plan, Pair):
        left, right = _simple(plan.left, terms), _simple(plan.right, terms)
        filters = _fold(plan.filters, _known(left) | _known(right))
        if plan.kind == "left":
            inside = certain(right)
            down = tuple(f for f in filters if names_in(f) <= inside)
            right = push(down, right)
            filters = tuple(f for f in filters if f not in down)
        return Pair(plan.kind, left, right, filters)
    if isinstance(plan, Filter):
        of = _simple(plan.of, terms)
        return push(_fold(plan.filters, _known(of)), of)
    if isinstance(plan, Extend | Project | Group):
        return replace(plan, of=_simple(plan.of, terms))
    return plan


def _known(plan: Plan) -> dict[str, str | None]:
    """Return what is the same in every solution: variables of blocks with one row."""
    if isinstance(plan, Values):
        return dict(plan.rows[0]) if len(plan.rows) == 1 else {}
    if isinstance(plan, Filter | Extend):
        return _known(plan.of)
    if isinstance(plan, Pair) and plan.kind != "union":
        both = {**(_known(plan.right) if plan.kind == "join" else {}), **_known(plan.left)}
        # An unbound one may be bound by another part.
        bound = {
            name for part in (plan.left, plan.right) for name in variables(part) - set(_known(part))
        }
        return {n: token for n, token in both.items() if token is not None or n not in bound}
    return {}


def _fold(filters: Filters, known: Mapping[str, str | None]) -> Filters:
    folded = [_folded(f, known) for f in filters]
    return tuple(part for f in folded if f != TRUE for part in (f[1] if f[0] == "and" else [f]))


def _folded(e: Expression, known: Mapping[str, str | None]) -> Expression:
    kind = e[0]
    if kind == "bound" and e[1] in known:
        return FALSE if known[e[1]] is None else TRUE
    if kind == "var" and known.get(e[1]) is not None:
        return ("term", known[e[1]])
    if kind == "not":
        inner = _folded(e[1], known)
        return ("const", not inner[1]) if inner[0] == "const" else ("not", inner)
    if kind in ("or", "and"):
        strong = TRUE if kind == "or" else FALSE
        parts = [_folded(part, known) for part in e[1]]
        if strong in parts:
            return strong
        parts = [part for part in parts if part[0] != "const"]
        if not parts:
            return FALSE if kind == "or" else TRUE
        return parts[0] if len(parts) == 1 else (kind, parts)
    if kind in ("=", "!="):
        a, b = (_folded(part, known) for part in e[1:])
        if (
            a[0] == b[0] == "term"
            and a[1][0] == b[1][0] == '"'
            and a[1].endswith('"')
            and b[1].endswith('"')
        ):
            return ("const", (a[1] == b[1]) == (kind == "="))
        return (kind, a, b)
    if kind in ("<", ">", "<=", ">="):
        return (kind, _folded(e[1], known), _folded(e[2], known))
    if kind in ("coalesce", "str"):
        return (kind, [_folded(part, known) for part in e[1]])
    if kind == "if":
        return (kind, *(_folded(part, known) for part in e[1:]))
    return e


def push(filters: Filters, plan: Plan) -> Plan:
    """Put filters as deep into a plan as their variables are certain."""
    if not filters:
        return plan
    if isinstance(plan, Basic):
        inside = [f for f in filters if names_in(f) <= variables(plan)]
        rest = tuple(f for f in filters if f not in inside)
        plan = replace(plan, filters=(*plan.filters, *inside))
        return Filter(plan, rest) if rest else plan
    if isinstance(plan, Filter):
        return _filtered(push(filters, plan.of), plan.filters)
    if isinstance(plan, Pair) and plan.kind in ("join", "left"):
        left = tuple(f for f in filters if names_in(f) <= certain(plan.left))
        rest = tuple(f for f in filters if f not in left)
        right: Filters = ()
        if plan.kind == "join":
            right = tuple(f for f in rest if names_in(f) <= certain(plan.right))
            rest = tuple(f for f in rest if f not in right)
        plan = replace(plan, left=push(left, plan.left), right=push(right, plan.right))
    elif isinstance(plan, Project):
        raise_on_exotic(plan)
        return _filtered(plan, filters)
    else:
        return _filtered(plan, filters)
    return _filtered(plan, rest)


def raise_on_exotic(plan: Project) -> None:
    """Refuse a sub-select that hands out nothing."""
    if not plan.names:
        raise Unsupported("a projection of nothing")


def _filtered(plan: Plan, filters: Filters) -> Plan:
    return Filter(plan, filters) if filters else plan
