"""One query handed on to a remote store: what is sent, and what becomes of the answer's bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Self
from urllib.parse import urlencode

import httpx

from coopgraph.errors import PayloadTooLarge, QuerySyntaxError, QueryTimeout, Unavailable
from coopgraph.settings import Settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.query_lexer import LexError, line_and_column
from coopgraph.store.remote_endpoint import AWAY_SECONDS, place
from coopgraph.store.remote_guard import Shape, shape
from coopgraph.store.result_formats import BY_FORM, BY_NAME, Form, ResultFormat, not_acceptable

_BOOLEAN: Final = 64 * 1024
_TABLES: Final = {"application/sparql-results+json", "application/json"}
_XML: Final = (
    '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    "<head/><boolean>{}</boolean></sparql>"
)


class Asked(NamedTuple):
    """What is sent for a query.

    Examples
    --------
    >>> asked = Asked.of(QueryRequest("ASK {}", ""), ["http://g"], 10)
    >>> asked.body
    b'query=ASK+%7B%7D&default-graph-uri=http%3A%2F%2Fg&named-graph-uri=http%3A%2F%2Fg'
    >>> asked.headers["Accept"]
    'application/sparql-results+json'
    """

    body: bytes
    headers: dict[str, str]
    form: Form
    names: tuple[str, ...]
    max_bytes: int
    timeout: float

    @classmethod
    def of(cls, request: QueryRequest, graphs: Iterable[str], timeout: float) -> Self:
        """Return what is sent for a request.

        Parameters
        ----------
        request
            The query, its dataset, its formats and its size limit.
        graphs
            What the default graph is the union of, where the query does not say itself what it
            reads; nothing for what the store thinks best.
        timeout
            Seconds that the answer may take.

        Raises
        ------
        QuerySyntaxError, Forbidden
            If it is no query, or one that is not handed on.
        NotAcceptable
            If the client takes no format that its answer could have.
        """
        found = _shape(request.query)
        names: tuple[str, ...] = getattr(request.accepted, found.form)
        if not names:
            raise not_acceptable(BY_FORM[found.form])
        defaults, named = request.default_graph_uris, request.named_graph_uris
        if not (found.dataset or defaults or named):
            defaults = named = tuple(graphs)
        fields = [
            ("query", request.query),
            *(("default-graph-uri", iri) for iri in defaults),
            *(("named-graph-uri", iri) for iri in named),
        ]
        headers = {
            "Accept": "application/sparql-results+json"
            if found.form == "boolean"
            else _accept([BY_NAME[name] for name in names]),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode(fields, encoding="utf-8", errors="replace").encode()
        return cls(body, headers, found.form, names, request.max_bytes, timeout)

    def answering(self, response: httpx.Response) -> Answering:
        """Return what takes the bytes of the answer.

        Raises
        ------
        NotAcceptable
            If the store answers in a format that the client does not take.
        Unavailable
            If it is no answer to a query at all.
        """
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if self.form == "boolean":
            if kind in _TABLES:
                return Boolean(self, self.names[0])
        else:
            for name in self.names:
                form = BY_NAME[name]
                if kind == form.media_type or kind in form.aliases:
                    return Answering(self, name)
            if any(kind == f.media_type for f in BY_FORM[self.form]):
                raise not_acceptable(f for f in BY_FORM[self.form] if f.media_type == kind)
        raise _senseless(str(response.url), kind)


class Answering:
    """The bytes of an answer on their way through: counted, and otherwise as the store sent them.

    Attributes
    ----------
    form, format, timeout
        The form of the query, the short name of the format, the seconds it may take.
    """

    def __init__(self, asked: Asked, name: str) -> None:
        self.form: Form = asked.form
        self.format = name
        self.timeout = asked.timeout
        self._left = self._max = asked.max_bytes

    def take(self, data: bytes) -> bytes:
        """Return what to pass on of some bytes.

        Raises
        ------
        PayloadTooLarge
            If there are more of them than the limit.
        """
        self._left -= len(data)
        if self._left < 0:
            raise PayloadTooLarge(
                f"the answer is larger than {self._max} bytes: ask for less, or add LIMIT",
                zh=f"查询结果超过 {self._max} 字节：请缩小范围或加上 LIMIT",
                limit=self._max,
            )
        return data

    def end(self) -> bytes:
        """Return what is left to pass on."""
        return b""


class Boolean(Answering):
    """The answer of an ASK, written anew: some stores shape it like that of a SELECT."""

    def __init__(self, asked: Asked, name: str) -> None:
        super().__init__(asked, name)
        self._parts: list[bytes] = []
        self._left = self._max = min(asked.max_bytes, _BOOLEAN)

    def take(self, data: bytes) -> bytes:
        """Keep the bytes: an answer is one word."""
        self._parts.append(super().take(data))
        return b""

    def end(self) -> bytes:
        """Return the whole answer."""
        said = truth(b"".join(self._parts))
        if self.format == "xml":
            return _XML.format(str(said).lower()).encode()
        return json.dumps({"head": {}, "boolean": said}, separators=(",", ":")).encode()


def truth(body: bytes) -> bool:
    """Return what the JSON answer to an ASK says.

    Examples
    --------
    >>> truth(b'{"head": {}, "boolean": true}')
    True
    >>> truth(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"value": "0"}}]}}')
    False
    """
    try:
        said = json.loads(body)
        if "boolean" in said:
            return bool(said["boolean"])
        rows = said["results"]["bindings"]
        # Virtuoso: one row whose only value is 1, or no row at all.
        return any(cell["value"] not in ("0", "false") for row in rows for cell in row.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _senseless("", "an ASK that says neither true nor false") from None


def patience(settings: Settings, timeout: float) -> httpx.Timeout:
    """Return how long each step of a query may take that may take so many seconds in all.

    Examples
    --------
    >>> patience(Settings(store_connect_timeout=3), 10).connect
    3.0
    """
    return httpx.Timeout(timeout, connect=min(settings.store_connect_timeout, timeout))


def stopped(seconds: float) -> QueryTimeout:
    """Return the error of a query that was not waited for any longer."""
    return QueryTimeout(
        f"the query did not end within {seconds:g} s and was stopped",
        zh=f"查询未在 {seconds:g} 秒内完成，已停止",
        limit=seconds,
    )


def _shape(text: str) -> Shape:
    try:
        return shape(text)
    except LexError as error:
        line, column = line_and_column(text, error.position)
        raise QuerySyntaxError(
            f"line {line}, column {column}: {error.detail}",
            zh=f"第 {line} 行第 {column} 列：{error.zh}",
            line=line,
            column=column,
        ) from None


def _accept(formats: Sequence[ResultFormat]) -> str:
    """Return the header that asks for formats, the preferred one first.

    Examples
    --------
    >>> _accept([BY_NAME["turtle"], BY_NAME["rdfxml"]])
    'text/turtle, application/rdf+xml;q=0.9'
    """
    weights = [max(10 - i, 1) for i in range(len(formats))]
    return ", ".join(
        f.media_type if weight == 10 else f"{f.media_type};q=0.{weight}"
        for f, weight in zip(formats, weights, strict=True)
    )


def _senseless(url: str, kind: str) -> Unavailable:
    where = f"{place(url)} " if url else ""
    return Unavailable(
        f"the store {where}answers with {kind or 'no media type'}, not as SPARQL 1.1 does",
        zh="远程存储的答复不符合 SPARQL 1.1 协议",
        retry_after=AWAY_SECONDS,
    )
