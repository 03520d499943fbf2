from __future__ import annotations

import io

import networkx as nx
import pytest


@pytest.mark.parametrize(
    "asked",
    [{}, {"layers": "stated", "lang": "en"}, {"view": "full"}, {"focus": "宝武集团", "depth": 2}],
)
def test_the_file_is_what_python_writes(client, server, asked):
    response = client.get("/api/v1/export", params=asked)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/graphml+xml")
    assert 'filename="coopgraph.graphml"' in response.headers["content-disposition"]
    assert response.headers["etag"] == f'"{server.graph.generation}"'
    assert response.content == b"".join(server.graph.export("graphml", **asked).chunks)
    assert nx.read_graphml(io.BytesIO(response.content), force_multigraph=True).number_of_nodes()


def test_what_is_known_is_not_sent_again(client, server):
    tag = f'"{server.graph.generation}"'
    response = client.get("/api/v1/export", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert client.get("/api/v1/export", headers={"If-None-Match": '"0"'}).status_code == 200


def test_a_client_that_goes_away_does_no_harm(client):
    with client.stream("GET", "/api/v1/export?view=full") as response:
        next(response.iter_bytes(1024))
    assert client.get("/healthz").status_code == 200
