"""One query worker seen from outside: started, killed, and what its end means."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar, Final

import coopgraph
from coopgraph.errors import BadRequest, CoopgraphError, QueryTimeout, Unavailable
from coopgraph.store import frames
from coopgraph.store.channel import Channel
from coopgraph.store.frames import FrameReader
from coopgraph.store.worker import out_of_memory

DEFAULT_MEMORY: Final = 2 * 1024**3
_START_SECONDS: Final = 30.0
_CPU_GRACE: Final = 2
_INHERITED: Final = ("LD_LIBRARY_PATH", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TZ")


class WorkerProcess:
    """A running worker and our end of its socket, which blocks unless told otherwise.

    Parameters
    ----------
    memory_bytes
        Address space of the process; a query that needs more ends it.
    network
        Let it open sockets. Only for services whose allow-list of ``SERVICE`` is not empty.
    nice
        How far its CPU priority is lowered from its first moment, 0 to 19.
    """

    module: ClassVar[str] = "coopgraph.store.worker"
    noun: ClassVar[tuple[str, str]] = ("query", "查询")

    def __init__(self, memory_bytes: int, *, network: bool = False, nice: int = 0) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [
                    sys.executable,
                    *("-S", "-P", "-m", self.module),
                    *(str(theirs.fileno()), str(memory_bytes), str(int(network))),
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        if nice:
            os.setpriority(os.PRIO_PROCESS, self._process.pid, nice)  # its threads inherit it
        self.socket = ours
        self.reader = FrameReader()
        self.timed_out = self.too_large = False
        self._channel: Channel | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def cpu_time(self) -> float:
        """Return the seconds of CPU that the process has used; infinity once it has ended."""
        try:
            return time.clock_gettime((~self._process.pid << 3) | 2)  # its clock, says the kernel
        except OSError:
            return math.inf

    def wait_until_ready(self) -> None:
        """Wait for the worker's first word.

        Raises
        ------
        Unavailable
            If it ends or does not come up in time.
        """
        self.socket.settimeout(_START_SECONDS)
        try:
            while self.reader.next() is None:
                data = self.socket.recv(frames.CHUNK)
                if not data:
                    raise self._unavailable("process does not start")
                self.reader.feed(data)
        except OSError as error:
            raise self._unavailable("process does not start in time") from error
        finally:
            self.socket.settimeout(None)

    def channel(self) -> Channel:
        """Return what asks it in the running loop, where nobody else reads from its socket."""
        if self._channel is None:
            self._channel = Channel(self)
        return self._channel

    def kill(self, *, timed_out: bool = False, too_large: bool = False) -> None:
        """End the process at once; its socket then reads as ended."""
        self.timed_out = self.timed_out or timed_out
        self.too_large = self.too_large or too_large
        self._process.kill()

    def reap(self) -> None:
        """Kill the process and wait for its end."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Kill the process, wait for its end and close the socket."""
        self.reap()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the socket; the loop lets go of it first."""
        if self._channel is not None:
            self._channel.close()
        self.socket.close()

    def failure(self, timeout: float) -> CoopgraphError:
        """Return what the sudden end of the process means for its query; waits for that end.

        ======================  ===========================  ======
        how it ended            what it means                status
        ======================  ===========================  ======
        killed at the limit     :class:`QueryTimeout`        504
        CPU limit (SIGXCPU)     :class:`QueryTimeout`        504
        killed for its memory   :class:`QueryOutOfMemory`    503
        SIGABRT                 :class:`QueryOutOfMemory`    503
        SIGSEGV, SIGBUS         :class:`BadRequest`          400
        anything else           :class:`Unavailable`         503
        ======================  ===========================  ======

        The engine aborts when it gets no memory, and overflows its stack on queries that are too
        complex; both have no other way to say so.
        """
        code = self._process.wait()
        noun, noun_zh = self.noun
        if self.timed_out or code == -signal.SIGXCPU:
            return QueryTimeout(
                f"the {noun} did not end within {timeout:g} s and was stopped",
                zh=f"{noun_zh}未在 {timeout:g} 秒内完成，已停止",
                limit=timeout,
            )
        if self.too_large or code == -signal.SIGABRT:
            return out_of_memory(self.noun)
        if code in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL):
            return BadRequest(
                f"the {noun} is too complex: nest less, or split it",
                zh=f"{noun_zh}过于复杂：请简化或拆分",
            )
        return self._unavailable(f"process ended before the {noun} did; try again")

    def _unavailable(self, detail: str) -> Unavailable:
        noun, noun_zh = self.noun
        return Unavailable(f"the {noun} {detail}", zh=f"{noun_zh}进程不可用，请重试", retry_after=1)


def cpu_seconds(timeout: float) -> int:
    """Return the seconds of CPU that a query may use: the engine may use two threads."""
    return int(timeout) * 2 + _CPU_GRACE


def _environment() -> dict[str, str]:
    # Nothing of ours, which may hold secrets: only where Python finds its modules, because -S
    # skips the slow start of the site module.
    package_root = str(Path(coopgraph.__file__).resolve().parents[1])
    path = [package_root, *(str(Path(p).resolve()) for p in sys.path if p)]
    keep = {k: v for k, v in os.environ.items() if k in _INHERITED}
    return {
        **keep,
        "PYTHONPATH": os.pathsep.join(path),
        "LC_ALL": "C.UTF-8",
        # Each arena of malloc reserves 64 MiB of the address space that is limited.
        "MALLOC_ARENA_MAX": "1",
    }
