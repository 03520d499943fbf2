r"""The shape of a query: its text less the constants, which decide nothing about its safety.

Programs ask the same query again and again with other IRIs, strings and numbers in it. What the
guard says of one (:mod:`coopgraph.store.guard`) holds for all that differ in nothing else, and to
cut off the constants takes one call of a regular expression instead of a loop over all tokens.

That is so because guard, traits and lexer look at the text of words, names and signs, and of a
constant only at its kind; with three exceptions, in which a text has no shape here:

- after ``SERVICE`` the IRI is what matters;
- ``<`` may mean "less than" within parentheses, and only the lexer can tell;
- ``<…>(`` is a call or a list by what the IRI holds.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from coopgraph.store.query_lexer import LANG, LOCAL, STRING, VARIABLE, WORD

Shape: TypeAlias = tuple[tuple[str, str], ...]
"""Kept parts, each with an empty string, and for each constant an empty string and its first
character."""

# At each place the same alternative matches as in the lexer, or the last one, which tells nothing.
_PARTS: Final = re.compile(
    rf"""
      ( (?: [ \t\r\n]++ | {VARIABLE} | {WORD} (?: {LOCAL} )?+ | {LOCAL} | {LANG}
          | \.(?![0-9]) | [^\w<"'\#.] )++ )
    | (?= (.) ) (?: <[^<>"{{}}|^`\x00-\x20]*+> | {STRING} | \#[^\r\n]*+
                  | (?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+ )
    | (?s:.)
    """,
    re.VERBOSE,
)
_UNKNOWN: Final = ("", "")


def shape_of(text: str) -> Shape | None:
    """Return the shape of a query, None where it has none that can be seen so quickly.

    Examples
    --------
    >>> one = shape_of("ASK { <http://x/a> ?p 1 } # one")
    >>> one == shape_of("ASK { <http://x/b> ?p 17.5 } # another")
    True
    >>> one == shape_of("ASK { <http://x/a> ?q 1 } # one")
    False
    >>> shape_of("SELECT * { FILTER(?a<?b) }") is None
    True
    """
    if "\\" in text:
        return None  # of a character, or before a bracket that is none
    folded = text.casefold()
    if "service" in folded or "load" in folded:
        return None
    found = _PARTS.findall(text)
    if _UNKNOWN in found or ("(" in text and "<" in text and not _is_plain(found)):
        return None
    return tuple(found)


def _is_plain(parts: list[tuple[str, str]]) -> bool:
    """Tell whether no IRI stands within parentheses or before one that opens."""
    depth, after_iri = 0, False
    for kept, first in parts:
        if kept:
            if after_iri and kept.lstrip().startswith("("):
                return False
            after_iri = after_iri and kept.isspace()
            depth += kept.count("(") - kept.count(")")
        elif first == "<":
            if depth:
                return False
            after_iri = True
        elif first != "#":
            after_iri = False
    return True
