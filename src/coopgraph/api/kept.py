"""Answers of queries on their way into the cache and out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from coopgraph.api.cached_queries import send_cached
from coopgraph.errors import CoopgraphError
from coopgraph.store.query_pool import QueryResult, WholeResult
from coopgraph.store.remote_queries import RemoteResult
from coopgraph.store.result_cache import CachedAnswer, ResultCache

AHEAD: Final = 1024 * 1024
"""Bytes of an answer that are read before the first is sent, where it may be kept."""


class Keep:
    """Keeps an answer while it passes, unless it is too large."""

    def __init__(
        self,
        results: ResultCache,
        generation: int,
        key: tuple[object, ...],
        tag: str,
        query: str,
        end: Callable[[CoopgraphError | None], None],
    ) -> None:
        self._results = results
        self._generation = generation
        self._key = key
        self._tag = tag
        self._query = query
        self._end = end
        self.answer: CachedAnswer | None = None

    async def read(
        self, result: QueryResult | RemoteResult | WholeResult, begun: list[bytes]
    ) -> bool:
        """Read the answer, or the beginning of a large one; return True."""
        size, most = 0, min(self._results.entry_bytes, AHEAD)
        async for chunk in result:
            begun.append(chunk)
            size += len(chunk)
            if size > most:
                return True
        self.whole(result, begun)
        return True

    def whole(
        self, result: QueryResult | RemoteResult | WholeResult, parts: list[bytes]
    ) -> CachedAnswer:
        """Keep an answer that was read to its end, and return it."""
        answer = CachedAnswer(b"".join(parts), result.content_type, self._tag, self._query)
        self.answer = answer
        self._results.put(self._generation, self._key, answer)
        self._end(None)
        return answer

    async def watch(
        self, result: QueryResult | RemoteResult, begun: list[bytes]
    ) -> AsyncIterator[bytes]:
        """Yield the chunks of a large answer, and keep it if it is not too large."""
        self._end(None)  # who waits for it should not wait for this client
        parts, size = list(begun), sum(map(len, begun))
        begun.clear()
        for chunk in parts:
            yield chunk
        async for chunk in result:
            size += len(chunk)
            if size <= self._results.entry_bytes:
                parts.append(chunk)
            else:
                parts.clear()
            yield chunk
        if size <= self._results.entry_bytes:
            self.whole(result, parts)


class Cached(Response):
    """A kept answer."""

    def __init__(self, found: CachedAnswer) -> None:
        # Nothing of a response's own is made: it is sent as it was kept.
        self.status_code, self.background, self.body = 200, None, b""
        self._found = found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        await send_cached(self._found, scope, send)
