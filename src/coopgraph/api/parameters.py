"""The parameters that many calls share, named once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from coopgraph.coopgraph import CoopGraph
from coopgraph.store.graph_store import GraphStore


async def _graph(request: Request) -> CoopGraph:
    graph: CoopGraph = request.app.state.graph
    return graph


# async, though nothing is awaited: FastAPI sends a plain function to a thread, at every request.
Graph = Annotated[CoopGraph, Depends(_graph)]
Store = Annotated[GraphStore, Depends(_graph)]


async def _scope(
    layers: Annotated[
        str | None,
        Query(description="Comma list of `stated`, `background`, `analyst`; default all three."),
    ] = None,
    view: Annotated[
        str,
        Query(description="`compact`: cooperations are edges; `full`: every resource is a node."),
    ] = "compact",
    as_of: Annotated[
        str | None, Query(description="Only what holds on that day, YYYY-MM-DD.")
    ] = None,
    dated: Annotated[str | None, Query(description="`only` leaves out what has no dates.")] = None,
) -> dict[str, Any]:
    return {"layers": layers, "view": view, "as_of": as_of, "dated": dated}


Scope = Annotated[dict[str, Any], Depends(_scope)]
Names = Annotated[list[str], Query()]
Cursor = Annotated[
    str | None, Query(description="Where the page begins: take it from `meta.next`.")
]
