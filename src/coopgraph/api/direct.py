"""Requests to ``/sparql`` are answered past the framework.

To find the route of a request, and to fill in the parameters of its function, takes FastAPI longer
than it takes a worker to look something up. Both are known here. The functions are the same that
the framework calls for everything else, and for these requests where it has more to do.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from coopgraph.api import problems, sparql
from coopgraph.api.cached_queries import PATH, answered_from_cache
from coopgraph.api.observe import Observe
from coopgraph.api.patience import ClientGone
from coopgraph.errors import CoopgraphError


class _Route(NamedTuple):
    """What the metrics ask of a route."""

    path: str


_ROUTE: Final = _Route(PATH)


class DirectFirst(FastAPI):
    """An application that answers queries, and what is in its cache, before anything else does.

    Not where pages of other sites may ask (``cors_origins``): all answers need headers more then.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._direct = Observe(_answer, self.state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if (
            scope["type"] == "http"
            and scope["path"] == PATH
            and scope["method"] in ("GET", "POST")
            and not scope.get("root_path")
            and not self.state.cors
        ):
            if await answered_from_cache(self.state, scope, send):
                return
            scope["app"], scope["route"] = self, _ROUTE
            await self._direct(scope, receive, send)
            return
        await super().__call__(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    try:
        if scope["method"] == "GET":
            response = await sparql.sparql_get(request)
        else:
            response = await sparql.sparql_post(request, scope["app"].state.graph)
    except CoopgraphError as error:
        response = problems.own(request, error)
    except ClientGone as error:
        response = problems.gone(request, error)
    except Exception as error:  # a fault of ours is told as the framework tells it
        response = problems.unexpected(request, error)
    await response(scope, receive, send)
