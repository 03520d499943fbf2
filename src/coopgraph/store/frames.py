"""What the service and a query worker say to each other over their socket.

A frame is one byte of kind, four bytes of length and a payload. The service sends ``REQUEST``.
The worker sends ``READY`` once. Then, for each request, it sends ``HEAD DATA*``, which an
``ERROR`` may cut short or replace, and always ``END``, whose payload is empty unless the worker
is spent. Only bytes and JSON travel: nothing that could run code when it is read.

A ``REQUEST`` for a query is four bytes of length, so much JSON, and the text. The JSON holds all
but the text. It is the same for nearly all queries of a service, so that both ends remember it.
"""

from __future__ import annotations

import json
import struct
from functools import lru_cache
from typing import Any, Final, NamedTuple

from coopgraph import errors
from coopgraph.store.result_formats import DEFAULT_ACCEPTED, Accepted, Form

READY: Final = 0
REQUEST: Final = 1
HEAD: Final = 2
DATA: Final = 3
END: Final = 4
ERROR: Final = 5

HEADER: Final = struct.Struct("!BI")
_LENGTH: Final = struct.Struct("!I")
_REMEMBERED: Final = 64
_SHORT: Final = 4096
CHUNK: Final = 64 * 1024
"""About the size of a data frame: the worker fills one before it sends it."""


class QueryRequest(NamedTuple):
    """One query to run on one published generation.

    Parameters
    ----------
    query
        The SPARQL text.
    path
        The folder of the store, which nobody writes to any more.
    default_graph_uris, named_graph_uris
        The dataset by the SPARQL protocol; where either is given they replace ``FROM``.
    accepted
        The formats the client takes.
    max_bytes
        The largest answer; a larger one is an error.
    base_iri
        What relative IRIs in the query are resolved against; None refuses them.
    prefixes
        Whether graphs are written with the project's prefixes.

    Examples
    --------
    >>> QueryRequest("ASK {}", "/srv/store").accepted.boolean
    ('json', 'xml')
    """

    query: str
    path: str
    default_graph_uris: tuple[str, ...] = ()
    named_graph_uris: tuple[str, ...] = ()
    accepted: Accepted = DEFAULT_ACCEPTED
    max_bytes: int = 256 * 1024 * 1024
    base_iri: str | None = None
    prefixes: bool = True


class Head(NamedTuple):
    """What is known of an answer before its first byte: the form and the format's short name."""

    form: Form
    format: str


def frame(kind: int, payload: bytes = b"") -> bytes:
    r"""Return one frame.

    Examples
    --------
    >>> frame(END)
    b'\x04\x00\x00\x00\x00'
    """
    return HEADER.pack(kind, len(payload)) + payload


def message(kind: int, value: Any) -> bytes:
    """Return one frame whose payload is JSON."""
    return frame(kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def read_message(payload: bytes) -> Any:
    """Return the value in a frame whose payload is JSON."""
    return json.loads(payload)


def request_frame(request: QueryRequest, cpu_seconds: int) -> bytes:
    """Return the frame that asks a worker to run a query."""
    try:
        text = request.query.encode()
    except UnicodeEncodeError:  # a lone surrogate: such a text is never UTF-8, so never SPARQL
        text = b"\xef\xbf\xbd"
    plain = not (request.default_graph_uris or request.named_graph_uris)  # those may be long
    make = _rest_bytes if plain else _rest_bytes.__wrapped__
    rest = make(request[1:], cpu_seconds)
    return HEADER.pack(REQUEST, len(rest) + len(text)) + rest + text


@lru_cache(maxsize=_REMEMBERED)
def _rest_bytes(rest: tuple[Any, ...], cpu_seconds: int) -> bytes:
    data = json.dumps([*rest, cpu_seconds], separators=(",", ":")).encode()
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=_REMEMBERED)
def _read_rest(data: bytes) -> tuple[tuple[Any, ...], int]:
    path, defaults, named, accepted, *more, cpu_seconds = json.loads(data)
    formats = Accepted(*map(tuple, accepted))
    return (path, tuple(defaults), tuple(named), formats, *more), cpu_seconds


def read_request(payload: bytes) -> tuple[QueryRequest, int]:
    """Return the request in a frame and the seconds of CPU it may use.

    Examples
    --------
    >>> sent = QueryRequest("ASK {}", "/srv/store")
    >>> read_request(request_frame(sent, 11)[HEADER.size :]) == (sent, 11)
    True
    """
    start = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
    data = payload[_LENGTH.size : start]
    read = _read_rest if len(data) <= _SHORT else _read_rest.__wrapped__
    rest, cpu_seconds = read(data)
    return QueryRequest(payload[start:].decode(), *rest), cpu_seconds


@lru_cache(maxsize=_REMEMBERED)
def head_frame(head: Head) -> bytes:
    """Return the frame that begins an answer."""
    return message(HEAD, head)


@lru_cache(maxsize=_REMEMBERED)
def read_head(payload: bytes) -> Head:
    """Return the head in a frame."""
    return Head(*json.loads(payload))


def error_frame(error: errors.CoopgraphError) -> bytes:
    """Return the frame that reports an error."""
    value = [type(error).__name__, error.detail, error.zh, dict(error.extensions)]
    return message(ERROR, value)


def read_error(payload: bytes) -> errors.CoopgraphError:
    """Return the error in a frame.

    Examples
    --------
    >>> error_in = read_error(error_frame(errors.BadRequest("no", line=2))[HEADER.size :])
    >>> type(error_in).__name__, error_in.detail, error_in.extensions["line"]
    ('BadRequest', 'no', 2)
    """
    name, detail, zh, extensions = json.loads(payload)
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.CoopgraphError)):
        kind = errors.CoopgraphError
    return kind(detail, zh=zh, **extensions)


class FrameReader:
    r"""Cuts a stream of bytes into frames; holds no more than what has not been taken.

    Examples
    --------
    >>> reader = FrameReader()
    >>> reader.feed(frame(DATA, b"abc") + b"\x04")
    >>> reader.next()
    (3, b'abc')
    >>> reader.next() is None
    True
    """

    __slots__ = ("_buffer", "_position")

    def __init__(self) -> None:
        self._buffer = b""
        self._position = 0

    def feed(self, data: bytes) -> None:
        """Add bytes that have arrived."""
        rest = self._buffer[self._position :]
        self._buffer = rest + data if rest else data
        self._position = 0

    def next(self) -> tuple[int, bytes] | None:
        """Take the next whole frame, or return None until more has arrived."""
        buffer, start = self._buffer, self._position
        body = start + HEADER.size
        if len(buffer) < body:
            return None
        kind, length = HEADER.unpack_from(buffer, start)
        if len(buffer) < body + length:
            return None
        self._position = body + length
        return kind, buffer[body : body + length]
