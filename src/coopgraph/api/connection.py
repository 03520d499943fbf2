"""HTTP connections that a client can neither fill nor hold: bounded in number, size and time."""

from __future__ import annotations

import asyncio
import resource
from typing import Any, ClassVar, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from coopgraph.api.exchange import ARRIVED
from coopgraph.settings import Settings

_HEADERS: Final = 64 * 1024
_LINGER: Final = 2.0
_STEP: Final = 0.05
_LOOK: Final = 0.25


def bounded(settings: Settings) -> type[HttpToolsProtocol]:
    """Return the protocol of a service's connections.

    Parameters
    ----------
    settings
        ``max_connections``, ``request_timeout``, and ``query_max_length``, of which the longest
        head follows: a query may stand in the URL, where each byte may take three.

    Examples
    --------
    >>> bounded(Settings(max_connections=7)).most
    7
    """

    class Bounded(BoundedProtocol):
        most = settings.max_connections
        seconds = settings.request_timeout
        longest_head = _HEADERS + 3 * settings.query_max_length

    return Bounded


def raise_file_limit() -> None:
    """Allow this process as many open files, and so connections, as it may allow itself."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when its client

    - sends a head that is too long (431) or takes too long for it (408);
    - goes on sending a body that nobody wants any more;
    - does not take what it asked for;
    - is one too many (503).
    """  # noqa: D400

    most: ClassVar[int] = 1000
    seconds: ClassVar[float] = 10.0
    longest_head: ClassVar[int] = _HEADERS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head = 0  # bytes of the head so far; -1 while no head is awaited
        self._arrived = [0.0]
        self._discarding = False
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) > self.most:
            self._refuse(503, "too many connections; try again", "retry-after: 2\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._timer, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head is too long or the rest is not wanted."""
        if self._discarding:
            # Slowly, so that a client with much to say costs little while it finds the answer.
            self.transport.pause_reading()
            self.loop.call_later(_STEP, self._read_on)
            return
        if self._head >= 0:
            self._head += len(data)
        super().data_received(data)
        if self._head > 0 and self._timer is None and not self.transport.is_closing():
            self._await_head()
        if self._head > self.longest_head:
            self._refuse(431, "the head of the request is too long")

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._head = -1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._arrived = [self.loop.time()]
        self.scope[ARRIVED] = self._arrived  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect another head."""
        self._arrived[0] = self.loop.time()
        super().on_message_complete()
        self._head = 0

    def on_response_complete(self) -> None:
        """Go on with the next request; where the body is not read to its end, close."""
        if self.cycle.more_body and not self.pipeline and not self.transport.is_closing():
            self.server_state.total_requests += 1
            self._discard()
            return
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Give the client some time to read."""
        super().pause_writing()
        self._watch(self.loop.time() + self.seconds)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _watch(self, until: float) -> None:
        # What is closed while nobody reads would otherwise wait for that forever.
        if self.transport.is_closing() or self.loop.time() >= until:
            self.transport.abort()
        else:
            self._stalled = self.loop.call_later(_LOOK, self._watch, until)

    def _await_head(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._timer = None
        if self._head > 0:
            self._refuse(408, "the head of the request did not come in time")
        elif self._head == 0:
            self.transport.close()

    def _refuse(self, status: int, detail: str, more: str = "") -> None:
        if self._discarding or self.transport.is_closing():
            return
        self.transport.write(
            f"HTTP/1.1 {status} \r\ncontent-type: text/plain; charset=utf-8\r\n{more}"
            f"content-length: {len(detail)}\r\nconnection: close\r\n\r\n{detail}".encode()
        )
        self._discard()

    def _discard(self) -> None:
        """Say that this was all, and close when the client has had time to read it."""
        # Closing with unread data resets the connection, and the client may lose the answer.
        self._discarding = True
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(_LINGER, self.transport.abort)
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def eof_received(self) -> None:
        """Close a connection that lingers: the client has read its answer."""
        if self._discarding:
            self.transport.close()


def server_of(app: Any, settings: Settings, **options: Any) -> uvicorn.Server:
    """Return the server of an application, to be run."""
    config = uvicorn.Config(
        app, http=bounded(settings), server_header=False, backlog=2048, **options
    )
    return uvicorn.Server(config)
