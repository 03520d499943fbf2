"""What was computed of a snapshot is computed once, and goes when the snapshot goes."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from coopgraph.graph.kept import MOST_KEPT, kept


class Graph:
    """Stands where a snapshot does: kept() only holds it weakly."""


def test_made_once_and_shared():
    graph, made = Graph(), []

    def make() -> list[int]:
        made.append(1)
        return [len(made)]

    first = kept(graph, "a", make)
    assert kept(graph, "a", make) is first
    assert kept(graph, "b", make) == [2]
    assert kept(Graph(), "a", make) == [3]


def test_nothing_that_was_made_of_one_is_given_for_another():
    one, other = Graph(), Graph()
    assert kept(one, "a", lambda: 1) == 1
    assert kept(other, "a", lambda: 2) == 2
    assert kept(one, "a", lambda: 3) == 1


def test_false_and_none_are_kept_too():
    graph = Graph()
    assert kept(graph, "none", lambda: None) is None
    assert kept(graph, "none", lambda: 1) is None


def test_the_least_recently_asked_goes_first():
    graph = Graph()
    for key in range(MOST_KEPT):
        kept(graph, key, lambda key=key: [key])
    kept(graph, 0, lambda: ["again"])
    kept(graph, "one more", list)
    assert kept(graph, 0, lambda: ["again"]) == [0]
    assert kept(graph, 1, lambda: ["again"]) == ["again"]


def test_one_makes_while_the_others_wait():
    graph, made = Graph(), []
    together = threading.Barrier(8)

    def slow() -> object:
        made.append(1)
        time.sleep(0.05)
        return object()

    def ask(_: int) -> object:
        together.wait()
        return kept(graph, "slow", slow)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(made) == 1
    assert all(one is found[0] for one in found)


def test_who_asks_for_something_else_does_not_wait():
    graph = Graph()
    begun, end = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert end.wait(10)
        return 1

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kept, graph, "slow", slow)
        assert begun.wait(10)
        assert kept(graph, "quick", lambda: 2) == 2
        end.set()
        assert waiting.result(10) == 1


def test_after_a_failure_the_next_tries_again():
    graph = Graph()
    with pytest.raises(ZeroDivisionError):
        kept(graph, "a", lambda: 1 // 0)
    assert kept(graph, "a", lambda: 5) == 5


def test_it_goes_with_the_snapshot():
    graph = Graph()
    gone = weakref.ref(kept(graph, "a", Graph))
    assert gone() is not None
    del graph
    gc.collect()
    assert gone() is None
