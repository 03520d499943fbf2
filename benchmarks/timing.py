"""Timing: medians with the garbage collector off, and peers that may be given up."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any


class GivenUpError(Exception):
    """A call took longer than it was allowed."""


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the garbage collector out of the figures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop pure Python after so many seconds by raising :class:`GivenUpError`."""

    def stop(*_: Any) -> None:
        raise GivenUpError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def once(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of one call, and what it returned."""
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def repeated(call: Callable[[], Any], repetitions: int) -> float:
    """Return the median seconds of some calls."""
    with quiet():
        return median(once(call)[0] for _ in range(repetitions))


def each(
    call: Callable[..., Any], questions: Sequence[Any], *, repetitions: int = 1
) -> list[float]:
    """Return the seconds of each question: the median of its repetitions."""
    with quiet():
        return [
            median(once(lambda q=q: call(*q))[0] for _ in range(repetitions)) for q in questions
        ]


def within_budget(
    call: Callable[..., Any], questions: Sequence[Any], *, single: float, budget: float
) -> tuple[list[float], list[Any]]:
    """Ask a slow peer question by question until its budget is spent.

    Parameters
    ----------
    call
        The peer.
    questions
        Its arguments.
    single
        Seconds one question may take; the first that takes longer ends the series.
    budget
        Seconds after which no further question is begun.

    Returns
    -------
    list of float, list
        Seconds and answers of the questions that were finished, in order.
    """
    seconds: list[float] = []
    answers: list[Any] = []
    with quiet():
        for question in questions:
            if sum(seconds) > budget:
                break
            try:
                with at_most(single):
                    took, answer = once(lambda q=question: call(*q))
            except GivenUpError:
                break
            seconds.append(took)
            answers.append(answer)
    return seconds, answers
