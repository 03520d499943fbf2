"""What a stranger's change means for a knowledge graph.

A writer process changes a draft as if it were a plain store. Here the draft is compared with what
is published, the difference is read as a change of the layers, the draft is put back as it was, and
the change is made again by the rules of a load: names for blank nodes, SHACL, derivation,
provenance, and a default graph that is the union of all.

- A statement that is new in the default graph goes to ``graph/analyst/default``.
- A statement that is gone from the default graph goes from every layer graph that had it.
- Only graphs of a layer may change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.__about__ import __version__
from coopgraph.errors import BadRequest, Forbidden, Unavailable
from coopgraph.intake.rdf_file import RdfDocument
from coopgraph.intake.skolem import skolemize
from coopgraph.knowledge.dataset import Dataset
from coopgraph.knowledge.derive_change import Change
from coopgraph.knowledge.kept_columns import ColumnsToBe, Lines, written
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.provenance import rules_fingerprint
from coopgraph.knowledge.publish import Commit, check, fingerprint, refuse_violations
from coopgraph.knowledge.rebuild import rebuild
from coopgraph.store.compare import Difference, differences, take_back
from coopgraph.store.generations import Generation, Generations, Reader
from coopgraph.store.union import replace_graph
from coopgraph.vocabulary import GRAPH, LAYERS, graph_iri, layer_of

DEFAULT_TARGET: Final = graph_iri("analyst", "default")
"""The graph of what is inserted without naming a graph."""


class _Unchanged(Exception):
    """The change comes to nothing."""


def publish_update(
    generations: Generations,
    ontology: Ontology,
    prepare: Callable[[Path, Generation | None], None],
    *,
    by: str,
    after: int | None = None,
    record: Mapping[str, Any] | None = None,
    commit: Commit | None = None,
    unfinished: Collection[str] = (),
) -> int:
    """Publish what a writer process makes of a draft, if the rules allow it.

    Parameters
    ----------
    generations
        Where to publish; something is published already.
    ontology
        Its shapes and rules are applied.
    prepare
        Is given the path of a draft and what is published, and makes the draft.
    by
        The name of whose token it is done with.
    after
        The generation that the change is for; None for whatever is published.
    record, commit, unfinished
        As of :func:`coopgraph.knowledge.publish.publish`.

    Returns
    -------
    int
        The generation in which the change can be read; the old one if nothing changed.

    Raises
    ------
    Forbidden
        If a graph would change that belongs to no layer.
    DataInvalid
        If a changed graph breaks a shape.
    Superseded
        If another generation than ``after`` is published by now; ``prepare`` was not called.
    CoopgraphError
        Whatever ``prepare`` and ``commit`` raise. In all cases everything is as before.
    """
    # An empty record counts: the commit fills it.
    kept = {} if record is None else record
    change = _Change(generations, ontology, by, kept, commit, unfinished)
    try:
        return generations.publish(
            change.make, change.describe, after=after, prepare=prepare, beside=change.beside
        ).number
    except _Unchanged:
        return change.before


@dataclass
class _Change:
    """One change, between the draft and what is published; runs while nobody else publishes."""

    generations: Generations
    ontology: Ontology
    by: str
    record: Mapping[str, Any] = field(default_factory=dict)
    commit: Commit | None = None
    unfinished: Collection[str] = ()
    before: int = 0

    def __post_init__(self) -> None:
        self._now = datetime.now(UTC).isoformat(timespec="seconds")
        self._datasets: dict[str, Any] = {}
        self._derived: dict[str, Any] = {}
        self._fresh: dict[str, Lines] = {}
        self._columns: ColumnsToBe | None = None

    def make(self, draft: ox.Store) -> None:
        """Turn what the writer left in the draft into a change of the layers."""
        reader = self.generations.reader()
        if reader is None:
            raise Unavailable("nothing is loaded yet", zh="尚未载入任何数据")
        try:
            self._make(draft, reader)
        finally:
            reader.close()

    def beside(self, folder: Path, _before: Path | None) -> None:
        """Keep the columns of the graphs beside the new generation."""
        assert self._columns is not None  # noqa: S101  (the change is made before)
        self._columns.keep(folder)

    def describe(self, info: Mapping[str, Any]) -> dict[str, Any]:
        """Return what to record of the new generation."""
        return {
            **info,
            **self.record,
            "published_at": self._now,
            "version": __version__,
            "datasets": self._datasets,
            "derived": self._derived,
        }

    def _make(self, draft: ox.Store, reader: Reader) -> None:
        old, info = reader.store, reader.generation.info
        self.before = reader.generation.number
        found = differences(old, draft)
        refuse_foreign(graph for graph in found if graph is not None)
        wanted = _wanted(old, draft, found)
        take_back(draft, found)
        datasets = [
            Dataset(graph, skolemize(_document(triples), graph))
            for graph, triples in wanted.items()
        ]
        held = {d.graph: _triples(old, d.graph) for d in datasets}
        changed = [d for d in datasets if d.triples != held[d.graph]]
        if not changed and not self.unfinished:
            raise _Unchanged
        refuse_violations(check(changed, self.ontology, old))
        for dataset in changed:
            replace_graph(draft, dataset.graph, dataset.triples)
        self._datasets = {**info.get("datasets", {})}
        for dataset in changed:
            self._record(dataset)
        layers = {layer_of(dataset.graph) for dataset in changed}
        anew = [layer for layer in LAYERS if layer in layers]
        touched = {*self.unfinished, *(dataset.graph for dataset in changed)}
        self._columns = ColumnsToBe(reader.generation.path, self._datasets, self._fresh)
        self._derived = rebuild(
            draft, self.ontology, anew, self._datasets, info.get("derived", {}), self._now, touched,
            kept=self._columns, since=self._since(old, changed, held, info),
        )  # fmt: skip
        if self.commit is not None:
            self.commit(draft, touched, self.before + 1, self._datasets)

    def _since(
        self,
        old: ox.Store,
        changed: Iterable[Dataset],
        held: Mapping[str, set[ox.Triple]],
        info: Mapping[str, Any],
    ) -> Change | None:
        """Return how the layers change; None if what is derived now may be something else."""
        if self.unfinished or info.get("rules") != rules_fingerprint(self.ontology.rules):
            return None
        return Change.of(old, {d.graph: d.triples ^ held[d.graph] for d in changed}, info)

    def _record(self, dataset: Dataset) -> None:
        if not dataset.triples:
            self._datasets.pop(dataset.graph, None)
            return
        self._fresh[dataset.graph] = partial(written, dataset.triples)
        self._datasets[dataset.graph] = {
            "file": "update",
            "by": self.by,
            "layer": layer_of(dataset.graph),
            "triples": len(dataset.triples),
            "sha256": fingerprint(dataset.triples),
            "loaded_at": self._now,
            "validated": True,
        }


def refuse_foreign(graphs: Iterable[str]) -> None:
    """Raise :class:`Forbidden` if one of some graphs belongs to no layer.

    Examples
    --------
    >>> refuse_foreign(["https://w3id.org/coopgraph/graph/analyst/mine"])
    >>> refuse_foreign(["http://example.org/g"])
    Traceback (most recent call last):
    ...
    coopgraph.errors.Forbidden: the graph <http://example.org/g> cannot be changed: ...
    """
    for graph in sorted(graphs):
        layer = layer_of(graph)
        if layer is None or not graph.removeprefix(f"{GRAPH}{layer}").strip("/"):
            names = ", ".join(f"{GRAPH}{layer}/NAME" for layer in LAYERS)
            raise Forbidden(
                f"the graph <{graph}> cannot be changed: what may be changed is named {names}. "
                "The vocabulary, what rules derive and the provenance follow from these",
                zh=f"不能修改图 <{graph}>：只能修改名为 {names} 的图；"
                "词汇、推导结果与来源信息由其生成",
                graph=graph,
            )


def _wanted(
    old: ox.Store, draft: ox.Store, found: Mapping[str | None, Difference]
) -> dict[str, set[ox.Triple]]:
    """Return what the changed graphs of layers are to hold."""
    default = found.get(None, Difference())
    wanted = {graph: _triples(draft, graph) for graph in found if graph is not None}
    for triple in default.removed:
        for quad in old.quads_for_pattern(triple.subject, triple.predicate, triple.object, None):
            name = quad.graph_name
            if isinstance(name, ox.NamedNode) and layer_of(name.value) is not None:
                if name.value not in wanted:
                    wanted[name.value] = _triples(old, name.value)
                wanted[name.value].discard(triple)
    if default.added:
        if DEFAULT_TARGET not in wanted:
            wanted[DEFAULT_TARGET] = _triples(old, DEFAULT_TARGET)
        wanted[DEFAULT_TARGET] |= default.added
    return wanted


def _triples(store: ox.Store, graph: str) -> set[ox.Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph))}


def _document(triples: Iterable[ox.Triple]) -> RdfDocument:
    statements = sorted(triples, key=str)  # names of blank nodes must not depend on chance
    for triple in statements:
        if isinstance(triple.object, ox.Triple):
            raise BadRequest(
                f"{triple}: statements about statements (RDF 1.2) are not stored; "
                "name the statement's resource and say it of that",
                zh=f"不支持关于陈述的陈述（RDF 1.2）：{triple}",
            )
    return RdfDocument("update", statements, [0] * len(statements))
