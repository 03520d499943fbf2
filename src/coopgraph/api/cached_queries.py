"""Answers to queries that were asked before, given without asking again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.types import Scope, Send

from coopgraph.api.respond import knows
from coopgraph.errors import CoopgraphError, Unavailable
from coopgraph.store.graph_store import GraphStore
from coopgraph.store.query_log import LogEntry
from coopgraph.store.result_cache import CachedAnswer, ResultCache

PATH: Final = "/sparql"
_ALIAS_BYTES: Final = 16 * 1024


class CachedQueries:
    """The answers of a service, and the queries that are being answered.

    Parameters
    ----------
    served
        What is asked. Of a remote store nothing is kept: what it answers has no generation.
    """

    def __init__(self, served: GraphStore) -> None:
        settings = served.settings
        self.results = ResultCache(0 if settings.store else settings.query_cache_bytes)
        self._queue = settings.query_queue
        self._waiting = 0
        self._running: dict[tuple[object, ...], asyncio.Future[CoopgraphError | None]] = {}

    @property
    def enabled(self) -> bool:
        """Whether anything is kept."""
        return self.results.max_bytes > 0

    def is_running(self, key: tuple[object, ...]) -> bool:
        """Tell whether another request asks the same."""
        return key in self._running

    async def wait_for(self, key: tuple[object, ...]) -> bool:
        """Wait while another request asks the same; return True.

        Raises
        ------
        Unavailable
            If too many wait already.
        CoopgraphError
            If the query failed there, as it would here: whoever asks a slow query many times gets
            one time limit, not as many as there are requests.
        """
        if (running := self._running.get(key)) is not None:
            if self._waiting >= self._queue:
                raise Unavailable(
                    "too many queries are waiting; try again",
                    zh="查询过多，请稍后重试",
                    retry_after=2,
                )
            self._waiting += 1
            try:
                error = await asyncio.shield(running)
            finally:
                self._waiting -= 1
            if error is not None and not isinstance(error, Unavailable):
                raise type(error)(error.detail, zh=error.zh, **error.extensions)
        return True

    def begin(self, key: tuple[object, ...]) -> Callable[[CoopgraphError | None], None]:
        """Say that a query is being asked; return what to call when that has ended."""
        if key in self._running:
            return lambda _: None
        future = asyncio.get_running_loop().create_future()
        self._running[key] = future

        def end(error: CoopgraphError | None) -> None:
            self._running.pop(key, None)
            if not future.done():
                future.set_result(error)

        return end


def alias_of(scope: Scope) -> bytes | None:
    """Return the bytes of a GET that its answer depends on, None for requests that have none.

    Two requests with equal bytes are understood alike: the same query string and ``Accept``, and
    the same URL, which relative IRIs are resolved against. Only requests that were understood are
    ever remembered by them.
    """
    if scope["path"] != PATH or scope["method"] != "GET" or not scope["query_string"]:
        return None
    accept = host = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept += value + b","
        elif name == b"host":
            host = value
        elif name in (b"authorization", b"range"):
            return None
    parts = (
        scope["scheme"].encode(), scope.get("root_path", "").encode(), host, accept,
        scope["query_string"],
    )  # fmt: skip
    alias = b"\n".join(parts)
    return alias if len(alias) <= _ALIAS_BYTES else None


async def answered_from_cache(state: Any, scope: Scope, send: Send) -> bool:
    """Answer a GET whose bytes are remembered; return whether that was done.

    Parameters
    ----------
    state
        Of the application: ``queries`` and ``graph`` are asked, ``metrics`` and ``log`` are told.
    scope, send
        Of the request.
    """
    queries: CachedQueries = state.queries
    if not queries.enabled or (alias := alias_of(scope)) is None:
        return False
    began = time.perf_counter()
    found = queries.results.get_by_alias(state.graph.generation, alias)
    if found is None:
        return False
    status, sent = await send_cached(found, scope, send)
    seconds = time.perf_counter() - began
    state.metrics.count_cached(status, seconds)
    if state.log is not None:
        ended = "ok" if sent or status == HTTPStatus.OK else "not-modified"
        client = scope.get("client")
        who = client[0] if client else ""
        state.log.add(
            LogEntry(
                time.time(), who, "query", found.query, seconds, sent, "hit", ended, status
            )
        )  # fmt: skip
    return True


async def send_cached(answer: CachedAnswer, scope: Scope, send: Send) -> tuple[int, int]:
    """Send an answer that is kept, 304 to a client that has it; return status and size."""
    tag = answer.tag.encode()
    headers = [(b"vary", b"Accept"), (b"cache-control", b"no-cache"), (b"etag", tag)]
    known = b",".join(v for name, v in scope["headers"] if name == b"if-none-match")
    if known and knows(known.decode("latin-1"), answer.tag):
        status, body = 304, b""
    else:
        status, body = 200, answer.body
        headers += [
            (b"content-type", answer.content_type.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return status, len(body)
