"""A lane: worker processes of one kind, and the queries that wait for one of them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from typing import Final

from coopgraph.errors import Unavailable
from coopgraph.store.query_process import WorkerProcess

_log: Final = logging.getLogger(__name__)
_Turn = asyncio.Future["WorkerProcess | None"]


class Lane:
    """Workers kept warm, one query each at a time; who waits is served client by client.

    Parameters
    ----------
    size
        Workers, and so queries that run at the same time.
    queue
        Queries that may wait. When it is full, who has fewer waiting than another client takes
        the place of that client's last one; all others are turned away.
    memory_bytes
        Address space of one worker.
    network
        Let workers open sockets.
    nice
        How far their CPU priority is lowered, 0 to 19.
    kind
        What they are.
    """

    def __init__(
        self,
        size: int,
        queue: int,
        memory_bytes: int,
        *,
        network: bool = False,
        nice: int = 0,
        kind: type[WorkerProcess] = WorkerProcess,
    ) -> None:
        self._size = size
        self._queue = queue
        self._memory_bytes = memory_bytes
        self._network = network
        self._nice = nice
        self._kind = kind
        self._idle: list[WorkerProcess] = []
        self._waiters: OrderedDict[str, deque[_Turn]] = OrderedDict()
        self._all: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0
        self.closed = True

    @property
    def running(self) -> int:
        """Workers that are busy, or being replaced, now."""
        return self._size - len(self._idle)

    @property
    def workers(self) -> list[WorkerProcess]:
        """All workers, also those that start."""
        return list(self._all)

    async def start(self) -> None:
        """Start the workers and wait until they are ready."""
        self.closed = False
        try:
            await asyncio.gather(*(self._spawn() for _ in range(self._size)))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all workers, busy ones too; when this returns no process is left."""
        self.closed = True
        if tasks := list(self._tasks):
            await asyncio.wait(tasks)
        while self._idle:
            await self._end(self._idle.pop())
        while turn := self._next_turn():
            turn.set_result(None)  # tells who waits that nothing will come
        for worker in self.workers:  # busy: whoever reads its answer closes the socket
            self._all.discard(worker)
            await asyncio.to_thread(worker.reap)

    async def acquire(self, client: str, patience: float) -> WorkerProcess:
        """Return a worker that lives; it has to be given back.

        Parameters
        ----------
        client
            Who asks; clients take turns.
        patience
            Seconds to wait.

        Raises
        ------
        Unavailable
            If too many wait, or it has waited too long.
        """
        while not self.closed:
            worker = self._idle.pop() if self._idle else await self._turn(client, patience)
            if worker is None:
                break
            if worker.alive:
                return worker
            self.replace(worker)  # ended while it was idle: no query's fault
        raise pool_closed()

    def give_back(self, worker: WorkerProcess) -> None:
        """Have a worker do the next query."""
        turn = self._next_turn()
        if turn is None:
            self._idle.append(worker)
        else:
            turn.set_result(worker)

    def replace(self, worker: WorkerProcess, *, keep_socket: bool = False) -> None:
        """End a worker and start another; ``keep_socket`` if somebody still reads from it."""
        task = asyncio.get_running_loop().create_task(self._replaced(worker, keep_socket))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _turn(self, client: str, patience: float) -> WorkerProcess | None:
        if self.waiting >= self._queue:
            self._make_room(client)
        turn: _Turn = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(client, deque()).append(turn)
        self.waiting += 1
        try:
            await asyncio.wait((turn,), timeout=patience)
            if not turn.done():
                raise busy("no query worker became free in time")
            return turn.result()
        except asyncio.CancelledError:
            if turn.done() and not turn.exception() and (worker := turn.result()):
                self.give_back(worker)  # it came at the moment that nobody wanted it any more
            raise
        finally:
            self._forget(client, turn)

    def _make_room(self, client: str) -> None:
        mine = len(self._waiters.get(client, ()))
        greediest = max(self._waiters, key=lambda name: len(self._waiters[name]), default=None)
        if greediest is None or len(self._waiters[greediest]) <= mine + 1:
            raise busy("too many queries are waiting")
        last = self._waiters[greediest][-1]
        self._forget(greediest, last)
        last.set_exception(busy("too many queries of this client are waiting"))

    def _next_turn(self) -> _Turn | None:
        while self._waiters:
            client, turns = next(iter(self._waiters.items()))
            turn = turns[0]
            self._forget(client, turn)
            if client in self._waiters:
                self._waiters.move_to_end(client)
            if not turn.done():
                return turn
        return None

    def _forget(self, client: str, turn: _Turn) -> None:
        turns = self._waiters.get(client)
        if turns is None or turn not in turns:
            return
        turns.remove(turn)
        self.waiting -= 1
        if not turns:
            del self._waiters[client]

    async def _replaced(self, worker: WorkerProcess, keep_socket: bool) -> None:
        # At the same time: what held much memory takes its time to end.
        await asyncio.gather(self._end(worker, keep_socket), self._spawn_again())

    async def _spawn_again(self) -> None:
        while not self.closed:
            try:
                await self._spawn()
            except (Unavailable, OSError):
                if not self.closed:
                    _log.exception("a query worker does not start; trying again")
                    await asyncio.sleep(1)
            else:
                return

    async def _spawn(self) -> None:
        worker = await asyncio.to_thread(self._started)
        self.give_back(worker)

    def _started(self) -> WorkerProcess:
        # Runs in a thread, which goes on when who waits for it is cancelled: so it is here that
        # the process is written down, and ended if the pool closes meanwhile.
        worker = self._kind(self._memory_bytes, network=self._network, nice=self._nice)
        self._all.add(worker)
        try:
            worker.wait_until_ready()
            worker.socket.setblocking(False)
            if self.closed:
                raise pool_closed()
        except BaseException:
            self._all.discard(worker)
            worker.close()
            raise
        return worker

    async def _end(self, worker: WorkerProcess, keep_socket: bool = False) -> None:
        self._all.discard(worker)
        await asyncio.to_thread(worker.reap)
        # Not in the thread: the loop must have let go of a socket before it is closed, or who
        # waits for it would wait forever.
        if not keep_socket:
            worker.hang_up()


def pool_closed() -> Unavailable:
    """Return the error of a query that comes after the end."""
    return Unavailable("the query pool is closed", zh="查询服务已关闭")


def busy(detail: str) -> Unavailable:
    """Return the error of a query that is turned away."""
    return Unavailable(f"{detail}; try again", zh="查询过多，请稍后重试", retry_after=2)
