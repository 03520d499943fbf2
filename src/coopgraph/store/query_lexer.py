r"""The tokens of a SPARQL text, cut the way the engine's parser reads them.

It knows just enough to tell code from strings, IRIs and comments, in one pass, without recursion.
The engine's parser has no tokens of its own: ``trueSERVICE<x>{`` and ``SERVICEex:a{`` are calls to
it, a long string that does not end is an empty one beside a short one, and ``<`` after an operand
in an expression is always "less than", even in ``?a<?b)SERVICE#>``. Whoever reads such a text
otherwise than the engine can be made to overlook what it runs, so this module follows it closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_ESCAPE = (
    r"""\\(?:[tbnrf"'\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"""
    r"""|U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9a-fA-F]{4})"""
)
_NAME_CHAR = "\\w\\-\u00b7\u0300-\u036f\u203f\u2040"
_LOCAL_CHAR = rf"(?:[{_NAME_CHAR}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"

STRING: Final = rf"""(?: \"\"\"(?:"{{0,2}}+(?:[^"\\]|{_ESCAPE}))*+\"\"\"
      | '''(?:'{{0,2}}+(?:[^'\\]|{_ESCAPE}))*+'''
      | "(?:[^"\\\r\n]++|{_ESCAPE})*+" | '(?:[^'\\\r\n]++|{_ESCAPE})*+' )"""
VARIABLE: Final = r"[?$][\w\u00b7\u0300-\u036f\u203f\u2040]++"
WORD: Final = rf"[^\W\d][{_NAME_CHAR}]*+"
LOCAL: Final = rf":{_LOCAL_CHAR}*+(?:\.++{_LOCAL_CHAR}++)?+"
LANG: Final = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"

_SKIP: Final = re.compile(r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+")
_TOKEN: Final = re.compile(
    rf"""
      (?P<iri> <[^<>"{{}}|^`\x00-\x20]*+> )
    | (?P<string> {STRING} )
    | (?P<var> {VARIABLE} )
    | (?P<word> {WORD} )(?P<name> {LOCAL} )?+
    | (?P<number> (?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+ )
    | (?P<local> {LOCAL} )
    | (?P<lang> {LANG} )
    | (?P<op> <<|>>|\^\^|&&|\|\||[!<>]=|(?s:.) )
    """,
    re.VERBOSE,
)

GROUP: Final = "{"
HEAD: Final = "{select"  # a sub-select: what stands beside its WHERE are expressions
DATA: Final = "{data"  # the rows of VALUES
QUADS: Final = "{quads"  # the statements of INSERT DATA and DELETE DATA
BLANK: Final = "["
EXPRESSION: Final = "(expression"
TERMS: Final = "(terms"  # a list, or a group in a path
ROW: Final = "(row"
TRIPLE: Final = "<<"
TOP: Final = ""
_CLOSES: Final = {"}": "{", "]": "[", ")": "(", ">>": "<<"}

# A word of the grammar is no operand; these three letters and numbers are terms.
_TERM_WORDS: Final = frozenset(("a", "true", "false"))
_OPERANDS: Final = frozenset(("var", "iri", "name", "number", "string", "lang"))
_AMBIGUOUS: Final = frozenset("#()[]")


class Token(NamedTuple):
    """One token: its kind, its text, where it stands, and in which bracket (``frame``).

    The kinds are iri, string, var, word, name (with a colon), number, lang and op. What opens or
    closes a bracket stands in the frame outside it, and ``bracket`` tells which one it is.
    """

    kind: str
    text: str
    start: int
    frame: str
    depth: int
    bracket: str = ""


class LexError(Exception):
    """The text cannot be SPARQL, or not surely; ``position`` is the offset."""

    def __init__(self, position: int, detail: str, zh: str) -> None:
        super().__init__(detail)
        self.position = position
        self.detail = detail
        self.zh = zh


def tokens(text: str, *, update: bool = False) -> Iterator[Token]:
    """Yield the tokens of a text.

    Parameters
    ----------
    text
        A query or an update.
    update
        Whether it is an update: only there ``DATA {`` opens a block of statements.

    Raises
    ------
    LexError
        If brackets do not match, or what follows a ``<`` can be read in two ways.

    Examples
    --------
    >>> [t.text for t in tokens("ASK { ?s a <x#y> } # SERVICE")]
    ['ASK', '{', '?s', 'a', '<x#y>', '}']
    """
    stack: list[str] = []
    frame = TOP
    kind = value = ""  # of the last token
    after_word = False  # the last token but one is a word of the grammar
    values_ahead = False
    position, end = 0, len(text)
    while True:
        position = _SKIP.match(text, position).end()  # type: ignore[union-attr]
        if position >= end:
            return
        match = _TOKEN.match(text, position)
        assert match is not None  # noqa: S101 - the last alternative takes any character
        new, got = match.lastgroup or "op", match[0]
        if new == "local":
            new = "name"
        if got[0] == "<" and len(got) > 1 and frame == EXPRESSION and _is_operand(kind, value):
            if new == "iri":
                _refuse_ambiguous(got, position)
            if got != "<=":
                new, got = "op", "<"
        depth = len(stack)
        opened = closed = ""
        if new == "word":
            folded = got.casefold()
            if folded.endswith("values"):
                values_ahead = True
            elif frame == GROUP and folded.startswith("select"):
                frame = stack[-1] = HEAD
        elif new == "op":
            if got == "{":
                opened = DATA if values_ahead else GROUP
                values_ahead = False
                if update and (frame == QUADS or (frame == TOP and _is_data(kind, value))):
                    opened = QUADS
            elif got == "(":
                opened = _parenthesis(frame, kind, value, after_word)
            elif got in ("[", "<<"):
                opened = got
            elif got in _CLOSES:
                if got == ">>" and frame != TRIPLE:
                    got = ">"
                else:
                    if not frame.startswith(_CLOSES[got]):
                        raise LexError(
                            position, f"{got!r} closes nothing", f"{got!r} 没有对应的左括号"
                        )
                    closed = stack.pop()
                    frame = stack[-1] if stack else TOP
                    depth -= 1
        yield Token(new, got, position, frame, depth, opened or closed)
        if opened:
            stack.append(opened)
            frame = opened
        after_word = kind == "word" and value not in _TERM_WORDS
        kind, value = new, got
        position += len(got)


def _is_operand(kind: str, value: str) -> bool:
    if kind == "op":
        return value in _CLOSES
    return kind in _OPERANDS or "true" in value or "false" in value


def _is_data(kind: str, value: str) -> bool:
    return kind == "word" and value.casefold().endswith("data")  # INSERTDATA{ is one word, too


def _refuse_ambiguous(got: str, position: int) -> None:
    if not _AMBIGUOUS.isdisjoint(got):
        raise LexError(
            position, "put a space after '<' if it means less than", "若表示“小于”，请在“<”后加空格"
        )


def _parenthesis(frame: str, kind: str, value: str, after_word: bool) -> str:
    """Tell what a ``(`` opens after a token of this kind and value."""
    if frame in (DATA, ROW):
        return ROW
    if frame in (EXPRESSION, HEAD, TOP):
        return EXPRESSION
    if kind == "word":
        return TERMS if value in _TERM_WORDS else EXPRESSION
    if kind in ("name", "iri"):
        # FILTER ex:f(…) is a call, ?s ex:p (…) a list; the parser also takes FILTERex:f(…).
        return EXPRESSION if after_word or "filter" in value.casefold() else TERMS
    return TERMS


def line_and_column(text: str, position: int) -> tuple[int, int]:
    r"""Return the line and column of an offset, both from 1.

    Examples
    --------
    >>> line_and_column("a\nbc", 3)
    (2, 2)
    """
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
