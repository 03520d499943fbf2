"""The start page, the API's documentation and the pages that explain problems."""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

from coopgraph.api.problems import TYPES
from coopgraph.errors import NotFound
from coopgraph.explorer import STATIC

router = APIRouter(include_in_schema=False)
problem_router = APIRouter(include_in_schema=False)

POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}


@router.get("/")
async def start() -> Response:
    """The start page."""
    return FileResponse(STATIC / "index.html", headers=HEADERS)


@router.get("/docs")
async def docs() -> Response:
    """The API's documentation."""
    return FileResponse(STATIC / "docs.html", headers=HEADERS)


@problem_router.get("/problems/{slug}")
async def problem(slug: str) -> Response:
    """Say what a type of problem means."""
    try:
        kind = TYPES[slug]
    except KeyError:
        raise NotFound(f"there is no problem type {slug!r}", candidates=sorted(TYPES)) from None
    meaning = (kind.__doc__ or "").strip().split("\n\n")[0]
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(kind.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/static/page.css">'
        f"<main><h1>{escape(kind.title)} · {escape(kind.title_zh)}</h1>"
        f"<p>HTTP {kind.status}. {escape(meaning)}</p></main></html>",
        headers=HEADERS,
    )
