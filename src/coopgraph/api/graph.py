"""``/api/v1``: counts, search, nodes, neighbours and paths."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from coopgraph.api import models
from coopgraph.api.parameters import Cursor, Graph, Names, Scope
from coopgraph.api.respond import respond
from coopgraph.graph.neighbours import DEFAULT_LIMIT

router = APIRouter(prefix="/api/v1", tags=["graph"])

_INLINE_LIMIT = 200  # a page up to this size is written faster than a thread is found


@router.get("/stats", response_model=models.Envelope[models.Stats])
async def stats(request: Request, graph: Graph, scope: Scope) -> Response:
    """Counts by class, relation and layer."""
    return await respond(request, graph.stats, in_thread=True, **scope)


@router.get("/questions", response_model=models.Envelope[list[models.Question]])
async def questions(request: Request, graph: Graph, scope: Scope) -> Response:
    """Competency questions, each with its SPARQL text: examples to start from."""
    return await respond(request, graph.questions, **scope)


@router.get("/search", response_model=models.Envelope[list[models.Hit]])
async def search(
    request: Request,
    graph: Graph,
    scope: Scope,
    q: Annotated[str, Query(description="A name, or what it begins with, in any script.")],
    type: Annotated[list[str], Query(description="Only nodes of these types.")] = [],  # noqa: B006
    limit: int = 20,
    cursor: Cursor = None,
) -> Response:
    """Find nodes by name."""
    return await respond(request, graph.search, q=q, type=type, limit=limit, cursor=cursor, **scope)


@router.get("/nodes/{id:path}", response_model=models.Envelope[models.NodeDetail])
async def node(request: Request, graph: Graph, scope: Scope, id: str) -> Response:
    """Return a node with every statement in which it stands, each with its evidence."""
    return await respond(request, graph.node, in_thread=True, of=id, **scope)


@router.get("/neighbours", response_model=models.Envelope[models.Neighbours])
async def neighbours(
    request: Request,
    graph: Graph,
    scope: Scope,
    of: Annotated[str, Query(description="IRI, short id, or exact name in any script.")],
    depth: Annotated[int, Query(description="Steps away, 1 to 4.")] = 1,
    type: Names = [],  # noqa: B006
    relation: Names = [],  # noqa: B006
    sector: str | None = None,
    status: Names = [],  # noqa: B006
    direction: Annotated[str, Query(description="`any`, `out` or `in`.")] = "any",
    suggested: Annotated[
        str | None,
        Query(description="`include` adds suggested links, of the layer `suggested`."),
    ] = None,
    limit: int = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Who is next to whom, page by page, with the edges that join them."""
    return await respond(
        request,
        graph.neighbours,
        in_thread=depth > 1
        or limit > _INLINE_LIMIT
        or scope["view"] != "compact"
        or suggested is not None,
        of=of,
        depth=depth,
        type=type,
        relation=relation,
        sector=sector,
        status=status,
        direction=direction,
        suggested=suggested,
        limit=limit,
        cursor=cursor,
        **scope,
    )


@router.get("/paths", response_model=models.Envelope[models.PathList])
async def paths(
    request: Request,
    graph: Graph,
    scope: Scope,
    from_: Annotated[str, Query(alias="from", description="IRI, short id, or exact name.")],
    to: str,
    mode: Annotated[
        str, Query(description="`shortest`, `all-shortest`, `k-shortest` or `all`.")
    ] = "shortest",
    k: Annotated[int | None, Query(description="At most so many paths.")] = None,
    max_length: Annotated[int | None, Query(description="At most so many steps.")] = None,
    via: Annotated[list[str], Query(description="Must be on the path; repeatable.")] = [],  # noqa: B006
    avoid: Annotated[list[str], Query(description="Must not be on it; repeatable.")] = [],  # noqa: B006
    type: Annotated[list[str], Query(description="Types between the ends.")] = [],  # noqa: B006
    relation: Names = [],  # noqa: B006
    sector: Annotated[str | None, Query(description="Only steps said in this sector.")] = None,
    status: Names = [],  # noqa: B006
    cost: Annotated[
        str, Query(description="`hops`, or `informative`: hubs cost log2 of their degree.")
    ] = "hops",
    suggested: Annotated[
        str | None,
        Query(description="`include`: paths may use suggested links, of the layer `suggested`."),
    ] = None,
) -> Response:
    """How are two connected: simple paths, shortest first, every parallel edge shown."""
    return await respond(
        request,
        graph.paths,
        in_thread=True,
        source=from_,
        target=to,
        mode=mode,
        k=k,
        max_length=max_length,
        via=via,
        avoid=avoid,
        type=type,
        relation=relation,
        sector=sector,
        status=status,
        cost=cost,
        suggested=suggested,
        **scope,
    )
