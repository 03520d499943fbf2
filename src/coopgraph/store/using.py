"""``using-graph-uri`` and ``using-named-graph-uri``: an update's dataset written into its text.

The engine takes the dataset of an update only from the text. So ``USING`` is written before the
``WHERE`` of each operation that has one, and ``DELETE WHERE {…}``, which may not have ``USING``, is
spelt out. All is done with the tokens of the lexer: a ``WHERE`` in a string is no ``WHERE``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.store.query_lexer import Token, tokens

_IRI: Final = re.compile(r"[^<>\"{}|^`\\\x00-\x20]+")
_NOTHING: Final = Token("", "", 0, "", 0)


def with_dataset(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return an update whose patterns are matched in the given graphs.

    Parameters
    ----------
    text
        An update that the guard has let through.
    default_graphs, named_graphs
        The values of ``using-graph-uri`` and ``using-named-graph-uri``, absolute IRIs.

    Raises
    ------
    BadRequest
        If a value is no IRI, or the text has ``USING``, ``USING NAMED`` or ``WITH`` of its own.

    Examples
    --------
    >>> with_dataset("DELETE WHERE { ?s ?p 'WHERE' }", ["http://x/g"], [])
    "DELETE { ?s ?p 'WHERE' } USING <http://x/g> WHERE { ?s ?p 'WHERE' }"
    """
    if not default_graphs and not named_graphs:
        return text
    using = "".join(
        [f"USING <{_checked(iri)}> " for iri in default_graphs]
        + [f"USING NAMED <{_checked(iri)}> " for iri in named_graphs]
    )
    parts, done = [], 0
    begin = pattern = -1  # of a DELETE WHERE, and of its pattern
    last = _NOTHING
    for token in tokens(text, update=True):
        if token.depth:
            continue
        if _names_dataset(token, last):
            raise BadRequest(
                "using-graph-uri and using-named-graph-uri do not go together with USING, "
                "USING NAMED or WITH in the update",
                zh="using-graph-uri、using-named-graph-uri 不能与更新语句中的 "
                "USING、USING NAMED、WITH 同用",
            )
        word = token.text.casefold() if token.kind == "word" else ""
        if word == "deletewhere":
            begin = token.start
        elif word == "where" and last.text.casefold() == "delete":
            begin = last.start
        elif word == "where" and last.text == "}":
            parts += [text[done : token.start], using]
            done = token.start
        elif token.text == "{" and begin >= 0:
            pattern = token.start
        elif token.text == "}" and begin >= 0:
            end = token.start + 1
            quads = text[pattern:end]
            parts += [text[done:begin], f"DELETE {quads} {using}WHERE {quads}"]
            begin, done = -1, end
        last = token
    return "".join([*parts, text[done:]])


def _names_dataset(token: Token, last: Token) -> bool:
    """Tell whether a token is USING or WITH, perhaps glued to a name: the engine takes both."""
    folded = token.text.casefold()
    if token.kind == "word":
        return folded.startswith(("using", "with"))
    if token.kind == "name":
        begins = last.text in ("", ";") or last.kind == "iri"
        return (folded.startswith("using") and last.text == "}") or (
            folded.startswith("with") and begins
        )
    return False


def _checked(iri: str) -> str:
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise BadRequest(f"{iri!r} is not an IRI: {error}", zh=f"{iri!r} 不是 IRI") from error
    if not _IRI.fullmatch(iri):
        raise BadRequest(f"{iri!r} is not an IRI", zh=f"{iri!r} 不是 IRI")
    return iri
