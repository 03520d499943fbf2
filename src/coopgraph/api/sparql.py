"""``/sparql``: the SPARQL 1.1 Protocol for queries."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl

from anyio import CancelScope, create_task_group
from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from coopgraph.api import service_description
from coopgraph.api.negotiation import accepted_formats
from coopgraph.api.parameters import Graph
from coopgraph.api.respond import weak_etag
from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    Forbidden,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from coopgraph.store.frames import QueryRequest
from coopgraph.store.guard import QueryLimits, check_async
from coopgraph.store.query_pool import QueryResult

router = APIRouter(tags=["sparql"])

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

CLIENT_GONE: Final = 499  # nobody reads it; for the log
T = TypeVar("T")
Pairs = list[tuple[str, str]]


@router.get("/sparql", response_class=Response)
async def sparql_get(
    request: Request,
    graph: Graph,
    query: Annotated[str | None, Query(description="SELECT, ASK, CONSTRUCT or DESCRIBE.")] = None,
    format: Annotated[
        str | None, Query(description="Short name of a format; wins over `Accept`.")
    ] = None,
) -> Response:
    """Run a query; without one, describe the service.

    The default graph is the union of all published layers.
    """
    del query, format  # described here, read below: a repeated parameter is an error
    pairs = _pairs(request.scope["query_string"])
    if not pairs:
        return service_description.respond(request, graph)
    return await _answer(request, graph, pairs)


@router.post("/sparql", response_class=Response)
async def sparql_post(request: Request, graph: Graph) -> Response:
    """Run a query from a form or a direct body (`application/sparql-query`)."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == UPDATE:
        raise _no_updates()
    if kind not in (FORM, QUERY):
        raise UnsupportedMediaType(
            f"a query is posted as {FORM} or {QUERY}, not as {kind or 'nothing'}",
            zh=f"查询须以 {FORM} 或 {QUERY} 提交",
        )
    body = await read_body(request, graph.settings.max_body_bytes)
    pairs = _pairs(request.scope["query_string"])
    if kind == FORM:
        pairs += _pairs(body)
    else:
        if any(name == "query" for name, _ in pairs):
            raise BadRequest("the query is in the body and in the URL: give it once")
        pairs.append(("query", _decoded(body)))
    return await _answer(request, graph, pairs)


async def read_body(request: Request, limit: int) -> bytes:
    """Read a request body of at most ``limit`` bytes.

    Raises
    ------
    PayloadTooLarge
        As soon as more than the limit has come or is announced.
    """
    too_large = PayloadTooLarge(
        f"the body is larger than {limit} bytes", zh=f"请求体超过 {limit} 字节", limit=limit
    )
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"byte {error.start} is not UTF-8: send the query as UTF-8",
            zh="内容不是 UTF-8 编码",
        ) from None


def _pairs(data: bytes) -> Pairs:
    try:
        return parse_qsl(
            data.decode("ascii", "strict"), keep_blank_values=True, errors="strict",
            max_num_fields=1000,
        )  # fmt: skip
    except (UnicodeDecodeError, ValueError):
        raise BadRequest(
            "the parameters are not percent-encoded UTF-8", zh="参数不是百分号编码的 UTF-8"
        ) from None


def _no_updates() -> Forbidden:
    return Forbidden(
        "updates are not served here: load data with `coopgraph load`",
        zh="此处不提供更新：请用 coopgraph load 载入数据",
    )


def _one(pairs: Pairs, name: str) -> str | None:
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise BadRequest(f"the parameter {name} is given {len(values)} times: give it once")
    return values[0] if values else None


async def _answer(request: Request, graph: Graph, pairs: Pairs) -> Response:
    if any(name == "update" for name, _ in pairs):
        raise _no_updates()
    query = _one(pairs, "query")
    if query is None:
        raise BadRequest("the parameter query is missing", zh="缺少参数 query")
    accepted = accepted_formats(request.headers.getlist("accept"), _one(pairs, "format"))
    settings = graph.settings
    limits = QueryLimits.from_settings(settings)
    await check_async(query, limits)
    published = graph.published
    work = QueryRequest(
        query,
        str(published.reader.generation.store_path),
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        accepted,
        settings.query_max_bytes,
    )
    async with AsyncExitStack() as stack:
        # The generation stays on disk for as long as it is referred to.
        stack.callback(lambda _: None, published)
        running = request.app.state.pool.run(work, settings.query_timeout)
        result = await _unless_gone(request, stack.enter_async_context(running))
        if result is None:
            return Response(status_code=CLIENT_GONE)
        headers = {
            "Vary": "Accept",
            "ETag": weak_etag(published.number),
            "Cache-Control": "no-cache",
        }
        return _Stream(result, stack.pop_all(), headers)


async def _unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """Wait for some work; when the client goes away first, cancel it and return None."""
    result: T | None = None
    failure: CoopgraphError | None = None
    async with create_task_group() as group:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            result = await work
        except CoopgraphError as error:
            failure = error  # raised outside, where it is not wrapped in a group
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return result


class _Stream(StreamingResponse):
    """A result on its way out; however it ends, its worker is given back or killed."""

    def __init__(self, result: QueryResult, hold: AsyncExitStack, headers: dict[str, str]) -> None:
        super().__init__(result, headers=headers, media_type=result.content_type)
        self._hold = hold

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):  # also when the client has gone
                await self._hold.aclose()
