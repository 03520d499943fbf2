"""Says in words what is wrong with a SPARQL text that does not parse.

The engine's own message is the list of everything that could have stood at the furthest place it
came to. What is most often wrong is seen from the tokens instead; else the place alone is named.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from coopgraph.errors import QuerySyntaxError
from coopgraph.store.query_faults import Fault, misspelt, statements, undeclared
from coopgraph.store.query_lexer import (
    LexError,
    Token,
    line_and_column,
    tokens,
)

_UPDATES: Final = frozenset(
    ["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"]
)
_QUERIES: Final = frozenset(["ASK", "CONSTRUCT", "DESCRIBE", "SELECT"])
_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_IN_WORDS: Final = (
    ("bound", "variable that is unbound", "SELECT names a variable that is neither grouped by nor "
     "aggregated, or is nowhere bound", "SELECT 中的变量既未在 GROUP BY 中分组，也未被聚合或绑定"),
    ("star", "not authorized with GROUP BY", "SELECT * does not go with GROUP BY or an aggregate: "
     "name the variables", "SELECT * 不能与 GROUP BY 或聚合同用：请列出变量"),
    ("iri", "IRI parsing failed", "this IRI is malformed, or is relative where no base is known",
     "IRI 有误，或为相对 IRI 而无基准"),
)  # fmt: skip
_WIDTH: Final = 100


def syntax_error(error: SyntaxError, text: str = "", *, update: bool = False) -> QuerySyntaxError:
    """Return the error of a text that the engine's parser refused.

    Parameters
    ----------
    error
        What the parser said.
    text
        The query or update.
    update
        Whether it was parsed as an update.

    Examples
    --------
    >>> said = SyntaxError("error at 1:29: expected OPTIONAL")
    >>> problem = syntax_error(said, "SELECT * { ?s ?p ?o OPTINAL { ?s a ?t } }")
    >>> print(problem.detail)
    line 1, column 21: 'OPTINAL' is no keyword here; is OPTIONAL meant?
    >>> print(problem.extensions["excerpt"])
    SELECT * { ?s ?p ?o OPTINAL { ?s a ?t } }
                        ^
    """
    found = _POSITION.match(str(error))
    expected = found[3] if found else str(error)
    position = _offset(text, int(found[1]), int(found[2])) if found else len(text)
    fault = (
        next(_lexical(text), None)
        or _said(position, expected)
        or next(_grammatical(text, position, update), None)
        or _unexpected(text, position)
    )
    return syntax_problem(text, fault)


def syntax_problem(text: str, fault: Fault) -> QuerySyntaxError:
    """Return the error that names a fault, its place, and the line with a mark below it."""
    line, column = line_and_column(text, fault.position)
    return QuerySyntaxError(
        f"line {line}, column {column}: {fault.detail}",
        zh=f"第 {line} 行第 {column} 列：{fault.zh}",
        line=line,
        column=column,
        excerpt=excerpt(text, fault.position),
    )


def excerpt(text: str, position: int) -> str:
    r"""Return the line of an offset and, below, a caret; of a long line what is around it.

    Examples
    --------
    >>> excerpt("ASK {\n  ?s ] }", 11)
    '  ?s ] }\n     ^'
    """
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : len(text) if end < 0 else end].replace("\t", " ").rstrip("\r")
    at = position - start
    if len(line) > _WIDTH:
        cut = max(0, min(at - _WIDTH // 2, len(line) - _WIDTH))
        begin, rest = ("…" if cut else ""), line[cut : cut + _WIDTH]
        at += len(begin) - cut
        line = begin + rest + ("…" if cut + _WIDTH < len(line) else "")
    line = "".join(c if c.isprintable() else "\ufffd" for c in line)
    wide = ("\u3000" if unicodedata.east_asian_width(c) in "WF" else " " for c in line[:at])
    return f"{line}\n{''.join(wide)}^"


def unterminated(text: str, *, update: bool = False) -> Fault | None:
    """Return the first string that is not ended, if there is one."""
    try:
        for token in tokens(text, update=update):
            if token.kind == "op" and token.text in ('"', "'"):
                return Fault(
                    token.start,
                    f"this string is not ended by {token.text}, or holds a line break or an "
                    'escape that is none: long strings stand in """…"""',
                    f"字符串缺少结尾的 {token.text}，或其中有换行、错误的转义："
                    '多行字符串请用 """…"""',
                )
    except LexError:
        pass
    return None


def _lexical(text: str) -> Iterator[Fault]:
    if fault := unterminated(text):
        yield fault
    opened: list[Token] = []
    seen: list[Token] = []
    try:
        for token in tokens(text):
            seen.append(token)
            if token.bracket:
                if token.text in ("{", "[", "(", "<<"):
                    opened.append(token)
                elif opened:
                    opened.pop()
    except LexError as error:
        yield Fault(error.position, error.detail, error.zh)
        return
    for token, after in itertools.pairwise(seen):
        joined = after.start == token.start + 1
        if token.text == "<" and token.kind == "op" and joined and after.kind in ("name", "word"):
            yield Fault(
                token.start,
                "this IRI is not ended by '>', or holds a space or a character that no IRI has",
                "IRI 缺少结尾的 '>'，或含有空格等不允许的字符",
            )
    yield from undeclared(seen)
    if opened and not misspelt(seen):
        last = opened[-1]
        yield Fault(
            last.start, f"this {last.text!r} is never closed", f"此处的 {last.text!r} 没有闭合"
        )


def _said(position: int, expected: str) -> Fault | None:
    for _, words, detail, zh in _IN_WORDS:
        if words in expected:
            return Fault(position, detail, zh)
    return None


def _grammatical(text: str, position: int, update: bool) -> Iterator[Fault]:
    seen = list(tokens(text))  # _lexical has seen that it can be cut
    if not seen:
        yield Fault(0, "the text is empty", "内容为空")
        return
    first = next((t.text.upper() for t in seen if t.kind == "word"
                  and t.text.upper() in _UPDATES | _QUERIES), "")  # fmt: skip
    if not update and first in _UPDATES:
        yield Fault(
            0,
            f"{first} begins an update, not a query: send it as an update, by POST",
            f"{first} 是更新而非查询：请以更新方式用 POST 提交",
        )
    if update and first in _QUERIES:
        yield Fault(0, f"{first} begins a query, not an update", f"{first} 是查询而非更新")
    yield from misspelt(seen)
    yield from statements(seen)
    if position >= len(text.rstrip()):
        yield Fault(
            len(text.rstrip()),
            "something is missing, here or before: the text ends",
            "此处或之前缺少内容：文本到此结束",
        )


def _unexpected(text: str, position: int) -> Fault:
    word = ""
    try:
        for token in tokens(text):
            if token.start <= position <= token.start + len(token.text):
                word, start = token.text, token.start
            if token.start >= position:
                break
    except LexError:
        pass
    if not word:
        return Fault(position, "this is not expected here", "此处的内容不合语法")
    shown = word if len(word) <= 60 else word[:60] + "…"
    return Fault(start, f"{shown!r} is not expected here", f"此处不应出现 {shown!r}")


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return len(text)
    return min(start + column - 1, len(text))
