"""``/api/v1/gaps``: what should be there and is not recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from anyio import to_thread
from fastapi import APIRouter, Body, Query, Request, Security
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response

from coopgraph.answer import Answer
from coopgraph.api import gap_models, models
from coopgraph.api.access import authorise, bearer
from coopgraph.api.parameters import Cursor, Graph, Scope
from coopgraph.api.respond import respond
from coopgraph.coopgraph import CoopGraph
from coopgraph.errors import NotAcceptable
from coopgraph.gaps.decisions import to_csv


class _GapId(Convertor[str]):
    """A gap's id: a rule and what it is about, joined by ``|``; short ids have slashes."""

    regex = r"[^/|]+\|.+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("gap", _GapId())
router = APIRouter(prefix="/api/v1/gaps", tags=["gaps"])
Match = Annotated[str | None, Query(description="`exact` or `broader`.")]


@router.get("/rules", response_model=models.Envelope[list[gap_models.Rule]])
async def rules(request: Request, graph: Graph, scope: Scope) -> Response:
    """Return the declared rules; files that cannot be used are named in `meta.notes`."""
    return await _respond(request, graph, graph.gap_rules, **scope)


@router.get("/matrix", response_model=models.Envelope[gap_models.GapMatrix])
async def matrix(
    request: Request,
    graph: Graph,
    scope: Scope,
    rows: Annotated[str, Query(description="A class, by local name.")] = "Organization",
    cols: Annotated[str, Query(description="A scheme of sectors.")] = "sector",
    match: Match = None,
    limit: int = 50,
    cursor: Cursor = None,
) -> Response:
    """Who is active where: each thing of a class in each sector."""
    return await _respond(
        request,
        graph,
        graph.gap_matrix,
        rows=rows,
        cols=cols,
        match=match,
        limit=limit,
        cursor=cursor,
        **scope,
    )


@router.get("/decisions", response_model=models.Envelope[list[gap_models.GapDecision]])
async def decisions(
    request: Request,
    graph: Graph,
    scope: Scope,
    format: Annotated[str, Query(description="`json` or `csv`.")] = "json",
) -> Response:
    """Return every decision about gaps, the newest first: the labelled set."""
    if format == "csv":
        answer = await to_thread.run_sync(lambda: graph.gap_decisions(**scope))
        return Response(
            "\ufeff" + to_csv(answer.data),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="gap-decisions.csv"'},
        )
    if format != "json":
        raise NotAcceptable("format is json or csv", zh="format 可取 json 或 csv")
    return await _respond(request, graph, graph.gap_decisions, **scope)


@router.get("", response_model=models.Envelope[list[gap_models.Gap]])
async def gaps(
    request: Request,
    graph: Graph,
    scope: Scope,
    rule: Annotated[list[str], Query(description="Rule ids; repeatable; default all.")] = [],  # noqa: B006
    actor: str | None = None,
    sector: str | None = None,
    match: Match = None,
    decided: Annotated[
        str, Query(description="`any`, `none`, `confirmed` or `dismissed`.")
    ] = "any",
    limit: int = 100,
    cursor: Cursor = None,
) -> Response:
    """What should be there and is not recorded in these layers as of this day."""
    return await _respond(
        request,
        graph,
        graph.gaps,
        rule=rule,
        actor=actor,
        sector=sector,
        match=match,
        decided=decided,
        limit=limit,
        cursor=cursor,
        **scope,
    )


@router.post(
    "/{id:gap}/decision",
    status_code=201,
    response_model=models.Envelope[gap_models.GapDecision],
    dependencies=[Security(bearer)],
)
async def decide(
    request: Request,
    graph: Graph,
    scope: Scope,
    id: str,
    decision: Annotated[gap_models.NewDecision, Body()],
) -> Response:
    """Confirm or dismiss a gap, with a reason; a later decision supersedes it. Needs a token."""
    owner = await authorise(request, graph)
    ask = graph.confirm_gap if decision.verdict == "confirmed" else graph.dismiss_gap
    async with request.app.state.writes.turn():
        answer = await to_thread.run_sync(lambda: ask(id, why=decision.why, by=owner, **scope))
    return Response(orjson.dumps(answer.to_dict()), 201, media_type="application/json")


@router.get("/{id:gap}", response_model=models.Envelope[gap_models.OneGap])
async def gap(
    request: Request, graph: Graph, scope: Scope, id: str, match: Match = None
) -> Response:
    """Return one gap by its id (`|` as `%7C`), with every decision about it."""
    return await _respond(request, graph, graph.gap, id=id, match=match, **scope)


async def _respond(
    request: Request, graph: CoopGraph, ask: Callable[..., Answer], **parameters: Any
) -> Response:
    """Answer what depends on the rules at hand: a file of rules may come or change any time."""
    return await respond(
        request,
        ask,
        in_thread=True,
        lasting=not graph.has_own_rules,
        remember=False,
        **parameters,
    )
