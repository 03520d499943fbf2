"""The HTTP application: routers put together, workers started, generations followed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from coopgraph.__about__ import __version__
from coopgraph.api import (
    backtest_page,
    brief,
    cors,
    export,
    gaps,
    graph,
    graph_store,
    health,
    linked_data,
    memory_watch,
    metrics,
    models,
    network,
    pages,
    problems,
    sparql,
    suggestions,
    void,
)
from coopgraph.api.answer_cache import AnswerCache
from coopgraph.api.cached_queries import CachedQueries
from coopgraph.api.direct import DirectFirst
from coopgraph.api.observe import Observe
from coopgraph.api.remembered import Remembered
from coopgraph.api.respond import origin_of
from coopgraph.api.writing import WriteQueue
from coopgraph.bare import BareStore
from coopgraph.coopgraph import CoopGraph
from coopgraph.errors import CoopgraphError
from coopgraph.explorer import STATIC
from coopgraph.store.memory import default_total
from coopgraph.store.query_log import QueryLog
from coopgraph.store.query_pool import QueryPool
from coopgraph.store.remote_queries import RemotePool
from coopgraph.store.screen import Screen

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
    parts = (
        graph, network, gaps, suggestions, export, brief, sparql, graph_store, health, metrics,
        pages, backtest_page, linked_data, void,
    )  # fmt: skip
    summary = "Neighbours, paths and gaps of industrial cooperation, each with its source."
    return _app(cooperation, "coopgraph", summary, [part.router for part in parts])


def create_bare_app(store: BareStore, *, open_to_local: bool = False) -> FastAPI:
    """Return the application that serves a plain RDF store.

    Parameters
    ----------
    store
        The open store; the caller closes it.
    open_to_local
        Whether writing needs no token, because only this machine can reach the service.

    Examples
    --------
    >>> with BareStore(":memory:") as store:
    ...     "/store" in create_bare_app(store).openapi()["paths"]
    True
    """
    summary = "A plain RDF store: SPARQL 1.1 Protocol and Graph Store Protocol."
    routers = [part.router for part in (sparql, graph_store, health, metrics)]
    return _app(store, "coopgraph --bare", summary, routers, open_to_local=open_to_local)


def _app(
    served: CoopGraph | BareStore,
    title: str,
    summary: str,
    routers: list[APIRouter],
    *,
    open_to_local: bool = False,
) -> FastAPI:
    settings = served.settings

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _pool(served) as pool, Screen(settings.max_bodies_bytes // 4) as screen:
            app.state.pool, app.state.screen = pool, screen
            app.state.log = QueryLog.from_settings(
                settings, served.folder, temporary=served.temporary
            )
            app.state.writes = WriteQueue(served, settings.query_queue)
            await to_thread.run_sync(served.warm_up)
            app.state.ready = True
            following = [asyncio.create_task(_follow(served))]
            if isinstance(pool, QueryPool):
                most = settings.memory_bytes or default_total()
                following.append(asyncio.create_task(memory_watch.watch(pool, most)))
            if isinstance(served, CoopGraph) and settings.store:
                following.append(asyncio.create_task(_follow_store(served)))
            try:
                yield
            finally:
                app.state.ready = False
                for task in following:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
                if app.state.log is not None:
                    await to_thread.run_sync(app.state.log.close)
                    app.state.log = None
                await to_thread.run_sync(served.cool_down)

    app = DirectFirst(
        title=title,
        summary=summary,
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
    app.state.graph = served
    app.state.ready = False
    app.state.answers = AnswerCache(served.settings.answer_cache_bytes)
    app.state.open_to_local = open_to_local
    app.state.origin = origin_of(served)
    app.state.queries = CachedQueries(served)
    app.state.metrics = metrics.Metrics(app.state)
    app.state.log = None
    app.state.cors = bool(settings.cors_origins)
    problems.install(app)
    for router in (*routers, pages.problem_router):
        app.include_router(router)
    # The last one added is the first one asked.
    app.add_middleware(Remembered)
    app.add_middleware(Observe, state=app.state)
    app.add_middleware(_HeadAsGet)
    cors.install(app, settings.cors_origins)
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


def _pool(served: CoopGraph | BareStore) -> QueryPool | RemotePool:
    """Return what runs strangers' queries: workers of ours, or the remote store."""
    settings = served.settings
    if isinstance(served, CoopGraph) and settings.store:
        return RemotePool(settings, lambda: served.published.graphs)
    return QueryPool(
        settings.query_workers,
        settings.query_queue,
        settings.query_memory_bytes,
        network=bool(settings.service_allow),
        lookup_workers=settings.lookup_workers,
        lookup_seconds=settings.lookup_seconds,
    )


async def _follow_store(cooperation: CoopGraph) -> None:
    """Copy what changes in the remote store; while it is away the copy is served."""
    away = False
    while True:
        await asyncio.sleep(cooperation.settings.store_poll_seconds)
        try:
            # A copy may take minutes; nobody waits for it at the end.
            if await to_thread.run_sync(cooperation.follow, abandon_on_cancel=True):
                _log.info("generation %d is served", cooperation.generation)
            if away:
                _log.warning("the store is followed again")
            away = False
        except CoopgraphError as error:
            if not away:  # said once, not every ten seconds
                _log.warning("%s; generation %d is served", error.detail, cooperation.generation)
            away = True
        except Exception:
            _log.exception("the store cannot be followed; the old generation is served")


async def _follow(served: CoopGraph | BareStore) -> None:
    """Switch to each new generation that any process publishes to the data folder."""
    while True:
        await asyncio.sleep(FOLLOW_SECONDS)
        try:
            if await to_thread.run_sync(served.refresh):
                _log.info("generation %d is served", served.generation)
        except Exception:
            _log.exception("the newest generation cannot be read; the old one is served")
