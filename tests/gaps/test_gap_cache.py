from __future__ import annotations

import threading
import time

import pytest

from coopgraph.errors import NotFound
from coopgraph.gaps.cache import GapCache


def test_who_asks_at_the_same_time_waits_for_the_first():
    cache, ran, got = GapCache(), [], []
    begin = threading.Barrier(8)

    def find():
        ran.append(1)
        time.sleep(0.1)
        return [1]

    def ask():
        begin.wait()
        got.append(cache.get((1, "a"), find))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ran) == 1
    assert got == [[1]] * 8


def test_an_error_is_kept_and_a_crash_is_not():
    cache = GapCache()

    def fail():
        raise NotFound("gone")

    for _ in range(2):
        with pytest.raises(NotFound):
            cache.get((1, "a"), fail)
    with pytest.raises(NotFound):
        cache.get((1, "a"), list)
    with pytest.raises(ZeroDivisionError):
        cache.get((1, "b"), lambda: [1 / 0])
    assert cache.get((1, "b"), lambda: [2]) == [2]


def test_an_older_generation_is_forgotten_and_so_is_what_is_too_much():
    cache = GapCache(most=6)
    cache.get((1, "a"), lambda: [1])
    cache.get((2, "a"), lambda: [2])
    assert cache.get((1, "a"), lambda: ["again"]) == ["again"]
    cache.get((2, "b"), lambda: [1, 2, 3, 4, 5, 6])
    assert cache.get((2, "a"), lambda: ["new"]) == ["new"]
