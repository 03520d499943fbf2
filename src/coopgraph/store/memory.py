"""The memory of a service and its processes: what there is, who may have how much, who has it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from coopgraph.errors import BadRequest
from coopgraph.settings import MIB, Settings

LOOKUP: Final = 512 * MIB
LEAST: Final = 384 * MIB
_CGROUPS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class MemoryPlan(NamedTuple):
    """Who may have how much, in bytes.

    Parameters
    ----------
    total
        The whole service.
    query, lookup, update
        One worker for queries, one for lookups, the writer.
    """

    total: int
    query: int
    lookup: int
    update: int


def plan(settings: Settings) -> MemoryPlan:
    """Share out the memory of a service.

    A quarter is the service's own; the rest is for its processes, whose limits are lowered in
    proportion if they do not fit.

    Raises
    ------
    BadRequest
        If a process would get less than it needs to work.

    Examples
    --------
    >>> found = plan(Settings(memory_bytes=8 * 1024**3, query_workers=2, lookup_workers=2))
    >>> found.query < Settings().query_memory_bytes
    True
    >>> 2 * found.query + 2 * found.lookup + found.update <= 6 * 1024**3
    True
    """
    total = settings.memory_bytes or default_total()
    lookups = settings.lookup_workers * LOOKUP
    rest = total * 3 // 4 - lookups
    queries = settings.query_workers
    asked = queries * settings.query_memory_bytes + settings.update_memory_bytes
    part = min(1.0, max(rest, 0) / asked)
    query = int(settings.query_memory_bytes * part)
    update = int(settings.update_memory_bytes * part)
    if query < LEAST or update < LEAST:
        # The larger limit gives way first: what matters is that both can work.
        query = update = min(LEAST, settings.query_memory_bytes, settings.update_memory_bytes)
        needed = (lookups + queries * query + update) * 4 // 3
        if needed > total:
            raise BadRequest(
                f"{total // MIB} MiB are too little for {queries} query workers, "
                f"{settings.lookup_workers} lookup workers and a writer, which need "
                f"{needed // MIB} MiB: raise COOPGRAPH_MEMORY_BYTES, or lower "
                "COOPGRAPH_QUERY_WORKERS or COOPGRAPH_LOOKUP_WORKERS",
                zh=f"内存 {total // MIB} MiB 不足（至少需要 {needed // MIB} MiB）：请调高 "
                "COOPGRAPH_MEMORY_BYTES，或减少 COOPGRAPH_QUERY_WORKERS、COOPGRAPH_LOOKUP_WORKERS",
            )
    return MemoryPlan(total, query, LOOKUP, update)


def fitted(settings: Settings) -> Settings:
    """Return the settings with limits of memory that fit together, see :func:`plan`."""
    found = plan(settings)
    return settings.model_copy(
        update={
            "memory_bytes": found.total,
            "query_memory_bytes": found.query,
            "update_memory_bytes": found.update,
        }
    )


def default_total() -> int:
    """Return the bytes a service may have when nothing is said: three quarters of what there is."""
    return available() * 3 // 4


def available() -> int:
    """Return the bytes of memory that this machine, or this control group, has."""
    found = os.sysconf("SC_PHYS_PAGES") * _PAGE
    for name in _CGROUPS:
        try:
            found = min(found, int(Path(name).read_text()))
        except (OSError, ValueError):  # no control group, or "max"
            continue
    return found


def used(pid: int) -> int:
    """Return the bytes that one process has for itself alone; 0 if it is gone.

    Examples
    --------
    >>> used(os.getpid()) > 1024**2
    True
    """
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def tree(pid: int) -> list[int]:
    """Return a process and all below it.

    Examples
    --------
    >>> os.getpid() in tree(os.getpid())
    True
    """
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:  # it has ended meanwhile
                continue
    return found
