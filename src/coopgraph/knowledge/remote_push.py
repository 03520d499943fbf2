"""Write a change to a remote store, so that nobody reads a half of it: its mark comes last."""

from __future__ import annotations

import itertools
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import CoopgraphError, DataFolderBusy, Unavailable
from coopgraph.store.marks import (
    INVALIDATED,
    Head,
    Known,
    count_remote,
    mark_triples,
    parse,
    pending_triples,
    read_head,
)
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.remote_pages import copy_graph
from coopgraph.store.union import count_graph, replace_graph
from coopgraph.vocabulary import PROVENANCE_GRAPH

BATCH: Final = 1000


class Push:
    """Writes what a change made to the store, between deriving it and publishing it here.

    Parameters
    ----------
    client
        The store.
    known, head
        What is known of it, and its mark when that was so.
    rules
        The fingerprint of the rules that were applied.
    record
        Is given what the copy then knows of the store, as ``mirror``.
    """

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
        """Write the changed graphs; see :class:`coopgraph.knowledge.publish.Commit`.

        Raises
        ------
        DataFolderBusy
            If somebody else changes the store at the same time.
        Unavailable
            If the store goes away half way; it says which graphs may be half written.
        """
        known, time, stamp = self._known, now(), uuid.uuid4().hex
        graphs = sorted(changed - {PROVENANCE_GRAPH})
        if self._head.mark != known.head.mark or read_head(self._client) != self._head:
            raise others_load()
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
        statements.update(mark_triples(tokens, mark, self._rules, time))
        replace_graph(store, PROVENANCE_GRAPH, statements)
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._write(store, Path(folder), graphs, counts, pending_triples(graphs, time))
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
        before = set(remote_provenance(self._client, folder))
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
            raise others_load()
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


def remote_provenance(client: RemoteClient, folder: Path) -> Iterator[ox.Triple]:
    """Yield what ``graph/provenance`` holds in the store now."""
    count = count_remote(client, PROVENANCE_GRAPH)
    if count:
        for file in copy_graph(client, PROVENANCE_GRAPH, count, folder, BATCH, lambda _: None):
            yield from parse(file.path, file.format.media_type)


def now() -> str:
    """Return the time, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def others_load() -> DataFolderBusy:
    """Return the error that says that somebody else changes the store."""
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
