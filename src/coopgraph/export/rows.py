"""Nodes and edges as rows, a batch at a time: what every format is written from.

A batch is columns of numbers, which are enough for what is written from pieces
(:mod:`coopgraph.export.lines`), and becomes objects, a row each, for the other formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from coopgraph.export.layout import FORCED, lay_out, spiral
from coopgraph.export.part import Part
from coopgraph.export.style import Style, style_of
from coopgraph.graph.bulk_words import Said, bulk_words
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, iso_date
from coopgraph.graph.kernels.forces import Places
from coopgraph.graph.snapshot import Int32
from coopgraph.vocabulary import COOP, SCHEME, short_id

BATCH: Final = 4_096
_LOOKED_AT: Final = 1 << 20
RECORDED: Final = "recorded"

Int64 = npt.NDArray[np.int64]
Span = tuple[str | None, str | None]
"""First and last day on which something holds, ISO; None where there is none."""


class NodeRow(NamedTuple):
    """A node; ``number`` counts from 0 in the file."""

    number: int
    label: str
    name: str
    type: str
    color: str
    shape: str
    size: float
    x: float
    y: float
    label_zh: str
    label_en: str
    iri: str
    assertion: str


class Relation(NamedTuple):
    """What an edge says: its name, and its label in the language asked for and in both."""

    interaction: str
    label: str
    label_zh: str
    label_en: str


class EdgeRow(NamedTuple):
    """An edge; ``source`` and ``target`` are numbers of nodes in the file."""

    number: int
    source: int
    target: int
    name: str
    relation: Relation
    directed: bool
    via: str | None
    valid: Span
    said: Said
    assertion: str


class NodeBatch(NamedTuple):
    """Some nodes that are recorded.

    Attributes
    ----------
    number
        Of the first; the others follow.
    node
        Indices in the snapshot.
    type
        Indices into its types.
    size, x, y
        How large and where they are drawn.
    """

    number: int
    node: Int64
    type: npt.NDArray[np.uint16]
    size: npt.NDArray[np.float64]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]


class EdgeBatch(NamedTuple):
    """Some edges that are recorded.

    Attributes
    ----------
    number
        Of the first; the others follow.
    edge
        Indices in the snapshot.
    source, target
        Numbers of nodes in the file.
    source_node, target_node
        Indices of the same nodes in the snapshot.
    relation, directed, interval, subject
        As the snapshot has them.
    """

    number: int
    edge: Int64
    source: Int32
    target: Int32
    source_node: Int32
    target_node: Int32
    relation: npt.NDArray[Any]
    directed: npt.NDArray[np.bool_]
    interval: npt.NDArray[Any]
    subject: Int32


@dataclass(frozen=True)
class Quoted:
    """Evidence in one line each: lists are joined by ``|``."""

    document: str | None
    paragraph: str | None
    quote: str | None


def quoted(said: Said) -> Quoted:
    """Return the evidence of an edge as three texts."""
    cited = said.evidence
    return Quoted(
        _joined(dict.fromkeys(e["document"] for e in cited)),
        _joined(e["paragraph"] for e in cited),
        _joined(e["quote"] for e in cited),
    )


def _joined(values: Iterable[Any]) -> str | None:
    known = [str(value) for value in values if value is not None]
    return "|".join(known) if known else None


class Rows:
    """The rows of a part, in a stable order.

    Nodes and edges are numbered anew: the numbers of a snapshot depend on layers that were not
    asked for.

    Attributes
    ----------
    part
        It.
    bulk
        The words of its nodes and edges.
    few_nodes, few_edges
        Whether these are asked for their words one by one.
    relations
        What edges say, by relation of the snapshot.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        s = part.snapshot
        self.bulk = bulk_words(
            part.store, s, part.words, part.scope.selection, part.nodes, part.edges
        )
        self._nodes = np.flatnonzero(part.nodes)
        self._edges = int(np.count_nonzero(part.edges))
        self._local = np.full(len(s.nodes), -1, np.int32)
        self._local[self._nodes] = np.arange(len(self._nodes))
        self.few_nodes = self.bulk.is_few(len(self._nodes))
        self.few_edges = self.bulk.is_few(self._edges)
        self.relations = [
            Relation(r.name, r.label[part.language], r.label["zh"], r.label["en"])
            for r in s.relations
        ]
        number = {name: i for i, name in enumerate(self._names)} if part.more_edges else {}
        ends = [(number[e["source"]], number[e["target"]]) for e in part.more_edges]
        self._more = np.array(ends, np.int64).reshape(-1, 2)

    @cached_property
    def _names(self) -> list[str]:
        s = self.part.snapshot
        names = [short_id(s.nodes[i]) for i in self._nodes.tolist()]
        return names + [str(node["id"]) for node in self.part.more_nodes]

    @cached_property
    def relation_words(self) -> list[str]:
        """What stands between the ends in the name of an edge, by relation."""
        return [
            "|" + (r.name if r.iri.startswith((COOP, SCHEME)) else r.iri) + "|"
            for r in self.part.snapshot.relations
        ]

    @cached_property
    def styles(self) -> list[Style]:
        """How nodes look, by type of the snapshot."""
        s = self.part.snapshot
        return [style_of(s.superclasses.get(name, frozenset())) for name in s.types]

    def span(self, interval: int) -> Span:
        """Return first and last day of an interval of the snapshot."""
        s = self.part.snapshot
        first, last = int(s.interval_from[interval]), int(s.interval_to[interval])
        return (
            None if first == OPEN_FROM else iso_date(first),
            None if last == OPEN_TO else iso_date(last),
        )

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.float64], Places]:
        """Sizes and places of all nodes; of many edges no list is needed."""
        count = len(self._nodes) + len(self.part.more_nodes)
        degree = np.bincount(self._more.ravel(), minlength=count)
        few = []
        for batch in self.edge_batches():
            for ends in (batch.source, batch.target):
                np.add.at(degree, ends, 1)
            if count <= FORCED:
                few.append((batch.source, batch.target))
        size = np.round(10 + 6 * np.log2(1 + degree), 2)
        if count > FORCED:
            place: Places = np.round(spiral(degree), 1) + 0.0
            return size, place
        source, target = (
            np.concatenate([*(pair[end] for pair in few), self._more[:, end]]).astype(np.int64)
            for end in (0, 1)
        )
        return size, lay_out(source, target, count)

    def node_batches(self) -> Iterator[NodeBatch]:
        """Yield the nodes that are recorded."""
        size, place = self._places
        types = self.part.snapshot.node_types(self.part.scope.selection)
        for first in range(0, len(self._nodes), BATCH):
            some = self._nodes[first : first + BATCH]
            here = slice(first, first + len(some))
            yield NodeBatch(
                first, some, types[some], size[here], place[here, 0], place[here, 1]
            )  # fmt: skip

    def nodes(self) -> Iterator[list[NodeRow]]:
        """Yield the nodes in batches."""
        s, styles = self.part.snapshot, self.styles
        language = 0 if self.part.language == "zh" else 1
        for b in self.node_batches():
            rows = []
            for number, i, code, (zh, en), size, x, y in zip(
                range(b.number, b.number + len(b.node)), b.node.tolist(), b.type.tolist(),
                self.bulk.labels(b.node, self.few_nodes), b.size.tolist(), b.x.tolist(),
                b.y.tolist(), strict=True,
            ):  # fmt: skip
                style = styles[code]
                rows.append(NodeRow(
                    number, (zh, en)[language], self._names[number], s.types[code],
                    style.color, style.shape, size, x, y, zh, en, s.nodes[i], RECORDED,
                ))  # fmt: skip
            yield rows
        if self.part.more_nodes:
            yield self.more_nodes()

    def more_nodes(self) -> list[NodeRow]:
        """Return the nodes that nobody recorded."""
        size, places = self._places
        rows = []
        for number, node in enumerate(self.part.more_nodes, len(self._nodes)):
            above = self.part.snapshot.superclasses.get(node["type"], frozenset())
            style = style_of(above | {node["type"]})
            label, (x, y) = node["label"], places[number].tolist()
            rows.append(NodeRow(
                number, label[self.part.language], node["id"], node["type"], style.color,
                style.shape, size[number].item(), x, y, label["zh"], label["en"], node["iri"],
                node["assertion"],
            ))  # fmt: skip
        return rows

    def edge_batches(self) -> Iterator[EdgeBatch]:
        """Yield the edges that are recorded."""
        s, rows, number = self.part.snapshot, self.part.snapshot.adjacency, 0
        kinds = rows.kinds
        for start in range(0, len(self.part.edges), _LOOKED_AT):
            found = np.flatnonzero(self.part.edges[start : start + _LOOKED_AT]) + start
            for first in range(0, len(found), BATCH):
                some = found[first : first + BATCH]
                arcs = rows.arcs(some)
                source = (np.searchsorted(rows.indptr, arcs, side="right") - 1).astype(np.int32)
                target, kind = rows.neighbour[arcs], rows.code[arcs] >> 1
                yield EdgeBatch(
                    number, some, self._local[source], self._local[target], source, target,
                    kinds.relation[kind], kinds.directed[kind], kinds.interval[kind],
                    s.subject[some],
                )  # fmt: skip
                number += len(some)

    def edges(self) -> Iterator[list[EdgeRow]]:
        """Yield the edges in batches."""
        s, names, said = self.part.snapshot, self._names, self.relation_words
        short, span = lru_cache(BATCH)(short_id), lru_cache(BATCH)(self.span)
        for b in self.edge_batches():
            rows = []
            for number, source, target, i, j, code, directed, interval, subject, words in zip(
                range(b.number, b.number + len(b.edge)), b.source.tolist(), b.target.tolist(),
                b.source_node.tolist(), b.target_node.tolist(), b.relation.tolist(),
                b.directed.tolist(), b.interval.tolist(), b.subject.tolist(),
                self.bulk.said(b.edge, self.few_edges), strict=True,
            ):  # fmt: skip
                who = s.subjects[subject]
                name, via = f"{names[source]}{said[code]}{names[target]}", None
                if who != s.nodes[i] and who != s.nodes[j]:
                    via = short(who)
                    name = f"{name}|{via}"
                rows.append(EdgeRow(
                    number, source, target, name, self.relations[code], directed, via,
                    span(interval), words, RECORDED,
                ))  # fmt: skip
            yield rows
        if self.part.more_edges:
            yield self.more_edges()

    def more_edges(self) -> list[EdgeRow]:
        """Return the edges that nobody recorded."""
        rows = []
        for number, (edge, (source, target)) in enumerate(
            zip(self.part.more_edges, self._more.tolist(), strict=True), self._edges
        ):
            label, valid = edge["label"], edge["valid"]
            rows.append(EdgeRow(
                number, source, target, edge["id"],
                Relation(edge["relation"], label[self.part.language], label["zh"], label["en"]),
                edge["directed"], edge["via"], (valid["from"], valid["to"]),
                Said(edge["layer"], edge["status"], edge["evidence"]), edge["assertion"],
            ))  # fmt: skip
        return rows
