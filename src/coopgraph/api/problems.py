"""Every error is ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from coopgraph import errors
from coopgraph.api.exchange import CLIENT_GONE, exchange_of
from coopgraph.api.patience import ClientGone
from coopgraph.errors import CoopgraphError

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger("coopgraph.api")

TYPES: Final[dict[str, type[CoopgraphError]]] = {
    kind.slug: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CoopgraphError)
}
"""Every problem type by the last part of its path ``/problems/{slug}``."""


def problem_response(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Return a problem document as a response."""
    headers = dict(headers or {})
    if "retry_after" in document:
        headers["Retry-After"] = str(document["retry_after"])
    elif document["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        reason = document.get("reason")  # RFC 6750, section 3: none where no token was given
        headers["WWW-Authenticate"] = "Bearer" + (f' error="{reason}"' if reason else "")
    try:
        body = orjson.dumps(document, default=str)
    except TypeError:  # half a character, quoted from what a client sent
        body = json.dumps(document, default=str, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, document["status"], headers, media_type=MEDIA_TYPE)


def own(request: Request, error: Exception) -> Response:
    """Report an error of our own."""
    assert isinstance(error, CoopgraphError)  # noqa: S101  (registered for this class)
    exchange_of(request.scope).error = error
    return problem_response(error.problem())


def gone(_request: Request, _error: Exception) -> Response:
    """Answer a client that has gone; only log and metrics see it."""
    return Response(status_code=CLIENT_GONE)


def _validation(_: Request, error: Exception) -> Response:
    """Report what FastAPI found wrong with the parameters."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [
        {"parameter": str(fault["loc"][-1]), "message": fault["msg"]} for fault in error.errors()
    ]
    said = "; ".join(f"{fault['parameter']}: {fault['message']}" for fault in faults)
    named = "、".join(fault["parameter"] for fault in faults)
    problem = errors.InvalidParameters(said, zh=f"参数缺失或取值有误：{named}", errors=faults)
    return problem_response(problem.problem())


def _http(_: Request, error: Exception) -> Response:
    """Report what the framework itself refuses: an unknown path, a wrong method."""
    assert isinstance(error, HTTPException)  # noqa: S101
    by_status = {404: errors.NotFound, 405: errors.MethodNotAllowed, 406: errors.NotAcceptable}
    kind = by_status.get(error.status_code)
    document = {
        "type": f"/problems/{kind.slug}" if kind else "about:blank",
        "title": kind.title if kind else HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": str(error.detail),
    }
    if kind:
        document["title_zh"] = kind.title_zh
    return problem_response(document, dict(error.headers or {}))


def unexpected(request: Request, error: Exception) -> Response:
    """Say that it was our fault, and nothing of the inside."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(
        CoopgraphError("something went wrong on our side; it has been logged").problem()
    )


def install(app: FastAPI) -> None:
    """Make every error of an app a problem document."""
    app.add_exception_handler(CoopgraphError, own)
    app.add_exception_handler(ClientGone, gone)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unexpected)
