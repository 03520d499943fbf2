"""Strangers' queries, run in worker processes that can be killed at any moment.

::

    async with QueryPool(size=2) as pool:
        async with pool.run(request, timeout=10) as result:
            headers = {"content-type": result.content_type}
            async for chunk in result:
                ...

What can go wrong before the first bytes are there is raised on entering ``pool.run``, so that the
answer has a proper status; what goes wrong later is raised while iterating, and the answer has to
be broken off. A worker whose answer was not read to its end is killed, like one at its limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from coopgraph.errors import Unavailable
from coopgraph.store.frames import QueryRequest
from coopgraph.store.query_process import DEFAULT_MEMORY, WorkerProcess
from coopgraph.store.query_result import QueryResult
from coopgraph.store.query_runner import QueryRunner, run_sync

__all__ = ["QueryPool", "QueryRequest", "QueryResult", "QueryRunner", "run_sync"]

_log: Final = logging.getLogger(__name__)


class QueryPool:
    """Worker processes kept warm, one query each at a time.

    Parameters
    ----------
    size
        Workers, and so queries that run at the same time.
    queue
        Queries that may wait for a worker; more are turned away.
    memory_bytes
        Address space of one worker.
    queue_timeout
        Seconds that a query may wait for a worker.
    network
        Let workers open sockets; only where ``SERVICE`` has an allow-list.
    """

    def __init__(
        self,
        size: int = 2,
        queue: int = 64,
        memory_bytes: int = DEFAULT_MEMORY,
        *,
        queue_timeout: float = 10.0,
        network: bool = False,
    ) -> None:
        self._size = size
        self._queue = queue
        self._memory_bytes = memory_bytes
        self._queue_timeout = queue_timeout
        self._network = network
        self._idle: asyncio.LifoQueue[WorkerProcess | None] = asyncio.LifoQueue()
        self._all: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closed = True

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker now."""
        return self._waiting

    @property
    def running(self) -> int:
        """Workers that are busy, or being replaced, now."""
        return self._size - self._idle.qsize()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.pid for worker in self._all]

    async def start(self) -> None:
        """Start the workers and wait until they are ready."""
        self._closed = False
        try:
            await asyncio.gather(*(self._spawn() for _ in range(self._size)))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all workers, busy ones too; when this returns no process is left."""
        self._closed = True
        tasks = list(self._tasks)
        if tasks:
            await asyncio.wait(tasks)
        while not self._idle.empty():
            if (worker := self._idle.get_nowait()) is not None:
                await self._end(worker)
        for _ in range(self._waiting):
            self._idle.put_nowait(None)  # tells who waits that nothing will come
        for worker in list(self._all):  # busy: whoever reads its answer closes the socket
            self._all.discard(worker)
            await asyncio.to_thread(worker.reap)

    @contextlib.asynccontextmanager
    async def run(
        self,
        request: QueryRequest,
        timeout: float,  # noqa: ASYNC109 - kills a process, which asyncio.timeout cannot
    ) -> AsyncIterator[QueryResult]:
        """Run a query; the time limit counts from when a worker takes it until all is read.

        Raises
        ------
        Unavailable
            If too many wait, or it has waited too long.
        QueryTimeout, QueryOutOfMemory, QuerySyntaxError, NotAcceptable, BadRequest
            If the query fails; see also :meth:`WorkerProcess.failure`.
        """
        worker = await self._acquire()
        result = QueryResult(worker, timeout)
        timer = asyncio.get_running_loop().call_later(timeout, _stop, worker)
        try:
            await result.start(request)
            yield result
        finally:
            timer.cancel()
            if self._closed:
                worker.close()  # close() has reaped it, or is about to
            elif result.finish() and not worker.timed_out:
                self._idle.put_nowait(worker)
            else:
                worker.kill()
                self._replace(worker)

    async def _acquire(self) -> WorkerProcess:
        while not self._closed:
            worker = await self._next_idle()
            if worker is None:
                break
            if worker.alive:
                return worker
            self._replace(worker)  # ended while it was idle: no query's fault
        raise _closed()

    async def _next_idle(self) -> WorkerProcess | None:
        if self._waiting == 0 and not self._idle.empty():
            return self._idle.get_nowait()
        if self._waiting >= self._queue:
            raise _busy("too many queries are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._queue_timeout):
                return await self._idle.get()
        except TimeoutError:
            raise _busy("no query worker became free in time") from None
        finally:
            self._waiting -= 1

    def _replace(self, worker: WorkerProcess) -> None:
        task = asyncio.get_running_loop().create_task(self._replaced(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replaced(self, worker: WorkerProcess) -> None:
        await self._end(worker)
        while not self._closed:
            try:
                await self._spawn()
            except (Unavailable, OSError):
                _log.exception("a query worker does not start; trying again")
                await asyncio.sleep(1)
            else:
                return

    async def _spawn(self) -> None:
        self._idle.put_nowait(await asyncio.to_thread(self._started))

    def _started(self) -> WorkerProcess:
        # Runs in a thread, which goes on when who waits for it is cancelled: so it is here that
        # the process is written down, and ended if the pool closes meanwhile.
        worker = WorkerProcess(self._memory_bytes, network=self._network)
        self._all.add(worker)
        try:
            worker.wait_until_ready()
            worker.socket.setblocking(False)
            if self._closed:
                raise _closed()
        except BaseException:
            self._all.discard(worker)
            worker.close()
            raise
        return worker

    async def _end(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        await asyncio.to_thread(worker.reap)
        # Not in the thread: the loop must have let go of a socket before it is closed, or who
        # waits for it would wait forever.
        worker.socket.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _stop(worker: WorkerProcess) -> None:
    worker.kill(timed_out=True)


def _closed() -> Unavailable:
    return Unavailable("the query pool is closed", zh="查询服务已关闭")


def _busy(detail: str) -> Unavailable:
    return Unavailable(f"{detail}; try again", zh="查询过多，请稍后重试", retry_after=2)
