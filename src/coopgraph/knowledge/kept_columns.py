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


def keep_columns(
    folder: Path,
    before: Path | None,
    datasets: Mapping[str, Mapping[str, Any]],
    fresh: Mapping[str, Lines],
) -> None:
    """Put the columns of every graph into the folder of a new generation.

    Parameters
    ----------
    folder
        Of the new generation.
    before
        Of the published one.
    datasets
        What the new generation records of every graph.
    fresh
        By graph: what gives the statements of one that changed, as sorted N-Triples without full
        stops.
    """
    for graph, said in datasets.items():
        fingerprint = said.get("sha256")
        if not isinstance(fingerprint, str):
            continue
        path = columns_path(folder, fingerprint)
        if path.exists():
            continue
        if before is not None:
            with suppress(OSError):
                os.link(columns_path(before, fingerprint), path)
                continue
        if graph in fresh:
            try:
                GraphColumns.of_lines(fresh[graph]()).save(path, fingerprint)
            except OSError as error:
                _log.warning("columns of %s cannot be kept: %s", graph, error)


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
