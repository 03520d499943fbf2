"""``/api/v1/gaps``: what should be there and is not recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from coopgraph.api import models
from coopgraph.api.parameters import Cursor, Graph, Scope
from coopgraph.api.respond import respond

router = APIRouter(prefix="/api/v1/gaps", tags=["gaps"])


@router.get("/rules", response_model=models.Envelope[list[models.Rule]])
async def rules(request: Request, graph: Graph, scope: Scope) -> Response:
    """Return the declared rules."""
    return await respond(request, graph.gap_rules, **scope)


@router.get("", response_model=models.Envelope[list[models.Gap]])
async def gaps(
    request: Request,
    graph: Graph,
    scope: Scope,
    rule: Annotated[list[str], Query(description="Rule ids; repeatable; default all.")] = [],  # noqa: B006
    actor: str | None = None,
    sector: str | None = None,
    match: Annotated[str | None, Query(description="`exact` or `broader`.")] = None,
    limit: int = 100,
    cursor: Cursor = None,
) -> Response:
    """What should be there and is not recorded in these layers as of this day."""
    return await respond(
        request,
        graph.gaps,
        in_thread=True,
        rule=rule,
        actor=actor,
        sector=sector,
        match=match,
        limit=limit,
        cursor=cursor,
        **scope,
    )
