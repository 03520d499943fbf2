"""A local copy of a remote store's published graphs, kept up by looking at marks of change.

The copy is a generation like any other, so whatever reads generations reads it. Only graphs that
changed are copied again, and readers go on with the old generation until the new one is whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import DocumentSyntaxError, Unavailable
from coopgraph.settings import Settings
from coopgraph.store.generations import MEMORY, Generations, Superseded
from coopgraph.store.marks import Head, Known, Marks, count_graphs, read_head, read_marks
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.remote_endpoint import AWAY_SECONDS
from coopgraph.store.remote_pages import copy_graph, incomplete
from coopgraph.store.union import replace_graph, replace_graph_by_files
from coopgraph.vocabulary import PROVENANCE_GRAPH

_TRIES: Final = 3
_DOWNLOADS: Final = "download-"
_log = logging.getLogger("coopgraph.store")

Progress = Callable[[str, int, int], None]
"""Is told the graph that is copied, the statements copied, and those there are to copy."""

Record = Callable[[ox.Store, Known, Mapping[str, Any]], Mapping[str, Any]]
"""Says what to record of a copy: given the store, its marks, and what was recorded before."""


class _Moved(Exception):
    """Something was loaded while we copied."""


def mirror_folder(settings: Settings) -> str:
    """Return where the copy of a store is kept: one folder for each store.

    Examples
    --------
    >>> mirror_folder(Settings(data_dir="/srv/x", store="http://db/sparql"))
    '/srv/x/mirror/...'
    """
    if str(settings.data_dir) == MEMORY:
        return MEMORY
    key = hashlib.sha256(settings.store.encode()).hexdigest()[:10]
    return str(Path(settings.data_dir).expanduser() / "mirror" / key)


def log_progress(graph: str, done: int, total: int) -> None:
    """Write progress to the log, as a service does."""
    _log.info("copied %d of %d statements; last <%s>", done, total, graph)


class Mirror:
    """The copy, and what brings it up to date.

    Parameters
    ----------
    client
        The store.
    generations
        Where the copy is kept.
    record
        What to record of it.
    page_size
        Statements a page where the store has no graph store URL.
    """

    def __init__(
        self, client: RemoteClient, generations: Generations, record: Record, page_size: int
    ) -> None:
        self._client = client
        self._generations = generations
        self._record = record
        self._page_size = page_size
        self._lock = Lock()
        self._recounted = generations.folder / "recounted"

    @property
    def known(self) -> Known | None:
        """What the copy knows of the store; None where there is no copy."""
        current = self._generations.current()
        return Known.of(current.info) if current else None

    def due(self, seconds: float) -> bool:
        """Tell whether the graphs were last counted longer ago than so many seconds; 0 is never."""
        if not seconds:
            return False
        try:
            return time.time() - self._recounted.stat().st_mtime >= seconds
        except FileNotFoundError:
            return True

    def sync(
        self,
        *,
        recount: bool = False,
        unfinished: bool = False,
        progress: Progress = log_progress,
    ) -> bool:
        """Follow the store; return whether there is a new generation.

        Parameters
        ----------
        recount
            Count the statements of each graph also where the mark is as it was, to find what
            others changed.
        unfinished
            Where there is no copy yet: take one also while a load is not finished.
        progress
            Is told what was copied.

        Raises
        ------
        Unavailable
            If the store is away, or changes faster than it can be copied.
        DataFolderBusy
            If another process makes the copy.
        """
        with self._lock:
            for _ in range(_TRIES):
                try:
                    return self._sync(recount, unfinished, progress)
                except (Superseded, _Moved):
                    continue
        raise Unavailable(
            "the store changes faster than it can be copied; trying again",
            zh="远程存储变化过快，无法复制；稍后重试",
            retry_after=AWAY_SECONDS,
        )

    def _sync(self, recount: bool, unfinished: bool, progress: Progress) -> bool:
        current = self._generations.current()
        known = Known.of(current.info) if current else None
        head = read_head(self._client)
        if head.pending and known is not None:
            _log.info("a load into the store is not finished; waiting for its mark")
            return False
        if head.pending and not unfinished:
            raise Unavailable(
                "a load into the store goes on, or broke off; there is no copy of what was before",
                zh="远程存储的载入尚未完成或已中断，且没有此前的副本",
                retry_after=AWAY_SECONDS,
            )
        if known is not None and head == known.head and not recount:
            return False
        counts = count_graphs(self._client)
        if known is None and not counts:
            return False
        with self._downloads() as folder:
            copied = _Copy(self._client, folder, self._page_size, progress)
            marks = copied.marks(counts, known, head)
            changed = _changed(counts, marks, known, head)
            gone = sorted(known.counts.keys() - counts.keys()) if known else []
            now = Known(head, counts, marks.tokens, marks.unfinished)
            if changed or gone or known is None:
                self._publish(copied, changed, gone, now, current.number if current else 0)
        self._recounted.touch()
        return bool(changed or gone or known is None)

    def _publish(
        self, copied: _Copy, changed: list[str], gone: list[str], now: Known, after: int
    ) -> None:
        record: dict[str, Any] = {}

        def change(store: ox.Store) -> None:
            for graph in gone:
                replace_graph(store, graph, ())
            copied.into(store, changed, now.counts)
            if read_head(self._client) != now.head:
                raise _Moved
            # What was recorded of graphs that did not change still holds.
            current = self._generations.current()
            before = current.info if current else {}
            record.update(self._record(store, now, {**before, "changed": {*changed, *gone}}))
            record["mirror"] = now.to_record()

        self._generations.publish(
            change, lambda _: record, after=after, at_least=max(now.head.number, 1)
        )

    @contextmanager
    def _downloads(self) -> Iterator[Path]:
        for left in self._generations.folder.glob(_DOWNLOADS + "*"):
            owner = left.name.split("-")[1]
            if owner.isdecimal() and not _alive(int(owner)):
                shutil.rmtree(left, ignore_errors=True)
        prefix = f"{_DOWNLOADS}{os.getpid()}-"
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self._generations.folder) as folder:
            yield Path(folder)


class _Copy:
    """One round of copying graphs."""

    def __init__(
        self, client: RemoteClient, folder: Path, page_size: int, progress: Progress
    ) -> None:
        self._client = client
        self._folder = folder
        self._page_size = page_size
        self._progress = progress

    def marks(self, counts: Mapping[str, int], known: Known | None, head: Head) -> Marks:
        """Return the marks of the graphs, read anew where they may have changed."""
        count = counts.get(PROVENANCE_GRAPH, 0)
        if known and known.head == head and known.counts.get(PROVENANCE_GRAPH, 0) == count:
            return Marks(dict(known.tokens), known.unfinished)
        if not count:
            return Marks({}, ())
        store = ox.Store()
        self._load(store, PROVENANCE_GRAPH, count, lambda _: None)
        return read_marks(quad.triple for quad in store)

    def into(self, store: ox.Store, graphs: list[str], counts: Mapping[str, int]) -> None:
        """Copy graphs into a store, one after the other."""
        total, done = sum(counts[graph] for graph in graphs), 0
        for graph in graphs:

            def step(count: int, graph: str = graph) -> None:
                nonlocal done
                done += count
                self._progress(graph, done, total)

            self._load(store, graph, counts[graph], step)

    def _load(
        self, store: ox.Store, graph: str, expected: int, step: Callable[[int], None]
    ) -> None:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            files = copy_graph(self._client, graph, expected, Path(folder), self._page_size, step)
            try:
                count = replace_graph_by_files(store, graph, files)
            except SyntaxError as error:
                raise DocumentSyntaxError(
                    f"the store sent something that is no RDF in <{graph}>: {error}",
                    zh=f"远程存储发送的 <{graph}> 不是合法的 RDF：{error}",
                ) from error
            # Pages of an order that is not quite one may repeat statements and lack others.
            if len(files) > 1 and count < expected:
                raise incomplete(graph, count, expected)


def _changed(counts: Mapping[str, int], marks: Marks, known: Known | None, head: Head) -> list[str]:
    if known is None:
        return sorted(counts)
    anew = {*known.unfinished, *marks.unfinished}
    if known.head != head:
        anew.add(PROVENANCE_GRAPH)
    return sorted(
        graph
        for graph, count in counts.items()
        if graph in anew
        or known.counts.get(graph) != count
        or known.tokens.get(graph) != marks.tokens.get(graph)
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
