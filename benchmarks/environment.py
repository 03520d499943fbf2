"""What the figures were measured with: nothing that names a machine."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

PACKAGES: Final = (
    "coopgraph", "numpy", "numba", "pyoxigraph", "networkx", "rdflib", "fastapi", "uvicorn",
    "httptools", "uvloop", "lxml", "igraph", "networkit", "rustworkx",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Return processors, memory, Python and versions of packages."""
    found = {
        "processors": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "load at start": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def resident_mib() -> float:
    """Return the memory this process has now, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return peak_mib()


def anonymous_mib() -> float:
    """Return the memory this process has now without that of mapped files, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return peak_mib()


def trim() -> None:
    """Give free memory back to the system, where it has glibc: else growth is hidden in it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def peak_mib() -> float:
    """Return the most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
