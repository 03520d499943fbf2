"""What a query worker forbids itself before it reads a stranger's first byte."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import select
import signal
import struct
import time
from pathlib import Path


def confine(memory_bytes: int, *, network: bool) -> None:
    """Limit the memory of this process, forbid core files and, unless allowed, the network."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not network:
        _forbid_network()


def _forbid_network() -> None:
    """Let the kernel refuse new sockets: the second net below the guard's refusal of SERVICE."""
    numbers = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}.get(os.uname().machine)
    if numbers is None:
        return
    arch, socket_call = numbers
    program = b"".join(
        struct.pack("=HBBI", *line)
        for line in (
            (0x20, 0, 0, 4),  # load the architecture
            (0x15, 0, 3, arch),  # another one: allow
            (0x20, 0, 0, 0),  # load the number of the call
            (0x15, 0, 1, socket_call),
            (0x06, 0, 0, 0x00050000 | 13),  # refuse with EACCES
            (0x06, 0, 0, 0x7FFF0000),  # allow
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("HP", len(program) // 8, ctypes.addressof(code))
    )
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    libc.prctl(22, 2, header, 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def limit_cpu(seconds: int) -> None:
    """Let this process use so many more seconds of CPU, then end it by SIGXCPU."""
    # The service kills at the time limit. This holds even when the service itself is stopped.
    end = int(time.process_time()) + 1 + seconds
    if end != _Limited.end:  # most requests take no second, so it seldom changes
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
        _Limited.end = end


class _Limited:
    """The second of CPU at which this process ends."""

    end = -1


def has_grown(memory_bytes: int) -> bool:
    """Tell whether this process once held more than half of its memory."""
    # ru_maxrss alone says too much: after an exec it still counts the memory of the process that
    # started us. But it never says too little, and costs a fiftieth of reading the file.
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 <= memory_bytes // 2:
        return False
    status = Path("/proc/self/status").read_text()
    peak = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return peak is not None and int(peak[1]) * 1024 > memory_bytes // 2


def die_with_parent(fd: int) -> None:
    """End this process when the other end of a socket closes; for a thread of its own."""
    # Not PR_SET_PDEATHSIG: that fires when the *thread* that started this process ends.
    watch = select.poll()
    watch.register(fd, select.POLLRDHUP)
    watch.poll()
    os._exit(0)
