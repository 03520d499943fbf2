from __future__ import annotations

import httpx

from coopgraph.api.app import create_app


def test_alive_and_ready(client, server):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "status": "ready",
        "generation": server.graph.generation,
    }


def test_alive_and_not_ready_before_the_start(full, problem, serve):
    app = create_app(full)
    with serve(app, lifespan="off") as running:
        assert httpx.get(f"{running.url}/healthz").status_code == 200
        response = httpx.get(f"{running.url}/readyz")
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert problem(response)["detail_zh"]
