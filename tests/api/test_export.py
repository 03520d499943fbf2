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


@pytest.mark.parametrize(
    "more",
    [
        {"cost": "informative"},
        {"status": ["advancing", "continuing"]},
        {"sector": "scheme/sector/steel"},
    ],
)
def test_paths_are_restricted_as_paths_are(client, server, more):
    ends, how = ("org/chinalco", "org/crrc"), {"mode": "k-shortest", "k": 4}
    asked = {"from": ends[0], "to": ends[1], **how}
    response = client.get("/api/v1/export", params={**asked, **more})
    assert response.status_code == 200, response.text
    python = server.graph.export(source=ends[0], target=ends[1], **how, **more)
    assert response.content == b"".join(python.chunks)
    assert response.content != client.get("/api/v1/export", params=asked).content


def test_what_is_known_is_not_sent_again(client, server):
    tag = f'"{server.graph.generation}"'
    response = client.get("/api/v1/export", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert client.get("/api/v1/export", headers={"If-None-Match": '"0"'}).status_code == 200


def test_a_client_that_goes_away_does_no_harm(client):
    with client.stream("GET", "/api/v1/export?view=full") as response:
        next(response.iter_bytes(1024))
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("asked", "kind", "suffix"),
    [
        ({"format": "graphml", "flavour": "yed"}, "application/graphml+xml", ".graphml"),
        ({"format": "gexf"}, "application/gexf+xml", ".gexf"),
        ({"format": "cx2"}, "application/json", ".cx2"),
        ({"format": "jsonld"}, "application/ld+json", ".jsonld"),
        ({"format": "turtle"}, "text/turtle", ".ttl"),
        ({"format": "csv"}, "application/zip", ".csv.zip"),
        (
            {"format": "xlsx"},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
        ),
    ],
)
def test_every_format_has_its_media_type_and_name(client, server, asked, kind, suffix):
    response = client.get("/api/v1/export", params=asked)
    assert response.headers["content-type"].split(";")[0] == kind
    named = response.headers["content-disposition"]
    assert f'filename="coopgraph{suffix}"' in named
    assert f"filename*=UTF-8''%E5%90%88%E4%BD%9C%E5%9B%BE%E8%B0%B1{suffix}" in named
    python = dict(asked)
    python["format"] = python.pop("format")
    assert response.content == b"".join(server.graph.export(**python).chunks)


def test_a_path_and_gaps_can_be_asked_for(client, problem):
    asked = {"from": "中铝集团", "to": "电解铝", "layers": "stated"}
    paths = client.get("/api/v1/export", params=asked)
    assert nx.read_graphml(io.BytesIO(paths.content)).number_of_nodes() == 3
    gaps = client.get("/api/v1/export", params={"gaps": "all", "format": "gexf"})
    assert nx.read_gexf(io.BytesIO(gaps.content)).number_of_nodes()
    both = client.get("/api/v1/export", params={**asked, "gaps": "all"})
    assert problem(both)["status"] == 400
    assert problem(client.get("/api/v1/export", params={"gaps": "no-such"}))["status"] == 404
