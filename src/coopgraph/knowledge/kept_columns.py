"""Columns of the layers' graphs, put beside a generation when it is published.

They are named by the fingerprint of the statements they hold, which the generation records of each
dataset. So columns of a graph that did not change are linked from the generation before, and
nothing can pass for what it is not. Without them the graph is read from the store, slowly.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from coopgraph.store.generations import Generation
from coopgraph.store.graph_columns import GraphColumns, columns_path

_log: Final = logging.getLogger("coopgraph")

Lines = Callable[[], bytes]


class ColumnsToBe:
    """The columns of the graphs of a generation that is being made.

    Those of a graph that changed are made when first asked for, and once; of the rest there are
    those of the generation before.

    Parameters
    ----------
    before
        The folder of the published generation, if there is one.
    datasets
        What the new generation is to record of every graph; looked at when columns are asked for.
    fresh
        By graph: what gives the statements of one that changed, as sorted N-Triples without full
        stops. It is asked once.
    """

    def __init__(
        self,
        before: Path | None,
        datasets: Mapping[str, Mapping[str, Any]],
        fresh: Mapping[str, Lines],
    ) -> None:
        self._before = before
        self._datasets = datasets
        self._fresh = fresh
        self._made: dict[str, GraphColumns] = {}

    def __call__(self, graph: str) -> GraphColumns | None:
        """Return the columns of a graph; None where there are none."""
        if graph in self._made:
            return self._made[graph]
        fingerprint = self._datasets.get(graph, {}).get("sha256")
        if not isinstance(fingerprint, str):
            return None
        if self._before is not None:
            path = columns_path(self._before, fingerprint)
            found = GraphColumns.saved(path, fingerprint) if path.exists() else None
            if found is not None:
                return found
        return self._of_lines(graph) if graph in self._fresh else None

    def keep(self, folder: Path) -> None:
        """Put the columns of every graph into the folder of the new generation."""
        for graph, said in self._datasets.items():
            fingerprint = said.get("sha256")
            if not isinstance(fingerprint, str):
                continue
            path = columns_path(folder, fingerprint)
            if path.exists():
                continue
            if self._before is not None:
                with suppress(OSError):
                    os.link(columns_path(self._before, fingerprint), path)
                    continue
            if graph in self._fresh:
                try:
                    self._of_lines(graph).save(path, fingerprint)
                except OSError as error:
                    _log.warning("columns of %s cannot be kept: %s", graph, error)

    def _of_lines(self, graph: str) -> GraphColumns:
        if graph not in self._made:
            self._made[graph] = GraphColumns.of_lines(self._fresh[graph]())
        return self._made[graph]


def kept_columns(generation: Generation) -> Callable[[str], GraphColumns | None]:
    """Return what gives the kept columns of a graph of a generation; None where there are none.

    Parameters
    ----------
    generation
        It; one in memory keeps none.
    """
    folder: Path | None = getattr(generation, "path", None)
    datasets = generation.info.get("datasets", {})

    def kept(graph: str) -> GraphColumns | None:
        fingerprint = datasets.get(graph, {}).get("sha256")
        if folder is None or not isinstance(fingerprint, str):
            return None
        return GraphColumns.saved(columns_path(folder, fingerprint), fingerprint)

    return kept


def written(statements: Iterable[object]) -> bytes:
    r"""Return distinct statements as sorted N-Triples without full stops.

    Examples
    --------
    >>> written(["b", "a", "b"])
    b'a\nb'
    """
    return "\n".join(sorted({str(statement) for statement in statements})).encode()
