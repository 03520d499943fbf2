"""``/api/v1``: centrality, components and bridges."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from coopgraph.api import models
from coopgraph.api.parameters import Cursor, Graph, Names, Scope
from coopgraph.api.respond import respond
from coopgraph.network_questions import DEFAULT_LIMIT

router = APIRouter(prefix="/api/v1", tags=["network"])


async def _network(
    relation: Names = [],  # noqa: B006
    sector: Annotated[str | None, Query(description="Only edges said in this sector.")] = None,
    status: Names = [],  # noqa: B006
    avoid: Annotated[list[str], Query(description="Nodes to leave out; repeatable.")] = [],  # noqa: B006
    limit: int = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    return {
        "relation": relation, "sector": sector, "status": status, "avoid": avoid, "limit": limit,
        "cursor": cursor,
    }  # fmt: skip


Network = Annotated[dict[str, Any], Depends(_network)]


@router.get("/centrality", response_model=models.Envelope[models.Centrality])
async def centrality(
    request: Request,
    graph: Graph,
    scope: Scope,
    network: Network,
    measure: Annotated[
        str, Query(description="`degree`, `betweenness` or `constraint`.")
    ] = "degree",
    type: Names = [],  # noqa: B006
) -> Response:
    """Rank nodes by how they stand in the network."""
    return await respond(
        request, graph.centrality, in_thread=True, measure=measure, type=type, **network, **scope
    )


@router.get("/components", response_model=models.Envelope[models.Components])
async def components(request: Request, graph: Graph, scope: Scope, network: Network) -> Response:
    """What hangs together: the parts of the network, largest first."""
    return await respond(request, graph.components, in_thread=True, **network, **scope)


@router.get("/bridges", response_model=models.Envelope[models.Bridges])
async def bridges(request: Request, graph: Graph, scope: Scope, network: Network) -> Response:
    """What alone holds parts together: edges and nodes, with evidence."""
    return await respond(request, graph.bridges, in_thread=True, **network, **scope)
