"""Liveness and readiness."""

from __future__ import annotations

from fastapi import APIRouter, Request

from coopgraph.api.parameters import Store
from coopgraph.errors import Unavailable

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, graph: Store) -> dict[str, object]:
    """Say that questions can be answered; 503 before."""
    if not request.app.state.ready:
        raise Unavailable("the service is starting", zh="服务正在启动")
    return {"status": "ready", "generation": graph.reader.generation.number}
