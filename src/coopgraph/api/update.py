"""SPARQL updates: what is left of ``/sparql`` when it is no query."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from coopgraph.api.access import authorise
from coopgraph.api.exchange import exchange_of
from coopgraph.api.protocol import Pairs, base_iri, client_of, every, one, refuse
from coopgraph.api.respond import weak_etag
from coopgraph.errors import BadRequest
from coopgraph.store.graph_store import GraphStore, Written
from coopgraph.store.guard import QueryLimits
from coopgraph.store.using import with_dataset
from coopgraph.store.write_request import WriteRequest

OF_QUERIES = ("query", "default-graph-uri", "named-graph-uri", "format")
OF_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")


async def respond(request: Request, graph: GraphStore, pairs: Pairs) -> Response:
    """Run the update in the parameters; 204 when it can be read."""
    refuse(pairs, OF_QUERIES, "an update", "更新")
    text = one(pairs, "update")
    if text is None:
        raise BadRequest("the parameter update is missing", zh="缺少参数 update")
    exchange = exchange_of(request.scope)
    exchange.kind, exchange.text = "update", text
    by = await authorise(request, graph)
    limits, seconds = QueryLimits.for_updates(graph.settings), graph.settings.update_timeout
    await request.app.state.screen.read(
        text, limits, seconds=seconds, client=client_of(request), update=True
    )
    text = with_dataset(
        text, every(pairs, "using-graph-uri"), every(pairs, "using-named-graph-uri")
    )
    change = WriteRequest("update", text, base_iri=base_iri(request))
    return done(request, await request.app.state.writes.write(lambda: change, None, by))


def done(
    request: Request, written: Written, status: int = 204, location: str | None = None
) -> Response:
    """Return the response to a change that was made."""
    headers = {"ETag": weak_etag(request, written.generation), "Cache-Control": "no-cache"}
    if location is not None:
        headers["Location"] = location
    return Response(status_code=status, headers=headers)
