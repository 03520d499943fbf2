"""Strangers' queries, handed on to a remote store; from outside the same as the local workers.

::

    async with RemotePool(settings) as pool:
        async with pool.run(request, timeout=10) as result:
            headers = {"content-type": result.content_type}
            async for chunk in result:
                ...

The answer passes through piece by piece and is never held whole. What is not waited for any more
(time limit, size limit, a client that has gone) is ended by closing the connection to the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Final, Self

import httpx

from coopgraph.errors import Unavailable
from coopgraph.settings import Settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.remote_endpoint import away, check_urls, connection, failure
from coopgraph.store.remote_exchange import Answering, Asked, patience, stopped
from coopgraph.store.result_formats import BY_NAME, Form

_QUEUE_SECONDS: Final = 10.0
_LONGEST_ERROR: Final = 64 * 1024
Graphs = Callable[[], Sequence[str]]


class RemoteResult:
    """An answer whose first bytes are there: iterate over it once for all its bytes.

    Attributes
    ----------
    form
        ``bindings``, ``boolean`` or ``graph``.
    format
        The short name of the format.
    """

    def __init__(self, response: httpx.Response, answer: Answering, deadline: float) -> None:
        self._response = response
        self._answer = answer
        self._deadline = deadline
        self._chunks = self._read()
        self._first: bytes | None = None
        self.form: Form = answer.form
        self.format = answer.format

    @property
    def media_type(self) -> str:
        """The media type alone."""
        return BY_NAME[self.format].media_type

    @property
    def content_type(self) -> str:
        """The media type with the charset, for the header."""
        return BY_NAME[self.format].content_type

    async def start(self) -> None:
        """Wait for the first bytes, so that what is wrong with the answer has a status."""
        self._first = await anext(self._chunks, b"")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return await anext(self._chunks)

    async def read(self) -> bytes:
        """Return all the bytes."""
        return b"".join([chunk async for chunk in self])

    async def _read(self) -> AsyncIterator[bytes]:
        pieces = self._response.aiter_bytes()
        try:
            while True:
                # Each piece on its own: they may be asked for by different tasks.
                async with asyncio.timeout_at(self._deadline):
                    chunk = await anext(pieces, None)
                if chunk is None:
                    break
                if passed := self._answer.take(chunk):
                    yield passed
            if rest := self._answer.end():
                yield rest
        except (TimeoutError, httpx.TimeoutException):
            raise stopped(self._answer.timeout) from None
        except httpx.TransportError as error:
            raise away(str(self._response.url), error) from None


class RemotePool:
    """Hands queries on, so many at a time; the others wait, and too many are turned away.

    Parameters
    ----------
    settings
        The store, and ``query_workers`` and ``query_queue``.
    graphs
        Gives the published graphs, for queries that do not say what graphs they read; needed
        where ``store_default_graph`` is ``union``.
    queue_timeout
        Seconds that a query may wait for its turn.
    """

    def __init__(
        self, settings: Settings, graphs: Graphs = tuple, *, queue_timeout: float = _QUEUE_SECONDS
    ) -> None:
        check_urls(settings)
        self._settings = settings
        self._graphs = graphs if settings.store_default_graph == "union" else tuple
        self._size = settings.query_workers
        self._turns = asyncio.Semaphore(self._size)
        self._queue_timeout = queue_timeout
        self._waiting = 0
        self._running = 0
        self._http: httpx.AsyncClient | None = None

    @property
    def waiting(self) -> int:
        """Queries that wait for their turn now."""
        return self._waiting

    @property
    def running(self) -> int:
        """Queries that the store works on now."""
        return self._running

    async def start(self) -> None:
        """Be ready for queries; the store is not asked yet."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self._size)
        self._http = httpx.AsyncClient(**connection(self._settings), limits=limits)

    async def close(self) -> None:
        """Close the connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    @contextlib.asynccontextmanager
    async def run(
        self,
        request: QueryRequest,
        timeout: float,  # noqa: ASYNC109 - the limit is part of what is asked
        client: str = "",  # noqa: ARG002 - the store takes turns as it likes
        lookup: bool | None = None,  # noqa: ARG002 - the store knows best
        since: float | None = None,
    ) -> AsyncIterator[RemoteResult]:
        """Hand a query on.

        The time limit counts until all is read: from its turn, or ``since`` a time by the clock of
        the loop; then it waits for its turn for at most half of the limit.

        Raises
        ------
        Unavailable
            If the store is away or refuses us, too many wait, or it has waited too long.
        QueryTimeout
            If the store does not answer within the limit, or stops the query itself.
        QuerySyntaxError, NotAcceptable, Forbidden
            If the query, or the format asked for, is not taken.
        """
        asked = Asked.of(request, self._graphs(), timeout)
        loop, patience = asyncio.get_running_loop(), self._queue_timeout
        if since is not None:
            patience = min(patience, max(since + timeout / 2 - loop.time(), 0))
        async with self._turn(patience):
            deadline = (loop.time() if since is None else since) + timeout
            response = await self._send(asked, deadline)
            try:
                result = RemoteResult(response, asked.answering(response), deadline)
                await result.start()
                yield result
            finally:
                await response.aclose()

    async def _send(self, asked: Asked, deadline: float) -> httpx.Response:
        http, url = self._http, self._settings.store
        waits = patience(self._settings, asked.timeout)
        if http is None:
            raise Unavailable("the service is closing", zh="服务正在关闭", retry_after=1)
        try:
            async with asyncio.timeout_at(deadline):
                for last in (False, True):
                    sent = http.build_request(
                        "POST", url, content=asked.body, headers=asked.headers, timeout=waits
                    )
                    try:
                        response = await http.send(sent, stream=True)
                        break
                    except httpx.RemoteProtocolError:  # an idle connection that the store closed
                        if last:
                            raise
                if response.is_success:
                    return response
                body = b""
                try:
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > _LONGEST_ERROR:
                            break
                finally:
                    await response.aclose()
                raise failure(url, response, body)
        except httpx.ConnectTimeout as error:
            raise away(url, error) from None
        except (TimeoutError, httpx.TimeoutException):
            raise stopped(asked.timeout) from None
        except httpx.TransportError as error:
            raise away(url, error) from None

    @contextlib.asynccontextmanager
    async def _turn(self, patience: float) -> AsyncIterator[None]:
        if self._turns.locked() and self._waiting >= self._settings.query_queue:
            raise _busy("too many queries are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(patience):
                await self._turns.acquire()
        except TimeoutError:
            raise _busy("the queries before this one did not end in time") from None
        finally:
            self._waiting -= 1
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._turns.release()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _busy(detail: str) -> Unavailable:
    return Unavailable(f"{detail}; try again", zh="查询过多，请稍后重试", retry_after=2)


def run_remote(
    settings: Settings, request: QueryRequest, timeout: float, graphs: Graphs = tuple
) -> tuple[str, bytes]:
    """Hand one query on, for callers without an event loop; return media type and bytes.

    Raises
    ------
    CoopgraphError
        As :meth:`RemotePool.run` does.
    """
    check_urls(settings)
    union = settings.store_default_graph == "union"
    asked, url = Asked.of(request, graphs() if union else (), timeout), settings.store
    deadline, waits = time.monotonic() + timeout, patience(settings, timeout)
    parts = []
    try:
        with (
            httpx.Client(**connection(settings)) as http,
            http.stream(
                "POST", url, content=asked.body, headers=asked.headers, timeout=waits
            ) as response,
        ):
            if not response.is_success:
                raise failure(url, response, response.read()[:_LONGEST_ERROR])
            answer = asked.answering(response)
            for chunk in response.iter_bytes():
                parts.append(answer.take(chunk))
                if time.monotonic() > deadline:
                    raise stopped(timeout)
            parts.append(answer.end())
    except httpx.ConnectTimeout as error:
        raise away(url, error) from None
    except httpx.TimeoutException:
        raise stopped(timeout) from None
    except httpx.TransportError as error:
        raise away(url, error) from None
    return BY_NAME[answer.format].media_type, b"".join(parts)
