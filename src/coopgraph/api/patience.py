"""Work that is only worth doing while its client is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from starlette.types import Receive

PATIENCE: Final = 0.02
"""Seconds that work goes on before somebody looks whether its client is still there."""

T = TypeVar("T")


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


async def unless_gone(receive: Receive, work: Awaitable[T]) -> T:
    """Wait for some work; when the client goes away first, cancel it.

    Parameters
    ----------
    receive
        Gives the messages of a request whose body has been read.
    work
        What is waited for.

    Raises
    ------
    ClientGone
        If the client went away.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in one
    watching: asyncio.Task[None] | None = None
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        task.cancel()

    def begin() -> None:
        nonlocal watching
        watching = loop.create_task(watch())

    # Most answers are there before it is worth a task to look after their clients.
    timer = loop.call_later(PATIENCE, begin)
    try:
        return await work
    except asyncio.CancelledError:
        if not gone or task.uncancel():  # or somebody else cancelled it as well
            raise
        raise ClientGone from None
    finally:
        timer.cancel()
        if watching is not None:
            watching.cancel()
