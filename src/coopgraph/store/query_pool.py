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

There are two lanes. What looks like a lookup (:mod:`coopgraph.store.lookup`) has workers of its
own, which it may hold for a moment only: when that is over, or its answer is long, or its worker
ends, nothing has been sent yet, and it starts again in the other lane. There everything else runs,
at the lowest CPU priority. So a lookup never waits behind what takes seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from coopgraph.store import frames
from coopgraph.store.frames import QueryRequest
from coopgraph.store.lane import Lane, busy
from coopgraph.store.lookup import is_lookup
from coopgraph.store.memory import LOOKUP
from coopgraph.store.query_process import DEFAULT_MEMORY, WorkerProcess, cpu_seconds
from coopgraph.store.query_result import QueryResult, WholeResult
from coopgraph.store.query_runner import QueryRunner, run_sync

__all__ = ["QueryPool", "QueryRequest", "QueryResult", "QueryRunner", "WholeResult", "run_sync"]

_LOOKUPS_WAITING: Final = 1024  # each waits for milliseconds
_LONGEST_LOOKUP: Final = 256 * 1024
_REMEMBERED: Final = 1024
_LOWEST: Final = 19
_START: Final = 1.0  # seconds in which a worker is replaced, also on a busy machine


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
        Most seconds that a query may wait for a worker; never more than half of its time limit.
    network
        Let workers open sockets; only where ``SERVICE`` has an allow-list.
    lookup_workers
        Workers for lookups; without any they run among the rest.
    lookup_seconds
        Seconds of CPU that a lookup may use there.
    """

    def __init__(
        self,
        size: int = 2,
        queue: int = 64,
        memory_bytes: int = DEFAULT_MEMORY,
        *,
        queue_timeout: float = 10.0,
        network: bool = False,
        lookup_workers: int = 0,
        lookup_seconds: float = 0.2,
    ) -> None:
        self._rest = Lane(
            size, queue, memory_bytes, network=network, nice=_LOWEST if lookup_workers else 0
        )
        self._lookups: Lane | None = None
        if lookup_workers:
            least = min(memory_bytes, LOOKUP)
            self._lookups = Lane(lookup_workers, _LOOKUPS_WAITING, least)
        self._queue_timeout = queue_timeout
        self._lookup_seconds = lookup_seconds
        self._long: OrderedDict[str, None] = OrderedDict()  # lookups that turned out to be none

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker now."""
        return sum(lane.waiting for lane in self._lanes)

    @property
    def running(self) -> int:
        """Workers that are busy, or being replaced, now."""
        return sum(lane.running for lane in self._lanes)

    @property
    def workers(self) -> list[WorkerProcess]:
        """The worker processes."""
        return [worker for lane in self._lanes for worker in lane.workers]

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.pid for worker in self.workers]

    @property
    def _lanes(self) -> list[Lane]:
        return [self._rest] if self._lookups is None else [self._rest, self._lookups]

    async def start(self) -> None:
        """Start the workers and wait until they are ready."""
        try:
            await asyncio.gather(*(lane.start() for lane in self._lanes))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all workers, busy ones too; when this returns no process is left."""
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    @contextlib.asynccontextmanager
    async def run(
        self,
        request: QueryRequest,
        timeout: float,  # noqa: ASYNC109 - kills a process, which asyncio.timeout cannot
        client: str = "",
        lookup: bool | None = None,
        since: float | None = None,
    ) -> AsyncIterator[QueryResult | WholeResult]:
        """Run a query.

        Parameters
        ----------
        request
            The query.
        timeout
            Seconds until all is read. It waits for a worker for at most half of them, but for a
            moment in which one can start.
        client
            Who asks: clients take turns where queries wait.
        lookup
            Whether it is a lookup, where that is known already.
        since
            When its time began, by the clock of the loop; None for now.

        Raises
        ------
        Unavailable
            If too many wait, or it has waited too long.
        QueryTimeout, QueryOutOfMemory, QuerySyntaxError, NotAcceptable, BadRequest
            If the query fails; see also :meth:`WorkerProcess.failure`.
        """
        loop = asyncio.get_running_loop()
        begin = loop.time() if since is None else since
        if is_lookup(request.query) if lookup is None else lookup:
            whole = await self.look_up(request, timeout, client, begin)
            if whole is not None:
                yield whole
                return
        lane = self._rest
        worker = await lane.acquire(client, self._patience(begin, timeout))
        result = QueryResult(worker, timeout)
        stop = _Stop(lane, worker)
        timer = loop.call_at(begin + timeout, stop)
        try:
            await result.start(request)
            yield result
        finally:
            timer.cancel()
            if lane.closed or stop.stopped:
                worker.close()  # the lane has reaped it, or is about to
            elif result.finish() and not worker.timed_out:
                lane.give_back(worker)
            else:
                worker.kill()
                lane.replace(worker)

    async def look_up(
        self,
        request: QueryRequest,
        timeout: float,  # noqa: ASYNC109 - see run
        client: str = "",
        since: float | None = None,
    ) -> WholeResult | None:
        """Return the answer of a lookup; None if it turns out to be none, and is to be run.

        Takes and raises what :meth:`run` does.
        """
        lane, query = self._lookups, request.query
        if lane is None or query in self._long:
            return None
        begin = asyncio.get_running_loop().time() if since is None else since
        patience = self._patience(begin, timeout)
        worker = await lane.acquire(client, patience)
        turn, fit = _Turn(worker, self._lookup_seconds, patience), False
        try:
            sent = frames.request_frame(request, cpu_seconds(timeout))
            reply = await worker.channel().ask(sent, _LONGEST_LOOKUP)
            if reply is not None:
                fit = not reply.spent
                if reply.error is not None:
                    raise reply.error
                assert reply.head is not None  # noqa: S101 - an answer without an error has one
                return WholeResult(*reply.head, reply.body)
        except ConnectionError:
            pass  # stopped, or crashed: there it shall be said why
        finally:
            turn.end()
            if lane.closed:
                worker.close()
            elif fit and worker.alive and not worker.timed_out:
                lane.give_back(worker)
            else:
                worker.kill()
                lane.replace(worker)
        self._remember(query)
        return None

    def _patience(self, begin: float, seconds: float) -> float:
        """Return how long a query may wait for a worker from now."""
        now = asyncio.get_running_loop().time()
        if now >= begin + seconds:
            raise busy("the query came too late to be run")
        return begin + min(self._queue_timeout, max(seconds / 2, min(seconds, _START))) - now

    def _remember(self, query: str) -> None:
        self._long[query] = None
        if len(self._long) > _REMEMBERED:
            self._long.popitem(last=False)

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


class _Stop:
    """Ends a query at its limit, and has its worker replaced before anybody notices."""

    # Who reads the answer may be stuck at a client that does not.

    def __init__(self, lane: Lane, worker: WorkerProcess) -> None:
        self._lane = lane
        self._worker = worker
        self.stopped = False

    def __call__(self) -> None:
        self._worker.kill(timed_out=True)
        if not self._lane.closed:
            self.stopped = True
            self._lane.replace(self._worker, keep_socket=True)


class _Turn:
    """The moment that a lookup may hold its worker: seconds of CPU, and not of a busy machine."""

    def __init__(self, worker: WorkerProcess, cpu_seconds: float, seconds: float) -> None:
        self._worker = worker
        self._loop = asyncio.get_running_loop()
        self._cpu_end = worker.cpu_time() + cpu_seconds
        self._end = self._loop.time() + seconds
        self._timer = self._loop.call_later(cpu_seconds, self._look)

    def _look(self) -> None:
        left = self._cpu_end - self._worker.cpu_time()
        if left <= 0 or self._loop.time() >= self._end:
            self._worker.kill(timed_out=True)
        else:
            self._timer = self._loop.call_later(max(left, 0.01), self._look)

    def end(self) -> None:
        """Stop looking."""
        self._timer.cancel()
