"""CORS: which other sites' pages may read answers in a browser (Fetch Standard)."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from coopgraph.api.problems import problem_response
from coopgraph.errors import Forbidden

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SENT: Final = ("Accept", "Accept-Language", "Authorization", "Content-Type", "If-None-Match")
EXPOSED: Final = (
    "Content-Disposition", "ETag", "Link", "Location", "Retry-After", "WWW-Authenticate",
)  # fmt: skip


class Cors(CORSMiddleware):
    """Starlette's, but what it refuses is a problem document like every other error."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer whether a page may send a request."""
        response = super().preflight_response(request_headers)
        if response.status_code < Forbidden.status:
            return response if response.status_code == 200 else self._refused(response)
        return response

    def _refused(self, response: Response) -> Response:
        said = bytes(response.body).decode()
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-length", "content-type")
        }
        problem = Forbidden(
            f"{said}: see the setting cors_origins", zh="不允许的跨域请求：见设置 cors_origins"
        )
        return problem_response(problem.problem(), headers)


def install(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Let pages of these origins read the answers of an application; ``*`` for all pages.

    Cookies and other credentials of the browser are never allowed: the service knows none. A page
    that writes sends a token in ``Authorization``, like everyone else. Without origins nothing is
    changed, and no answer has a header of CORS.
    """
    if origins:
        app.add_middleware(
            Cors,
            allow_origins=["*"] if "*" in origins else [o.rstrip("/") for o in origins],
            allow_methods=METHODS,
            allow_headers=SENT,
            allow_credentials=False,
            expose_headers=EXPOSED,
            max_age=600,
        )
