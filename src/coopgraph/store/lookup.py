"""Whether a query is a lookup: one whose text lets expect an answer at once.

A lookup has few triple patterns, each of which has a subject or an object that is a constant, or
is joined to one that has, and nothing in it repeats, aggregates, sorts or searches. This is a guess
and no promise, because a constant may be a hub: who trusts it sets a limit.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from coopgraph.store.query_lexer import DATA, EXPRESSION, GROUP, ROW, LexError, Token, tokens

_LONGEST: Final = 4096
_MOST_PATTERNS: Final = 6
_TERMS: Final = frozenset(("iri", "name", "number", "string", "var"))
_WORDS: Final = frozenset(
    "a as ask base bind bound by construct contains datatype describe distinct false filter from "  # noqa: SIM905
    "graph in iri isblank isiri isliteral lang langmatches limit named not offset optional prefix "
    "reduced sameterm select str strstarts true undef union uri values where".split()
)


@lru_cache(maxsize=2048)
def is_lookup(query: str) -> bool:
    """Tell whether a query is a lookup.

    Examples
    --------
    >>> is_lookup("SELECT ?name { <http://x/a> <http://x/knows> ?b . ?b <http://x/name> ?name }")
    True
    >>> is_lookup("SELECT * { ?s ?p ?o }"), is_lookup("ASK { <http://x/a> <http://x/p>* ?b }")
    (False, False)
    """
    if len(query) > _LONGEST:
        return False
    patterns = _Patterns()
    try:
        return all(patterns.see(token) for token in tokens(query)) and patterns.anchored()
    except LexError:
        return False  # the parser shall say what is wrong


class _Patterns:
    """The ends of each triple pattern, as the tokens go by."""

    def __init__(self) -> None:
        self._ends: list[tuple[str, str]] = []
        self._terms: list[str] = []
        self._known: set[str] = set()
        self._word = ""  # the last one of the grammar
        self._form = ""
        self._template = False
        self._datatype = False

    def see(self, token: Token) -> bool:
        """Take the next token; return False where it cannot be part of a lookup."""
        kind, text, frame = token.kind, token.text, token.frame
        if kind == "word":
            return self._grammar(text.casefold())
        if kind == "op":
            return self._operator(token)
        if kind not in _TERMS:
            return kind == "lang"
        if self._datatype:
            self._datatype = False
        elif frame == GROUP:
            if self._word == "values":
                self._known.add(_name(text))
            else:
                self._term(_name(text))
        elif not frame and self._form == "describe":
            self._ends.append((_name(text), ""))
        return len(self._terms) <= 3

    def anchored(self) -> bool:
        """Tell whether all patterns are joined to a constant."""
        rest, known = self._ends, self._known
        if not rest or len(rest) > _MOST_PATTERNS:
            return False
        while rest:
            loose = [ends for ends in rest if not any(_fixed(end, known) for end in ends)]
            if len(loose) == len(rest):
                return False
            known.update(end for ends in rest if ends not in loose for end in ends)
            rest = loose
        return True

    def _grammar(self, word: str) -> bool:
        if word == "a" and self._terms:
            self._term("a")
            return True
        if word in ("select", "ask", "construct", "describe"):
            if self._form:
                return False  # a sub-select
            self._form = word
            self._template = word == "construct"
        elif word == "where":
            self._template = False
        self._word = word
        self._terms.clear()
        return word in _WORDS

    def _operator(self, token: Token) -> bool:
        text, frame = token.text, token.frame
        if text == "^^":
            self._datatype = True
            return True
        if EXPRESSION in (frame, token.bracket) or frame in (DATA, ROW):
            return True
        if text in ("{", "}", "."):
            self._word = ""
            self._terms.clear()
            if text == "}" and token.depth == 0 and self._template:
                self._template = False
                self._ends.clear()  # what is made is not what is looked for
            return True
        if text in (";", ","):
            del self._terms[1 if text == ";" else 2 :]
            return True
        return text == "*" and not frame  # of SELECT *; a path is no lookup

    def _term(self, name: str) -> None:
        self._terms.append(name)
        if len(self._terms) == 3:
            self._ends.append((self._terms[0], name))


def _name(text: str) -> str:
    return "?" + text[1:] if text[0] in "?$" else text


def _fixed(end: str, known: set[str]) -> bool:
    return bool(end) and (end[0] != "?" or end in known)
