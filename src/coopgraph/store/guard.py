"""What is refused of a stranger's query or update before any parser sees it.

The limits here are for a quick and clear answer. What keeps the service alive is that queries are
parsed and run in processes that can be killed (:mod:`coopgraph.store.query_pool`), and what keeps
them off the network is, below the refusal of ``SERVICE`` here, the kernel.

Updates may reach nobody: no ``SERVICE``, not even to an endpoint that queries may ask. What stands
in ``INSERT DATA`` and ``DELETE DATA`` is no pattern and has a limit of its own.

Not refused here: updates sent as queries (the parser says so), and ``FROM`` with a graph that is
not in the store, which the engine takes for an empty graph and never fetches.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from coopgraph.errors import BadRequest, PayloadTooLarge
from coopgraph.store.outreach import Outreach
from coopgraph.store.query_faults import Fault
from coopgraph.store.query_lexer import (
    BLANK,
    DATA,
    EXPRESSION,
    GROUP,
    HEAD,
    QUADS,
    ROW,
    TERMS,
    TOP,
    LexError,
    Token,
    line_and_column,
    tokens,
)
from coopgraph.store.query_syntax import syntax_problem, unterminated

if TYPE_CHECKING:
    from coopgraph.settings import Settings


class QueryLimits(NamedTuple):
    """How much of a query text is let through.

    ``max_length`` is in bytes of UTF-8; ``max_depth`` counts nested brackets and signs;
    ``max_patterns`` triple patterns, path steps, list items, groups and operators together;
    ``service_allow`` holds the endpoints that ``SERVICE`` may name, as full IRIs; ``max_triples``
    counts the statements of ``INSERT DATA`` and ``DELETE DATA``.

    Examples
    --------
    >>> QueryLimits().max_depth
    100
    """

    max_length: int = 256 * 1024
    max_depth: int = 100
    max_patterns: int = 400
    service_allow: tuple[str, ...] = ()
    max_triples: int = 0

    @classmethod
    def for_updates(cls, settings: Settings) -> QueryLimits:
        """Return the limits of a service for updates."""
        return cls(
            settings.update_max_length,
            settings.query_max_depth,
            settings.query_max_patterns,
            (),
            settings.update_max_triples,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> QueryLimits:
        """Return the limits of a service for queries."""
        return cls(
            settings.query_max_length,
            settings.query_max_depth,
            settings.query_max_patterns,
            settings.service_allow,
        )


# SELECT (… AS ?x), BIND and FILTER make the plan deeper by one, whatever else stands in them.
_STEPS: Final = frozenset(("filter", "as"))
_PATH_STEPS: Final = frozenset("/|^")
_OPERATORS: Final = frozenset(("||", "&&", "+", "-", "*", "/"))
_SIGNS: Final = frozenset("!+-^")
_SEPARATORS: Final = frozenset(".;,")
_STATEMENTS: Final = frozenset((GROUP, BLANK, QUADS))
_SETTLED: Final = frozenset((GROUP, HEAD, DATA, QUADS, EXPRESSION))
_TERMS: Final = frozenset(("var", "iri", "name", "number", "string"))
_UNDECIDED: Final = re.compile(r"\\[uU]")
_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def check(
    text: str,
    limits: QueryLimits = QueryLimits(),  # noqa: B008 - immutable
    *,
    update: bool = False,
) -> None:
    """Refuse a text that is too large, too deep or reaches out.

    Takes linear time, a second for the longest query, and never recurses; a service has long
    texts read elsewhere (:mod:`coopgraph.store.screen`).

    Parameters
    ----------
    text
        A query, or an update.
    limits
        What is let through.
    update
        Whether it is an update.

    Raises
    ------
    PayloadTooLarge
        If it has more bytes than the limit.
    BadRequest
        If it nests deeper or has more patterns than the limit; carries ``line`` and ``column``.
    QuerySyntaxError
        If its brackets do not match.
    Forbidden
        If it holds ``LOAD``, or ``SERVICE`` to an endpoint that is not allowed.

    Examples
    --------
    >>> check("SELECT * { ?s ?p 'SERVICE' }")
    >>> check("SELECT * { sErViCe <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    coopgraph.errors.Forbidden: line 1, column 12: SERVICE to <http://example.org/> is not allowed
    """
    refuse_long(text, limits, update=update)
    try:
        _Scan(text, limits, update).run()
    except LexError as error:
        fault = unterminated(text, update=update) or Fault(error.position, error.detail, error.zh)
        raise syntax_problem(text, fault) from None
    if _UNDECIDED.search(text):
        # SPARQL says that these are decoded before parsing. The embedded engine does not, remote
        # ones may: the text must be harmless both ways.
        with contextlib.suppress(LexError):  # no SPARQL when read that way
            _Scan(decoded(text), limits, update).run()


def refuse_long(text: str, limits: QueryLimits, *, update: bool = False) -> None:
    """Raise :class:`PayloadTooLarge` if a text has more bytes than the limit."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    if size > limits.max_length:
        what, what_zh = _words(update)
        raise PayloadTooLarge(
            f"the {what} has {size} bytes, at most {limits.max_length} are read",
            zh=f"{what_zh}长 {size} 字节，上限为 {limits.max_length} 字节",
            limit=limits.max_length,
        )


def _words(update: bool) -> tuple[str, str]:
    return ("update", "更新") if update else ("query", "查询")


def decoded(text: str) -> str:
    r"""Return a text with its codepoint escapes read as SPARQL says: before all else.

    Examples
    --------
    >>> decoded(r"\u0041SK {}")
    'ASK {}'
    """
    return _CODEPOINT.sub(_decode, text)


def _decode(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]


class _Scan:
    """One pass over one text."""

    def __init__(self, text: str, limits: QueryLimits, update: bool) -> None:
        self._text = text
        self._limits = limits
        self._update = update
        self._outreach = Outreach(text, limits.service_allow)
        self._patterns = 0
        self._triples = 0
        self._in_data = False
        self._signs = 0
        # A triple pattern is counted at its first term: after {, [, a separator or a whole group.
        self._fresh = False
        self._describing = False
        self._last = Token("", "", 0, TOP, 0)

    def run(self) -> None:
        for token in tokens(self._text, update=self._update):
            self._outreach.see(token)
            if token.bracket == QUADS and token.depth == 0:
                self._in_data = token.text == "{"
            if token.kind != "op":
                self._signs = 0
                self._term(token)
            elif token.bracket:
                self._signs = 0
                self._bracket(token)
            else:
                self._operator(token)
            self._last = token

    def _term(self, token: Token) -> None:
        kind, frame = token.kind, token.frame
        if kind == "word":
            folded = token.text.casefold()
            if folded in _STEPS or "-" in folded:
                self._count(token, 1 + folded.count("-"))
            elif folded in ("describe", "where", "from"):
                self._describing = folded == "describe"
        elif frame in _STATEMENTS:
            if self._fresh and kind in _TERMS:
                self._count(token, 1)
                self._fresh = False
        elif frame == TERMS:
            self._list_item(token)
        elif self._describing and kind in _TERMS:
            self._count(token, 1)

    def _operator(self, token: Token) -> None:
        text, frame = token.text, token.frame
        if text in _SIGNS:
            self._signs += 1
            self._deeper(token, token.depth + self._signs)
        else:
            self._signs = 0
        if frame == EXPRESSION:
            if text in _OPERATORS:
                self._count(token, 1)
        elif frame not in (DATA, ROW):
            if text in _PATH_STEPS:
                self._count(token, 1)
            elif text in _SEPARATORS:
                self._fresh = True

    def _bracket(self, token: Token) -> None:
        text, frame = token.text, token.frame
        inside = frame in _STATEMENTS
        if text in ("}", "]", ")", ">>"):
            self._fresh = inside and token.bracket in _SETTLED
            return
        self._deeper(token, token.depth + 1)
        if text == "{":
            self._describing = False
            # WHERE itself is no step; every other group is one: UNION, OPTIONAL, MINUS, …
            self._count(token, int(frame not in (TOP, HEAD)))
        elif frame in (TOP, HEAD):
            self._count(token, 1)  # GROUP BY (…) (…), HAVING (…) (…)
        elif frame == TERMS:
            self._list_item(token)
        elif inside and token.bracket != EXPRESSION:
            self._count(token, int(self._fresh))
        self._fresh = text != "("

    def _list_item(self, token: Token) -> None:
        # Two terms side by side are items of a list, and an item is two triples.
        if self._last.kind in _TERMS or self._last.text in (")", "]"):
            self._count(token, 2)

    def _count(self, token: Token, more: int) -> None:
        noun, noun_zh = _words(self._update)
        if self._in_data:
            self._triples += more
            most = self._limits.max_triples
            if self._triples > most:
                what = f"the {noun} has more than {most} statements as data; send a file to /store"
                what_zh = f"{noun_zh}中的数据超过 {most} 条陈述；请改用 /store 上传文件"
                raise self._too_much(token, what, what_zh, most)
            return
        self._patterns += more
        most = self._limits.max_patterns
        if self._patterns > most:
            what = f"the {noun} has more than {most} patterns, path steps and operators"
            what_zh = f"{noun_zh}中的三元组模式、路径步骤和运算符超过 {most} 个"
            raise self._too_much(token, what, what_zh, most)

    def _deeper(self, token: Token, depth: int) -> None:
        most = self._limits.max_depth
        if depth > most:
            noun, noun_zh = _words(self._update)
            what = f"the {noun} nests deeper than {most} levels"
            raise self._too_much(token, what, f"{noun_zh}的嵌套超过 {most} 层", most)

    def _too_much(self, token: Token, what: str, what_zh: str, limit: int) -> BadRequest:
        line, column = line_and_column(self._text, token.start)
        detail, zh = (
            f"line {line}, column {column}: {what}",
            f"第 {line} 行第 {column} 列：{what_zh}",
        )
        return BadRequest(detail, zh=zh, line=line, column=column, limit=limit)
