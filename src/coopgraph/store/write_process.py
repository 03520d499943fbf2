"""The writer process seen from outside: kept warm, one change at a time, replaced when it ends."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import threading
import time
from pathlib import Path
from typing import IO, ClassVar, Final

from coopgraph.errors import CoopgraphError, Unavailable
from coopgraph.store import frames
from coopgraph.store.generations import WORKING, Generation
from coopgraph.store.query_process import WorkerProcess, cpu_seconds
from coopgraph.store.write_request import Place, WriteRequest, WriteResult, write_request_bytes
from coopgraph.store.writer import NOUN

DEFAULT_MEMORY: Final = 4 * 1024**3


class WriterProcess(WorkerProcess):
    """A running writer and the folder of its working copy."""

    module: ClassVar[str] = "coopgraph.store.writer"
    noun: ClassVar[tuple[str, str]] = NOUN

    def __init__(self, memory_bytes: int, folder: Path) -> None:
        super().__init__(memory_bytes)
        self.working = folder / f"{WORKING}{secrets.token_hex(6)}"
        self.ready = False

    def close(self) -> None:
        """End the process and remove its working copy."""
        super().close()
        shutil.rmtree(self.working, ignore_errors=True)


class Writers:
    """Makes changes in a process that the time limit kills, and that is then replaced.

    Parameters
    ----------
    folder
        The data folder, where working copies are kept.
    memory_bytes
        Address space of the process.
    timeout
        Seconds that one change may take.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     writers = Writers(Path(folder))
    ...     change = WriteRequest("update", "CREATE GRAPH <http://x/>")
    ...     writers.run(change, Path(folder) / "draft", None)
    ...     writers.close()
    WriteResult(created=False)
    """

    def __init__(
        self, folder: Path, memory_bytes: int = DEFAULT_MEMORY, timeout: float = 60.0
    ) -> None:
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._timeout = timeout
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._writer: WriterProcess | None = None
        self._at: str | None = None  # the published store that the working copy is equal to
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """The process id of the writer, if it runs."""
        writer = self._writer
        return [writer.pid] if writer is not None else []

    def warm_up(self) -> None:
        """Have a process ready for the next change."""
        with self._lock:
            self._start()

    def run(
        self,
        request: WriteRequest,
        draft: Path,
        current: Generation | None,
        body: IO[bytes] | None = None,
    ) -> WriteResult:
        """Make a change to what is published, and leave the result in a draft.

        Parameters
        ----------
        request
            The change.
        draft
            The folder of the new store; made here.
        current
            What is published.
        body
            The file that is sent with the change; the process reads it from its beginning.

        Raises
        ------
        QueryTimeout, QueryOutOfMemory, Unavailable, BadRequest
            If the process ends before it is done, see :meth:`WorkerProcess.failure`.
        CoopgraphError
            Of the kind that fits, if the change fails.
        """
        with self._turn:
            with self._lock:
                writer = self._start()
            source = str(current.store_path) if current is not None else None
            known = self._at is not None and self._at == source
            self._at = None  # until this change is published
            place = Place(source, str(draft), str(writer.working), known)
            fit = False
            try:
                result, error, fit = self._exchange(writer, request, place, body)
            except TimeoutError:
                writer.kill(timed_out=True)
                raise writer.failure(self._timeout) from None
            except OSError:
                raise writer.failure(self._timeout) from None
            finally:
                if not fit:
                    self._replace(writer)
            if error is not None:
                raise error
            return result

    def published(self, generation: Generation) -> None:
        """Say that the last draft was published as it was: the working copy is good for more.

        A process that has started since has no working copy, and makes one all the same.
        """
        self._at = str(generation.store_path)

    def cool_down(self) -> None:
        """End the process, whatever it does; the next change starts another."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def close(self) -> None:
        """End the process, whatever it does, and make no more changes."""
        self._closed = True
        self.cool_down()

    def _start(self) -> WriterProcess:
        if self._closed:
            raise Unavailable("the service is stopping", zh="服务正在停止")
        if self._writer is not None and not self._writer.alive:
            self._writer.close()
            self._writer = None
            self._at = None
        if self._writer is None:
            self._writer = WriterProcess(self._memory_bytes, self._folder)
        return self._writer

    def _replace(self, writer: WriterProcess) -> None:
        with self._lock:
            writer.close()
            if self._writer is writer:
                self._writer = self._at = None
                if not self._closed:
                    self._start()

    def _exchange(
        self, writer: WriterProcess, request: WriteRequest, place: Place, body: IO[bytes] | None
    ) -> tuple[WriteResult, CoopgraphError | None, bool]:
        """Return the result, or the error, and whether the process is fit for the next change."""
        if not writer.ready:
            writer.wait_until_ready()
            writer.ready = True
        deadline = time.monotonic() + self._timeout
        writer.socket.settimeout(self._timeout)
        payload = write_request_bytes(request, place, cpu_seconds(self._timeout))
        sent = frames.frame(frames.REQUEST, payload)
        if body is not None:
            body.seek(0)
            first = socket.send_fds(writer.socket, [sent], [body.fileno()])
            sent = sent[first:]
        writer.socket.sendall(sent)
        result, error = WriteResult(), None
        while True:
            while (got := writer.reader.next()) is None:
                writer.socket.settimeout(max(deadline - time.monotonic(), 1e-6))
                data = writer.socket.recv(frames.CHUNK)
                if not data:
                    raise writer.failure(self._timeout)
                writer.reader.feed(data)
            kind, content = got
            if kind == frames.DATA:
                result = WriteResult(*json.loads(content))
            elif kind == frames.ERROR:
                error = frames.read_error(content)
            else:
                return result, error, not content
