"""What is known of one request while it is answered, for the log and the metrics."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final

from starlette.types import Scope

from coopgraph import errors
from coopgraph.store.query_log import LogEntry

KEY: Final = "coopgraph.exchange"
ARRIVED: Final = "coopgraph.arrived"  # when the last byte came, by the clock of the loop: a list
CLIENT_GONE: Final = 499  # nobody reads it

_BY_ERROR: Final[tuple[tuple[type[errors.CoopgraphError], str], ...]] = (
    (errors.QuerySyntaxError, "syntax"),
    (errors.DocumentSyntaxError, "syntax"),
    (errors.QueryTimeout, "timeout"),
    (errors.QueryOutOfMemory, "out-of-memory"),
    (errors.PayloadTooLarge, "too-large"),
    (errors.Unavailable, "overloaded"),
)
_BY_STATUS: Final = {
    HTTPStatus.NOT_MODIFIED: "not-modified",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    CLIENT_GONE: "client-gone",
    HTTPStatus.SERVICE_UNAVAILABLE: "overloaded",
    HTTPStatus.GATEWAY_TIMEOUT: "timeout",
}


class Exchange:
    """One request and its answer.

    Attributes
    ----------
    kind
        ``query``, ``update``, ``store read``, ``store write``, or empty for what is not logged.
    text
        The query or update, or the graph.
    who
        The name of the token; empty where none was shown.
    cache
        ``hit`` or ``miss`` where the cache was asked.
    error
        What went wrong.
    status, sent, complete
        The HTTP status (0 before there is one), bytes of the body, and whether all of it went out.
    """

    __slots__ = (
        "began", "cache", "complete", "error", "kind", "sent", "status", "text", "when", "who",
    )  # fmt: skip

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.when = time.time()
        self.kind = self.text = self.who = self.cache = ""
        self.error: BaseException | None = None
        self.status = self.sent = 0
        self.complete = False

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.perf_counter() - self.began

    @property
    def ended(self) -> str:
        """How it ended, in a word.

        Examples
        --------
        >>> exchange = Exchange()
        >>> exchange.status, exchange.complete = 200, True
        >>> exchange.ended
        'ok'
        """
        if self.error is not None:
            for kind, word in _BY_ERROR:
                if isinstance(self.error, kind):
                    return word
        elif self.status == HTTPStatus.OK and self.complete:
            return "ok"
        if word := _BY_STATUS.get(self.status, ""):
            return word
        if self.error is not None or not self.status:
            failed = self.status in (0, 200) or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            return "failed" if failed else "refused"
        if not self.complete:
            return "client-gone"
        if self.status < HTTPStatus.BAD_REQUEST:
            return "ok"
        return "refused" if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else "failed"

    def entry(self, client: tuple[str, int] | None) -> LogEntry:
        """Return what the log says of it."""
        return LogEntry(
            self.when,
            self.who or (client[0] if client else ""),
            self.kind,
            self.text,
            self.seconds,
            self.sent,
            self.cache,
            self.ended,
            self.status,
        )


def exchange_of(scope: Scope) -> Exchange:
    """Return what is known of a request; something that nobody looks at, where nothing is."""
    found: Exchange = scope.get(KEY) or Exchange()
    return found


def arrived_at(scope: Scope, now: float) -> float:
    """Return when the last byte of a request came; now, where nobody has looked at the clock.

    When many come at once, that is long before it is their turn to be answered.

    Examples
    --------
    >>> arrived_at({ARRIVED: [1.5]}, 2.0), arrived_at({}, 2.0)
    (1.5, 2.0)
    """
    found: list[float] = scope.get(ARRIVED) or [now]
    return min(found[0], now)
