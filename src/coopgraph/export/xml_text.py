"""Text as XML holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL: Final = re.compile('[&<>"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


def printable(text: str) -> str:
    """Return a text with what no XML, and no UTF-8, can hold replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def content(value: Any) -> str:
    """Return a value as the content of an element.

    Examples
    --------
    >>> content("a < b & c"), content(True)
    ('a &lt; b &amp; c', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if not _SPECIAL.search(text):
        return text
    text = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")  # a bare one would be read back as a line feed


def attribute(value: Any) -> str:
    """Return a value as an attribute has it between double quotes.

    Examples
    --------
    >>> attribute('say "a"')
    'say &quot;a&quot;'
    """
    text = content(value)
    if not _SPECIAL.search(text):
        return text
    return text.replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def contents(texts: Sequence[str]) -> Sequence[str]:
    """Return many texts as contents; where none has anything special, as they are."""
    if _SPECIAL.search("".join(texts)):
        return [content(text) for text in texts]
    return texts
