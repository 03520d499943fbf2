"""``/api/v1/export``: the graph as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from coopgraph.api.parameters import Graph, Scope
from coopgraph.api.respond import etag, unchanged

router = APIRouter(prefix="/api/v1", tags=["export"])


@router.get("/export", response_class=Response)
async def export(
    request: Request,
    graph: Graph,
    scope: Scope,
    format: Annotated[str, Query(description="`graphml`.")] = "graphml",
    focus: Annotated[str | None, Query(description="Only this node and its surroundings.")] = None,
    depth: Annotated[int, Query(description="How far around it, 1 to 4.")] = 1,
    lang: Annotated[str, Query(description="Language of labels: `zh` or `en`.")] = "zh",
) -> Response:
    """Stream the graph, or what is around one node, as a file for another program."""
    generation = graph.generation
    file = graph.export(format, focus=focus, depth=depth, lang=lang, **scope)
    if same := unchanged(request, generation):
        return same
    return StreamingResponse(
        file.chunks,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "ETag": etag(generation),
            "Cache-Control": "no-cache",
        },
    )
