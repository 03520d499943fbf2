"""Plans written as SPARQL again, for one value of a variable: what the store answers in a moment.

A store is asked for a few things; columns are for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from coopgraph.columnar.plan import (
    Basic,
    Construct,
    Expression,
    Extend,
    Filter,
    Group,
    Pair,
    Path,
    Pattern,
    Plan,
    Project,
)
from coopgraph.columnar.table import Unsupported

_COUNTED = {"count": "COUNT(DISTINCT ?{0})", "min": "MIN(?{0})", "max": "MAX(?{0})"}


def in_steps(plan: Plan, names: Iterator[int] | None = None) -> Plan:
    """Write every path of a plan as patterns of one property each.

    Parameters
    ----------
    plan
        The plan.
    names
        Numbers of variables to be made up.

    Raises
    ------
    Unsupported
        If a path is of no certain length.
    """
    names = count() if names is None else names
    if isinstance(plan, Basic):
        steps = (step for pattern in plan.patterns for step in _steps(pattern, names))
        return Basic(tuple(steps), plan.filters)
    if isinstance(plan, Pair):
        return replace(plan, left=in_steps(plan.left, names), right=in_steps(plan.right, names))
    if isinstance(plan, Filter | Extend | Project | Group):
        return replace(plan, of=in_steps(plan.of, names))
    raise Unsupported("rows of values")


def _steps(pattern: Pattern, names: Iterator[int]) -> Iterator[Pattern]:
    kind = pattern.path[0]
    if kind == "property":
        yield pattern
    elif kind == "inverse":
        yield from _steps(Pattern(pattern.value, pattern.path[1], pattern.subject), names)
    elif kind == "sequence":
        start = pattern.subject
        *parts, last = pattern.path[1]
        for part in parts:
            end = ("var", f"_step{next(names)}")
            yield from _steps(Pattern(start, part, end), names)
            start = end
        yield from _steps(Pattern(start, last, pattern.value), names)
    else:
        raise Unsupported("a path of no certain length")


def construct_text(rule: Construct, anchor: str, token: str) -> str:
    """Return a CONSTRUCT of what a rule makes where a variable has one value.

    Parameters
    ----------
    rule
        In steps.
    anchor
        The variable; all patterns bind it or are joined with it.
    token
        The value.
    """
    template = " . ".join(" ".join(map(_written, said)) for said in rule.template)
    return f"CONSTRUCT {{ {template} }} WHERE {{ {_text(rule.of.of, anchor, token)} }}"


def _patterns(patterns: Iterable[Pattern], known: Mapping[str, str]) -> str:
    return " . ".join(
        f"{_put(p.subject, known)} <{p.path[1]}> {_put(p.value, known)}" for p in patterns
    )


def _text(plan: Plan, anchor: str, token: str) -> str:
    if isinstance(plan, Basic):
        text = _patterns(plan.patterns, {anchor: token})
        return f"{text} BIND({token} AS ?{anchor}) {_filters(plan.filters)}"
    if isinstance(plan, Pair):
        left, right = (_text(side, anchor, token) for side in (plan.left, plan.right))
        if plan.kind == "union":
            return f"{{ {left} }} UNION {{ {right} }}"
        between = "OPTIONAL " if plan.kind == "left" else ""
        return f"{{ {left} }} {between}{{ {right} {_filters(plan.filters)} }}"
    if isinstance(plan, Filter):
        return f"{{ {_text(plan.of, anchor, token)} }} {_filters(plan.filters)}"
    if isinstance(plan, Extend):
        value = _written(plan.value)
        return f"{{ {_text(plan.of, anchor, token)} }} BIND({value} AS ?{plan.name})"
    if isinstance(plan, Project):
        names = " ".join(f"?{name}" for name in plan.names)
        return f"{{ SELECT {names} WHERE {{ {_text(plan.of, anchor, token)} }} }}"
    if isinstance(plan, Group):
        keys = " ".join(f"?{key}" for key in plan.keys)
        found = " ".join(
            f"({_COUNTED[kind].format(var)} AS ?{name})" for name, kind, var in plan.aggregates
        )
        inside = _text(plan.of, anchor, token)
        return f"{{ SELECT {keys} {found} WHERE {{ {inside} }} GROUP BY {keys} }}"
    raise Unsupported("rows of values")


def _put(end: Expression, known: Mapping[str, str]) -> str:
    return known.get(end[1], f"?{end[1]}") if end[0] == "var" else str(end[1])


def _filters(filters: Iterable[Expression]) -> str:
    return " ".join(f"FILTER({_written(f)})" for f in filters)


def _written(e: Expression) -> str:
    kind = e[0]
    if kind == "var":
        return f"?{e[1]}"
    if kind == "term":
        return str(e[1])
    if kind == "const":
        return "true" if e[1] else "false"
    if kind == "bound":
        return f"BOUND(?{e[1]})"
    if kind == "not":
        return f"(!{_written(e[1])})"
    if kind in ("or", "and"):
        return "(" + (" || " if kind == "or" else " && ").join(map(_written, e[1])) + ")"
    if kind in ("coalesce", "str"):
        return f"{kind.upper()}({', '.join(map(_written, e[1]))})"
    if kind == "if":
        return f"IF({', '.join(map(_written, e[1:]))})"
    return f"({_written(e[1])} {kind} {_written(e[2])})"


def properties_in(plan: Plan) -> set[str] | None:
    """Return the IRIs of the properties a plan reads; None if it looks at more than those."""
    if isinstance(plan, Basic):
        found: set[str] = set()
        for pattern in plan.patterns:
            inside = _properties(pattern.path)
            if inside is None:
                return None
            found |= inside
        return found
    if isinstance(plan, Pair):
        left, right = properties_in(plan.left), properties_in(plan.right)
        return None if left is None or right is None else left | right
    if isinstance(plan, Filter | Extend | Project | Group):
        return properties_in(plan.of)
    return set()


def _properties(path: Path) -> set[str] | None:
    kind = path[0]
    if kind == "property":
        return {path[1]}
    if kind in ("*", "?"):  # leads from everything to itself
        return None
    inside = path[1] if kind in ("sequence", "either") else [path[1]]
    found: set[str] = set()
    for part in inside:
        more = _properties(part)
        if more is None:
            return None
        found |= more
    return found
