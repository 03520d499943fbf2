"""The data folder: every published change is a new, immutable generation of the store.

::

    DATA_DIR/
      CURRENT                     the number of the published generation
      lock                        held by whoever publishes
      identity                    a random name; a new folder has a new one
      .writer-…/                  the working copy of a running writer process
      generations/00000007/
        store/                    an Oxigraph store (RocksDB), never written again
        generation.json           what it holds and when it was published
        in-use                    held shared by readers, so that it is not pruned

A publish takes a checkpoint of the current generation (hard links), changes the copy and, when
all is written, renames it into place and swings ``CURRENT``. Another process may make the copy: it
is given the path, and is done before this one looks at it. So a process killed at any moment leaves
the old generation or the new one, never a mixture, and readers never wait for writers.
Opening one generation for reading from many processes is safe because nobody writes to it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox
from filelock import FileLock, Timeout

from coopgraph.errors import DataFolderBusy, Unavailable
from coopgraph.store.checkpoint import checkpoint

_NAME: Final = re.compile(r"[0-9]{8,}")
MEMORY: Final = ":memory:"
WORKING: Final = ".writer-"
_RETRIES: Final = 10
_KEEP: Final = 2  # the published generation and the one before, for readers that just looked it up


class Superseded(Exception):
    """Somebody else published meanwhile: look again at what there is, and try again."""


@dataclass(frozen=True)
class Generation:
    """One published state of the graph.

    Attributes
    ----------
    number
        Counts published changes, from 1.
    path
        The folder of this generation.
    info
        What was recorded at publishing: datasets, time, versions.
    """

    number: int
    path: Path
    info: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def store_path(self) -> Path:
        """The folder that :class:`pyoxigraph.Store` opens read-only."""
        return self.path / "store"


class Reader:
    """An open, read-only generation that stays on disk until it is closed.

    Attributes
    ----------
    generation
        The generation that is read.
    """

    def __init__(self, generation: Generation, lock: IO[str]) -> None:
        self.generation = generation
        # Whoever still holds the reader when a newer one takes over can finish: the lock goes
        # with the last reference.
        self._release = weakref.finalize(self, lock.close)

    @cached_property
    def store(self) -> ox.Store:
        """The store; only for the project's own queries, never for a stranger's."""
        return ox.Store.read_only(str(self.generation.store_path))

    def close(self) -> None:
        """Let the generation be pruned."""
        self._release()


class Generations:
    """The generations in one data folder.

    Parameters
    ----------
    folder
        Where they lie; made if missing. ``":memory:"`` takes a temporary folder, removed at
        :meth:`close`.
    busy_timeout
        Seconds to wait for another publisher before :class:`DataFolderBusy`.

    Examples
    --------
    >>> generations = Generations(":memory:")
    >>> generations.current() is None
    True
    >>> def add(store):
    ...     store.add(ox.Quad(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("c")))
    >>> generations.publish(add).number
    1
    >>> generations.close()
    """

    def __init__(self, folder: str | Path, *, busy_timeout: float = 30.0) -> None:
        self._temporary: str | None = None
        if str(folder) == MEMORY:
            self._temporary = _temporary_folder()
            folder = self._temporary
        self.folder = Path(folder).expanduser().resolve()
        self._generations = self.folder / "generations"
        try:
            self._generations.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                f"the data folder {self.folder} cannot be made: {error.strerror}. "
                "Choose another with --data-dir or COOPGRAPH_DATA_DIR",
                zh=f"无法创建数据目录 {self.folder}：{error.strerror}。请用 --data-dir 另选目录",
            ) from error
        self._busy_timeout = busy_timeout

    @property
    def temporary(self) -> bool:
        """Whether the folder is removed at :meth:`close`."""
        return self._temporary is not None

    @cached_property
    def identity(self) -> str:
        """The random name of this folder: numbers of generations are its own."""
        path, name = self.folder / "identity", secrets.token_hex(8)
        with suppress(OSError), tempfile.NamedTemporaryFile("w", dir=self.folder) as draft:
            draft.write(name)
            draft.flush()
            os.link(draft.name, path)  # whole or not at all, and the first wins
        with suppress(OSError, UnicodeDecodeError):
            return path.read_text("ascii").strip() or name
        return name

    def current(self) -> Generation | None:
        """Return the published generation, or None where nothing was published yet.

        Raises
        ------
        Unavailable
            If what ``CURRENT`` names is not there.
        """
        text = ""
        for _ in range(_RETRIES):
            try:
                text = (self.folder / "CURRENT").read_text().strip()
            except FileNotFoundError:
                return None
            if not text.isdecimal():
                break
            path = self._path(int(text))
            try:
                info = json.loads((path / "generation.json").read_text())
            except FileNotFoundError:
                continue  # two publishers came by since CURRENT was read: look again
            return Generation(int(text), path, info)
        raise Unavailable(
            f"{self.folder / 'CURRENT'} names the generation {text!r}, which is not there: "
            "restore the data folder from a backup",
            zh=f"{self.folder / 'CURRENT'} 指向的代 {text!r} 不存在：请从备份恢复数据目录",
        )

    def reader(self) -> Reader | None:
        """Open the published generation for reading; None where nothing was published yet."""
        for _ in range(_RETRIES):
            generation = self.current()
            if generation is None:
                return None
            try:
                lock = (generation.path / "in-use").open("a")
            except FileNotFoundError:
                continue
            fcntl.flock(lock, fcntl.LOCK_SH)
            if generation.store_path.is_dir():  # else pruned between the look-up and the lock
                return Reader(generation, lock)
            lock.close()
        raise Unavailable("generations change faster than they can be opened")

    def publish(
        self,
        change: Callable[[ox.Store], None] | None,
        describe: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
        *,
        after: int | None = None,
        prepare: Callable[[Path, Generation | None], None] | None = None,
        at_least: int = 1,
        beside: Callable[[Path, Path | None], None] | None = None,
    ) -> Generation:
        """Apply a change to a copy of the published generation and publish the copy.

        Parameters
        ----------
        change
            Is given the writable copy. If it raises, nothing is published. None where
            ``prepare`` does all there is to do.
        describe
            Given what the published generation records, returns what to record of the new one.
        after
            The number of the generation that the change was made for, 0 for none; None for any.
        prepare
            Makes the copy instead, given the path of the new store and the published generation.
        at_least
            The smallest number that the new generation may have.
        beside
            Is given the new folder and the published one, and may put files there.

        Raises
        ------
        Superseded
            If another generation than ``after`` is published by now.
        DataFolderBusy
            If another process publishes for longer than the busy time-out.
        Unavailable
            If it cannot be written; what was published before is as it was.
        """
        with self._writing():
            current = self.current()
            if after is not None and after != (current.number if current else 0):
                raise Superseded
            number = max(current.number + 1 if current else 1, at_least)
            self._sweep()
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._generations))
            try:
                if prepare is not None:
                    prepare(draft / "store", current)
                elif current is not None:
                    checkpoint(current.store_path, draft / "store")
                if change is not None:
                    store = ox.Store(str(draft / "store"))
                    change(store)
                    store.flush()
                    del store  # closes RocksDB before the folder gets its final name
                if beside is not None:
                    beside(draft, current.path if current else None)
                record = {**describe(current.info if current else {}), "generation": number}
                _write(draft / "generation.json", json.dumps(record, ensure_ascii=False, indent=1))
                (draft / "in-use").touch()
                draft.rename(self._path(number))
            except OSError as error:
                shutil.rmtree(draft, ignore_errors=True)
                raise Unavailable(
                    f"the new generation cannot be written to {self.folder}: {error}. Is the disk "
                    "full? What was published before is as it was",
                    zh=f"无法将新一代写入 {self.folder}：{error}。磁盘已满？此前发布的内容未受影响",
                ) from error
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
            _write(self.folder / "CURRENT", f"{number}\n")
            self._prune(number)
            return Generation(number, self._path(number), record)

    def close(self) -> None:
        """Remove a temporary folder; a real one stays."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def _path(self, number: int) -> Path:
        return self._generations / f"{number:08d}"

    def _all(self) -> list[tuple[int, Path]]:
        """Return what is there under the name of a generation, oldest first."""
        paths = self._generations.iterdir()
        return sorted((int(path.name), path) for path in paths if _NAME.fullmatch(path.name))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        lock = FileLock(self.folder / "lock", timeout=self._busy_timeout)
        try:
            with lock:
                yield
        except Timeout as error:
            raise DataFolderBusy(
                f"another process has been publishing to {self.folder} for "
                f"{self._busy_timeout:g} s; try again when it is done",
                zh=f"另一进程正在向 {self.folder} 发布数据，请稍后再试",
            ) from error

    def _sweep(self) -> None:
        """Remove what killed publishers left behind (the caller holds the lock)."""
        for draft in self._generations.glob(".draft-*"):
            shutil.rmtree(draft, ignore_errors=True)
        for work in self.folder.glob(WORKING + "*"):
            with suppress(OSError), (work / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(work, ignore_errors=True)  # its writer has ended
        current = self.current()
        for number, path in self._all():
            if current is None or number > current.number:
                shutil.rmtree(path, ignore_errors=True)  # renamed, but CURRENT never swung

    def _prune(self, newest: int) -> None:
        for number, path in self._all():
            if number > newest - _KEEP:
                continue
            with (path / "in-use").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # somebody reads it; the next publish tries again
                shutil.rmtree(path, ignore_errors=True)


def _temporary_folder() -> str:
    """Make a folder in memory where there is such a place, and remove what killed owners left."""
    memory = Path("/dev/shm")  # noqa: S108  (a private folder is made in it)
    place = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for left in place.glob("coopgraph-*"):
        owner = left.name.split("-")[1]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists() and Path("/proc").is_dir():
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"coopgraph-{os.getpid()}-", dir=place)


def _write(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
