"""``/sparql``: the SPARQL 1.1 Protocol."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Final, NamedTuple

from anyio import CancelScope, to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from coopgraph.api import service_description, update
from coopgraph.api.access import authorise, bearer
from coopgraph.api.cached_queries import CachedQueries, alias_of
from coopgraph.api.exchange import arrived_at, exchange_of
from coopgraph.api.kept import Cached, Keep
from coopgraph.api.negotiation import accepted_formats
from coopgraph.api.parameters import Store
from coopgraph.api.patience import unless_gone
from coopgraph.api.protocol import (
    HeldBytes,
    Pairs,
    base_iri,
    client_of,
    decoded,
    every,
    held_bytes,
    one,
    pairs_of,
    read_body,
    refuse,
    values_of,
)
from coopgraph.api.respond import not_modified, weak_etag
from coopgraph.errors import BadRequest, CoopgraphError, UnsupportedMediaType
from coopgraph.store.frames import QueryRequest
from coopgraph.store.generations import Reader
from coopgraph.store.graph_store import GraphStore
from coopgraph.store.guard import QueryLimits
from coopgraph.store.query_pool import QueryPool, QueryResult, WholeResult
from coopgraph.store.remote_queries import RemoteResult
from coopgraph.store.screen import SHORT
from coopgraph.store.write_request import media_type_of

router = APIRouter(tags=["sparql"])

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

_GRACE: Final = 0.25  # of a worker that is stopped, to say so


class Turn(NamedTuple):
    """How long a query may take: so many seconds since a time by the clock of the loop."""

    since: float
    seconds: float
    lookup: bool | None = None


def _parameter(name: str, words: str) -> dict[str, Any]:
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": name.title()}
    return {
        "name": name, "in": "query", "required": False, "schema": schema, "description": words
    }  # fmt: skip


# Described, but read below: a repeated parameter is an error, and a long query is decoded once.
_PARAMETERS: Final = [
    _parameter("query", "SELECT, ASK, CONSTRUCT or DESCRIBE."),
    _parameter("format", "Short name of a format; wins over `Accept`."),
]


@router.get("/sparql", response_class=Response, openapi_extra={"parameters": _PARAMETERS})
async def sparql_get(request: Request) -> Response:
    """Run a query; without one, describe the service.

    The default graph is the union of all published layers; of a bare store, what was written to it.
    """
    graph: GraphStore = request.app.state.graph
    pairs = pairs_of(request.scope["query_string"])
    if not pairs:
        return await to_thread.run_sync(service_description.respond, request, graph)
    if every(pairs, "update"):
        raise BadRequest("an update is sent by POST", zh="更新须以 POST 提交")
    return await _query(request, graph, pairs)


@router.post(
    "/sparql",
    response_class=Response,
    openapi_extra={"security": [{}, {bearer.scheme_name: []}]},
)
async def sparql_post(request: Request, graph: Store) -> Response:
    """Run a query (`application/sparql-query`) or an update (`application/sparql-update`).

    Both may come in a form, as `query` or `update`. An update needs a token.
    """
    sent = request.headers.get("content-type", "")
    kind = media_type_of(sent)
    if kind not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(
            f"a query is posted as {FORM} or {QUERY}, an update as {FORM} or {UPDATE}, "
            f"not as {kind or 'nothing'}",
            zh=f"查询须以 {FORM} 或 {QUERY} 提交，更新须以 {FORM} 或 {UPDATE} 提交",
        )
    pairs = pairs_of(request.scope["query_string"])
    limit = graph.settings.max_body_bytes
    if kind == QUERY:
        limit = min(limit, graph.settings.query_max_length)
    if kind == UPDATE or (kind == FORM and "authorization" in request.headers):
        limit = max(limit, graph.settings.update_max_length)
    if kind == UPDATE:
        await authorise(request, graph)  # before the body is read
    elif kind == FORM and request.app.state.open_to_local:
        limit = max(limit, graph.settings.update_max_length)
    with held_bytes(request) as held:
        body = await read_body(request, limit, held)
        if kind == FORM:
            pairs += pairs_of(body)
        else:
            name = "query" if kind == QUERY else "update"
            if every(pairs, name):
                raise BadRequest(
                    f"the {name} is in the body and in the URL: give it once",
                    zh=f"{name} 同时出现在内容和 URL 中：只能给一次",
                )
            pairs.append((name, decoded(body, sent)))
        del body
        if every(pairs, "update"):
            return await update.respond(request, graph, pairs)
        return await _query(request, graph, pairs, held)


async def _query(
    request: Request, graph: GraphStore, pairs: Pairs, held: HeldBytes | None = None
) -> Response:
    refuse(pairs, update.OF_UPDATES, "a query", "查询")
    query = one(pairs, "query")
    if query is None:
        raise BadRequest("the parameter query is missing", zh="缺少参数 query")
    scope, state, settings = request.scope, request.app.state, graph.settings
    exchange = exchange_of(scope)
    exchange.kind, exchange.text = "query", query
    accepted = accepted_formats(values_of(scope, b"accept"), one(pairs, "format"))
    seconds, now = settings.query_timeout, asyncio.get_running_loop().time()
    turn = Turn(arrived_at(scope, now), seconds)
    limits = QueryLimits.from_settings(settings)
    if len(query) <= SHORT:
        traits = state.screen.read_short(query, limits)
    else:
        reading = state.screen.read(query, limits, seconds=seconds / 2, client=client_of(request))
        traits = await unless_gone(request.receive, reading)
    if held is not None:
        held.give_back()
    turn = turn._replace(lookup=traits.lookup)
    reader = graph.reader
    work = QueryRequest(
        query,
        str(reader.generation.store_path),
        every(pairs, "default-graph-uri"),
        every(pairs, "named-graph-uri"),
        accepted,
        settings.query_max_bytes,
        base_iri(request),
        graph.union_default_graph,
    )
    if settings.store or not traits.deterministic:
        return await answer(request, graph, reader, work, turn)
    form = traits.form
    wanted = getattr(accepted, form)[:1] if form else accepted
    key = (
        query, work.default_graph_uris, work.named_graph_uris, work.base_iri, form, wanted,
        graph.union_default_graph,
    )  # fmt: skip
    tag = weak_etag(request, reader.generation.number, *key)
    known = ",".join(values_of(scope, b"if-none-match"))
    if known and "*" not in known and (same := not_modified(request, tag, "Accept")):
        return same  # only an answer that was given has such a tag
    queries: CachedQueries = state.queries
    if not queries.enabled:
        return await answer(request, graph, reader, work, turn, tag=tag)
    return await _kept(request, graph, reader, work, turn, key, tag)


async def _kept(
    request: Request,
    graph: GraphStore,
    reader: Reader,
    work: QueryRequest,
    turn: Turn,
    key: tuple[object, ...],
    tag: str,
) -> Response:
    """Answer from the cache, or ask and keep the answer."""
    queries: CachedQueries = request.app.state.queries
    number, results = reader.generation.number, queries.results
    flight = (number, *key)
    found = results.get(number, key)
    if found is None and queries.is_running(flight):
        await unless_gone(request.receive, queries.wait_for(flight))
        found = results.get(number, key)
    exchange_of(request.scope).cache = "hit" if found else "miss"
    if found is None:
        end = queries.begin(flight)
        keep = Keep(results, number, key, tag, work.query, end)
        try:
            response = await answer(request, graph, reader, work, turn, tag=tag, keep=keep)
        except CoopgraphError as error:
            end(error)
            raise
        finally:
            end(None)
    else:
        response = Cached(found)
    if alias := alias_of(request.scope):
        results.put_alias(number, alias, key)
    return response


async def answer(
    request: Request,
    graph: GraphStore,
    reader: Reader,
    work: QueryRequest,
    turn: Turn | None = None,
    *,
    tag: str | None = None,
    keep: Keep | None = None,
) -> Response:
    """Run a query in a worker and return its result as it comes.

    Parameters
    ----------
    request
        Ends the query when its client goes away.
    graph
        Whose settings hold.
    reader
        The generation that is asked; it stays on disk until the last byte is sent.
    work
        The query.
    turn
        How long it may take until all is sent; by default the setting ``query_timeout``, from now.
    tag
        The entity tag of the answer; None for one that is not the same the next time.
    keep
        Where a whole answer is kept. Then what is small is read to its end before it is sent, so
        that a slow client holds no worker.

    Raises
    ------
    ClientGone
        If there is nobody to answer any more.
    """
    if turn is None:
        turn = Turn(asyncio.get_running_loop().time(), graph.settings.query_timeout)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if tag is not None:
        headers["ETag"] = tag
    pool, client, receive = request.app.state.pool, client_of(request), request.receive
    if turn.lookup and isinstance(pool, QueryPool):
        looked_up = await unless_gone(receive, pool.look_up(work, turn.seconds, client, turn.since))
        if looked_up is not None:
            if keep is not None:
                return Cached(keep.whole(looked_up, [looked_up.body]))
            return Response(looked_up.body, headers=headers, media_type=looked_up.content_type)
        turn = turn._replace(lookup=False)
    async with AsyncExitStack() as stack:
        stack.callback(lambda _: None, reader)
        running = pool.run(work, turn.seconds, client, turn.lookup, turn.since)
        result = await unless_gone(receive, stack.enter_async_context(running))
        begun: list[bytes] = []
        if keep is not None:
            if isinstance(result, WholeResult):
                await keep.read(result, begun)
            else:
                await unless_gone(receive, keep.read(result, begun))
            if keep.answer is not None:
                return Cached(keep.answer)
        body = None
        if isinstance(result, WholeResult):
            body = result.body
        elif isinstance(result, QueryResult):
            body = result.whole()
        if body is not None:  # one write, and the worker is free before it
            return Response(body, headers=headers, media_type=result.content_type)
        return _Stream(result, begun, keep, stack.pop_all(), headers, turn)


class _Stream(StreamingResponse):
    """A result on its way out; however it ends, its worker is given back or killed."""

    def __init__(
        self,
        result: QueryResult | RemoteResult,
        begun: list[bytes],
        keep: Keep | None,
        hold: AsyncExitStack,
        headers: dict[str, str],
        turn: Turn,
    ) -> None:
        chunks = result if keep is None else keep.watch(result, begun)
        super().__init__(chunks, headers=headers, media_type=result.content_type)
        self._hold = hold
        self._until = turn.since + turn.seconds + _GRACE

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout_at(self._until):  # also where nobody reads
                await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):  # also when the client has gone
                await self._hold.aclose()
