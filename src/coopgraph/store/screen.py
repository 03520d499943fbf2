"""Strangers' texts are read before they are run: short ones here, long ones in other processes.

What a text comes to depends on nothing else, so it is remembered, and equal texts that come at the
same time are read once. What a short one comes to holds for all of the same shape
(:mod:`coopgraph.store.query_shape`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from types import TracebackType
from typing import ClassVar, Final, Self

from coopgraph.errors import CoopgraphError
from coopgraph.settings import MIB
from coopgraph.store import frames
from coopgraph.store.guard import QueryLimits, refuse_long
from coopgraph.store.lane import Lane, busy
from coopgraph.store.query_process import WorkerProcess, cpu_seconds
from coopgraph.store.query_shape import Shape, shape_of
from coopgraph.store.reader import Traits, read, reading_bytes

SHORT: Final = 1024
"""Characters of a text that is read at once: a millisecond or two at most."""

READERS: Final = 2
MEMORY: Final = 512 * MIB
_NICE: Final = 10  # behind lookups, before queries that run long
_WAITING: Final = 1024
_REMEMBERED: Final = 4096
_SHAPES: Final = 1024
_LONGEST_ERROR: Final = 2048

_Verdict = Traits | CoopgraphError
_Key = tuple[bytes, QueryLimits, bool]


class ReaderProcess(WorkerProcess):
    """A process that reads texts."""

    module: ClassVar[str] = "coopgraph.store.reader"


class Screen:
    """Lets texts through, or refuses them.

    Parameters
    ----------
    waiting_bytes
        Bytes of all texts that may wait, or be read, at the same time.

    Examples
    --------
    >>> async def traits() -> Traits:
    ...     async with Screen() as screen:
    ...         return await screen.read("ASK {}" + " " * 5000, QueryLimits(), seconds=10)
    >>> asyncio.run(traits())
    Traits(form='boolean', deterministic=True, lookup=False)
    """

    def __init__(self, waiting_bytes: int = 64 * MIB) -> None:
        self._lane = Lane(READERS, _WAITING, MEMORY, nice=_NICE, kind=ReaderProcess)
        self._most = waiting_bytes
        self._held = 0
        self._known: OrderedDict[_Key, _Verdict] = OrderedDict()
        self._running: dict[_Key, asyncio.Task[_Verdict]] = {}
        self._shapes: OrderedDict[Shape, Traits] = OrderedDict()
        self._limits = QueryLimits()

    @property
    def pids(self) -> list[int]:
        """The process ids of the readers."""
        return [worker.pid for worker in self._lane.workers]

    async def start(self) -> None:
        """Start the readers and wait until they are ready."""
        await self._lane.start()

    async def close(self) -> None:
        """End the readers; who waits for one is told so."""
        await self._lane.close()
        if running := list(self._running.values()):
            await asyncio.wait(running)

    def read_short(self, text: str, limits: QueryLimits) -> Traits:
        """Return the traits of a query of at most ``SHORT`` characters that is let through.

        Raises
        ------
        CoopgraphError
            Of the kind that fits, if the query is refused.
        """
        shape = shape_of(text)
        if shape is None:
            return read(text, limits)
        if limits != self._limits:
            self._limits = limits
            self._shapes.clear()
        traits = self._shapes.get(shape)
        if traits is None:
            # What is refused is not remembered: the error tells the place.
            traits = self._shapes[shape] = read(text, limits)
            if len(self._shapes) > _SHAPES:
                self._shapes.popitem(last=False)
        else:
            self._shapes.move_to_end(shape)
            refuse_long(text, limits)
        return traits

    async def read(
        self,
        text: str,
        limits: QueryLimits,
        *,
        seconds: float,
        client: str = "",
        update: bool = False,
    ) -> Traits:
        """Return the traits of a text that is let through.

        Parameters
        ----------
        text
            A query, or an update.
        limits
            What is let through.
        seconds
            How long it may take; half of them it may wait for its turn.
        client
            Who asks; clients take turns.
        update
            Whether it is an update.

        Raises
        ------
        Unavailable
            If too much waits already, or its turn does not come in time.
        QueryTimeout
            If it is not read in time.
        CoopgraphError
            Of the kind that fits, if the text is refused.
        """
        if len(text) <= SHORT:
            return read(text, limits, update=True) if update else self.read_short(text, limits)
        refuse_long(text, limits, update=update)
        data = text.encode("utf-8", "surrogatepass")
        key = (hashlib.blake2b(data, digest_size=16).digest(), limits, update)
        verdict = self._known.get(key)
        if verdict is None:
            task = self._running.get(key)
            if task is None:
                if self._held and self._held + len(data) > self._most:
                    raise busy("too many long texts are waiting")
                self._held += len(data)
                work = self._judge(key, text, len(data), seconds, client)
                task = asyncio.get_running_loop().create_task(work)
                self._running[key] = task
            verdict = await asyncio.shield(task)  # others may wait for it, too
        else:
            self._known.move_to_end(key)
        if isinstance(verdict, CoopgraphError):
            raise type(verdict)(verdict.detail, zh=verdict.zh, **verdict.extensions)
        return verdict

    async def _judge(
        self, key: _Key, text: str, size: int, seconds: float, client: str
    ) -> _Verdict:
        try:
            verdict, lasting = await self._asked(key, text, seconds, client)
        except CoopgraphError as error:
            verdict, lasting = error, False
        finally:
            self._held -= size
            self._running.pop(key, None)
        if lasting:
            self._known[key] = verdict
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return verdict

    async def _asked(
        self, key: _Key, text: str, seconds: float, client: str
    ) -> tuple[_Verdict, bool]:
        """Return what a reader says, and whether that is worth remembering."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        try:
            sent = reading_bytes(text, key[1], key[2], cpu_seconds(seconds))
        except UnicodeEncodeError:  # half a character: never SPARQL, and the parser shall say so
            return Traits(), False
        worker = await self._lane.acquire(client, seconds / 2)
        timer = loop.call_at(begin + seconds, lambda: worker.kill(timed_out=True))
        fit = False
        try:
            await loop.sock_sendall(worker.socket, sent)
            verdict: _Verdict | None = None
            while True:
                while (got := worker.reader.next()) is None:
                    data = await loop.sock_recv(worker.socket, frames.CHUNK)
                    if not data:
                        raise OSError  # it has ended
                    worker.reader.feed(data)
                kind, payload = got
                if kind == frames.END:
                    break
                verdict = _verdict(kind, payload)
            assert verdict is not None  # noqa: S101 - an end follows an answer
            fit = not payload and not worker.timed_out
            said = verdict.detail if isinstance(verdict, CoopgraphError) else ""
            return verdict, len(said) <= _LONGEST_ERROR
        except OSError:
            raise await asyncio.to_thread(worker.failure, seconds) from None
        finally:
            timer.cancel()
            if self._lane.closed:
                worker.close()
            elif fit:
                self._lane.give_back(worker)
            else:
                worker.kill()
                self._lane.replace(worker)

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


def _verdict(kind: int, payload: bytes) -> _Verdict:
    if kind == frames.ERROR:
        return frames.read_error(payload)
    return Traits(*frames.read_message(payload))
