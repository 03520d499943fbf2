"""``/api/v1/brief/{short id}``: a briefing on a node, to be read or handed on."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from coopgraph.api.export import disposition
from coopgraph.api.negotiation import choose
from coopgraph.api.pages import HEADERS
from coopgraph.api.parameters import Graph, Scope
from coopgraph.api.respond import etag, not_modified
from coopgraph.brief_questions import LINES
from coopgraph.briefing.file import FORMATS

router = APIRouter(prefix="/api/v1", tags=["brief"])

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_BY_TYPE: Final = {form.media_type: name for name, form in FORMATS.items()}


@router.get("/brief/{of:path}", response_class=Response)
async def brief(
    request: Request,
    graph: Graph,
    scope: Scope,
    of: str,
    format: Annotated[
        str | None, Query(description="`markdown`, `html` or `docx`; wins over `Accept`.")
    ] = None,
    lang: Annotated[str, Query(description="`zh` or `en`.")] = "zh",
    limit: Annotated[int, Query(description="Lines of a section, 1 to 100.")] = LINES,
) -> Response:
    """Return what is recorded of a node and what is not, with the source of each line."""
    name = format
    if name is None:
        name = _BY_TYPE[choose(request.headers.getlist("accept"), list(_BY_TYPE))]
    ask = partial(graph.brief, of, format=name, lang=lang, limit=limit, **scope)
    file = await to_thread.run_sync(ask)
    vary = None if format else "Accept"
    headers = {"Content-Disposition": disposition(file.name, file.name)}
    if name == "html":
        headers = {**HEADERS, "Content-Security-Policy": POLICY}
    if vary:
        headers["Vary"] = vary
    if graph.has_own_rules:  # gaps are also of files that may change while the generation stays
        headers["Cache-Control"] = "no-store"
        return Response(file.content, headers=headers, media_type=file.media_type)
    # Where Accept decides, each format is a representation of its own and has a tag of its own.
    tag = etag(file.generation) if format else f'"{file.generation}-{name}"'
    if same := not_modified(request, tag, vary):
        return same
    headers |= {"ETag": tag, "Cache-Control": "no-cache"}
    return Response(file.content, headers=headers, media_type=file.media_type)
