"""The snapshot: the topology of one generation in one view, as arrays.

Words (labels, quotations) stay in the store and are fetched for what is shown
(:mod:`coopgraph.graph.words`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_column import EdgeColumn
from coopgraph.graph.layers import is_visible
from coopgraph.store.string_table import StringTable

UNTYPED: Final = "Resource"

Int32 = npt.NDArray[np.int32]
UInt16 = npt.NDArray[np.uint16]
UInt8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]
SectorSubjects = tuple[Int32, UInt8]


@dataclass(frozen=True)
class Relation:
    """What an edge says.

    Attributes
    ----------
    name
        A local name (``sector``, ``SurplusCapacity``) or a concept's short id.
    label
        ``{"zh": …, "en": …}``.
    iri
        Of the term or concept; two foreign terms may share a local name.
    drawn
        The place of the label among those of the projection; 0 where it is the store's.
    """

    name: str
    label: dict[str, str]
    iri: str
    drawn: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One view of one generation. n nodes, m edges.

    Attributes
    ----------
    view
        ``compact`` or ``full``.
    nodes
        IRIs of the nodes, sorted; a node's index is its place here.
    node_visible
        Visibility bytes, shape (n,).
    node_type
        Index into ``types``, shape (n,), with all layers selected.
    type_changes
        By selection: nodes whose type is another there, as ``{node: type}``.
    types
        Local names of classes.
    adjacency
        The edges as compressed sparse rows, with what they are. They are numbered by source,
        target, relation. Its subjects are places in ``subjects``: the resource that says the edge,
        which has the evidence; its relations are places in ``relations``.
    relations
        What edges say.
    subjects
        IRIs of the resources that say something.
    sector_subjects
        By sector IRI: the subjects in that sector, and for each the bits of the layers that say so.
    superclasses
        By name of a type: the names of its class and all superclasses.
    terms
        Local names and short ids of everything the vocabulary describes.
    """

    view: str
    nodes: StringTable
    node_visible: UInt8
    node_type: UInt16
    type_changes: Mapping[int, Mapping[int, int]]
    types: Sequence[str]
    adjacency: Adjacency
    relations: Sequence[Relation]
    subjects: StringTable
    sector_subjects: Mapping[str, SectorSubjects]
    superclasses: Mapping[str, frozenset[str]]
    terms: frozenset[str]

    @property
    def edges(self) -> int:
        """The number of edges."""
        return self.adjacency.edges

    @cached_property
    def source(self) -> EdgeColumn:
        """Node index of the source of each edge."""
        rows = self.adjacency

        def of_arcs(arcs: npt.NDArray[np.int64]) -> Int32:
            return (np.searchsorted(rows.indptr, arcs, side="right") - 1).astype(np.int32)

        return EdgeColumn(rows, of_arcs, lambda source, _target, _kind: source)

    @cached_property
    def target(self) -> EdgeColumn:
        """Node index of the target of each edge."""
        rows = self.adjacency
        return EdgeColumn(rows, lambda arcs: rows.neighbour[arcs], lambda _s, target, _k: target)

    @cached_property
    def relation(self) -> EdgeColumn:
        """Index into ``relations`` of each edge."""
        return self._of_kind(self.adjacency.kinds.relation)

    @cached_property
    def directed(self) -> EdgeColumn:
        """Whether each edge has a direction."""
        return self._of_kind(self.adjacency.kinds.directed)

    @cached_property
    def visible(self) -> EdgeColumn:
        """Visibility byte of each edge."""
        return self._of_kind(self.adjacency.kinds.visible)

    @cached_property
    def interval(self) -> EdgeColumn:
        """Index into ``interval_from`` and ``interval_to`` of each edge."""
        return self._of_kind(self.adjacency.kinds.interval)

    @property
    def interval_from(self) -> Int32:
        """First days since 1970-01-01; ``OPEN_FROM`` where there is none."""
        return self.adjacency.kinds.interval_from

    @property
    def interval_to(self) -> Int32:
        """Last days since 1970-01-01; ``OPEN_TO`` where there is none."""
        return self.adjacency.kinds.interval_to

    @property
    def subject(self) -> Int32:
        """Index into ``subjects`` of each edge, shape (m,)."""
        return self.adjacency.subject

    def _of_kind(self, column: npt.NDArray[Any]) -> EdgeColumn:
        code = self.adjacency.code
        return EdgeColumn(
            self.adjacency, lambda arcs: column[code[arcs] >> 1], lambda _s, _t, kind: column[kind]
        )

    def find(self, iri: str, selection: int) -> int | None:
        """Return the index of a node, or None if it is not there in this selection."""
        node = self.nodes.find(iri)
        if node is None or not is_visible(int(self.node_visible[node]), selection):
            return None
        return node

    def type_of(self, node: int, selection: int) -> str:
        """Return the local name of a node's most specific class in a selection."""
        code = self.type_changes.get(selection, {}).get(node)
        return self.types[int(self.node_type[node]) if code is None else code]

    def node_types(self, selection: int) -> UInt16:
        """Return the type of every node in a selection, shape (n,)."""
        changes = self.type_changes.get(selection)
        if not changes:
            return self.node_type
        types = self.node_type.copy()
        types[list(changes)] = list(changes.values())
        return types

    def via(self, edge: int) -> str | None:
        """Return the IRI of an edge's relator; None where an end says it itself."""
        subject = self.subjects[self.subject[edge]]
        source, target, _ = self.adjacency.place(edge)
        ends = (self.nodes[source], self.nodes[target])
        return None if subject in ends else subject

    @property
    def topology_bytes(self) -> int:
        """Bytes of what says who is joined with whom: rows, neighbours, numbers of edges."""
        rows = self.adjacency
        return sum(array.nbytes for array in (rows.indptr, rows.neighbour, rows.rank, rows.number))

    @property
    def attribute_bytes(self) -> int:
        """Bytes of what is known of nodes and edges: types, kinds, directions, subjects."""
        rows = self.adjacency
        arrays: list[np.ndarray[Any, Any]] = [
            self.node_visible, self.node_type, rows.code, rows.subject,
        ]  # fmt: skip
        return sum(array.nbytes for array in arrays) + rows.kinds.nbytes

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, adjacency included; names (:attr:`name_bytes`) are not."""
        return self.topology_bytes + self.attribute_bytes

    @property
    def name_bytes(self) -> int:
        """Bytes of the IRIs of nodes and subjects."""
        return self.nodes.nbytes + self.subjects.nbytes
