"""A snapshot as a file beside its generation, so that a start need not build it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.kinds import Kinds
from coopgraph.graph.snapshot import Relation, SectorSubjects, Snapshot
from coopgraph.store.array_file import ArrayFile, read_arrays, write_arrays
from coopgraph.store.string_table import StringTable

LAYOUT: Final = 3
"""Raised whenever arrays are laid out anew: what was saved otherwise is as good as none."""
_COLUMNS: Final = ("node_visible", "node_type")
_ROWS: Final = ("indptr", "neighbour", "code", "rank", "number", "subject")
_KINDS: Final = ("directed", "visible", "relation", "interval", "interval_from", "interval_to")


def save_snapshot(path: Path, made_from: Mapping[str, Any], snapshot: Snapshot) -> None:
    """Write a snapshot with its adjacency; whole or not at all.

    Parameters
    ----------
    path
        Where.
    made_from
        What the snapshot was built from; :func:`read_snapshot` compares it.
    snapshot
        What to save.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {name: getattr(snapshot, name) for name in _COLUMNS}
    arrays |= {name: getattr(snapshot.adjacency, name) for name in _ROWS}
    arrays |= {f"kind.{name}": getattr(snapshot.adjacency.kinds, name) for name in _KINDS}
    for name in ("nodes", "subjects"):
        table: StringTable = getattr(snapshot, name)
        arrays |= {f"{name}.letters": table.letters, f"{name}.ends": table.ends}
    for selection, changes in snapshot.type_changes.items():
        arrays[f"changed.{selection}"] = np.fromiter(changes.keys(), np.int32, len(changes))
        arrays[f"type.{selection}"] = np.fromiter(changes.values(), np.uint16, len(changes))
    sectors = list(snapshot.sector_subjects)
    members = list(snapshot.sector_subjects.values())
    arrays["sector.ends"] = np.cumsum([0, *(len(found) for found, _ in members)], dtype=np.int64)
    arrays["sector.subject"] = _joined([found for found, _ in members], np.int32)
    arrays["sector.layers"] = _joined([layers for _, layers in members], np.uint8)
    said = {
        "view": snapshot.view,
        "types": list(snapshot.types),
        "relations": [[r.name, r.label, r.iri, r.drawn] for r in snapshot.relations],
        "sectors": sectors,
        "superclasses": {name: sorted(above) for name, above in snapshot.superclasses.items()},
        "terms": sorted(snapshot.terms),
        "changed": list(snapshot.type_changes),
        "edges": snapshot.edges,
    }
    write_arrays(path, {**made_from, "layout": LAYOUT}, said, arrays)


def read_snapshot(path: Path, made_from: Mapping[str, Any]) -> Snapshot | None:
    """Map a saved snapshot; None if there is none, or none that may be trusted.

    Parameters
    ----------
    path
        Where it lies.
    made_from
        What it must have been built from.
    """
    file = read_arrays(path, {**made_from, "layout": LAYOUT})
    if file is None:
        return None
    said, arrays = file.said, file.arrays
    columns: dict[str, Any] = {name: arrays[name] for name in _COLUMNS}
    # The rows are saved too: sorting the arcs of ten million edges takes half a second.
    rows: dict[str, Any] = {name: arrays[name] for name in _ROWS}
    kinds: dict[str, Any] = {name: arrays[f"kind.{name}"] for name in _KINDS}
    return Snapshot(
        view=said["view"],
        nodes=_table(file, "nodes"),
        subjects=_table(file, "subjects"),
        types=said["types"],
        type_changes={
            selection: dict(
                zip(
                    arrays[f"changed.{selection}"].tolist(),
                    arrays[f"type.{selection}"].tolist(),
                    strict=True,
                )
            )
            for selection in said["changed"]
        },
        relations=[Relation(*relation) for relation in said["relations"]],
        sector_subjects=_sectors(file),
        superclasses={name: frozenset(above) for name, above in said["superclasses"].items()},
        terms=frozenset(said["terms"]),
        adjacency=Adjacency(**rows, kinds=Kinds(**kinds), edges=said["edges"]),
        **columns,
    )


def _table(file: ArrayFile, name: str) -> StringTable:
    return StringTable(file.arrays[f"{name}.letters"], file.arrays[f"{name}.ends"])


def _sectors(file: ArrayFile) -> dict[str, SectorSubjects]:
    ends = file.arrays["sector.ends"].tolist()
    subject, layers = file.arrays["sector.subject"], file.arrays["sector.layers"]
    return {
        sector: (subject[ends[i] : ends[i + 1]], layers[ends[i] : ends[i + 1]])
        for i, sector in enumerate(file.said["sectors"])
    }


def _joined(parts: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *parts])
