"""Changes of one service take turns, and each can be read as soon as it is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO

from anyio import to_thread

from coopgraph.errors import Unavailable
from coopgraph.store.graph_store import GraphStore, Written
from coopgraph.store.write_request import WriteRequest


class WriteQueue:
    """The changes that wait for their turn.

    Parameters
    ----------
    graph
        What is changed.
    length
        Changes that may wait; more are turned away.
    """

    def __init__(self, graph: GraphStore, length: int) -> None:
        self._graph = graph
        self._length = length
        self._lock = asyncio.Lock()
        self._waiting = 0

    async def write(
        self, make: Callable[[], WriteRequest], body: IO[bytes] | None, by: str
    ) -> Written:
        """Make a change when its turn has come.

        Parameters
        ----------
        make
            Gives the change; called when nobody else changes anything.
        body
            The file that comes with it.
        by
            Who makes it.

        Raises
        ------
        Unavailable
            If too many wait.
        CoopgraphError
            If it fails; then nothing has changed.
        """
        async with self.turn():
            return await to_thread.run_sync(lambda: self._graph.write(make(), body, by))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn, and hold it.

        Raises
        ------
        Unavailable
            If too many wait.
        """
        if self._waiting > self._length:
            raise Unavailable(
                "too many updates are waiting; try again", zh="更新过多，请稍后重试", retry_after=2
            )
        self._waiting += 1
        try:
            async with self._lock:
                yield
        finally:
            self._waiting -= 1
