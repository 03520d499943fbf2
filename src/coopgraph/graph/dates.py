"""Days as numbers, and the day a client asks for."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from coopgraph.errors import BadRequest
from coopgraph.graph.edge_filter import OPEN_END, OPEN_START

OPEN_FROM: Final = OPEN_START
"""The first day of what has no first day."""
OPEN_TO: Final = OPEN_END
"""The last day of what has no last day."""
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EPOCH: Final = date(1970, 1, 1).toordinal()


def day_number(text: str) -> int | None:
    """Return the days since 1970-01-01 of an ISO date, or None if it is none.

    Examples
    --------
    >>> day_number("1970-01-02")
    1
    >>> day_number("spring") is None
    True
    """
    try:
        return date.fromisoformat(text[:10]).toordinal() - EPOCH
    except ValueError:
        return None


def iso_date(day: int) -> str:
    """Return the ISO date of a day number.

    Examples
    --------
    >>> iso_date(1)
    '1970-01-02'
    """
    return date.fromordinal(day + EPOCH).isoformat()


def valid_days(
    actual_from: int | None, plan_from: int | None, actual_to: int | None, plan_to: int | None
) -> tuple[int, int]:
    """Return the first and last day on which something holds: actual, else planned, else open.

    Examples
    --------
    >>> valid_days(None, 10, None, None) == (10, OPEN_TO)
    True
    """
    first = plan_from if actual_from is None else actual_from
    last = plan_to if actual_to is None else actual_to
    return (OPEN_FROM if first is None else first, OPEN_TO if last is None else last)


def parse_day(text: str, name: str = "as_of") -> date:
    """Read a date that a client sent.

    Raises
    ------
    BadRequest
        If it is not a calendar date of the form YYYY-MM-DD.

    Examples
    --------
    >>> parse_day("2019-06-01").year
    2019
    """
    try:
        if not _ISO_DAY.fullmatch(text):  # Python reads weeks and other forms as well
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            f"{name}={text!r} is not a date: write YYYY-MM-DD, for example 2019-06-01",
            zh=f"{name}={text!r} 不是有效日期：请写成 YYYY-MM-DD，例如 2019-06-01",
            parameter=name,
        ) from None
