"""What the SPARQL Protocol and the Graph Store Protocol say of requests: parameters and bodies."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, NamedTuple

import pyoxigraph as ox
from anyio import to_thread
from fastapi import Request
from starlette.datastructures import URL
from starlette.types import Scope
from werkzeug.http import parse_options_header

from coopgraph.api.patience import ClientGone
from coopgraph.api.percent import parameters
from coopgraph.errors import (
    BadRequest,
    PayloadTooLarge,
    Unavailable,
    UnsupportedMediaType,
)

Pairs = list[tuple[str, str]]
_SPOOL: Final = 256 * 1024
_PIECE: Final = 64 * 1024


def pairs_of(data: bytes) -> Pairs:
    """Return the parameters of a query string or a form.

    Raises
    ------
    BadRequest
        If they are not percent-encoded UTF-8.

    Examples
    --------
    >>> pairs_of(b"query=ASK%7B%7D&default-graph-uri=")
    [('query', 'ASK{}'), ('default-graph-uri', '')]
    """
    try:
        return parameters(data)
    except ValueError:
        raise BadRequest(
            "the parameters are not percent-encoded UTF-8", zh="参数不是百分号编码的 UTF-8"
        ) from None


def one(pairs: Pairs, name: str) -> str | None:
    """Return the value of a parameter, None if it is not given.

    Raises
    ------
    BadRequest
        If it is given more than once.
    """
    values = every(pairs, name)
    if len(values) > 1:
        raise BadRequest(
            f"the parameter {name} is given {len(values)} times: give it once",
            zh=f"参数 {name} 给出了 {len(values)} 次：只能给一次",
        )
    return values[0] if values else None


def every(pairs: Pairs, name: str) -> tuple[str, ...]:
    """Return all values of a parameter."""
    return tuple([value for key, value in pairs if key == name])


def refuse(pairs: Pairs, names: Iterable[str], what: str, what_zh: str) -> None:
    """Raise :class:`BadRequest` if there is a parameter that does not belong to an operation."""
    for name in names:
        if every(pairs, name):
            raise BadRequest(f"{name} does not go with {what}", zh=f"{name} 不能用于{what_zh}")


def decoded(data: bytes, content_type: str) -> str:
    """Return the SPARQL text in a body.

    Raises
    ------
    BadRequest
        If it is not UTF-8, or is said to be something else.
    """
    charset = parse_options_header(content_type)[1].get("charset", "utf-8")
    if charset.lower().replace("-", "") != "utf8":
        raise BadRequest(
            f"the body is said to be {charset}: send UTF-8", zh=f"内容声明为 {charset}：须为 UTF-8"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"byte {error.start} is not UTF-8: send UTF-8",
            zh="内容不是 UTF-8 编码",
        ) from None


def base_iri(request: Request) -> str | None:
    """Return what relative IRIs are resolved against: the URL of the request."""
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    server = scope.get("server")
    return _base(scope.get("scheme", "http"), server and tuple(server), scope["path"], host)


@lru_cache(maxsize=256)
def _base(
    scheme: str, server: tuple[str, int | None] | None, path: str, host: bytes | None
) -> str | None:
    headers = [] if host is None else [(b"host", host)]
    url = URL(scope={"scheme": scheme, "server": server, "path": path, "headers": headers})
    try:
        return ox.NamedNode(str(url)).value
    except ValueError:  # a Host header that is none
        return None


def client_of(request: Request) -> str:
    """Return who asks, for taking turns: the token that is sent, else the address."""
    scope = request.scope
    for token in values_of(scope, b"authorization")[:1]:
        if token:
            return token
    client = scope.get("client")
    return str(client[0]) if client else ""


def values_of(scope: Scope, name: bytes) -> list[str]:
    """Return the values of a header, in the order they were sent.

    Examples
    --------
    >>> values_of({"headers": [(b"accept", b"text/csv"), (b"host", b"x")]}, b"accept")
    ['text/csv']
    """
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


async def read_body(request: Request, limit: int, held: HeldBytes) -> bytes:
    """Read a request body of at most ``limit`` bytes, which are held until they are given back.

    Raises
    ------
    PayloadTooLarge
        As soon as more than the limit has come or is announced.
    Unavailable
        If all bodies that are held have more bytes than the setting ``max_bodies_bytes``.
    BadRequest
        If it comes too slowly.
    """
    body = bytearray()
    async for chunk in _chunks(request, limit):
        held.take(len(chunk))
        body += chunk
    return bytes(body)


class HeldBytes:
    """The bytes of one body, counted among those of all bodies that a service holds."""

    def __init__(self, held: dict[str, int], most: int) -> None:
        self._held = held
        self._most = most
        self._size = 0

    def take(self, size: int) -> None:
        """Hold more.

        Raises
        ------
        Unavailable
            If that is too much.
        """
        if self._held["bytes"] + size > self._most:
            raise Unavailable(
                "too much is being sent at once; try again",
                zh="请求过多，请稍后重试",
                retry_after=2,
            )
        self._held["bytes"] += size
        self._size += size

    def give_back(self) -> None:
        """Hold nothing any more."""
        self._held["bytes"] -= self._size
        self._size = 0


@contextmanager
def held_bytes(request: Request) -> Iterator[HeldBytes]:
    """Yield what the bytes of a body are counted with; at the end all are given back."""
    state = request.app.state
    if not hasattr(state, "bodies"):
        state.bodies = {"bytes": 0}
    held = HeldBytes(state.bodies, state.graph.settings.max_bodies_bytes)
    try:
        yield held
    finally:
        held.give_back()


class Upload(NamedTuple):
    """A body in a file without a name, which is gone with the process; and its SHA-256."""

    file: IO[bytes]
    sha256: str


@asynccontextmanager
async def spooled(request: Request, limit: int, folder: Path) -> AsyncIterator[Upload]:
    """Write a request body of at most ``limit`` bytes to a file.

    Raises
    ------
    PayloadTooLarge
        As soon as more than the limit has come or is announced.
    UnsupportedMediaType
        If it is compressed.
    """
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise UnsupportedMediaType(
            f"the body is coded as {coding}: send it plain", zh=f"不支持 {coding} 编码的内容"
        )
    digest, pending = hashlib.sha256(), bytearray()
    with tempfile.TemporaryFile(dir=folder) as file:
        async for chunk in _chunks(request, limit):
            digest.update(chunk)
            pending += chunk
            if len(pending) >= _SPOOL:
                await to_thread.run_sync(file.write, bytes(pending))
                pending.clear()
        file.write(pending)
        file.flush()
        yield Upload(file, digest.hexdigest())


async def _chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    too_large = PayloadTooLarge(
        f"the body is larger than {limit} bytes", zh=f"请求体超过 {limit} 字节", limit=limit
    )
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    seconds = request.app.state.graph.settings.request_timeout
    size, loop, more = 0, asyncio.get_running_loop(), True
    until = loop.time() + seconds
    while more:
        try:
            async with asyncio.timeout_at(until):
                message = await request.receive()
        except TimeoutError:
            raise BadRequest(
                f"the body comes more slowly than {_PIECE} bytes in {seconds:g} s",
                zh=f"请求体传输过慢：{seconds:g} 秒内不足 {_PIECE} 字节",
                limit=seconds,
            ) from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            raise too_large
        # Each piece buys time: a large body may take long, a trickle may not.
        until = min(until + seconds * len(chunk) / _PIECE, loop.time() + seconds)
        if chunk:
            yield chunk
