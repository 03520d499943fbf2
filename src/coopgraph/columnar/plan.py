"""A rule's SELECT as a plan: which columns are read, and how they are put together.

The text is parsed by rdflib; what comes out is its SPARQL algebra, of which the operators that
rules use are taken over. Answers are sets here: rules look at which rows there are, never at how
often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Literal, URIRef, Variable

from coopgraph.columnar.table import Unsupported
from coopgraph.rdflib_parser import RDFLIB_PARSER
from coopgraph.vocabulary import XSD

Expression = tuple[Any, ...]
"""``("var", name)``, ``("term", token)``, ``("bound", name)``, ``("not", e)``, ``("or", es)`` …"""

Path = tuple[Any, ...]
"""``("property", iri)``, ``("inverse", path)``, ``("sequence", paths)`` …"""

TRUE: Final[Expression] = ("const", True)
FALSE: Final[Expression] = ("const", False)
_BUILTINS: Final = {"Builtin_COALESCE": "coalesce", "Builtin_STR": "str", "Builtin_IF": "if"}


@dataclass(frozen=True)
class Pattern:
    """Subject and value (``("var", name)`` or ``("term", token)``) joined by a path."""

    subject: Expression
    path: Path
    value: Expression


@dataclass(frozen=True)
class Basic:
    """Patterns that all hold, and filters on their variables."""

    patterns: tuple[Pattern, ...]
    filters: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Values:
    """Rows of tokens; None is unbound."""

    rows: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True)
class Pair:
    """``join``, ``left`` (with filters) or ``union`` of two plans."""

    kind: str
    left: Plan
    right: Plan
    filters: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Filter:
    """The solutions of a plan for which all filters hold."""

    of: Plan
    filters: tuple[Expression, ...]


@dataclass(frozen=True)
class Extend:
    """The solutions of a plan, with one more variable."""

    of: Plan
    name: str
    value: Expression


@dataclass(frozen=True)
class Project:
    """Some variables of a plan; the others are not seen outside."""

    of: Plan
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Group:
    """The solutions of a plan by what they have in some variables, and something of the others.

    ``aggregates`` are names with ``count`` (of distinct values), ``min`` or ``max`` and the
    variable looked at: what does not change where a solution stands twice.
    """

    of: Plan
    keys: tuple[str, ...]
    aggregates: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Construct:
    """Statements made of the solutions of a plan: three ends each, as a :class:`Pattern` has."""

    template: tuple[tuple[Expression, Expression, Expression], ...]
    of: Project


Plan = Basic | Values | Pair | Filter | Extend | Project | Group


@lru_cache(maxsize=128)
def read_plan(select: str) -> Project:
    """Parse a SELECT.

    Raises
    ------
    Unsupported
        If it has something that is not evaluated on columns.

    Examples
    --------
    >>> read_plan("SELECT ?a { ?a <x:p>/<x:q> 7 }").of.patterns[0].path
    ('sequence', [('property', 'x:p'), ('property', 'x:q')])
    """
    with RDFLIB_PARSER:
        try:
            algebra = prepareQuery(select).algebra
        except Exception as error:  # whatever rdflib cannot read, the store's engine may
            raise Unsupported(str(error)) from error
    if algebra.name != "SelectQuery" or algebra.datasetClause:
        raise Unsupported("not a plain SELECT")
    plan = _plan(algebra.p)
    if not isinstance(plan, Project):
        raise Unsupported("a SELECT without a projection")
    return plan


@lru_cache(maxsize=128)
def read_construct(text: str) -> Construct:
    """Parse a CONSTRUCT.

    Raises
    ------
    Unsupported
        If it has something that is not evaluated on columns.

    Examples
    --------
    >>> read_construct("CONSTRUCT { ?a <x:p> ?b } WHERE { ?b <x:q> ?a }").of.names
    ('a', 'b')
    """
    with RDFLIB_PARSER:
        try:
            algebra = prepareQuery(text).algebra
        except Exception as error:  # as above
            raise Unsupported(str(error)) from error
    if algebra.name != "ConstructQuery" or algebra.datasetClause:
        raise Unsupported("not a plain CONSTRUCT")
    template = tuple(
        (_expression(s), _expression(p), _expression(o)) for s, p, o in algebra.template
    )
    names = sorted({end[1] for said in template for end in said if end[0] == "var"})
    plan = _plan(algebra.p)
    return Construct(
        template, Project(plan.of if isinstance(plan, Project) else plan, tuple(names))
    )


def _plan(node: Any) -> Plan:
    name = node.name
    if name == "BGP":
        return Basic(tuple(_pattern(*triple) for triple in node.triples))
    if name in ("ToMultiSet", "Distinct", "Reduced"):
        return _plan(node.p)
    if name == "values":
        return Values(tuple(
            {str(var): None if term == "UNDEF" else _token(term) for var, term in row.items()}
            for row in node.res
        ))  # fmt: skip
    if name in ("Join", "Union"):
        return Pair(name.lower(), _plan(node.p1), _plan(node.p2))
    if name == "LeftJoin":
        expr = TRUE if node.expr.name == "TrueFilter" else _expression(node.expr)
        return Pair("left", _plan(node.p1), _plan(node.p2), _conjuncts(expr))
    if name == "Filter":
        return Filter(_plan(node.p), _conjuncts(_expression(node.expr)))
    if name == "Extend":
        of = _plan(node.p)
        if str(node.expr) in _samples(node.p, str(node.var)):
            return of  # a key of a group, which it has under its own name
        return Extend(of, str(node.var), _expression(node.expr))
    if name == "AggregateJoin":
        return _group(node)
    if name == "Project":
        return Project(_plan(node.p), tuple(str(var) for var in node.PV))
    raise Unsupported(name)


def _group(node: Any) -> Group:
    keys = node.p.expr or []
    if not keys or not all(isinstance(key, Variable) for key in keys):
        raise Unsupported("groups by something else than variables")
    aggregates = []
    for found in node.A:
        kind = found.name.removeprefix("Aggregate_").lower()
        if kind == "sample" and found.vars in keys:
            continue
        if not isinstance(found.vars, Variable) or not (
            kind in ("min", "max") or (kind == "count" and found.distinct)
        ):
            raise Unsupported(f"the aggregate {found.name}")
        aggregates.append((str(found.res), kind, str(found.vars)))
    return Group(_plan(node.p.p), tuple(map(str, keys)), tuple(aggregates))


def _samples(node: Any, key: str) -> set[str]:
    """Return what rdflib calls a key of the group that a plan is made of."""
    while node.name in ("Extend", "Filter"):
        node = node.p
    return {
        str(found.res)
        for found in (node.A if node.name == "AggregateJoin" else ())
        if found.name == "Aggregate_Sample" and str(found.vars) == key
    }


def _pattern(subject: Any, path: Any, value: Any) -> Pattern:
    return Pattern(_expression(subject), _path(path), _expression(value))


def _path(path: Any) -> Path:
    if isinstance(path, URIRef):
        return ("property", str(path))
    if isinstance(path, InvPath):
        return ("inverse", _path(path.arg))
    if isinstance(path, SequencePath):
        return ("sequence", [_path(part) for part in path.args])
    if isinstance(path, AlternativePath):
        return ("either", [_path(part) for part in path.args])
    if isinstance(path, MulPath) and path.mod in ("*", "+", "?"):
        return (path.mod, _path(path.path))
    raise Unsupported(f"a path of {type(path).__name__}")


def _expression(node: Any) -> Expression:
    if isinstance(node, Variable):
        return ("var", str(node))
    if isinstance(node, URIRef | Literal):
        return ("term", _token(node))
    name = getattr(node, "name", type(node).__name__)
    if name == "Builtin_BOUND":
        return ("bound", str(node.arg))
    if name == "UnaryNot":
        return ("not", _expression(node.expr))
    if name in ("ConditionalOrExpression", "ConditionalAndExpression"):
        kind = "or" if "Or" in name else "and"
        return (kind, [_expression(part) for part in (node.expr, *node.other)])
    if name == "RelationalExpression":
        left = _expression(node.expr)
        if node.op in ("IN", "NOT IN"):
            found: Expression = ("or", [("=", left, _expression(part)) for part in node.other])
            return found if node.op == "IN" else ("not", found)
        return (str(node.op), left, _expression(node.other))
    if name == "Builtin_IF":
        return ("if", _expression(node.arg1), _expression(node.arg2), _expression(node.arg3))
    if name in _BUILTINS:
        arguments = node.arg if isinstance(node.arg, list) else [node.arg]
        return (_BUILTINS[name], [_expression(part) for part in arguments])
    raise Unsupported(name)


def _conjuncts(expression: Expression) -> tuple[Expression, ...]:
    if expression == TRUE:
        return ()
    if expression[0] == "and":
        return tuple(part for inner in expression[1] for part in _conjuncts(inner))
    return (expression,)


def _token(term: Any) -> str:
    """Write a term as SPARQL's TSV results do."""
    if isinstance(term, URIRef):
        return f"<{term}>"
    if not isinstance(term, Literal):
        raise Unsupported(type(term).__name__)
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    kind = str(term.datatype) if term.datatype else XSD + "string"
    if kind == XSD + "integer":
        return str(int(term))
    if kind not in (XSD + "string", XSD + "date"):
        raise Unsupported(kind)
    return str(ox.Literal(str(term), datatype=ox.NamedNode(kind)))
