"""A FastAPI application that does nothing but hand out bytes: ``python -m benchmarks.bare``."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.responses import Response


def create_app(folder: Path) -> FastAPI:
    """Return an application that serves the files of a folder from memory as JSON."""
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    app = FastAPI()

    @app.get("/bytes/{number}")
    async def answer(number: int) -> Response:
        return Response(bodies[number], media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_app(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="warning",
        server_header=False,
    )  # fmt: skip
