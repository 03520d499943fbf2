"""``/api/v1/gaps/suggestions`` and ``/backtest``: links that are predicted, and how well."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from coopgraph.api import models
from coopgraph.api.parameters import Cursor, Graph, Names, Scope
from coopgraph.api.respond import respond

router = APIRouter(prefix="/api/v1/gaps", tags=["gaps"])


@router.get("/suggestions", response_model=models.Envelope[list[dict[str, Any]]])
async def suggestions(
    request: Request,
    graph: Graph,
    scope: Scope,
    for_: Annotated[str, Query(alias="for", description="IRI, short id, or exact name.")],
    type: Names = [],  # noqa: B006
    sector: str | None = None,
    limit: int = 20,
    cursor: Cursor = None,
) -> Response:
    """Return ranked candidates with band and reasons; a rank is no probability."""
    return await respond(
        request, graph.suggest, in_thread=True, for_=for_, type=type, sector=sector, limit=limit,
        cursor=cursor, **scope,
    )  # fmt: skip


@router.get("/backtest", response_model=models.Envelope[dict[str, Any]])
async def backtest(
    request: Request,
    graph: Graph,
    scope: Scope,
    as_of: Annotated[str, Query(description="The day that parts known from later, YYYY-MM-DD.")],
) -> Response:
    """How well suggestions find what came after a day; no figure where too few are dated."""
    return await respond(
        request, graph.backtest, in_thread=True, as_of=as_of, layers=scope["layers"],
        view=scope["view"], dated=scope["dated"],
    )  # fmt: skip
