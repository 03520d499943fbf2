"""A page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.errors import BadRequest
from coopgraph.graph.scope import within

MAX_LIMIT: Final = 1000


@dataclass(frozen=True)
class Page:
    """Some items of a list.

    Attributes
    ----------
    items
        What is on the page.
    cursor
        Where the next page begins, or None at the end.
    """

    items: list[Any]
    cursor: str | None


def page_of(items: Sequence[Any], limit: int, cursor: str | None) -> Page:
    """Return one page of a list whose order is fixed within a generation.

    Raises
    ------
    BadRequest
        If the limit is out of range or the cursor is not one of ours.

    Examples
    --------
    >>> page_of("abc", 2, None)
    Page(items=['a', 'b'], cursor='2')
    >>> page_of("abc", 2, "2")
    Page(items=['c'], cursor=None)
    """
    within("limit", limit, 1, MAX_LIMIT)
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise BadRequest(
            "cursor is not one of ours: take it from meta.next of the page before",
            zh="cursor 无效：请使用上一页 meta.next 中的值",
            parameter="cursor",
        )
    start = int(cursor or 0)
    end = start + limit
    return Page(list(items[start:end]), str(end) if end < len(items) else None)
