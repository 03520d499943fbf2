"""Keeps the memory of the whole service below its setting."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Final

from coopgraph.store.memory import tree, used
from coopgraph.store.query_pool import QueryPool

_SECONDS: Final = 0.2
_log: Final = logging.getLogger("coopgraph.api")


async def watch(pool: QueryPool, most: int) -> None:
    """End the largest query whenever the service and its processes hold more than so many bytes.

    That query is answered with :class:`~coopgraph.errors.QueryOutOfMemory`.
    """
    while True:
        await asyncio.sleep(_SECONDS)
        total = await asyncio.to_thread(_total)
        if total <= most:
            continue
        workers = [worker for worker in pool.workers if worker.alive]
        largest = max(workers, key=lambda worker: used(worker.pid), default=None)
        if largest is not None:
            _log.warning("%d bytes in use, %d allowed: the largest query is ended", total, most)
            largest.kill(too_large=True)


def _total() -> int:
    return sum(map(used, tree(os.getpid())))
