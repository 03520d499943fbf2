from __future__ import annotations

import pytest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GANSU = "/api/v1/brief/region/CN-GS"


@pytest.mark.parametrize(
    "asked",
    [{}, {"lang": "en", "layers": "stated"}, {"as_of": "2019-06-01", "limit": 3},
     {"format": "html"}, {"format": "docx", "lang": "en"}],
)  # fmt: skip
def test_the_briefing_is_what_python_writes(client, server, asked):
    response = client.get(GANSU, params=asked)
    assert response.status_code == 200
    assert response.content == server.graph.brief("region/CN-GS", **asked).content


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "text/markdown"),
        ("*/*", "text/markdown"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        (WORD, WORD),
        ("text/markdown;q=0.2, text/html;q=0", "text/markdown"),
        (f"text/*;q=0.5, {WORD}", WORD),
    ],
)
def test_accept_decides_the_format(client, accept, kind):
    response = client.get(GANSU, headers={"Accept": accept} if accept else {})
    assert response.headers["content-type"].split(";")[0] == kind
    assert response.headers["vary"] == "Accept"
    shown = "content-disposition" not in response.headers
    assert shown == (kind == "text/html")


def test_format_wins_over_accept_and_names_the_file(client):
    response = client.get(GANSU, params={"format": "docx"}, headers={"Accept": "text/html"})
    assert response.headers["content-type"] == WORD
    assert 'filename="briefing-region-CN-GS-zh.docx"' in response.headers["content-disposition"]
    assert "vary" not in response.headers


def test_what_is_known_is_not_sent_again(client, server):
    tag = f'"{server.graph.generation}"'
    asked = {"format": "markdown"}
    assert client.get(GANSU, params=asked).headers["etag"] == tag
    same = client.get(GANSU, params=asked, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    other = client.get(GANSU, params=asked, headers={"If-None-Match": '"0"'})
    assert other.status_code == 200


def test_the_tag_of_one_format_is_not_that_of_another(client):
    tag = client.get(GANSU, headers={"Accept": "text/markdown"}).headers["etag"]
    for accept, status in (("text/markdown", 304), ("text/html", 200)):
        response = client.get(GANSU, headers={"Accept": accept, "If-None-Match": tag})
        assert response.status_code == status
        assert response.headers["vary"] == "Accept"


def test_a_page_can_run_nothing(client):
    response = client.get(GANSU, params={"format": "html"})
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<script" not in response.text


@pytest.mark.parametrize("of", ["宝武集团", "https://w3id.org/coopgraph/id/org/baowu"])
def test_a_node_is_named_in_any_way(client, of):
    found = client.get(f"/api/v1/brief/{of}", params={"format": "markdown"})
    assert found.text.startswith("# 宝武集团合作情况简报")


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("宝武集", {}, 404),
        ("no/such", {}, 404),
        ("region/CN-GS", {"format": "pdf"}, 400),
        ("region/CN-GS", {"lang": "fr"}, 400),
        ("region/CN-GS", {"limit": "many"}, 422),
        ("region/CN-GS", {"limit": 0}, 400),
        ("region/CN-GS", {"layers": "rumour"}, 400),
        ("region/CN-GS", {"as_of": "soon"}, 400),
        ("region/CN-GS", {"view": "full"}, 400),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client, problem, path, asked, status):
    response = client.get(f"/api/v1/brief/{path}", params=asked)
    assert response.status_code == status
    document = problem(response)
    if path == "宝武集":
        assert any(node["id"] == "org/baowu" for node in document["candidates"])


def test_what_nobody_can_write_is_406(client, problem):
    response = client.get(GANSU, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert problem(response)["available"] == ["text/markdown", "text/html", WORD]


def test_an_error_is_never_unchanged(client, server):
    tag = f'"{server.graph.generation}"'
    response = client.get("/api/v1/brief/no/such?format=html", headers={"If-None-Match": tag})
    assert response.status_code == 404


def test_head(client):
    response = client.head(GANSU, params={"format": "docx"})
    assert response.status_code == 200
    assert response.content == b""
