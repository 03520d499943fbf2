"""Linked data: 303 from a resource to its page or its data, and those."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from coopgraph.api.negotiation import HTML, choose_format
from coopgraph.api.pages import HEADERS
from coopgraph.api.parameters import Graph
from coopgraph.api.respond import version
from coopgraph.errors import BadRequest, NotAcceptable, NotFound
from coopgraph.graph.scope import choice, make_scope
from coopgraph.linked.document import Document
from coopgraph.linked.formats import FORMATS, format_of, formats_for, write
from coopgraph.linked.graphs import GraphDump
from coopgraph.linked.linked_data import LinkedData
from coopgraph.linked.names import (
    document_of,
    local_path,
    resource_iri,
)
from coopgraph.linked.pages import Pages, View
from coopgraph.linked.texts import LANGUAGES
from coopgraph.store.result_formats import ResultFormat
from coopgraph.vocabulary import SHAPES_DOCUMENT

router = APIRouter(tags=["linked data"])

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PAGE_HEADERS: Final = {**HEADERS, "Content-Security-Policy": POLICY}
VARY: Final = {"Vary": "Accept"}
_IN_MEMORY: Final = 8 * 1024 * 1024
_CHUNK: Final = 256 * 1024

Layers = Annotated[
    str | None,
    Query(description="Comma list of `stated`, `background`, `analyst`; default all three."),
]


@router.get("/ns/context.jsonld", response_class=Response)
async def context(request: Request, graph: Graph) -> Response:
    """Return the JSON-LD context of the vocabulary."""
    linked = graph.linked_data()
    data = await to_thread.run_sync(lambda: linked.context)
    headers = cached(version(request, linked.generation), "context")
    if same := not_modified(request, headers):
        return same
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    return Response(body, headers=headers, media_type="application/ld+json")


@router.get("/id/{path:path}", response_class=Response, status_code=303)
@router.get("/scheme/{path:path}", response_class=Response, status_code=303)
@router.get("/graph/{path:path}", response_class=Response, include_in_schema=False)
@router.get("/.well-known/genid/{path:path}", response_class=Response, include_in_schema=False)
@router.get("/ns/{path:path}", response_class=Response, include_in_schema=False)
@router.get("/ns", response_class=Response, status_code=303)
@router.get("/shapes", response_class=Response, include_in_schema=False)
@router.get("/graph", response_class=Response, include_in_schema=False)
async def resource(request: Request, graph: Graph, layers: Layers = None) -> Response:
    """Lead to the page or the data of a resource, by `Accept`: a thing is no document."""
    scope = make_scope(layers=layers)
    iri = resource_iri(_sent_path(request))
    linked = graph.linked_data()
    document = await to_thread.run_sync(lambda: linked.document(iri, scope.layers))
    offered = _formats(document)
    chosen = choose_format(request.headers.getlist("accept"), offered, page=True)
    path = local_path(iri) or ""
    place = f"page/{path}" if chosen is None else f"data/{path}{chosen.suffix}"
    headers = {
        "Cache-Control": "no-cache",
        **VARY,
        "Location": _address(request, place),
        "Link": _links(request, path, offered),
    }
    return Response(status_code=303, headers=headers)


@router.get("/data/{path:path}", response_class=Response)
async def data(request: Request, graph: Graph, path: str, layers: Layers = None) -> Response:
    """Return what is said of a resource as RDF: by the ending of the path, else by `Accept`."""
    del path  # described here, read as it was sent
    scope = make_scope(layers=layers)
    linked = graph.linked_data()
    sent = _sent_path(request).removeprefix("data/")
    document, named = await to_thread.run_sync(lambda: _named(linked, sent, scope.layers))
    offered = _formats(document)
    chosen = named or choose_format(request.headers.getlist("accept"), offered)
    if chosen not in offered or chosen is None:
        available = [f.media_type for f in offered]
        raise NotAcceptable(
            f"this can be had as {', '.join(available)}",
            zh=f"可用格式：{'、'.join(available)}",
            available=available,
        )
    name = local_path(document.iri) or ""
    headers = cached(version(request, linked.generation), chosen.name, *scope.layers)
    if not named:
        place = _address(request, f"data/{name}{chosen.suffix}")
        headers |= {**VARY, "Content-Location": place}
    if same := not_modified(request, headers):
        return same
    headers["Link"] = _links(request, name, offered, page=True)
    if isinstance(document, GraphDump):
        return await _dump(document, chosen, headers)
    body = await to_thread.run_sync(lambda: _write(linked, document, chosen))
    return Response(body, headers=headers, media_type=chosen.content_type)


@router.get("/page/{path:path}", include_in_schema=False)
async def page(
    request: Request,
    graph: Graph,
    layers: Layers = None,
    lang: str | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show a resource to people."""
    scope = make_scope(layers=layers)
    language = language_of(request, lang)
    linked = graph.linked_data()
    sent = _sent_path(request).removeprefix("page/")
    iri = resource_iri(sent)
    kept = [("lang", lang)] if lang else []
    kept += [("layers", layers)] if layers else []
    view = View(language, scope.layers, tuple(kept), _root(request), page)

    def find() -> Document | GraphDump | None:
        try:
            return linked.document(iri, scope.layers)
        except NotFound:
            if sent.startswith("ns/") and "/" not in sent[3:]:
                linked.term_document(sent[3:])
                return None
            raise

    document = await to_thread.run_sync(find)
    headers = cached(version(request, linked.generation), "html", language, *scope.layers)
    headers |= {"Vary": "Accept-Language", "Content-Language": language}
    if same := not_modified(request, headers):
        return same
    pages = Pages(linked, view)
    text = await to_thread.run_sync(
        lambda: pages.term(sent[3:]) if document is None else pages.write(document)
    )
    offered = FORMATS if document is None else _formats(document)
    name = "ns" if document is None else local_path(document.iri) or ""
    headers |= {
        **PAGE_HEADERS,
        "Link": _links(request, name, offered),
    }
    return HTMLResponse(text, headers=headers)


def cached(generation: str, *variant: str) -> dict[str, str]:
    """Return the headers by which a client may keep one representation of a document.

    Every format, language and selection of layers has a tag of its own, and so has every version
    of this program (in ``generation``): its pages may look otherwise. (RFC 9110, 8.8.3.)
    """
    tag = "-".join([generation, *variant])
    return {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"}


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """Return 304 if the client has this very representation."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    known = {part.strip().removeprefix("W/") for part in asked.split(",")}
    if "*" in known or headers["ETag"].removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    return None


def language_of(request: Request, asked: str | None) -> str:
    """Return the language of a page: the one asked for, else the client's, else Chinese.

    Raises
    ------
    BadRequest
        If there is no such language.
    """
    if asked:
        return choice("lang", asked, LANGUAGES)
    header = ", ".join(request.headers.getlist("accept-language"))
    accepted = parse_accept_header(header, LanguageAccept)  # the best first
    tags = (tag.lower().partition("-")[0] for tag, quality in accepted if quality > 0)
    return next((tag for tag in tags if tag in LANGUAGES), LANGUAGES[0])


def _sent_path(request: Request) -> str:
    """Return the path as it was sent, percent-encoded, below the place the service is mounted."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    try:
        path = raw.partition(b"?")[0].decode("ascii")
    except UnicodeDecodeError:
        raise BadRequest(
            "the path is not percent-encoded", zh="路径须为百分号编码"
        ) from None  # fmt: skip
    return str(path.removeprefix(_root(request)).removeprefix("/"))


def _root(request: Request) -> str:
    return quote(request.scope.get("root_path", "").rstrip("/"))


def _address(request: Request, path: str) -> str:
    """Return the address of a path on this service, on whatever host; parameters are kept."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{_root(request)}/{path}" + (f"?{quote(query, safe=_IN_QUERY)}" if query else "")


_IN_QUERY: Final = "%/?:@!$&'()*+,;=~-._"


def _links(
    request: Request, path: str, offered: tuple[ResultFormat, ...], *, page: bool = True
) -> str:
    links = [(f"page/{path}", HTML)] if page else []
    links += [(f"data/{path}{form.suffix}", form.media_type) for form in offered]
    return ", ".join(
        f'<{_address(request, place)}>; rel="alternate"; type="{kind}"' for place, kind in links
    )


def _formats(document: Document | GraphDump) -> tuple[ResultFormat, ...]:
    if isinstance(document, GraphDump):
        return document.formats
    return formats_for(document.quads)


def _named(
    linked: LinkedData, sent: str, layers: tuple[str, ...]
) -> tuple[Document | GraphDump, ResultFormat | None]:
    """Return the document that a path names, and its format where the path ends in one."""
    name, form = format_of(sent)
    try:
        return linked.document(document_of(resource_iri(name)), layers), form
    except NotFound as missing:
        if form is not None:
            try:  # a resource may be called like a file
                return linked.document(resource_iri(sent), layers), None
            except NotFound:
                raise missing from None
        raise


def _write(linked: LinkedData, document: Document, form: ResultFormat) -> bytes:
    if document.iri == SHAPES_DOCUMENT and form.name == "turtle":
        return linked.turtle_of_shapes()  # as it was written, with its comments
    return write(document, form, linked.context)


async def _dump(dump: GraphDump, form: ResultFormat, headers: dict[str, str]) -> Response:
    """Write whole graphs to a file and send that, so that no size of graph fills the memory."""
    file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (closed when sent)
    try:
        size = await to_thread.run_sync(lambda: dump.write(form, file))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = (local_path(dump.iri) or "graph").replace("/", "-")
    headers = {
        **headers,
        "Content-Length": str(size),
        "Content-Disposition": f'inline; filename="{name}{form.suffix}"',
    }
    return StreamingResponse(_chunks(file), headers=headers, media_type=form.content_type)


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
