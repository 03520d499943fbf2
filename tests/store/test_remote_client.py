"""How our own calls fare when the store is away, busy, slow or refuses us."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from coopgraph.errors import (
    BadRequest,
    NotAcceptable,
    PayloadTooLarge,
    QuerySyntaxError,
    QueryTimeout,
    Unavailable,
)
from coopgraph.settings import Settings
from coopgraph.store.remote_client import RemoteClient

USER = {"store_user": "me", "store_password": "x"}
TOKEN = {"store_token": "t0k"}
EMPTY = (200, {"Content-Type": "application/sparql-results+json"}, b'{"results":{"bindings":[]}}')


@pytest.fixture
def settings(gate):
    def make(**more):
        urls = {"store": "/query", "store_update": "/update", "store_graph": "/data?dataset=x"}
        return Settings(**{**{k: gate.url + v for k, v in urls.items()}, **more})

    return make


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(settings, pauses):
    with RemoteClient(settings(), sleep=pauses.append) as made:
        yield made


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    file = tmp_path / "some.nt"
    file.write_text("<http://a> <http://b> <http://c> .\n")
    return file


def failing(times: int, fault, then=EMPTY):
    left = iter([fault] * times)
    return lambda method, path: next(left, then)


@pytest.mark.parametrize("fault", [429, 502, 503, 504, "close"])
def test_what_may_be_repeated_is_tried_again_later_and_later(gate, client, pauses, fault, upload):
    calls = [
        lambda: client.select("SELECT * {}"),
        lambda: client.put("http://g", upload),
        lambda: client.delete("http://g"),
    ]
    for call in calls:
        gate.fault = failing(3, fault)
        call()
    assert gate.methods() == ["POST"] * 4 + ["PUT"] * 4 + ["DELETE"] * 4
    assert len(pauses) == 9
    assert pauses[0] <= 0.25 < pauses[1] + pauses[2] <= 0.5 + 1.0
    assert all(pause > 0.1 for pause in pauses)


@pytest.mark.parametrize("fault", [503, "close"])
def test_an_update_is_sent_once(gate, client, pauses, fault):
    gate.fault = failing(1, fault)
    with pytest.raises(Unavailable):
        client.update("INSERT DATA { <a:b> <a:b> 1 }")
    assert gate.methods() == ["POST"]
    assert pauses == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_will_not_get_better_is_not_tried_again(gate, client, pauses, status):
    gate.fault = lambda method, path: status
    with pytest.raises((Unavailable, QuerySyntaxError)):
        client.select("SELECT * {}")
    assert len(gate.seen) == 1


def test_in_the_end_it_gives_up(gate, client, pauses):
    gate.fault = lambda method, path: 503
    with pytest.raises(Unavailable, match="cannot be reached"):
        client.select("SELECT * {}")
    assert len(gate.seen) == 4


def test_nobody_listens(settings, pauses):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/query"
        with (
            RemoteClient(Settings(store=url), sleep=pauses.append) as client,
            pytest.raises(Unavailable) as caught,
        ):
            client.select("SELECT * {}")
    assert caught.value.extensions["retry_after"] == 5
    assert caught.value.zh
    assert len(pauses) == 3


def test_a_store_that_says_nothing(gate, settings):
    gate.fault = lambda method, path: "stall"
    with (
        RemoteClient(settings(store_read_timeout=0.2, store_retries=0)) as client,
        pytest.raises(Unavailable),
    ):
        client.select("SELECT * {}")


def test_credentials_are_sent_and_a_refusal_says_which_settings(gate, settings):
    gate.fault = lambda method, path: 401
    with (
        RemoteClient(settings(**USER)) as client,
        pytest.raises(Unavailable, match="store_user") as caught,
    ):
        client.select("SELECT * {}")
    assert gate.seen[0][2]["authorization"] == "Basic bWU6eA=="
    assert "x" not in str(caught.value.extensions)
    with RemoteClient(settings(**TOKEN)) as client, pytest.raises(Unavailable):
        client.select("SELECT * {}")
    assert gate.seen[-1][2]["authorization"] == "Bearer t0k"


def test_a_redirect_is_told_and_not_followed(gate, client):
    gate.fault = lambda method, path: (302, {"Location": "http://example.org/sparql"}, b"")
    with pytest.raises(Unavailable, match=r"points to http://example\.org/sparql"):
        client.select("SELECT * {}")
    assert len(gate.seen) == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_proxies_of_the_environment_are_not_used(gate, settings, monkeypatch, variable):
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    gate.fault = lambda method, path: EMPTY
    with RemoteClient(settings()) as client:
        assert client.select("SELECT * {}") == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "said"),
    [
        (400, {}, b"Parse error at line 3, column 7: no", QuerySyntaxError, "line 3"),
        (406, {}, b"", NotAcceptable, "format"),
        (413, {}, b"", PayloadTooLarge, "too large"),
        (500, {}, b"<html><b>Out of\n luck</b></html>", Unavailable, "Out of luck"),
        (503, {"Retry-After": "17"}, b"", Unavailable, "cannot be reached"),
        (200, {"Content-Type": "text/html"}, b"<html>hello</html>", Unavailable, "not as SPARQL"),
    ],
)
def test_what_the_store_says_becomes_an_error_of_ours(
    gate, settings, status, headers, body, kind, said
):
    gate.fault = lambda method, path: (status, headers, body)
    with (
        RemoteClient(settings(store_retries=0)) as client,
        pytest.raises(kind, match=said) as caught,
    ):
        client.select("SELECT * {}")
    if status == 400:
        assert (caught.value.extensions["line"], caught.value.extensions["column"]) == (3, 7)
    if status == 503:
        assert caught.value.extensions["retry_after"] == 17


def test_a_graph_store_may_have_parameters_of_its_own(gate, client, upload):
    gate.fault = lambda method, path: (204, {}, b"")
    client.put("http://g", upload)
    assert gate.seen[0][1] == "/data?dataset=x&graph=http%3A%2F%2Fg"
    assert gate.seen[0][2]["content-length"] == str(upload.stat().st_size)
    gate.fault = lambda method, path: 404
    client.delete("http://g")
    assert client.download("http://g", upload) is None


def test_a_store_that_reads_no_n_triples_gets_turtle(gate, client, upload):
    gate.fault = failing(1, 415)
    client.put("http://g", upload)
    assert [seen[2]["content-type"] for seen in gate.seen] == [
        "application/n-triples", "text/turtle"
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "http://x:0/", "://", "http://[x/"])
def test_a_url_that_is_none_is_refused(url):
    with pytest.raises(BadRequest, match="store_graph"):
        RemoteClient(Settings(store="http://x/", store_graph=url))


def test_timeouts_of_the_store_itself(gate, settings):
    gate.fault = lambda method, path: 504
    with (
        RemoteClient(settings(store_retries=0)) as client,
        pytest.raises((Unavailable, QueryTimeout)),
    ):
        client.select("SELECT * {}")
