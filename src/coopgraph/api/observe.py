"""Watches every request from outside: counts it, logs it, and answers for our own faults."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coopgraph.api import problems
from coopgraph.api.cached_queries import PATH
from coopgraph.api.exchange import KEY, Exchange
from coopgraph.errors import PayloadTooLarge

_LONGEST: Final = 64 * 1024  # of a query string; only that of a SPARQL query may be longer
_TOO_LONG: Final = PayloadTooLarge(
    f"the query string is longer than {_LONGEST} bytes",
    zh=f"查询字符串超过 {_LONGEST} 字节",
    limit=_LONGEST,
)


class Observe:
    """The outermost of what knows about requests.

    Parameters
    ----------
    app
        Answers.
    state
        Of the application: ``metrics`` counts, ``log`` is written to where there is one.
    """

    def __init__(self, app: ASGIApp, state: Any) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = scope[KEY] = Exchange()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            elif message["type"] == "http.response.body":
                exchange.sent += len(message.get("body", b""))
                exchange.complete = not message.get("more_body", False)
            await send(message)

        try:
            if len(scope["query_string"]) > _LONGEST and scope["path"] != PATH:
                too_long = problems.problem_response(_TOO_LONG.problem())
                await too_long(scope, receive, watched)
                return
            await self._app(scope, receive, watched)
        except Exception as error:
            # An error after the first byte is wrapped by the framework, which cannot answer it.
            exchange.error = error.__cause__ or error
            if exchange.status:
                raise  # the connection is broken off, so that nobody takes a part for the whole
            response = problems.unexpected(Request(scope), error)
            await response(scope, receive, watched)
        finally:
            self._state.metrics.count(scope, exchange)
            if exchange.kind and self._state.log is not None:
                self._state.log.add(exchange.entry(scope.get("client")))
