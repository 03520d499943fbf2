"""Answers as bytes, with the generation as their ETag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from coopgraph.answer import Answer
from coopgraph.api.answer_cache import AnswerCache


def etag(generation: int) -> str:
    """Return the entity tag of everything read of one generation."""
    return f'"{generation}"'


def weak_etag(generation: int) -> str:
    """Return the entity tag of what is served in several formats at one URL."""
    return f'W/"{generation}"'


def unchanged(request: Request, generation: int) -> Response | None:
    """Return 304 if the client has what a generation answers."""
    known = request.headers.getlist("if-none-match")
    tag = etag(generation)
    if not known or not generation:
        return None
    tags = {part.strip().removeprefix("W/") for part in ",".join(known).split(",")}
    if tag in tags or "*" in tags:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    return None


async def respond(
    request: Request,
    ask: Callable[..., Answer],
    *,
    in_thread: bool = False,
    **parameters: Any,
) -> Response:
    """Ask, and return the answer as JSON.

    Parameters
    ----------
    request
        Whose ``If-None-Match`` is honoured and whose URL is that of the next page.
    ask
        One of its questions.
    in_thread
        Whether it may take long: then other requests are served meanwhile.
    **parameters
        Of the question.
    """
    # The parameters are checked before 304: an answer that would be an error is never "unchanged".
    # What a URL was answered with is a valid answer, and of the same generation the same.
    cache: AnswerCache = request.app.state.answers
    generation: int = request.app.state.graph.generation
    url = f"{request.url.path}?{request.url.query}"
    if known := cache.get(generation, url):
        if same := unchanged(request, generation):
            return same
        return Response(
            known,
            headers={"ETag": etag(generation), "Cache-Control": "no-cache"},
            media_type="application/json",
        )
    if in_thread:
        answer = await to_thread.run_sync(lambda: ask(**parameters))
    else:
        answer = ask(**parameters)
    tag = etag(answer.generation)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    next_url = None
    if answer.cursor is not None:
        next_url = str(request.url.include_query_params(cursor=answer.cursor).replace(
            scheme="", netloc=""
        ))  # fmt: skip
    body = orjson.dumps(answer.to_dict(next_url))
    cache.put(answer.generation, url, body)
    if same := unchanged(request, answer.generation):
        return same
    return Response(body, headers=headers, media_type="application/json")
