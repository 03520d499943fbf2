"""What is refused of a query, beyond :mod:`.guard`, before it is handed on to a remote store.

The embedded engine knows SPARQL 1.1 and cannot write. A remote one may take updates at its query
URL, and has functions and pragmas of its own that read files, call Java or fetch from the network
(Virtuoso's ``DEFINE`` and ``bif:``, Jena's ``java:``). So only what begins as a query is handed on.
"""

from __future__ import annotations

import contextlib
from typing import Final, NamedTuple

from coopgraph.errors import CoopgraphError, Forbidden, QuerySyntaxError
from coopgraph.store.guard import decoded
from coopgraph.store.query_lexer import LexError, Token, line_and_column, tokens
from coopgraph.store.result_formats import Form

_FORMS: Final[dict[str, Form]] = {
    "select": "bindings",
    "ask": "boolean",
    "construct": "graph",
    "describe": "graph",
}
_WRITES: Final = frozenset(
    ("insert", "delete", "clear", "drop", "create", "copy", "move", "add", "load", "modify", "with",
     "using", "define", "option", "alter", "exec", "sparql")
)  # fmt: skip
_SCHEMES: Final = (
    "bif:",
    "sql:",
    "java:",
    "get:",
    "http://www.openlinksw.com/schemas/bif#",
    "http://www.openlinksw.com/schema/sparql/extensions",
)
_PREFIXES: Final = ("bif:", "sql:", "get:", "input:")


class Shape(NamedTuple):
    """What a query gives, and whether it says itself what graphs it reads."""

    form: Form
    dataset: bool


def shape(text: str) -> Shape:
    """Return what kind of query a text is.

    Raises
    ------
    QuerySyntaxError
        If it is none.
    Forbidden
        If it writes, or calls what only one make of server has and reaches out with.

    Examples
    --------
    >>> shape("PREFIX a: <http://a/> ASK FROM <http://g> { ?s a:b ?o }")
    Shape(form='boolean', dataset=True)
    >>> shape("SELECT (bif:sys_env('PATH') AS ?x) {}")
    Traceback (most recent call last):
    ...
    coopgraph.errors.Forbidden: line 1, column 9: bif:sys_env is not handed on to the store
    """
    found = _shape(text)
    other = decoded(text)
    if other != text:
        with contextlib.suppress(LexError):
            _shape(other)
    return found


def _shape(text: str) -> Shape:
    form: Form | None = None
    dataset = False
    before = ""
    for token in tokens(text):
        folded = token.text.casefold()
        if token.kind == "iri" and folded[1:].startswith(_SCHEMES):
            raise _refused(text, token)
        if token.kind == "name" and folded.startswith(_PREFIXES):
            raise _refused(text, token)
        if token.text == "`" or (token.text == ";" and token.depth == 0):
            raise _refused(text, token)
        if token.kind == "word" and token.depth == 0 and folded in _WRITES:
            raise _refused(text, token)
        if form is None:
            if token.kind == "word" and folded in _FORMS:
                form = _FORMS[folded]
            elif not (
                (token.kind == "word" and folded in ("base", "prefix"))
                or (token.kind == "name" and before == "prefix")
                or token.kind == "iri"
            ):
                raise _no_query(text, token)
            before = folded
        elif token.kind == "word" and token.depth == 0 and folded == "from":
            dataset = True
    if form is None:
        raise _no_query(text, None)
    return Shape(form, dataset)


def _no_query(text: str, token: Token | None) -> CoopgraphError:
    line, column = line_and_column(text, token.start if token else len(text))
    return QuerySyntaxError(
        f"line {line}, column {column}: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE",
        zh=f"第 {line} 行第 {column} 列：查询须以 SELECT、ASK、CONSTRUCT 或 DESCRIBE 开头",
        line=line,
        column=column,
    )


def _refused(text: str, token: Token) -> Forbidden:
    line, column = line_and_column(text, token.start)
    said = token.text[:100]
    return Forbidden(
        f"line {line}, column {column}: {said} is not handed on to the store",
        zh=f"第 {line} 行第 {column} 列：{said} 不会转发给远程存储",
        line=line,
        column=column,
    )
