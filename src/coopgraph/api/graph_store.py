"""``/store``: the SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named in the URL (``?graph=IRI``, ``?default``), or is what the URL itself names
(``/store/…``).
"""

from __future__ import annotations

import asyncio
from typing import Annotated, NamedTuple

import pyoxigraph as ox
from anyio import to_thread
from fastapi import APIRouter, Query, Request, Security
from starlette.responses import Response

from coopgraph.api.access import authorise, bearer
from coopgraph.api.exchange import exchange_of
from coopgraph.api.negotiation import accepted_formats
from coopgraph.api.parameters import Store
from coopgraph.api.protocol import base_iri, one, pairs_of, spooled
from coopgraph.api.respond import not_modified, weak_etag
from coopgraph.api.sparql import Turn, answer
from coopgraph.api.update import done
from coopgraph.errors import BadRequest
from coopgraph.store.frames import QueryRequest
from coopgraph.store.graph_store import GraphStore
from coopgraph.store.result_formats import BY_FORM, not_acceptable
from coopgraph.store.write_request import (
    MULTIPART,
    Kind,
    WriteRequest,
    input_format,
    media_type_of,
)
from coopgraph.store.writer import no_such_graph

router = APIRouter(tags=["graph store"])

GraphParameter = Annotated[
    str | None, Query(alias="graph", description="The graph's absolute IRI; or `default`.")
]
DefaultParameter = Annotated[
    str | None, Query(alias="default", description="The default graph; without a value.")
]
_READ = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {} }}"


class Target(NamedTuple):
    """The graph a request is about; None for the default graph."""

    graph: str | None


def target_of(request: Request) -> Target | None:
    """Return the graph that a request names, None if it names none.

    Raises
    ------
    BadRequest
        If it names two, or one that is no absolute IRI.
    """
    pairs = pairs_of(request.scope["query_string"])
    graph, default = one(pairs, "graph"), one(pairs, "default")
    direct = bool(request.path_params.get("name"))
    if (graph is not None) + (default is not None) + direct > 1:
        raise BadRequest("name one graph: graph=, default, or by its URL", zh="只能指定一个图")
    if default:
        raise BadRequest("the parameter default has no value", zh="参数 default 不带值")
    if default is not None:
        return Target(None)
    if direct:
        graph = str(request.url.replace(query="", fragment=""))
    if graph is None:
        return None
    try:
        return Target(ox.NamedNode(graph).value)
    except ValueError as error:
        raise BadRequest(
            f"{graph!r} is not an absolute IRI: {error}", zh=f"{graph!r} 不是绝对 IRI"
        ) from error


def _note(request: Request, kind: str, target: Target | None) -> None:
    exchange = exchange_of(request.scope)
    named = (target.graph or "default") if target else "new"
    exchange.kind, exchange.text = kind, f"{request.scope['method']} {named}"


def _named(request: Request) -> Target:
    target = target_of(request)
    if target is None:
        raise BadRequest(
            "say which graph: ?graph=IRI or ?default", zh="请用 ?graph=IRI 或 ?default 指定图"
        )
    return target


@router.get("/store", response_class=Response)
@router.get("/store/{name:path}", response_class=Response, include_in_schema=False)
async def read(
    request: Request,
    store: Store,
    graph: GraphParameter = None,
    default: DefaultParameter = None,
) -> Response:
    """Return a graph, in the format that `Accept` or `format` names."""
    del graph, default  # described here, read below: a repeated parameter is an error
    target = _named(request)
    _note(request, "store read", target)
    pairs = pairs_of(request.scope["query_string"])
    accepted = accepted_formats(request.headers.getlist("accept"), one(pairs, "format"))
    if not accepted.graph:
        raise not_acceptable(BY_FORM["graph"])
    reader = store.reader
    pattern = "?s ?p ?o"
    if target.graph is not None:
        name = ox.NamedNode(target.graph)
        if not await to_thread.run_sync(lambda: reader.store.contains_named_graph(name)):
            raise no_such_graph(target.graph)
        pattern = f"GRAPH {name} {{ ?s ?p ?o }}"
    tag = weak_etag(request, reader.generation.number, *target, accepted.graph[0])
    if same := not_modified(request, tag, "Accept"):
        return same
    work = QueryRequest(
        _READ.format(pattern),
        str(reader.generation.store_path),
        accepted=accepted,
        max_bytes=store.settings.query_max_bytes,
        prefixes=store.union_default_graph,
    )
    turn = Turn(asyncio.get_running_loop().time(), store.settings.update_timeout)
    return await answer(request, store, reader, work, turn, tag=tag)


@router.put("/store", response_class=Response, status_code=204, dependencies=[Security(bearer)])
@router.put("/store/{name:path}", response_class=Response, include_in_schema=False)
async def replace(
    request: Request,
    store: Store,
    graph: GraphParameter = None,
    default: DefaultParameter = None,
) -> Response:
    """Make a graph hold exactly what is sent: 201 if it is new, 204 if it was there."""
    del graph, default
    return await _receive(request, store, "put", _named(request))


@router.post("/store", response_class=Response, status_code=204, dependencies=[Security(bearer)])
@router.post("/store/{name:path}", response_class=Response, include_in_schema=False)
async def merge(
    request: Request,
    store: Store,
    graph: GraphParameter = None,
    default: DefaultParameter = None,
) -> Response:
    """Merge what is sent into a graph; where none is named, into a new one: 201 and `Location`."""
    del graph, default
    return await _receive(request, store, "post", target_of(request))


@router.delete("/store", response_class=Response, status_code=204, dependencies=[Security(bearer)])
@router.delete("/store/{name:path}", response_class=Response, include_in_schema=False)
async def remove(
    request: Request,
    store: Store,
    graph: GraphParameter = None,
    default: DefaultParameter = None,
) -> Response:
    """Remove a graph; 404 if it is not there."""
    del graph, default
    target = _named(request)
    _note(request, "store write", target)
    by = await authorise(request, store)
    change = WriteRequest("delete", graph=target.graph)
    return done(request, await request.app.state.writes.write(lambda: change, None, by))


async def _receive(
    request: Request, store: GraphStore, kind: Kind, target: Target | None
) -> Response:
    _note(request, "store write", target)
    by = await authorise(request, store)
    sent = request.headers.get("content-type", "")
    if kind != "post" or media_type_of(sent) != MULTIPART:
        input_format(sent)  # refused before the body is read
    where = target.graph if target else None
    location: str | None = None
    base = base_iri(request)
    async with spooled(request, store.settings.max_upload_bytes, store.folder) as upload:

        def make() -> WriteRequest:
            nonlocal where, location
            if target is None:
                where, location = _new_graph(request, store, upload.sha256)
            return WriteRequest(kind, graph=where, content_type=sent, base_iri=base)

        written = await request.app.state.writes.write(make, upload.file, by)
    created = written.created or target is None
    return done(request, written, 201 if created else 204, location)


def _new_graph(request: Request, store: GraphStore, sha256: str) -> tuple[str, str]:
    """Return the IRI of a new graph, named after what is sent, and the URL it is found at."""
    here = str(request.url.replace(query="", fragment="")).rstrip("/")
    known, number, name = store.reader.store, 1, sha256[:16]
    while True:
        own = store.new_graph(name)
        graph = f"{here}/{name}" if own is None else own
        if not known.contains_named_graph(ox.NamedNode(graph)):
            break
        number += 1
        name = f"{sha256[:16]}-{number}"
    if own is None:
        return graph, graph
    return graph, str(request.url.replace(query="", fragment="").include_query_params(graph=graph))
