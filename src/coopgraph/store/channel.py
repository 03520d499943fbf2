"""A worker's socket on the event loop, for answers that come in one piece."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from coopgraph.errors import CoopgraphError
from coopgraph.store import frames

if TYPE_CHECKING:
    from coopgraph.store.query_process import WorkerProcess


class Reply(NamedTuple):
    """All that a worker said to one request: an answer or an error, and whether it is spent."""

    head: frames.Head | None
    body: bytes
    error: CoopgraphError | None
    spent: bool


class Channel:
    """Asks one worker, one request at a time.

    The loop watches the socket all the time, so that asking costs one call of ``send`` and one of
    ``recv``, and no task, and the end of an idle worker is seen at once.

    Parameters
    ----------
    worker
        Its socket does not block. Nobody else may read from it.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[Reply | None] | None = None
        self._head: frames.Head | None = None
        self._error: CoopgraphError | None = None
        self._parts: list[bytes] = []
        self._size = self._most = 0
        self._loop.add_reader(worker.socket, self._read)
        self._open = True

    async def ask(self, request: bytes, most: int) -> Reply | None:
        """Return what the worker says; None, with the worker in the middle of it, if it says much.

        Parameters
        ----------
        request
            A frame.
        most
            Bytes of the longest answer.

        Raises
        ------
        ConnectionError
            If the worker ends before its answer does.
        """
        if not self._open:
            raise ConnectionError
        waiting = self._waiting = self._loop.create_future()
        self._head = self._error = None
        self._parts, self._size, self._most = [], 0, most
        try:
            socket = self._worker.socket
            try:
                sent = socket.send(request)
            except BlockingIOError:
                sent = 0
            if sent < len(request):
                await self._loop.sock_sendall(socket, request[sent:])
            reply: Reply | None = await waiting
            return reply
        except OSError:
            raise ConnectionError from None
        finally:
            self._waiting = None

    def close(self) -> None:
        """Let go of the socket."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._worker.socket)
            waiting = self._waiting
            if waiting is not None and not waiting.done():
                waiting.set_exception(ConnectionError())

    def _read(self) -> None:
        try:
            data = self._worker.socket.recv(frames.CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        reader, waiting = self._worker.reader, self._waiting
        reader.feed(data)
        while (got := reader.next()) is not None:
            kind, payload = got
            if kind == frames.DATA:
                self._parts.append(payload)
                self._size += len(payload)
                if self._size > self._most:
                    self._answer(waiting, None)
                    return
            elif kind == frames.HEAD:
                self._head = frames.read_head(payload)
            elif kind == frames.ERROR:
                self._error = frames.read_error(payload)
            elif kind == frames.END:
                parts = self._parts
                body = parts[0] if len(parts) == 1 else b"".join(parts)
                self._answer(waiting, Reply(self._head, body, self._error, bool(payload)))
                return

    @staticmethod
    def _answer(waiting: asyncio.Future[Reply | None] | None, reply: Reply | None) -> None:
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
