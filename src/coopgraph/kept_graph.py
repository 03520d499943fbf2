"""Snapshot, names and statements as files beside the generation they were built from.

Building them reads the whole store; mapping the files takes a fraction of a second, and the pages
are shared by all processes that serve the generation. They lie in its folder, and so go when it is
pruned. What was built from something else, or is broken, is built anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

from coopgraph.__about__ import __version__
from coopgraph.graph.projection import Projection
from coopgraph.graph.saved import read_snapshot, save_snapshot
from coopgraph.graph.snapshot import Snapshot
from coopgraph.search.name_index import NameIndex
from coopgraph.store.generations import Generation
from coopgraph.store.statements import Statements
from coopgraph.store.string_table import StringTable

FORMAT: Final = 1
"""Raised whenever what is built, or how it is written, changes."""
_log: Final = logging.getLogger("coopgraph")


class KeptGraph:
    """The files of one generation.

    Parameters
    ----------
    generation
        It, with what was recorded of it.
    table
        The projection of the compact view.
    """

    def __init__(self, generation: Generation, table: Projection) -> None:
        # A graph in memory has no folder, and keeps nothing.
        self._folder: Path | None = getattr(generation, "path", None)
        self._made_from: dict[str, Any] = {
            "format": FORMAT,
            "version": __version__,
            "generation": generation.number,
            "recorded": _digest(dict(generation.info)),  # when, datasets, rules, vocabulary
            "projection": _digest(astuple(table)),
        }

    def snapshot(self, view: str, build: Callable[[], Snapshot]) -> Snapshot:
        """Return the snapshot of a view: the kept one, else one that is built and then kept."""
        path = self._path(f"snapshot-{view}")
        found = read_snapshot(path, self._made_from) if path else None
        if found is not None:
            return found
        built = build()
        if path is None or not _written(lambda: save_snapshot(path, self._made_from, built)):
            return built
        # The mapped one weighs less, and is shared with other processes.
        return read_snapshot(path, self._made_from) or built

    def statements(self, properties: Iterable[str], read: Callable[[], Statements]) -> Statements:
        """Return statements as columns: the kept ones, else those that are read and then kept."""
        path = self._path("statements")
        made_from = {**self._made_from, "properties": _digest(sorted(properties))}
        found = Statements.saved(path, made_from) if path else None
        if found is not None:
            return found
        fresh = read()
        if path is None or not _written(lambda: fresh.save(path, made_from)):
            return fresh
        return Statements.saved(path, made_from) or fresh

    def names(self, view: str, nodes: StringTable, read: Callable[[], NameIndex]) -> NameIndex:
        """Return the names of a view's nodes: the kept ones, else those read and then kept."""
        path = self._path(f"names-{view}")
        # Names point into the nodes.
        made_from = {**self._made_from, "nodes": [len(nodes), nodes.letters.nbytes]}
        found = NameIndex.saved(path, made_from, nodes) if path else None
        if found is not None:
            return found
        index = read()
        if path is None or not _written(lambda: index.save(path, made_from)):
            return index
        return NameIndex.saved(path, made_from, nodes) or index

    def _path(self, name: str) -> Path | None:
        return self._folder / f"{name}.arrays" if self._folder else None


def _written(write: Callable[[], None]) -> bool:
    """Write a file; a full or read-only disk only means that the next start builds it again."""
    try:
        write()
    except OSError as error:
        _log.warning("what was built cannot be kept for the next start: %s", error)
        return False
    return True


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
