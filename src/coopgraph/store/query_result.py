"""The answer of a query worker, as it arrives."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple, Self

from coopgraph.errors import CoopgraphError
from coopgraph.store import frames
from coopgraph.store.frames import QueryRequest
from coopgraph.store.query_process import WorkerProcess, cpu_seconds
from coopgraph.store.result_formats import BY_NAME, Form


class WholeResult(NamedTuple):
    """An answer that is there, to the last byte; its worker is free already.

    Parameters
    ----------
    form
        ``bindings``, ``boolean`` or ``graph``.
    format
        The short name of the format.
    body
        All its bytes.
    """

    form: Form
    format: str
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type alone."""
        return BY_NAME[self.format].media_type

    @property
    def content_type(self) -> str:
        """The media type with the charset, for the header."""
        return BY_NAME[self.format].content_type

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body

    async def read(self) -> bytes:
        """Return all the bytes."""
        return self.body


class QueryResult:
    """An answer whose first bytes are there: iterate over it once for all its bytes.

    Attributes
    ----------
    form
        ``bindings``, ``boolean`` or ``graph``.
    format
        The short name of the format.
    """

    def __init__(self, worker: WorkerProcess, timeout: float) -> None:
        self._worker = worker
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self.form: Form = "bindings"
        self.format = ""
        self.ended = False
        self.retire = False
        self._ahead: deque[tuple[int, bytes]] = deque()  # frames looked at, not yet taken

    @property
    def media_type(self) -> str:
        """The media type alone."""
        return BY_NAME[self.format].media_type

    @property
    def content_type(self) -> str:
        """The media type with the charset, for the header."""
        return BY_NAME[self.format].content_type

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self.ended:
            kind, payload = await self._received()
            if kind == frames.DATA:
                return payload
            if kind == frames.ERROR:
                error = frames.read_error(payload)
                await self._drain()
                raise error
        raise StopAsyncIteration

    async def read(self) -> bytes:
        """Return all the bytes."""
        return b"".join([chunk async for chunk in self])

    def whole(self) -> bytes | None:
        """Return all the bytes if they have come already; else None, and nothing is taken.

        A small answer comes with its head. After it the worker may serve the next query.
        """
        ahead = self._ahead
        while (got := self._worker.reader.next()) is not None:
            ahead.append(got)
        if not ahead or ahead[-1][0] != frames.END or any(k == frames.ERROR for k, _ in ahead):
            return None
        body = b"".join(payload for kind, payload in ahead if kind == frames.DATA)
        self.ended, self.retire = True, bool(ahead[-1][1])
        ahead.clear()
        return body

    async def start(self, request: QueryRequest) -> None:
        """Send the request and wait for the head of the answer."""
        sent = frames.request_frame(request, cpu_seconds(self._timeout))
        try:
            await self._loop.sock_sendall(self._worker.socket, sent)
        except OSError:
            raise await self._failure() from None
        kind, payload = await self._received()
        if kind == frames.HEAD:
            self.form, self.format = frames.read_head(payload)
        else:
            error = frames.read_error(payload)
            await self._drain()
            raise error

    async def _drain(self) -> None:
        while not self.ended:  # the end that follows an error
            await self._received()

    def finish(self) -> bool:
        """Tell whether the worker is done with this query and fit for the next."""
        while not self.ended and self._buffered() is not None:
            pass  # what has arrived, and that nobody wants, may hold the end
        return self.ended and not self.retire and self._worker.alive

    def _buffered(self) -> tuple[int, bytes] | None:
        got = self._ahead.popleft() if self._ahead else self._worker.reader.next()
        if got is not None and got[0] == frames.END:
            self.ended, self.retire = True, bool(got[1])
        return got

    async def _received(self) -> tuple[int, bytes]:
        while (got := self._buffered()) is None:
            try:
                data = await self._loop.sock_recv(self._worker.socket, frames.CHUNK)
            except OSError:
                data = b""
            if not data:
                raise await self._failure()
            self._worker.reader.feed(data)
        return got

    async def _failure(self) -> CoopgraphError:
        return await asyncio.to_thread(self._worker.failure, self._timeout)
