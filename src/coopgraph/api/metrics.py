"""``/metrics``: what the service does, for Prometheus."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import Scope

from coopgraph.api.exchange import Exchange

router = APIRouter(tags=["operations"])

BUCKETS: Final = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
)  # fmt: skip
NO_ROUTE: Final = "(none)"  # so that a stranger's paths make no new time series
_METHODS: Final = frozenset(("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"))
_PAGE: Final = 4096
_BATCH: Final = 1000


class Metrics:
    """The counters of one application."""

    def __init__(self, state: Any) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "coopgraph_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "coopgraph_http_request_seconds",
            "Seconds until the last byte of an answer.",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._queries = Counter(
            "coopgraph_queries",
            "Queries and changes by kind and by how they ended.",
            ("kind", "ended"),
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Now(state))
        self._cached: list[tuple[int, float]] = []
        # Looking up labels is slow.
        self._known: dict[tuple[str, str, int], tuple[Any, Any]] = {}
        self._endings: dict[tuple[str, str], Any] = {}

    def count_cached(self, status: int, seconds: float) -> None:
        """Count a query that was answered from the cache; added up when somebody asks."""
        self._cached.append((status, seconds))
        if len(self._cached) >= _BATCH:
            self.settle()

    def settle(self) -> None:
        """Add up what :meth:`count_cached` was told."""
        cached, self._cached = self._cached, []
        observe = self._seconds.labels("/sparql").observe
        for _, seconds in cached:
            observe(seconds)
        for status, times in Counts(status for status, _ in cached).items():
            self._requests.labels("/sparql", "GET", str(status)).inc(times)
            ended = "ok" if status == HTTPStatus.OK else "not-modified"
            self._queries.labels("query", ended).inc(times)

    def count(self, scope: Scope, exchange: Exchange) -> None:
        """Count a request that has ended."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (route_of(scope), method, exchange.status)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (
                self._requests.labels(key[0], method, str(exchange.status)),
                self._seconds.labels(key[0]),
            )
        known[0].inc()
        known[1].observe(exchange.seconds)
        if exchange.kind:
            ending = (exchange.kind, exchange.ended)
            if (queries := self._endings.get(ending)) is None:
                queries = self._endings[ending] = self._queries.labels(*ending)
            queries.inc()


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, not the path that was asked for."""
    path: str = getattr(scope.get("route"), "path", NO_ROUTE)
    return path


class _Now(Collector):
    """What is looked up when somebody asks."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self._triples = (0, 0)  # of which generation, how many

    def collect(self) -> Iterator[Metric]:
        state = self._state
        if (pool := getattr(state, "pool", None)) is not None:
            yield _gauge("query_workers_busy", "Queries that run now.", pool.running)
            yield _gauge("query_queue_length", "Queries that wait for a worker.", pool.waiting)
            pids = getattr(pool, "pids", [])
            yield _gauge(
                "query_workers_resident_memory_bytes",
                "Memory of all query workers; pages they share are counted for each.",
                sum(map(_resident, pids)),
            )
        cache = state.queries.results
        yield _gauge("query_cache_bytes", "Bytes of answers in the cache.", cache.size)
        yield _gauge("query_cache_entries", "Answers in the cache.", len(cache))
        yield _counter("query_cache_hits", "Queries answered from the cache.", cache.hits)
        yield _counter("query_cache_misses", "Queries that were not in it.", cache.misses)
        if state.log is not None:
            yield _counter("query_log_lost", "Entries that could not be logged.", state.log.dropped)
        generation = state.graph.generation
        yield _gauge("generation", "The generation that is served.", generation)
        if generation:
            yield _gauge("triples", "Statements in it.", self._count_triples())

    def _count_triples(self) -> int:
        reader = self._state.graph.reader
        number = reader.generation.number
        if self._triples[0] != number:  # counting reads the whole store: once a generation
            self._triples = (number, len(reader.store))
        return self._triples[1]

    def describe(self) -> list[Metric]:
        return []


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"coopgraph_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"coopgraph_{name}", text, value=value)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus."""
    kept: Metrics = request.app.state.metrics
    kept.settle()
    body = await to_thread.run_sync(generate_latest, kept.registry)
    return Response(
        body, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    )
