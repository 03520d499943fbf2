"""The graph in a remote store: follow it, load into it, and update it.

The remote store is the truth. A change is validated and derived here, against the mirror; then the
graphs that it changes are written to the store, their marks last. What breaks off half way is never
read by anybody, and the next load writes those graphs again.
"""

from __future__ import annotations

import itertools
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, CoopgraphError, DataFolderBusy, Forbidden, Unavailable
from coopgraph.knowledge.dataset import Dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.provenance import read_provenance, rules_fingerprint
from coopgraph.knowledge.publish import LoadReport, publish
from coopgraph.knowledge.shipped import shipped_fingerprints
from coopgraph.knowledge.update import publish_update
from coopgraph.settings import Settings
from coopgraph.store.generations import Generation, Generations, Superseded
from coopgraph.store.marks import (
    INVALIDATED,
    Head,
    Known,
    count_remote,
    mark_triples,
    parse,
    pending_triples,
    read_head,
    read_marks,
)
from coopgraph.store.mirror import Mirror, Progress, log_progress
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.remote_pages import copy_graph
from coopgraph.store.union import count_graph, replace_graph
from coopgraph.vocabulary import PROVENANCE_GRAPH, layer_of

BATCH: Final = 1000
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
        raise _others()

    def _prepared(
        self, ontology: Ontology, given: list[str], record: dict[str, Any], progress: Progress
    ) -> tuple[_Push, tuple[str, ...]]:
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
        return _Push(self._client, known, head, rules_fingerprint(ontology.rules), record), left

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
            return read_marks(_provenance(self._client, Path(folder))).unfinished


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
        "published_at": said.loaded.get(PROVENANCE_GRAPH, _now()),
        "rules": known.head.rules,
        "shipped": shipped_fingerprints(),
    }


class _Push:
    """Writes what a load changed to the store, between deriving it and publishing it here."""

    def __init__(
        self,
        client: RemoteClient,
        known: Known | None,
        head: Head,
        rules: str,
        record: dict[str, Any],
    ) -> None:
        self._client = client
        self._known = known or Known(Head(), {}, {})
        self._head = head
        self._rules = rules
        self._record = record

    def __call__(
        self, store: ox.Store, changed: set[str], number: int, loaded: Mapping[str, Any]
    ) -> None:
        known, now, stamp = self._known, _now(), uuid.uuid4().hex
        graphs = sorted(changed - {PROVENANCE_GRAPH})
        if self._head.mark != known.head.mark or read_head(self._client) != self._head:
            raise _others()
        tokens = dict(known.tokens)
        counts = dict(known.counts)
        for graph in graphs:
            counts[graph] = count_graph(store, graph)
            tokens[graph] = f"{number} {loaded.get(graph, {}).get('sha256', stamp)}"
        gone = [graph for graph in graphs if not counts[graph]]
        tokens = {g: t for g, t in tokens.items() if g not in (*gone, PROVENANCE_GRAPH)}
        mark = f"{number} {stamp}"
        statements = {q.triple for q in store.quads_for_pattern(
            None, None, None, ox.NamedNode(PROVENANCE_GRAPH))}  # fmt: skip
        statements.update(mark_triples(tokens, mark, self._rules, now))
        replace_graph(store, PROVENANCE_GRAPH, statements)
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._write(store, Path(folder), graphs, counts, pending_triples(graphs, now))
        except CoopgraphError as error:
            raise _broken_off(error, graphs) from error
        counts[PROVENANCE_GRAPH] = len(statements)
        self._record["mirror"] = Known(
            Head(mark, self._rules),
            {graph: count for graph, count in counts.items() if count},
            {**tokens, PROVENANCE_GRAPH: mark},
        ).to_record()

    def _write(
        self,
        store: ox.Store,
        folder: Path,
        graphs: list[str],
        counts: Mapping[str, int],
        pending: list[ox.Triple],
    ) -> None:
        before = set(_provenance(self._client, folder))
        self._provenance(folder, before, before | set(pending))
        for graph in graphs:
            self._graph(store, graph, folder, counts[graph])
        for graph in graphs:
            there = count_remote(self._client, graph)
            if there != counts[graph]:
                raise Unavailable(
                    f"the store holds {there} statements in <{graph}>, {counts[graph]} were sent",
                    zh=f"远程存储的 <{graph}> 有 {there} 条陈述，而发送了 {counts[graph]} 条",
                )
        if read_head(self._client).mark != self._head.mark:
            raise _others()
        name = ox.NamedNode(PROVENANCE_GRAPH)
        after = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
        self._provenance(folder, before | set(pending), after)

    def _graph(self, store: ox.Store, graph: str, folder: Path, count: int) -> None:
        client, name = self._client, ox.NamedNode(graph)
        if client.graph_url:
            if count:
                file = folder / "upload"
                store.dump(str(file), format=ox.RdfFormat.N_TRIPLES, from_graph=name)
                client.put(graph, file)
            else:
                client.delete(graph)
            return
        client.update(f"DROP SILENT GRAPH <{graph}>")
        # No name holds what is read: the engine's iterators must end in the thread they are made
        # in, and where the store goes away meanwhile the error would keep them.
        for text in _batches(
            (quad.triple for quad in store.quads_for_pattern(None, None, None, name)), graph
        ):
            client.update(f"INSERT DATA {text}")

    def _provenance(self, folder: Path, before: set[ox.Triple], after: set[ox.Triple]) -> None:
        """Write the provenance; what says that a load goes on, or is done, in one step."""
        if self._client.graph_url:
            file = folder / "provenance"
            ox.serialize(after, str(file), format=ox.RdfFormat.N_TRIPLES)
            self._client.put(PROVENANCE_GRAPH, file)
            return
        added, removed = after - before, before - after
        ours = ox.NamedNode(PROVENANCE_GRAPH)
        about = {
            t for t in added | removed if t.subject == ours or t.predicate.value == INVALIDATED
        }
        for text in _batches(added - about, PROVENANCE_GRAPH):
            self._client.update(f"INSERT DATA {text}")
        for text in _batches(removed - about, PROVENANCE_GRAPH):
            self._client.update(f"DELETE DATA {text}")
        steps = [
            *(f"DELETE DATA {text}" for text in _batches(removed & about, PROVENANCE_GRAPH)),
            *(f"INSERT DATA {text}" for text in _batches(added & about, PROVENANCE_GRAPH)),
        ]
        if steps:
            self._client.update(" ; ".join(steps))


def _batches(triples: Iterable[ox.Triple], graph: str) -> Iterator[str]:
    several = iter(triples)
    while batch := list(itertools.islice(several, BATCH)):
        lines = " .\n".join(f"{t.subject} {t.predicate} {t.object}" for t in batch)
        yield f"{{ GRAPH <{graph}> {{\n{lines}\n}} }}"


def _provenance(client: RemoteClient, folder: Path) -> Iterator[ox.Triple]:
    """Yield what ``graph/provenance`` holds in the store now."""
    count = count_remote(client, PROVENANCE_GRAPH)
    if count:
        for file in copy_graph(client, PROVENANCE_GRAPH, count, folder, BATCH, lambda _: None):
            yield from parse(file.path, file.format.media_type)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _others() -> DataFolderBusy:
    return DataFolderBusy(
        "somebody else is loading into the store; try again when that is done",
        zh="其他进程正在向远程存储载入数据，请稍后再试",
    )


def _broken_off(error: CoopgraphError, graphs: list[str]) -> CoopgraphError:
    names = ", ".join(f"<{graph}>" for graph in graphs)
    return type(error)(
        f"{error.detail}. The load broke off: {names} may be half written in the store. Its mark "
        "was not advanced, so services go on with what was before; load again to repair it",
        zh=f"{error.zh or error.detail}。载入中断：{names} 在远程存储中可能只写了一半。"
        "变更标记未更新，各服务仍使用此前的内容；请重新载入以修复",
        **error.extensions,
    )
