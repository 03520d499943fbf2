"""The graph in a remote store: follow it, load into it, and update it.

The remote store is the truth. A change is validated and derived here, against the mirror; then the
graphs that it changes are written to the store, their marks last. What breaks off half way is never
read by anybody, and the next load writes those graphs again.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, CoopgraphError, Forbidden
from coopgraph.knowledge.dataset import Dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.provenance import read_provenance, rules_fingerprint
from coopgraph.knowledge.publish import LoadReport, publish
from coopgraph.knowledge.remote_push import Push, now, others_load, remote_provenance
from coopgraph.knowledge.shipped import shipped_fingerprints
from coopgraph.knowledge.update import publish_update
from coopgraph.settings import Settings
from coopgraph.store.generations import Generation, Generations, Superseded
from coopgraph.store.marks import (
    Known,
    read_head,
    read_marks,
)
from coopgraph.store.mirror import Mirror, Progress, log_progress
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.union import count_graph
from coopgraph.vocabulary import PROVENANCE_GRAPH, layer_of

_TRIES: Final = 3
_log = logging.getLogger("coopgraph.store")


class RemoteGraph:
    """What is published in a remote store.

    Parameters
    ----------
    settings
        Where the store is.
    generations
        Where its mirror is kept.

    Attributes
    ----------
    trouble
        Why the store could not be followed when it was last tried.
    """

    def __init__(self, settings: Settings, generations: Generations) -> None:
        self._settings = settings
        self._generations = generations
        self._client = RemoteClient(settings)
        self._mirror = Mirror(self._client, generations, describe, settings.store_page_size)
        self.trouble: CoopgraphError | None = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def follow(self, progress: Progress = log_progress) -> bool:
        """Bring the mirror up to date; return whether there is a new generation.

        Raises
        ------
        Unavailable, DataFolderBusy
            If that cannot be done now; the mirror is as before.
        """
        try:
            recount = self._mirror.due(self._settings.store_recount_seconds)
            fresh = self._mirror.sync(recount=recount, progress=progress)
        except CoopgraphError as error:
            self.trouble = error
            raise
        self.trouble = None
        return fresh

    def publish(
        self,
        ontology: Ontology,
        datasets: Sequence[Dataset],
        *,
        shacl: bool = True,
        progress: Progress = log_progress,
    ) -> LoadReport:
        """Load datasets into the store; see :func:`coopgraph.knowledge.publish.publish`.

        Raises
        ------
        BadRequest
            If the settings name no URL to write to.
        Unavailable
            If the store goes away; what it says is as before for everybody who reads it, and the
            next load writes the graphs again that were left half written.
        """
        record: dict[str, Any] = {"shipped": shipped_fingerprints()}
        push, left = self._prepared(ontology, [d.graph for d in datasets], record, progress)
        return publish(
            self._generations,
            ontology,
            datasets,
            shacl=shacl,
            record=record,
            commit=push,
            unfinished=left,
        )

    def update(
        self,
        ontology: Ontology,
        prepare: Callable[[Path, Generation | None], None],
        *,
        by: str,
    ) -> int:
        """Make a change as :func:`coopgraph.knowledge.update.publish_update`, in the store too.

        Raises
        ------
        Forbidden
            If the settings name no URL to write to.
        BadRequest, Unavailable
            As :meth:`publish`.
        DataFolderBusy
            If somebody else changes the store at the same time.
        """
        if not self._client.writable:
            raise Forbidden(
                "this service only reads its store: it has neither store_graph nor store_update",
                zh="本服务只读取其存储：未设置 store_graph 或 store_update",
            )
        for _ in range(_TRIES):
            record: dict[str, Any] = {}
            push, left = self._prepared(ontology, [], record, log_progress)
            current = self._generations.current()
            try:
                return publish_update(
                    self._generations,
                    ontology,
                    prepare,
                    by=by,
                    after=current.number if current else 0,
                    record=record,
                    commit=push,
                    unfinished=left,
                )
            except Superseded:
                continue
        raise others_load()

    def _prepared(
        self, ontology: Ontology, given: list[str], record: dict[str, Any], progress: Progress
    ) -> tuple[Push, tuple[str, ...]]:
        """Follow the store, and return what writes to it and what an earlier load left undone."""
        if not self._client.writable:
            raise BadRequest(
                "to write to a remote store set store_graph (the URL of its graph store protocol) "
                "or store_update (its update URL)",
                zh="要写入远程存储，请设置 store_graph（图存储协议）或 store_update（更新地址）",
            )
        self._mirror.sync(recount=True, unfinished=True, progress=progress)
        known, head = self._mirror.known, read_head(self._client)
        left = self._unfinished(known, given) if head.pending else ()
        return Push(self._client, known, head, rules_fingerprint(ontology.rules), record), left

    def _unfinished(self, known: Known | None, given: list[str]) -> tuple[str, ...]:
        """Return the graphs that a load left half written."""
        if known is not None and known.unfinished:
            # Copied as they were left: what they held before is not known here.
            lost = [g for g in known.unfinished if layer_of(g) is not None and g not in given]
            if lost:
                names = ", ".join(f"<{graph}>" for graph in lost)
                raise BadRequest(
                    f"an earlier load broke off and left {names} half written: load them again, "
                    "together with these files or first",
                    zh=f"先前的载入中断，{names} 只写了一半：请先重新载入，或与这些文件一并载入",
                )
        with tempfile.TemporaryDirectory() as folder:
            return read_marks(remote_provenance(self._client, Path(folder))).unfinished


def describe(store: ox.Store, known: Known, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to record of a mirror: what the store's provenance says of its graphs."""
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(PROVENANCE_GRAPH))
    said = read_provenance(quad.triple for quad in quads)
    changed = before.get("changed", set())
    graphs = sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    found: dict[str, dict[str, Any]] = {"datasets": {}, "derived": {}}
    for graph in graphs:
        kind = "derived" if graph in said.derived else "datasets"
        layer = layer_of(graph)
        if kind == "datasets" and layer is None:
            continue
        old = before.get(kind, {}).get(graph)
        count = old["triples"] if old and graph not in changed else count_graph(store, graph)
        entry: dict[str, Any] = {"triples": count}
        if kind == "derived":
            entry["derived_at"] = said.derived[graph]
        else:
            entry |= {"layer": layer, "validated": graph in said.validated}
            if graph in said.loaded:
                entry["loaded_at"] = said.loaded[graph]
            entry["sha256"] = known.tokens.get(graph, "").partition(" ")[2] or None
        found[kind][graph] = entry
    return {
        **found,
        "published_at": said.loaded.get(PROVENANCE_GRAPH, now()),
        "rules": known.head.rules,
        "shipped": shipped_fingerprints(),
    }
