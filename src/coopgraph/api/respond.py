"""Answers as bytes, with the generation as their ETag."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import orjson
from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from coopgraph.__about__ import __version__
from coopgraph.answer import Answer
from coopgraph.api.answer_cache import AnswerCache
from coopgraph.store.graph_store import GraphStore


def version(request: Request, generation: int) -> str:
    """Return what names a generation in entity tags: its number, and whose number it is.

    Two data folders count alike, and one that is kept in memory counts from the start again: the
    second part, which is of the folder and of the version of this program, tells them apart. It is
    missing where services follow a remote store, as all of them have the same generations.
    """
    return f"{generation}{request.app.state.origin}"


def origin_of(served: GraphStore) -> str:
    """Return the second part of :func:`version`."""
    if served.settings.store:
        return ""
    return "-" + blake2b(f"{served.identity} {__version__}".encode(), digest_size=5).hexdigest()


def etag(generation: int) -> str:
    """Return the entity tag of an answer of ``/api/v1``: by contract, the generation itself."""
    return f'"{generation}"'


def weak_etag(request: Request, generation: int, *variant: object) -> str:
    """Return the entity tag of one of several representations, equal in meaning.

    Rows without an order, and names of blank nodes, may differ from answer to answer.
    """
    tag = version(request, generation)
    if variant:
        tag += "-" + blake2b(repr(variant).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f'W/"{tag}"'


def knows(header: str, tag: str) -> bool:
    """Tell whether ``If-None-Match`` names a tag (RFC 9110, 13.1.2: the weak comparison).

    Examples
    --------
    >>> knows('"1", W/"7"', '"7"'), knows("*", '"7"'), knows("", '"7"')
    (True, True, False)
    """
    if not header:
        return False
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag.removeprefix("W/") in known or "*" in known


def not_modified(request: Request, tag: str, vary: str | None = None) -> Response | None:
    """Return 304 if the client has the representation with this tag."""
    if not knows(",".join(request.headers.getlist("if-none-match")), tag):
        return None
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return Response(status_code=304, headers=headers | ({"Vary": vary} if vary else {}))


def unchanged(request: Request, generation: int) -> Response | None:
    """Return 304 if the client has what a generation answers."""
    return not_modified(request, etag(generation)) if generation else None


async def respond(
    request: Request,
    ask: Callable[..., Answer],
    *,
    in_thread: bool = False,
    lasting: bool = True,
    remember: bool = True,
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
    lasting
        Whether the answer stays the same for as long as the generation does. One that also
        depends on files beside the graph has no tag and is never "unchanged".
    remember
        Whether it is kept for who asks the same. Not where such files may appear.
    **parameters
        Of the question.
    """
    # The parameters are checked before 304: an answer that would be an error is never "unchanged".
    # What a URL was answered with is a valid answer, and of the same generation the same.
    cache: AnswerCache = request.app.state.answers
    generation: int = request.app.state.graph.generation
    url = f"{request.url.path}?{request.url.query}"
    if remember and (known := cache.get(generation, url)):
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
    if not lasting:
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")
    if remember:
        cache.put(answer.generation, url, body)
    if same := unchanged(request, answer.generation):
        return same
    return Response(body, headers=headers, media_type="application/json")
