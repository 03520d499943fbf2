"""``/.well-known/void``: the VoID and DCAT description of what is served."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from coopgraph.api.linked_data import PAGE_HEADERS, cached, language_of, not_modified
from coopgraph.api.negotiation import choose_format
from coopgraph.api.parameters import Graph
from coopgraph.api.respond import version
from coopgraph.graph.scope import choice
from coopgraph.linked.formats import FORMATS, OF_DATASETS, write
from coopgraph.linked.pages import Pages, View
from coopgraph.linked.void import Place
from coopgraph.store.result_formats import ResultFormat
from coopgraph.vocabulary import LAYERS

router = APIRouter(tags=["linked data"])

OFFERED = tuple(f for f in FORMATS if f not in OF_DATASETS)
"""The description makes statements of its own: it stands in no named graph."""


@router.get("/.well-known/void", response_class=Response)
async def void(
    request: Request,
    graph: Graph,
    format: Annotated[
        str | None, Query(description="Short name of a format; wins over `Accept`.")
    ] = None,
    lang: Annotated[str | None, Query(description="Language of the page: `zh` or `en`.")] = None,
) -> Response:
    """Describe the dataset: numbers, named graphs, dumps, licences, endpoints."""
    language = language_of(request, lang)
    if format is not None:
        choice("format", format, [f.name for f in OFFERED])
        chosen: ResultFormat | None = next(f for f in OFFERED if f.name == format)
    else:
        accept = request.headers.getlist("accept")
        chosen = choose_format(accept, OFFERED, page=True)
    linked = graph.linked_data()
    variant = ("html", language) if chosen is None else (chosen.name,)
    headers = {
        **cached(version(request, linked.generation), *variant),
        "Vary": "Accept, Accept-Language",
    }
    if same := not_modified(request, headers):
        return same
    place = Place(str(request.base_url))
    document = await to_thread.run_sync(lambda: linked.void(place))
    if chosen is None:
        kept = (("lang", lang),) if lang else ()
        root = request.scope.get("root_path", "").rstrip("/")
        pages = Pages(linked, View(language, LAYERS, kept, root))
        text = await to_thread.run_sync(lambda: pages.void(document))
        return HTMLResponse(text, headers={**PAGE_HEADERS, **headers, "Content-Language": language})
    body = await to_thread.run_sync(lambda: write(document, chosen, linked.context))
    return Response(body, headers=headers, media_type=chosen.content_type)
