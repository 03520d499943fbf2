"""Publish documents: validate, compare, write, derive; all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import pyoxigraph as ox

from coopgraph.__about__ import __version__
from coopgraph.errors import BadRequest, DataFolderBusy, DataInvalid
from coopgraph.intake.stored_text import stored_texts
from coopgraph.knowledge.dataset import Dataset
from coopgraph.knowledge.derive_change import SMALL, Change
from coopgraph.knowledge.kept_columns import ColumnsToBe, written
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.provenance import rules_fingerprint
from coopgraph.knowledge.rebuild import rebuild
from coopgraph.knowledge.validate import validate
from coopgraph.knowledge.violation import Violation
from coopgraph.resources import data_dir
from coopgraph.store.generations import Generations, Reader, Superseded
from coopgraph.store.union import replace_graph, replace_graph_by_lines
from coopgraph.vocabulary import LAYERS, VOCABULARY_GRAPH, layer_of

_TRIES: Final = 5


class Commit(Protocol):
    """Takes a finished change elsewhere before it is published; raises to have it undone."""

    def __call__(
        self, store: ox.Store, changed: set[str], number: int, loaded: Mapping[str, Any]
    ) -> None:
        """Take the store as it will be, what changed in it, its number and its datasets."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Attributes
    ----------
    generation
        The generation that is published now.
    changed
        The graphs that changed; empty when everything was there already.
    triples
        Statements in each graph that was given.
    warnings
        What the shapes only warn about.
    """

    generation: int
    changed: list[str] = field(default_factory=list)
    triples: dict[str, int] = field(default_factory=dict)
    warnings: list[Violation] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "generation": self.generation,
            "changed": self.changed,
            "triples": self.triples,
            "warnings": [warning.to_dict() for warning in self.warnings],
        }


def check(
    datasets: Sequence[Dataset], ontology: Ontology, published: ox.Store | None
) -> list[Violation]:
    """Validate documents that belong together; each sees the others and what is published."""
    if not datasets:
        return []
    return validate(
        {dataset.graph: dataset.document for dataset in datasets},
        shapes=ontology.shapes,
        vocabulary=ontology.vocabulary,
        published=published,
        text_of=stored_texts(*_text_folders(datasets)),
    )


def _text_folders(datasets: Sequence[Dataset]) -> list[Path]:
    """Return where texts may be stored: beside the files, then those that ship."""
    folders = dict.fromkeys(folder for dataset in datasets for folder in dataset.texts)
    return [*folders, data_dir() / "sources"]


def refuse_violations(found: Iterable[Violation]) -> list[Violation]:
    """Return the warnings; raise :class:`DataInvalid` if there is anything worse."""
    found = list(found)
    violations = [v for v in found if v.severity == "Violation"]
    if violations:
        first = violations[0]
        more = len(violations) - 1
        told = str(first).rstrip(".") + (f" (and {more} more)" if more else "")
        raise DataInvalid(
            f"{told}. Nothing was loaded",
            zh=f"{first.file}"
            + (f" 第 {first.line} 行" if first.line else "")
            + f"：{first.focus} 不符合 {first.shape}：{first.message.get('zh', '')}"
            + (f"（另有 {more} 处）" if more else "")
            + "。未载入任何数据",
            violations=[v.to_dict() for v in violations],
        )
    return found


def publish(
    generations: Generations,
    ontology: Ontology,
    datasets: Sequence[Dataset],
    *,
    shacl: bool = True,
    record: Mapping[str, Any] | None = None,
    commit: Commit | None = None,
    unfinished: Collection[str] = (),
) -> LoadReport:
    """Make the given graphs and the ontology part of the published graph.

    Parameters
    ----------
    generations
        Where to publish.
    ontology
        Its vocabulary is published with the data, its shapes and rules are applied.
    datasets
        The graphs to replace.
    shacl
        Whether to validate; a graph too large for SHACL may be loaded without, and is recorded
        as not validated.
    record
        Further members for ``generation.json``; read when all is written.
    commit
        Called before anything is published here.
    unfinished
        Graphs that are to count as changed whatever they hold.

    Returns
    -------
    LoadReport
        With the old generation's number if nothing changed.

    Raises
    ------
    BadRequest
        If two documents would become the same graph.
    DataInvalid
        If a document breaks a shape; the graph is as before.
    DataFolderBusy
        If another process publishes.
    """
    graphs = [d.graph for d in datasets]
    for dataset in datasets:
        if graphs.count(dataset.graph) > 1:
            raise BadRequest(
                f"two files would become the same graph <{dataset.graph}>: load them one by one, "
                "each with a --name of its own",
                zh=f"两个文件将成为同一个图 <{dataset.graph}>：请分别载入并用 --name 命名",
            )
    for _ in range(_TRIES):
        try:
            return _publish(
                generations, ontology, datasets, shacl, record or {}, commit, unfinished
            )
        except Superseded:
            continue  # what was compared and validated against is no longer what is published
    raise DataFolderBusy(
        "others publish faster than this can be validated; try again",
        zh="其他进程发布过于频繁，请稍后再试",
    )


def _publish(
    generations: Generations,
    ontology: Ontology,
    datasets: Sequence[Dataset],
    shacl: bool,
    record: Mapping[str, Any],
    commit: Commit | None,
    unfinished: Collection[str],
) -> LoadReport:
    reader = generations.reader()
    try:  # what is derived from a small change is compared with what is published
        return _publish_after(
            reader, generations, ontology, datasets, shacl, record, commit, unfinished
        )
    finally:
        if reader:
            reader.close()


def _publish_after(
    reader: Reader | None,
    generations: Generations,
    ontology: Ontology,
    datasets: Sequence[Dataset],
    shacl: bool,
    record: Mapping[str, Any],
    commit: Commit | None,
    unfinished: Collection[str],
) -> LoadReport:
    store = reader.store if reader else None
    number = reader.generation.number if reader else 0
    info = reader.generation.info if reader else {}
    rules = rules_fingerprint(ontology.rules)
    vocabulary_changed = (
        not _same(store, VOCABULARY_GRAPH, ontology.vocabulary) or info.get("rules") != rules
    )
    changed = [d for d in datasets if store is None or not d.is_held_by(store)]
    known = info.get("datasets", {})
    unchecked = [d for d in datasets if d in changed or not known.get(d.graph, {}).get("validated")]
    warnings = refuse_violations(check(unchecked, ontology, store)) if shacl else []
    triples = {d.graph: d.size for d in datasets}
    if reader and not changed and not vocabulary_changed and not unfinished:
        return LoadReport(reader.generation.number, [], triples, warnings)
    since = None
    if store is not None and not vocabulary_changed and not unfinished:
        since = _since(store, changed, info)

    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = {dataset.graph: dataset.lines for dataset in changed}
    described = {
        dataset.graph: {
            "file": dataset.document.name,
            "layer": layer_of(dataset.graph),
            "triples": triples[dataset.graph],
            "sha256": hashlib.sha256(lines[dataset.graph]).hexdigest(),
            "loaded_at": now,
            "validated": shacl,
        }
        for dataset in changed
    }
    layers = {layer_of(d.graph) for d in changed}
    loaded = {**known, **described}
    derived: dict[str, Any] = {}

    # Popped, so that the text of a large graph is gone before its columns are written.
    fresh = {g: partial(lines.pop, g) for g in list(lines)}
    columns = ColumnsToBe(reader.generation.path if reader else None, loaded, fresh)

    def change(store: ox.Store) -> None:
        touched = {*unfinished, *described}
        if vocabulary_changed and replace_graph(store, VOCABULARY_GRAPH, ontology.vocabulary):
            touched.add(VOCABULARY_GRAPH)
        for dataset in changed:
            if dataset.graph in known and dataset.large is None:
                replace_graph(store, dataset.graph, dataset.triples)
            else:
                replace_graph_by_lines(store, dataset.graph, lines[dataset.graph], stops=False)
        # The rules of a layer see the vocabulary too, so a new one touches every layer.
        anew = [x for x in LAYERS if vocabulary_changed or x in layers]
        derived.clear()
        derived.update(
            rebuild(
                store, ontology, anew, loaded, info.get("derived", {}), now, touched,
                kept=columns, since=since,
            )
        )  # fmt: skip
        if commit is not None:
            commit(store, touched, number + 1, loaded)

    def describe(info: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **info,
            **record,
            "published_at": now,
            "version": __version__,
            "rules": rules,
            "datasets": loaded,
            "derived": derived,
        }

    def beside(folder: Path, _before: Path | None) -> None:
        columns.keep(folder)

    generation = generations.publish(change, describe, after=number, beside=beside)
    return LoadReport(generation.number, [d.graph for d in changed], triples, warnings)


def _since(store: ox.Store, changed: Sequence[Dataset], info: Mapping[str, Any]) -> Change | None:
    """Return how small a change of the layers is; None if it is none."""
    found: dict[str, frozenset[ox.Triple]] = {}
    for dataset in changed:
        held = info.get("datasets", {}).get(dataset.graph, {}).get("triples", 0)
        if dataset.large is not None or abs(held - dataset.size) > SMALL:
            return None
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(dataset.graph))
        found[dataset.graph] = dataset.triples ^ {quad.triple for quad in quads}
    return Change.of(store, found, info)


def fingerprint(triples: Iterable[ox.Triple]) -> str:
    """Return the SHA-256 of the sorted N-Triples: equal graphs have equal fingerprints.

    Examples
    --------
    >>> fingerprint([])[:8]
    'e3b0c442'
    """
    return hashlib.sha256(written(triples)).hexdigest()


def _same(store: ox.Store | None, graph: str, triples: frozenset[ox.Triple]) -> bool:
    if store is None:
        return False
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    count = 0
    for quad in quads:
        count += 1
        if count > len(triples) or quad.triple not in triples:
            return False
    return count == len(triples)
