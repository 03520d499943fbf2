"""The real writer process: what it does to a draft, and what becomes of it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    DocumentSyntaxError,
    NotFound,
    QuerySyntaxError,
    QueryTimeout,
    Unavailable,
)
from coopgraph.store.generations import Generations
from coopgraph.store.write_process import Writers
from coopgraph.store.write_request import WriteRequest

INSERT = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 1 }")
SLOW = "INSERT { <x:late> <x:p> 1 } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c+?f+?i < 0) }"


@pytest.fixture
def generations(tmp_path):
    return Generations(tmp_path / "data")


@pytest.fixture
def writers(generations):
    made = Writers(generations.folder, timeout=2.0)
    yield made
    made.close()
    assert list(generations.folder.glob(".writer-*")) == []


def publish(generations, writers, request, body=None):
    generation = generations.publish(
        None, prepare=lambda draft, current: writers.run(request, draft, current, body)
    )
    writers.published(generation)
    return {str(quad.triple) for quad in ox.Store.read_only(str(generation.store_path))}


def number(value: int) -> str:
    return f'<x:a> <x:b> "{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_one_process_makes_many_changes(generations, writers):
    assert publish(generations, writers, INSERT) == {number(1)}
    pids = writers.pids
    text = "DELETE DATA { <x:a> <x:b> 1 } ; INSERT DATA { <x:a> <x:b> 2 }"
    assert publish(generations, writers, WriteRequest("update", text)) == {number(2)}
    assert writers.pids == pids
    assert len(list(generations.folder.glob(".writer-*"))) == 1


def test_it_sees_what_others_publish(generations, writers):
    publish(generations, writers, INSERT)
    generations.publish(lambda store: store.update("INSERT DATA { <x:a> <x:b> 7 }"))
    more = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 8 }")
    assert publish(generations, writers, more) == {number(1), number(7), number(8)}


def test_a_change_that_was_not_published_is_forgotten(generations, writers):
    publish(generations, writers, INSERT)
    lost = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 9 }")

    def prepare(draft, current):
        writers.run(lost, draft, current)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        generations.publish(None, prepare=prepare)
    more = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 2 }")
    assert publish(generations, writers, more) == {number(1), number(2)}


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (WriteRequest("update", "INSERT"), QuerySyntaxError),
        (WriteRequest("update", "DROP GRAPH <x:no>"), BadRequest),
        (WriteRequest("delete", graph="x:no"), NotFound),
        (WriteRequest("put", graph="x:g", content_type="text/turtle"), DocumentSyntaxError),
        (WriteRequest("update", SLOW), QueryTimeout),
        (WriteRequest("update", "LOAD <http://127.0.0.1:9999/>"), BadRequest),
        (WriteRequest("update", "INSERT {} WHERE { SERVICE <http://127.0.0.1:9999/> {} }"),
         BadRequest),
    ],
)  # fmt: skip
def test_what_fails_changes_nothing(generations, writers, request_, error):
    data = " . ".join(f"<x:{i}> <x:p> {i}" for i in range(1500))
    publish(generations, writers, WriteRequest("update", f"INSERT DATA {{ {data} }}"))
    with tempfile.TemporaryFile() as body:
        body.write(b"<x:s> <x:p> <x:half> . <x:s> oops")
        body.flush()
        with pytest.raises(error) as caught:
            publish(generations, writers, request_, body)
    assert caught.value.zh
    assert generations.current().number == 1
    assert list(generations.folder.glob("generations/.draft-*")) == []
    assert number(1) in publish(generations, writers, INSERT)


def test_one_that_is_killed_is_replaced(generations, writers):
    publish(generations, writers, INSERT)
    threading.Timer(0.3, os.kill, (writers.pids[0], signal.SIGKILL)).start()
    data = " . ".join(f"<x:{i}> <x:p> {i}" for i in range(1500))
    publish(generations, writers, WriteRequest("update", f"INSERT DATA {{ {data} }}"))
    with pytest.raises(Unavailable) as caught:
        publish(generations, writers, WriteRequest("update", SLOW))
    assert caught.value.extensions["retry_after"]
    more = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 2 }")
    assert {number(1), number(2)} <= publish(generations, writers, more)


def test_a_crash_of_the_parser_costs_one_change(generations, writers):
    publish(generations, writers, INSERT)
    deep = "INSERT {} WHERE " + "{" * 100_000 + "}" * 100_000
    with pytest.raises(CoopgraphError):
        publish(generations, writers, WriteRequest("update", deep))
    assert number(1) in publish(generations, writers, INSERT)


def test_one_that_was_cooled_down_starts_anew(generations, writers):
    publish(generations, writers, INSERT)
    writers.cool_down()
    assert writers.pids == []
    assert list(generations.folder.glob(".writer-*")) == []
    more = WriteRequest("update", "INSERT DATA { <x:a> <x:b> 2 }")
    assert publish(generations, writers, more) == {number(1), number(2)}


def test_a_closed_one_makes_no_change(generations, writers):
    writers.close()
    with pytest.raises(Unavailable):
        publish(generations, writers, INSERT)


def test_what_a_dead_writer_left_is_swept_and_what_a_live_one_has_stays(generations, writers):
    publish(generations, writers, INSERT)
    (live,) = generations.folder.glob(".writer-*")
    left = Path(generations.folder / ".writer-dead")
    (left / "store").mkdir(parents=True)
    generations.publish(lambda store: None)
    assert live.is_dir()
    assert not left.exists()
