"""Nodes and edges as rows, a batch at a time: what every format is written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from coopgraph.export.layout import lay_out
from coopgraph.export.part import Part
from coopgraph.export.style import style_of
from coopgraph.graph.bulk_words import FEW, BulkWords, Said
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, iso_date
from coopgraph.graph.kernels.forces import Places
from coopgraph.graph.snapshot import Int32
from coopgraph.vocabulary import COOP, SCHEME, short_id

BATCH: Final = 10_000
RECORDED: Final = "recorded"

Span = tuple[str | None, str | None]
"""First and last day on which something holds, ISO; None where there is none."""


class Spans(Protocol):
    """Spans by number."""

    def __getitem__(self, number: int, /) -> Span:
        """Return a span."""


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


@dataclass(frozen=True, eq=False, slots=True)
class EdgeColumns:
    """A batch of edges, column by column.

    Attributes
    ----------
    number, source, target, name, directed, via, said, assertion
        As :class:`EdgeRow` has them, one an edge.
    relation, span
        Numbers, one an edge, into ``relations`` and ``spans``: many edges share them.
    """

    number: range
    source: list[int]
    target: list[int]
    name: list[str]
    relations: Sequence[Relation]
    relation: list[int]
    directed: list[bool]
    via: list[str | None]
    spans: Spans
    span: list[int]
    said: list[Said]
    assertion: list[str]


class _Spans:
    """First and last day by number of an interval."""

    def __init__(self, first: Int32, last: Int32) -> None:
        self._first, self._last = first, last

    def __getitem__(self, number: int) -> Span:
        first, last = int(self._first[number]), int(self._last[number])
        return (
            None if first == OPEN_FROM else iso_date(first),
            None if last == OPEN_TO else iso_date(last),
        )


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
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self._bulk = BulkWords(part.store, part.snapshot, part.words, part.scope.selection)
        self._nodes = np.flatnonzero(part.nodes)
        self._edges = np.flatnonzero(part.edges)
        s = part.snapshot
        local = np.full(len(s.nodes), -1, np.int64)
        local[self._nodes] = np.arange(len(self._nodes))
        self._source, self._target = (local[end[self._edges]] for end in (s.source, s.target))
        self._names = [short_id(s.nodes[i]) for i in self._nodes.tolist()]
        self._names += [str(node["id"]) for node in part.more_nodes]
        number = {name: i for i, name in enumerate(self._names)} if part.more_edges else {}
        ends = [(number[e["source"]], number[e["target"]]) for e in part.more_edges]
        self._more = np.array(ends, np.int64).reshape(-1, 2)

    @cached_property
    def _places(self) -> tuple[list[float], Places]:
        source = np.concatenate([self._source, self._more[:, 0]])
        target = np.concatenate([self._target, self._more[:, 1]])
        count = len(self._names)
        degree = np.bincount(np.concatenate([source, target]), minlength=count)
        return np.round(10 + 6 * np.log2(1 + degree), 2).tolist(), lay_out(source, target, count)

    def nodes(self) -> Iterator[list[NodeRow]]:
        """Yield the nodes in batches."""
        part, s = self.part, self.part.snapshot
        selection = part.scope.selection
        size, places = self._places
        types = s.node_types(selection)
        styles = [style_of(s.superclasses.get(name, frozenset())) for name in s.types]
        few, zh = len(self._nodes) <= FEW, part.language == "zh"
        for first in range(0, len(self._nodes), BATCH):
            some = self._nodes[first : first + BATCH]
            batch = []
            for number, i, code, label, (x, y) in zip(
                range(first, first + len(some)), some.tolist(), types[some].tolist(),
                self._bulk.labels(some, few), places[first : first + len(some)].tolist(),
                strict=True,
            ):  # fmt: skip
                style = styles[code]
                batch.append(NodeRow(
                    number, label[0 if zh else 1], self._names[number], s.types[code],
                    style.color, style.shape, size[number], x, y, *label, s.nodes[i], RECORDED,
                ))  # fmt: skip
            yield batch
        if part.more_nodes:
            yield [
                self._extra(len(self._nodes) + i, node, size, places)
                for i, node in enumerate(part.more_nodes)
            ]

    def _extra(
        self, number: int, node: Mapping[str, Any], size: list[float], places: Places
    ) -> NodeRow:
        above = self.part.snapshot.superclasses.get(node["type"], frozenset())
        style = style_of(above | {node["type"]})
        label, (x, y) = node["label"], places[number].tolist()
        return NodeRow(
            number, label[self.part.language], node["id"], node["type"], style.color, style.shape,
            size[number], x, y, label["zh"], label["en"], node["iri"], node["assertion"],
        )  # fmt: skip

    def edges(self) -> Iterator[list[EdgeRow]]:
        """Yield the edges in batches."""
        for c in self.edge_columns():
            yield [
                EdgeRow(*row)
                for row in zip(
                    c.number, c.source, c.target, c.name, [c.relations[i] for i in c.relation],
                    c.directed, c.via, [c.spans[i] for i in c.span], c.said, c.assertion,
                    strict=True,
                )
            ]  # fmt: skip

    def edge_columns(self) -> Iterator[EdgeColumns]:
        """Yield the edges in batches, column by column."""
        part, s = self.part, self.part.snapshot
        relations = [
            Relation(r.name, r.label[part.language], r.label["zh"], r.label["en"])
            for r in s.relations
        ]
        said = [
            "|" + (r.name if r.iri.startswith((COOP, SCHEME)) else r.iri) + "|" for r in s.relations
        ]
        spans = _Spans(s.interval_from, s.interval_to)
        names, few = self._names, len(self._edges) <= FEW
        short = lru_cache(BATCH)(short_id)
        subjects, nodes = s.subjects, s.nodes
        for first in range(0, len(self._edges), BATCH):
            some = self._edges[first : first + BATCH]
            place = slice(first, first + len(some))
            source, target = self._source[place].tolist(), self._target[place].tolist()
            code = s.relation[some].tolist()
            name: list[str] = []
            via: list[str | None] = []
            for a, b, i, j, kind, subject in zip(
                source, target, s.source[some].tolist(), s.target[some].tolist(), code,
                s.subject[some].tolist(), strict=True,
            ):  # fmt: skip
                who = subjects[subject]
                if who == nodes[i] or who == nodes[j]:
                    via.append(None)
                    name.append(f"{names[a]}{said[kind]}{names[b]}")
                else:
                    through = short(who)
                    via.append(through)
                    name.append(f"{names[a]}{said[kind]}{names[b]}|{through}")
            yield EdgeColumns(
                range(first, first + len(some)), source, target, name, relations, code,
                s.directed[some].tolist(), via, spans, s.interval[some].tolist(),
                self._bulk.said(some, few), [RECORDED] * len(some),
            )  # fmt: skip
        if part.more_edges:
            number = range(len(self._edges), len(self._edges) + len(part.more_edges))
            rows = [self._extra_edge(n, e) for n, e in zip(number, part.more_edges, strict=True)]
            order = list(range(len(rows)))
            yield EdgeColumns(
                number, [r.source for r in rows], [r.target for r in rows],
                [r.name for r in rows], [r.relation for r in rows], order,
                [r.directed for r in rows], [r.via for r in rows], [r.valid for r in rows], order,
                [r.said for r in rows], [r.assertion for r in rows],
            )  # fmt: skip

    def _extra_edge(self, number: int, edge: Mapping[str, Any]) -> EdgeRow:
        source, target = self._more[number - len(self._edges)].tolist()
        label, valid = edge["label"], edge["valid"]
        return EdgeRow(
            number, source, target, edge["id"],
            Relation(edge["relation"], label[self.part.language], label["zh"], label["en"]),
            edge["directed"], edge["via"], (valid["from"], valid["to"]),
            Said(edge["layer"], edge["status"], edge["evidence"]), edge["assertion"],
        )  # fmt: skip
