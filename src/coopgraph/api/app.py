"""The HTTP application: routers put together, workers started, generations followed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from anyio import to_thread
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from coopgraph.__about__ import __version__
from coopgraph.api import (
    export,
    gaps,
    graph,
    health,
    linked_data,
    models,
    pages,
    problems,
    sparql,
    void,
)
from coopgraph.coopgraph import CoopGraph
from coopgraph.explorer import STATIC
from coopgraph.store.query_pool import QueryPool

FOLLOW_SECONDS: Final = 0.5
_log = logging.getLogger("coopgraph.api")


def create_app(cooperation: CoopGraph) -> FastAPI:
    """Return the application that serves a graph.

    Parameters
    ----------
    cooperation
        The open graph; the caller closes it.

    Examples
    --------
    >>> with CoopGraph.open(":memory:") as graph:
    ...     "/api/v1/paths" in create_app(graph).openapi()["paths"]
    True
    """
    settings = cooperation.settings

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = QueryPool(
            settings.query_workers,
            settings.query_queue,
            settings.query_memory_bytes,
            network=bool(settings.service_allow),
        )
        async with pool:
            app.state.pool = pool
            await to_thread.run_sync(cooperation.warm_up)
            app.state.ready = True
            following = asyncio.create_task(_follow(cooperation))
            try:
                yield
            finally:
                app.state.ready = False
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await following

    app = FastAPI(
        title="coopgraph",
        summary="Neighbours, paths and gaps of industrial cooperation, each with its source.",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses={
            code: {"model": models.Problem, "description": text}
            for code, text in (
                (400, "Malformed"),
                (404, "Unknown, with the nearest names"),
                (409, "Ambiguous, with the candidates"),
            )
        },
    )
    app.state.graph = cooperation
    app.state.ready = False
    problems.install(app)
    for part in (graph, gaps, export, sparql, health, pages, linked_data, void):
        app.include_router(part.router)
    app.add_middleware(_HeadAsGet)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


class _HeadAsGet:
    """Answer HEAD like GET (RFC 9110, 9.3.2); the server leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


async def _follow(cooperation: CoopGraph) -> None:
    """Switch to each new generation that any process publishes to the data folder."""
    while True:
        await asyncio.sleep(FOLLOW_SECONDS)
        try:
            if await to_thread.run_sync(cooperation.refresh):
                _log.info("generation %d is served", cooperation.generation)
        except Exception:
            _log.exception("the newest generation cannot be read; the old one is served")
