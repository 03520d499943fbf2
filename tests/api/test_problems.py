from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from coopgraph import errors
from coopgraph.api import problems
from coopgraph.errors import CoopgraphError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CoopgraphError)
]
FAULTS = {
    "/no/such/path": 404,
    "/api/v2/stats": 404,
    "/api/v1/": 404,
    "/static/none.js": 404,
    "/problems/none": 404,
    "/api/v1/neighbours": 422,
    "/api/v1/neighbours?of=nobody": 404,
    "/api/v1/neighbours?of=org/baowu&layers=x": 400,
    "/sparql?query=x": 400,
    "/sparql?query=LOAD%20%3Chttp://x/%3E": 403,
}


@pytest.mark.parametrize("path", FAULTS)
def test_every_error_is_a_problem_whose_type_can_be_read_up(client, problem, path):
    response = client.get(path)
    document = problem(response)
    assert response.status_code in (FAULTS[path], 400 if FAULTS[path] == 422 else FAULTS[path])
    page = client.get(document["type"])
    assert page.status_code == 200, document["type"]
    assert document["title"] in page.text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_a_page(client, kind):
    page = client.get(f"/problems/{kind.slug}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert kind.title in page.text
    assert kind.title_zh in page.text
    assert str(kind.status) in page.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/api/v1/stats", "/api/v1/neighbours", "/healthz", "/docs", "/"])
def test_another_method_is_405_with_what_is_allowed(client, problem, method, path):
    response = client.request(method, path)
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    problem(response)


@pytest.mark.parametrize("path", ["/api/v1/stats", "/healthz", "/docs", "/", "/sparql"])
def test_head_is_answered_as_get_without_a_body(client, path):
    """RFC 9110, section 9.1: every server supports GET and HEAD."""
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.fixture(scope="module")
def faulty(serve):
    app = FastAPI()
    problems.install(app)

    @app.get("/bug")
    async def bug():
        raise RuntimeError("secret")

    @app.get("/{slug}")
    async def raise_(slug: str):
        kind = problems.TYPES[slug]
        raise kind("what is wrong", zh="出错", retry_after=7 if slug == "unavailable" else None)

    with serve(app) as running, httpx.Client(base_url=running.url) as client:
        yield client


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_becomes_a_problem(faulty, problem, kind):
    response = faulty.get(f"/{kind.slug}")
    assert response.status_code == kind.status
    assert problem(response)["detail_zh"] == "出错"
    if kind.status == 503:
        assert int(response.headers["retry-after"]) >= 1


def test_a_bug_is_told_without_its_inside(faulty, problem):
    response = faulty.get("/bug")
    assert response.status_code == 500
    assert problem(response)["type"] == "/problems/internal"
    assert "secret" not in response.text


def test_what_cannot_be_encoded_is_replaced(problem):
    """Extensions may hold a client's text, also with lone surrogates."""
    document = errors.NotFound("nothing is called '\ud800'", name="\ud800").problem()
    response = problems.problem_response(document)
    assert response.status_code == 404
    assert response.body
