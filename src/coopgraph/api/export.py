"""``/api/v1/export``: the graph, or a part of it, as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from coopgraph.api.parameters import Graph, Names, Scope
from coopgraph.api.respond import etag, unchanged

router = APIRouter(prefix="/api/v1", tags=["export"])


@router.get("/export", response_class=Response)
async def export(
    request: Request,
    graph: Graph,
    scope: Scope,
    format: Annotated[
        str,
        Query(description="`graphml`, `gexf`, `cx2`, `jsonld`, `turtle`, `trig`, `csv` or `xlsx`."),
    ] = "graphml",
    flavour: Annotated[str | None, Query(description="`yed`, for GraphML.")] = None,
    focus: Annotated[str | None, Query(description="Only this node and its surroundings.")] = None,
    depth: Annotated[int, Query(description="How far around it, 1 to 4.")] = 1,
    from_: Annotated[str | None, Query(alias="from", description="Only paths from here.")] = None,
    to: Annotated[str | None, Query(description="Only paths to here.")] = None,
    mode: Annotated[str, Query(description="Which paths, as `/paths` has it.")] = "shortest",
    k: Annotated[int | None, Query(description="At most so many paths.")] = None,
    max_length: Annotated[int | None, Query(description="At most so many steps.")] = None,
    via: Names = [],  # noqa: B006
    avoid: Names = [],  # noqa: B006
    type: Names = [],  # noqa: B006
    relation: Names = [],  # noqa: B006
    sector: Annotated[
        str | None, Query(description="Only paths by what is said, or gaps, in this sector.")
    ] = None,
    status: Names = [],  # noqa: B006
    cost: Annotated[str, Query(description="For paths: `hops` or `informative`.")] = "hops",
    gaps: Annotated[
        list[str], Query(description="Only gaps: ids of rules, or `all`; repeatable.")
    ] = [],  # noqa: B006
    actor: Annotated[str | None, Query(description="Only gaps of this actor.")] = None,
    match: Annotated[str | None, Query(description="For gaps: `exact` or `broader`.")] = None,
    suggested: Annotated[
        str | None, Query(description="`include`: what rules suggest as well, marked as such.")
    ] = None,
    lang: Annotated[str, Query(description="Language of labels: `zh` or `en`.")] = "zh",
) -> Response:
    """Stream the graph, or a part of it, as a file for another program."""
    ask = partial(
        graph.export, format, flavour=flavour, focus=focus, depth=depth, source=from_, target=to,
        mode=mode, k=k, max_length=max_length, via=via, avoid=avoid, type=type, relation=relation,
        sector=sector, status=status, cost=cost, gaps=gaps, actor=actor, match=match,
        suggested=suggested, lang=lang, **scope,
    )  # fmt: skip
    file = await to_thread.run_sync(ask)
    if same := unchanged(request, file.generation):
        return same
    return StreamingResponse(
        _sent(request, file.chunks),
        media_type=file.media_type,
        headers={
            "Content-Disposition": disposition(file.name, file.title),
            "ETag": etag(file.generation),
            "Cache-Control": "no-cache",
        },
    )


def disposition(name: str, title: str) -> str:
    r"""Return the header that names a file (RFC 6266): in ASCII, and in UTF-8 for who reads that.

    Examples
    --------
    >>> disposition("a.csv", "图.csv")
    'attachment; filename="a.csv"; filename*=UTF-8\'\'%E5%9B%BE.csv'
    """
    safe = title.encode("utf-8", "replace").decode()
    return f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(safe, safe='')}"


async def _sent(request: Request, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Hand on chunks, each made in a thread; stop when the client has gone away."""
    async for chunk in iterate_in_threadpool(chunks):
        if chunk:
            yield chunk
        elif await request.is_disconnected():
            return
