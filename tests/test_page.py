from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import BadRequest
from coopgraph.page import MAX_LIMIT, page_of


@given(st.lists(st.integers(), max_size=30), st.integers(1, 12))
def test_pages_together_are_the_list(items, limit):
    seen, cursor = [], None
    while True:
        page = page_of(items, limit, cursor)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.cursor
        if cursor is None:
            break
        assert page.items
    assert seen == items


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1, 10**40])
def test_a_limit_out_of_range_is_refused(limit):
    with pytest.raises(BadRequest) as caught:
        page_of([], limit, None)
    assert caught.value.extensions["parameter"] == "limit"


@pytest.mark.parametrize("cursor", ["", "-1", "x", "1.0", "²", "１", "9" * 5000, " 1", "1\n"])
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(BadRequest) as caught:
        page_of([1, 2], 1, cursor)
    assert caught.value.extensions["parameter"] == "cursor"


def test_behind_the_end_is_nothing():
    assert page_of([1, 2], 1, "7").items == []
    assert page_of([1, 2], 1, "7").cursor is None
