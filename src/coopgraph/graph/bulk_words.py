"""Words in bulk: what many nodes and edges are called and rest on, read in a few passes.

:class:`coopgraph.graph.words.Words` asks the store about one thing at a time, which is right for
what is shown. A file needs the words of everything. Here one pass over a property serves all
things: what it finds is kept as a number a node or a resource, and texts only for the block that
is being written. What is not simple (several passages, passages for one property alone, status
records, statements that take two layers together) is asked of ``Words``, so both always agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from coopgraph.graph.labels import LABELS, LANGUAGES, STATUS, STATUS_RECORD
from coopgraph.graph.layers import ANYWHERE, BIT, is_visible, layers_of, sayer
from coopgraph.graph.snapshot import Int32, Snapshot, UInt8
from coopgraph.graph.words import EVIDENCED_BY, SOURCE, SUPPORTS, Words, quotation
from coopgraph.vocabulary import LAYERS, VOCABULARY_GRAPH, layer_of, local_name, short_id

FEW: Final = 2_000
"""So many nodes or edges are asked about one by one: a pass over the store costs more."""
BLOCK: Final = 500_000
"""So many nodes have their labels in memory at once."""
_KEPT: Final = 200_000
_NONE: Final = -1
_ASK: Final = -2


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """What an edge's words are, apart from its ends and its relation.

    Attributes
    ----------
    layer
        Whose word it is.
    status
        Short id of a status, or None.
    evidence
        In the shape of the API.
    """

    layer: str
    status: str | None
    evidence: Sequence[dict[str, Any]]


class BulkWords:
    """The words of many nodes and edges of one snapshot in one selection of layers.

    Parameters
    ----------
    store
        The generation's store.
    snapshot, words
        The view, and its words one by one.
    selection
        The layers that are asked.
    """

    def __init__(self, store: ox.Store, snapshot: Snapshot, words: Words, selection: int) -> None:
        self._store = store
        self._snapshot = snapshot
        self._words = words
        self._selection = selection
        self._labels: tuple[int, int, list[tuple[str, str] | None]] = (0, 0, [])
        self._said: dict[int, Said] = {}
        self._quotation = lru_cache(_KEPT)(lambda iri: quotation(store, iri))

    def labels(self, nodes: npt.NDArray[np.int64], few: bool = False) -> list[tuple[str, str]]:
        """Return the labels of some nodes in Chinese and in English.

        Parameters
        ----------
        nodes
            Indices, ascending.
        few
            Whether no more than these are going to be asked for.
        """
        if few:
            return [self._one(i) for i in nodes.tolist()]
        found = []
        for i in nodes.tolist():
            first, last, block = self._labels
            if not first <= i < last:
                first, last = i, min(i + BLOCK, len(self._snapshot.nodes))
                block = self._read_labels(first, last)
                self._labels = (first, last, block)
            label = block[i - first]
            if label is None:
                name = local_name(self._snapshot.nodes[i])
                label = (name, name)
            found.append(label)
        return found

    def said(self, edges: npt.NDArray[np.int64], few: bool = False) -> list[Said]:
        """Return the words of some edges.

        Parameters
        ----------
        edges
            Indices.
        few
            Whether no more than these are going to be asked for.
        """
        if few:
            return [self._asked(i) for i in edges.tolist()]
        s = self._snapshot
        subjects, byte = s.subject[edges], s.visible[edges]
        layers, bits = self._of_byte
        all_status, all_evidence, all_bits = self._of_subjects
        status, cited = all_status[subjects], all_evidence[subjects]
        cited_in = all_bits[subjects]
        alone = bits[byte]
        ask = (alone == 0) | (status == _ASK) | (cited == _ASK)
        evidence = np.where(cited_in & alone, cited, _NONE).astype(np.int64)
        keys = (layers[byte] * (len(self._statuses) + 1) + status + 1) * (
            len(self._evidences) + 1
        ) + (evidence + 1)
        keys[ask] = _ASK
        known = self._said
        if len(known) > _KEPT:
            known.clear()
        found = []
        for place, key in enumerate(keys.tolist()):
            said = known.get(key)
            if said is None:
                if key == _ASK:
                    said = self._asked(int(edges[place]))
                else:
                    said = known[key] = self._simple(key)
            found.append(said)
        return found

    def _simple(self, key: int) -> Said:
        rest, cited = divmod(key, len(self._evidences) + 1)
        layer, code = divmod(rest, len(self._statuses) + 1)
        return Said(
            LAYERS[layer],
            self._statuses[code - 1] if code else None,
            (self._quotation(self._evidences[cited - 1]),) if cited else (),
        )

    @cached_property
    def _of_byte(self) -> tuple[npt.NDArray[np.int64], UInt8]:
        """By visibility byte: the layer that answers for it, and the bits that say it alone."""
        selection = self._selection
        layers = [sayer(byte, selection) for byte in range(256)]
        alone = [
            sum(b for b in ANYWHERE if b & selection and is_visible(byte, b)) for byte in range(256)
        ]
        return np.array(layers, np.int64), np.array(alone, np.uint8)

    def _asked(self, edge: int) -> Said:
        one = self._words.edge(edge, self._selection)
        return Said(one["layer"], one["status"], one["evidence"])

    def _one(self, node: int) -> tuple[str, str]:
        label = self._words.label(self._snapshot.nodes[node], self._selection)
        return label["zh"], label["en"]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """How far the graphs that are asked are trusted: the vocabulary first, then the layers."""
        order = {layer: i for i, layer in enumerate(layers_of(self._selection), 1)}
        ranks = {VOCABULARY_GRAPH: 0}
        for graph in self._store.named_graphs():
            layer = layer_of(graph.value) if isinstance(graph, ox.NamedNode) else None
            if layer in order:
                ranks[graph.value] = order[layer]
        return ranks

    def _read_labels(self, first: int, last: int) -> list[tuple[str, str] | None]:
        """Read what :func:`coopgraph.graph.labels.label_of` says of each node of a block."""
        nodes, ranks = self._snapshot.nodes, self._ranks
        index = {nodes[i]: i for i in range(first, last)}  # a look-up each by bisection is slow
        chosen: list[dict[str, str]] = [{} for _ in range(last - first)]
        others: dict[int, str] = {}
        for prop in LABELS:
            best: dict[tuple[int, str], tuple[int, str, str]] = {}
            for quad in self._store.quads_for_pattern(None, prop, None, None):
                node = index.get(quad.subject.value, -1)  # type: ignore[union-attr]
                term = quad.object
                if not first <= node < last or not isinstance(term, ox.Literal):
                    continue
                rank = ranks.get(getattr(quad.graph_name, "value", ""))
                if rank is None or len(chosen[node - first]) == len(LANGUAGES):
                    continue
                language = (term.language or "").split("-")[0]
                place = (node - first, language if language in LANGUAGES else "")
                value = (rank, str(term), term.value)
                if place not in best or value < best[place]:
                    best[place] = value
            for (place_of, language), (_, _, text) in best.items():
                if language:
                    chosen[place_of].setdefault(language, text)
                else:
                    others.setdefault(place_of, text)
        made: list[tuple[str, str] | None] = []
        for number, label in enumerate(chosen):
            fallback = next(iter(label.values()), others.get(number))
            if fallback is None:
                made.append(None)
            else:
                made.append((label.get("zh", fallback), label.get("en", fallback)))
        return made

    @cached_property
    def _of_subjects(self) -> tuple[Int32, Int32, UInt8]:
        """Status, evidence, and the layers that name the evidence, of each subject.

        A number into ``_statuses`` and ``_evidences``; ``_NONE`` where nothing is said and
        ``_ASK`` where it takes more than a look.
        """
        subjects = {iri: i for i, iri in enumerate(self._snapshot.subjects)}
        status = np.full(len(subjects), _NONE, np.int32)
        evidence = np.full(len(subjects), _NONE, np.int32)
        bits = np.zeros(len(subjects), np.uint8)
        self._statuses: list[str] = []
        self._evidences: list[str] = []
        numbers: dict[str, int] = {}
        special = {subject for _, subject, _ in self._pairs(SUPPORTS)}

        def number(names: list[str], iri: str) -> int:
            if iri not in numbers:
                numbers[iri] = len(names)
                names.append(iri)
            return numbers[iri]

        def each(prop: ox.NamedNode) -> Iterator[tuple[int, str | None, int]]:
            for bit, name, value in self._pairs(prop):
                subject = subjects.get(name)
                if subject is not None:
                    yield subject, value, bit

        for subject, value, _ in each(STATUS):
            code = _ASK if value is None else number(self._statuses, short_id(value))
            status[subject] = code if status[subject] in (_NONE, code) else _ASK
        for subject, _, _ in each(STATUS_RECORD):
            status[subject] = _ASK
        numbers.clear()
        for subject, value, bit in each(EVIDENCED_BY):
            code = _ASK if value is None or value in special else number(self._evidences, value)
            evidence[subject] = code if evidence[subject] in (_NONE, code) else _ASK
            bits[subject] |= bit
        for subject, _, _ in each(SOURCE):
            evidence[subject] = _ASK
        return status, evidence, bits

    def _pairs(self, prop: ox.NamedNode) -> Iterator[tuple[int, str, str | None]]:
        """Yield layer bit, subject and object of a property; None for what is no IRI.

        A whole answer as text is read twice as fast as quad by quad.
        """
        for graph, rank in self._ranks.items():
            if not rank:
                continue
            bit = BIT[layer_of(graph) or ""]
            rows = self._store.query(
                f"SELECT ?s ?o WHERE {{ ?s <{prop.value}> ?o }}",
                default_graph=ox.NamedNode(graph),
            )
            assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  (a SELECT)
            text = rows.serialize(format=ox.QueryResultsFormat.TSV)
            assert text is not None  # noqa: S101  (no file was given)
            lines = iter(text.decode().split("\n"))
            next(lines)
            for line in lines:
                subject, _, value = line.partition("\t")
                if subject.startswith("<"):
                    yield bit, subject[1:-1], value[1:-1] if value.startswith("<") else None
