"""``SERVICE`` through the service, to a local endpoint that is away, hangs or answers nonsense."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from coopgraph.api.app import create_bare_app
from coopgraph.bare import BareStore
from coopgraph.settings import Settings

JSON = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"far"}}]}}'


def answer(body: bytes, kind: bytes = b"application/sparql-results+json", status: int = 200):
    head = b"HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, kind, len(body)) + body


ANSWERS = {
    "garbage": answer(b"\x00\xff nonsense"),
    "garbage of no known type": answer(b"<html>", b"text/html"),
    "half an answer": answer(JSON)[:-20],
    "an error": answer(b"no", b"text/plain", 500),
    "no HTTP": b"220 mail.example.org ESMTP\r\n",
    "nothing": b"",
}


@contextmanager
def endpoint(sent: bytes | None) -> Iterator[str]:
    """Answer every request with some bytes; with None, never."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over, held = threading.Event(), []

        def serve() -> None:
            while not over.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                held.append(client)
                if sent is not None:
                    client.settimeout(1)
                    client.recv(65536)
                    client.sendall(sent)
                    client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()
            for client in held:
                client.close()


@pytest.fixture
def asked(serve, tmp_path):
    """Ask a service whose allow-list holds an endpoint."""

    def ask(url: str, silent: str = "", seconds: float = 4.0) -> tuple[httpx.Response, float]:
        settings = Settings(service_allow=(url,), query_timeout=seconds)
        with (
            BareStore(tmp_path, settings) as store,
            serve(create_bare_app(store)) as running,
            httpx.Client(base_url=running.url, timeout=30) as client,
        ):
            query = f"SELECT ?o {{ SERVICE {silent} <{url}> {{ ?s ?p ?o }} }}"
            begin = time.perf_counter()
            got = client.get("/sparql", params={"query": query})
            taken = time.perf_counter() - begin
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
            return got, taken

    return ask


def test_an_endpoint_that_answers(asked):
    with endpoint(answer(JSON)) as url:
        got, _ = asked(url)
    assert got.status_code == 200, got.text
    assert [row["o"]["value"] for row in got.json()["results"]["bindings"]] == ["far"]
    assert "etag" not in got.headers  # it may say something else the next time


@pytest.mark.parametrize("name", ANSWERS)
def test_an_endpoint_that_answers_nonsense(asked, problem, name):
    with endpoint(ANSWERS[name]) as url:
        got, _ = asked(url)
    assert problem(got)["status"] == 502, got.text
    assert "nonsense" not in got.text


@pytest.mark.parametrize("name", ["garbage", "an error", "nothing"])
def test_silent_takes_nonsense_for_an_answer_that_binds_nothing(asked, name):
    with endpoint(ANSWERS[name]) as url:
        got, _ = asked(url, "SILENT")
    assert got.status_code == 200, got.text
    assert got.json()["results"]["bindings"] == [{}]


@pytest.mark.parametrize(("silent", "status"), [("", 502), ("SILENT", 200)])
def test_an_endpoint_that_is_away(asked, silent, status):
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        got, _ = asked(f"http://127.0.0.1:{taken.getsockname()[1]}/", silent)
    assert got.status_code == status, got.text


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_an_endpoint_that_hangs(asked, problem, silent):
    with endpoint(None) as url:
        got, taken = asked(url, silent, 1.5)
    assert problem(got)["status"] == 504
    assert taken < 2.5
