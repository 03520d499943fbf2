"""Finds in a query what would reach out of the store: calls of ``SERVICE``, and ``LOAD``."""

from __future__ import annotations

import re
from typing import Final

from coopgraph.errors import Forbidden
from coopgraph.store.query_lexer import Token, line_and_column

_KEYWORD: Final = re.compile(r"service(?:silent)?\Z")
_GLUED: Final = re.compile(r"service[^:]*:")
_NAMES: Final = frozenset(("var", "iri", "name"))
_GRAPH_WORDS: Final = frozenset(("graph", "from", "named"))
_NOTHING: Final = Token("", "", 0, "", 0)


class Outreach:
    """Watches the tokens of one text as they pass.

    A call is ``SERVICE``, perhaps ``SILENT``, a name and ``{``. The parser needs no space between
    these (``trueSERVICESILENTex:a{``), and reads ``ex:SERVICE <x> {`` as a call where the IRI of
    ``ex:SERVICE`` is malformed. So any word with these letters in it may be one, and what follows
    decides.

    Parameters
    ----------
    text
        The text that the tokens are of.
    allowed
        The endpoints that may be called, as full IRIs.
    """

    def __init__(self, text: str, allowed: tuple[str, ...]) -> None:
        self._text = text
        self._allowed = allowed
        self._last = self._before_service = _NOTHING
        self._service: Token | None = None
        self._endpoint: Token | None = None

    def see(self, token: Token) -> None:
        """Take the next token.

        Raises
        ------
        Forbidden
            If it completes a call that is not allowed, or is a ``LOAD``.
        """
        if token.kind in ("word", "name"):
            folded = token.text.casefold()
            if "load" in folded and token.depth == 0:
                self._judge_load(token, folded)
            self._word(token, folded)
        elif self._service is not None:
            if token.text == "{":
                self._judge_call(self._service)
            if token.kind in _NAMES and self._endpoint is None:
                self._endpoint = token
            else:
                self._service = None
        self._last = token

    def _word(self, token: Token, folded: str) -> None:
        if "service" in folded:
            if _GLUED.search(folded):
                self._service = self._endpoint = token
                self._before_service = self._last
            elif token.kind == "word" or _KEYWORD.search(folded):
                self._service, self._endpoint = token, None
        elif self._service is not None and self._endpoint is None:
            if token.kind == "name":
                self._endpoint = token
            elif folded != "silent":
                self._service = None
        else:
            self._service = None

    def _judge_call(self, service: Token) -> None:
        endpoint = self._endpoint
        if endpoint is None:
            return
        if endpoint is service and self._before_service.text.casefold() in _GRAPH_WORDS:
            return  # GRAPH service:a { is a graph
        if endpoint.kind == "iri":
            iri = endpoint.text[1:-1]
            if iri in self._allowed and service.text.casefold() == "service":
                return
            short = iri if len(iri) < 200 else iri[:200] + "…"
            detail, zh = f"SERVICE to <{short}> is not allowed", f"不允许 SERVICE 访问 <{short}>"
        else:
            detail = "SERVICE is not allowed except to an allowed endpoint, written as a full IRI"
            zh = "SERVICE 只能访问允许的端点，且端点须写成完整的 IRI"
        raise self._forbidden(service, detail, zh)

    def _judge_load(self, token: Token, folded: str) -> None:
        # As an operation of its own: at the start, after a prologue or after a semicolon.
        begins = self._last.text in ("", ";") or self._last.kind == "iri"
        if token.kind == "word" or (begins and folded.startswith("load")):
            raise self._forbidden(
                token, "LOAD is not allowed: send the data itself", "不允许 LOAD：请直接发送数据"
            )

    def _forbidden(self, token: Token, detail: str, zh: str) -> Forbidden:
        line, column = line_and_column(self._text, token.start)
        return Forbidden(
            f"line {line}, column {column}: {detail}",
            zh=f"第 {line} 行第 {column} 列：{zh}",
            line=line,
            column=column,
        )
