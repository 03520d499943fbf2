"""Where compiled kernels are kept: one folder for each state of the sources.

numba looks whether the module of a kernel has changed, not whether one that it takes helpers or
types from has; and an index that names a type which is no more cannot even be read. So what was
compiled from other sources is never looked at.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import numba

_SOURCES: Final = Path(__file__).parents[1]
_NAME: Final = "kernels-"
_WEEK: Final = 7 * 86_400


@contextmanager
def kept_apart() -> Iterator[None]:
    """Have numba keep what is decorated meanwhile in :func:`cache_folder`.

    Examples
    --------
    >>> with kept_apart():
    ...     numba.config.CACHE_DIR == cache_folder()
    True
    """
    config = cast(Any, numba.config)
    before, config.CACHE_DIR = config.CACHE_DIR, cache_folder()
    try:
        yield
    finally:
        config.CACHE_DIR = before


@lru_cache(maxsize=1)
def cache_folder() -> str:
    """Return the folder of what is compiled from the sources as they are; made if missing.

    It lies below ``NUMBA_CACHE_DIR`` if that is set, else beside the sources, else in the user's
    cache. Folders of other sources that were not touched for a week are removed. Empty where no
    folder can be written; numba then looks for one itself.
    """
    name = _NAME + sources_fingerprint(_SOURCES)
    for home in _homes():
        folder = home / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                os.utime(folder)
                _forget(home, name)
                return str(folder)
    return ""


def sources_fingerprint(folder: Path) -> str:
    """Return a word that changes with any Python file below a folder.

    Examples
    --------
    >>> sources_fingerprint(Path("/nowhere"))
    'e4a6a0577479b2b4'
    """
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*.py")):
        found.update(f"{path.relative_to(folder)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _homes() -> Iterator[Path]:
    if chosen := cast(Any, numba.config).CACHE_DIR:
        yield Path(chosen)
        return
    yield Path(__file__).parent / "__pycache__"
    with suppress(RuntimeError):  # nobody's home
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coopgraph"


def _forget(home: Path, name: str) -> None:
    long_ago = time.time() - _WEEK
    for old in home.glob(_NAME + "*"):
        with suppress(OSError):
            if old.name != name and old.stat().st_mtime < long_ago:
                shutil.rmtree(old, ignore_errors=True)
