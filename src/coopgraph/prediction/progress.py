"""How far long counting is: told to whoever asked to be told, from anywhere below.

Mining is asked for in many ways (suggestions, neighbours, paths, briefings, backtests), mostly by
the way; so who wants to show its progress says so around the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""Takes the phase, how many parts of it are done, and how many there are."""

T = TypeVar("T")
_told: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def told_to(progress: Progress) -> Iterator[None]:
    """Tell someone how far counting is, as long as this lasts.

    Examples
    --------
    >>> with told_to(lambda phase, done, total: print(phase, done, total)):
    ...     tell("paths", 1, 2)
    paths 1 2
    """
    before = _told.set(progress)
    try:
        yield
    finally:
        _told.reset(before)


def tell(phase: str, done: int, total: int) -> None:
    """Tell how far a phase is, if anybody wants to know."""
    progress = _told.get()
    if progress is not None:
        progress(phase, done, total)


def counted(phase: str, items: Sequence[T]) -> Iterator[T]:
    """Yield items, and tell after each how many are done.

    Examples
    --------
    >>> list(counted("paths", [7, 8]))
    [7, 8]
    """
    tell(phase, 0, len(items))
    for done, item in enumerate(items, 1):
        yield item
        tell(phase, done, len(items))
