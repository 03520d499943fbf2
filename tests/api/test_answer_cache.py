"""Answers from memory are those that would be given anew."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from coopgraph.api.answer_cache import OVERHEAD, AnswerCache

ADDED = """@prefix coop: <https://w3id.org/coopgraph/ns#> .
<https://w3id.org/coopgraph/id/org/added-{n}> a coop:Enterprise ; coop:officialName "Added {n}"@en ;
    coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-GS> .
"""


def test_it_stays_below_its_bound():
    cache = AnswerCache(10_000)
    for i in range(100):
        cache.put(1, f"/{i}", b"x" * 300)
        assert cache.nbytes <= 10_000
    assert cache.get(1, "/99")
    assert cache.get(1, "/0") is None
    cache.put(1, "/large", b"x" * 9_000)
    assert cache.get(1, "/large") is None
    assert cache.get(1, "/99")


def test_what_was_asked_for_last_stays():
    cache = AnswerCache(8 * (OVERHEAD + 102))
    for i in range(8):
        cache.put(1, f"/{i}", b"x" * 100)
    assert cache.get(1, "/0")
    cache.put(1, "/8", b"x" * 100)
    assert cache.get(1, "/0")
    assert cache.get(1, "/1") is None


def test_a_new_generation_forgets_the_old_one():
    cache = AnswerCache(10_000)
    cache.put(1, "/", b"old")
    cache.put(2, "/", b"new")
    cache.put(1, "/late", b"an answer that took long")
    assert (cache.get(1, "/"), cache.get(2, "/"), cache.get(2, "/late")) == (None, b"new", None)


def test_nothing_is_kept_if_so_wished():
    cache = AnswerCache(0)
    cache.put(1, "/", b"x")
    assert cache.get(1, "/") is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/neighbours?of=region/CN-GS&limit=5",
        "/api/v1/paths?from=org/chinalco&to=scheme/sector/electrolytic-aluminium",
        "/api/v1/stats",
    ],
)
def test_the_second_answer_is_the_first(client, path):
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert second.headers["content-type"] == "application/json"
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"0"'}).content == first.content


def test_parameters_make_a_difference(client):
    path = "/api/v1/neighbours?of=region/CN-GS&limit="
    sizes = [len(client.get(path + str(n)).json()["data"]["neighbours"]) for n in (2, 3, 2, 3)]
    assert sizes == [2, 3, 2, 3]
    for _ in range(2):
        assert client.get(path + "0").status_code == 400


def test_200_clients_at_once_are_served_or_told(server):
    paths = [
        "/api/v1/neighbours?of=region/CN-GS&depth=2&limit={}",
        "/api/v1/paths?from=org/chinalco&to=org/crrc&mode=k-shortest&k={}",
        "/api/v1/centrality?measure=betweenness&limit={}",
        "/sparql?query=SELECT+(COUNT(*)+AS+%3Fn)+WHERE+%7B+%3Fa+%3Fp+%3Fb+%7D&x={}",
    ]
    gate = threading.Barrier(200)

    def ask(i):
        with httpx.Client(base_url=server.url, timeout=60) as http:
            gate.wait()
            return http.get(paths[i % 4].format(1 + i))

    with ThreadPoolExecutor(200) as clients:
        answers = list(clients.map(ask, range(200)))
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {200, 503}
    assert 200 in statuses
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
        else:
            answer.json()


def test_answers_during_a_change_are_of_one_generation(fresh, serve):
    """Each answer is wholly of the generation it names, also from memory."""
    seen, stop = [], threading.Event()

    def ask():
        with httpx.Client(base_url=server.url, timeout=60) as http:
            while not stop.is_set():
                answer = http.get("/api/v1/neighbours?of=region/CN-GS&limit=1000")
                seen.append((answer.headers["etag"], answer.json()))

    with serve(fresh) as server, ThreadPoolExecutor(4) as clients:
        asking = [clients.submit(ask) for _ in range(4)]
        totals = {}
        try:
            for n in range(3):
                text = ADDED.format(n=n).encode()
                file = fresh.reader.generation.store_path.parent.parent / f"added-{n}.ttl"
                file.write_bytes(text)
                fresh.load(file, layer="analyst", shacl=False)
                totals[fresh.generation] = fresh.neighbours("region/CN-GS").data["total"]
                time.sleep(0.3)
        finally:
            stop.set()
        for done in asking:
            done.result(timeout=60)
    assert len(totals) == 3
    assert len({etag for etag, _ in seen}) > 1
    newest = 0
    by_generation = {}
    for etag, answer in seen:
        number = answer["meta"]["generation"]
        assert etag == f'"{number}"'
        total = answer["data"]["total"]
        assert len(answer["data"]["neighbours"]) == total
        assert by_generation.setdefault(number, total) == total
        newest = max(newest, number)
    assert all(totals[n] == total for n, total in by_generation.items() if n in totals)
