"""Queries for callers without an event loop: the command line and notebooks."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import NamedTuple, Self

from coopgraph.errors import CoopgraphError
from coopgraph.store import frames
from coopgraph.store.frames import QueryRequest
from coopgraph.store.query_process import DEFAULT_MEMORY, WorkerProcess, cpu_seconds
from coopgraph.store.result_formats import BY_NAME


class QueryRunner:
    """Runs queries in one worker process, for callers that have no event loop of their own.

    Works in any thread, also where a loop runs already (notebooks). Queries of several threads
    take turns.

    Examples
    --------
    >>> with QueryRunner() as runner:
    ...     runner.run(QueryRequest("ASK {}", "/nowhere"), timeout=10)
    Traceback (most recent call last):
    ...
    coopgraph.errors.Unavailable: the published graph cannot be opened; try again
    """

    def __init__(self, memory_bytes: int = DEFAULT_MEMORY, *, network: bool = False) -> None:
        self._memory_bytes = memory_bytes
        self._network = network
        self._worker: WorkerProcess | None = None
        self._lock = threading.Lock()

    def run(self, request: QueryRequest, timeout: float) -> tuple[str, bytes]:
        """Return the media type and the bytes of an answer.

        Raises
        ------
        QueryTimeout
            If it does not end within ``timeout`` seconds.
        CoopgraphError
            Of the kind that fits, if it fails.
        """
        with self._lock:
            if self._worker is None or not self._worker.alive:
                self._discard()
                self._worker = WorkerProcess(self._memory_bytes, network=self._network)
                self._worker.wait_until_ready()
            worker, fit = self._worker, False
            try:
                answer = _exchange(worker, request, timeout)
                fit = answer.fit
            finally:
                if not fit:
                    self._discard()
        if answer.error is not None:
            raise answer.error
        return BY_NAME[answer.format].media_type, answer.body

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._discard()

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def run_sync(
    request: QueryRequest, timeout: float, *, memory_bytes: int = DEFAULT_MEMORY
) -> tuple[str, bytes]:
    """Run one query in a process of its own; return the media type and the bytes of its answer.

    For many queries keep a :class:`QueryRunner`, which saves starting a process for each.
    """
    with QueryRunner(memory_bytes) as runner:
        return runner.run(request, timeout)


class _Answer(NamedTuple):
    """What a worker replied, and whether it is fit for the next query."""

    format: str
    body: bytes
    error: CoopgraphError | None
    fit: bool


def _exchange(worker: WorkerProcess, request: QueryRequest, timeout: float) -> _Answer:
    deadline = time.monotonic() + timeout
    name, parts, error = "", [], None
    try:
        worker.socket.settimeout(timeout)
        worker.socket.sendall(frames.request_frame(request, cpu_seconds(timeout)))
        while True:
            while (got := worker.reader.next()) is None:
                worker.socket.settimeout(max(deadline - time.monotonic(), 1e-6))
                data = worker.socket.recv(frames.CHUNK)
                if not data:
                    raise worker.failure(timeout)
                worker.reader.feed(data)
            kind, payload = got
            if kind == frames.DATA:
                parts.append(payload)
            elif kind == frames.HEAD:
                name = frames.read_head(payload).format
            elif kind == frames.ERROR:
                error = frames.read_error(payload)
            else:
                return _Answer(name, b"".join(parts), error, fit=not payload)
    except TimeoutError:
        worker.kill(timed_out=True)
        raise worker.failure(timeout) from None
    except OSError:
        raise worker.failure(timeout) from None
