"""What the text of a query tells about its answer, before anything runs."""

from __future__ import annotations

import re
from typing import Final

from coopgraph.store.query_lexer import LexError, tokens
from coopgraph.store.result_formats import Form

_CHANGING: Final = ("now", "rand", "uuid", "bnode", "service")  # struuid holds uuid
_SUSPECT: Final = re.compile("|".join((*_CHANGING, r"\\u")), re.IGNORECASE)
_FORMS: Final[dict[str, Form]] = {
    "select": "bindings",
    "ask": "boolean",
    "construct": "graph",
    "describe": "graph",
}


def is_deterministic(query: str) -> bool:
    r"""Tell whether a query has one answer on one generation.

    Not one that says ``NOW``, ``RAND``, ``UUID``, ``STRUUID``, ``BNODE`` or ``SERVICE``. The parser
    takes these words without a space before or behind them (``FILTERNOW()``), so any word that
    holds one counts: rather one too many than one too few. So does a codepoint escape outside a
    pair of quotes or inside, as it can be read in two ways.

    Examples
    --------
    >>> is_deterministic("SELECT * { ?s ?p 'now' } # RAND()")
    True
    >>> is_deterministic("SELECT (now() AS ?t) {}")
    False
    """
    if not _SUSPECT.search(query):
        return True
    if "\\u" in query or "\\U" in query:
        return False
    try:
        for token in tokens(query):
            if token.kind in ("word", "name"):
                word = token.text.partition(":")[0].casefold()
                if any(name in word for name in _CHANGING):
                    return False
    except LexError:
        return False
    return True


def form_of(query: str) -> Form | None:
    """Return the form of a query, None where it is not plain to see.

    Examples
    --------
    >>> form_of("PREFIX ask: <http://x/> SELECT * { ?s a ask:me }")
    'bindings'
    """
    try:
        for token in tokens(query):
            if token.text == "{":
                return None
            if token.kind == "word" and (form := _FORMS.get(token.text.casefold())):
                return form
    except LexError:
        pass
    return None
