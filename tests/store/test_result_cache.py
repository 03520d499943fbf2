from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coopgraph.store.result_cache import CachedAnswer, ResultCache

STEP = st.tuples(st.integers(1, 3), st.integers(0, 30), st.integers(0, 12_000))


def answer(size: int) -> CachedAnswer:
    return CachedAnswer(b"x" * size, "text/plain", '"a"')


def test_what_was_not_asked_for_the_longest_goes_first():
    cache = ResultCache(80_000)
    for name in "abcdefgh":
        assert cache.put(1, name, answer(9_000))
        assert cache.get(1, "a") is not None
    assert cache.put(1, "i", answer(9_000))
    assert cache.get(1, "a") is not None
    assert cache.get(1, "b") is None


def test_an_answer_over_an_eighth_is_not_kept():
    cache = ResultCache(80_000)
    assert not cache.put(1, "a", answer(10_001))
    assert (len(cache), cache.size) == (0, 0)


def test_a_cache_of_no_bytes_keeps_nothing():
    assert not ResultCache(0).put(1, "a", answer(0))


def test_a_new_generation_forgets_and_an_old_one_is_not_taken():
    cache = ResultCache(80_000)
    cache.put(1, "a", answer(10))
    cache.put_alias(1, b"raw", "a")
    assert cache.get_by_alias(1, b"raw") is not None
    assert cache.get_by_alias(2, b"raw") is None
    assert cache.put(2, "b", answer(10))
    assert cache.get_by_alias(2, b"raw") is None
    assert not cache.put(1, "a", answer(10))


@given(st.lists(STEP, max_size=80))
def test_the_bound_holds_whatever_comes(steps):
    cache = ResultCache(50_000)
    for generation, name, size in steps:
        cache.put(generation, str(name), answer(size))
        for number in range(5):
            cache.put_alias(generation, f"{name} {number}".encode(), str(name))
        assert 0 <= cache.size <= 50_000
        found = cache.get(generation, str(name))
        assert found is None or len(found.body) <= cache.entry_bytes
    cache.clear()
    assert (cache.size, len(cache)) == (0, 0)
