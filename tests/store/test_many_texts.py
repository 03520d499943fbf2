"""Texts in one block: chosen and ordered as lists of bytes would be."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Terms

TEXTS = st.lists(st.text(max_size=6) | st.sampled_from(["a", "ab", "b", ""]), max_size=40)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS, st.randoms(use_true_random=False))
def test_texts_are_chosen_and_ordered_as_bytes_are(texts, random):
    table = StringTable.of(texts)
    places = np.array([random.randrange(len(texts)) for _ in range(len(texts))], np.int64)
    assert list(table.take(places)) == [texts[i] for i in places]
    assert list(table.enclosed(places, b"<", b">>")) == [f"<{texts[i]}>>" for i in places]
    assert table.order().tolist() == sorted(range(len(texts)), key=lambda i: texts[i].encode())
    chosen = sorted(places.tolist(), key=lambda i: texts[i].encode())
    assert [texts[i] for i in table.order(places)] == [texts[i] for i in chosen]


def test_runs_that_are_in_order_are_merged():
    texts = [f"{i:03}" for run in ((0, 50), (25, 90), (3, 4), (10, 70)) for i in range(*run)]
    assert [texts[i] for i in StringTable.of(texts).order()] == sorted(texts)


def test_only_texts_that_are_asked_for_are_numbered():
    terms = Terms()
    found = terms.add_some(StringTable.of(["a", "b", "c"]), np.array([2, 0, 2]))
    assert found.tolist() == [1, 0, 1]
    assert list(terms.table()) == ["a", "c"]
