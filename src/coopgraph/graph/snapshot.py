"""The snapshot: the topology of one generation in one view, as arrays.

Words (labels, quotations) stay in the store and are fetched for what is shown
(:mod:`coopgraph.graph.words`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.layers import is_visible
from coopgraph.store.string_table import StringTable

UNTYPED: Final = "Resource"

Int32 = npt.NDArray[np.int32]
UInt16 = npt.NDArray[np.uint16]
UInt32 = npt.NDArray[np.uint32]
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
    """

    name: str
    label: dict[str, str]
    iri: str


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
    source, target
        Node indices, shape (m,), sorted by source, target, relation.
    relation
        Index into ``relations``, shape (m,).
    directed
        Shape (m,).
    subject
        Index into ``subjects``, shape (m,): the resource that says it, which has the evidence.
    visible
        Visibility bytes, shape (m,).
    interval
        Index into ``interval_from`` and ``interval_to``, shape (m,).
    interval_from, interval_to
        Days since 1970-01-01; ``OPEN_FROM`` and ``OPEN_TO`` where there is no date.
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
    source: Int32
    target: Int32
    relation: UInt16
    directed: Bool
    subject: Int32
    visible: UInt8
    interval: UInt32
    interval_from: Int32
    interval_to: Int32
    relations: Sequence[Relation]
    subjects: StringTable
    sector_subjects: Mapping[str, SectorSubjects]
    superclasses: Mapping[str, frozenset[str]]
    terms: frozenset[str]

    @cached_property
    def adjacency(self) -> Adjacency:
        """The edges as compressed sparse rows."""
        return Adjacency.build(len(self.nodes), self.source, self.target, self.directed)

    @cached_property
    def columns(self) -> EdgeFilter:
        """The filter that has every column of this graph and restricts nothing yet."""
        return EdgeFilter.build(
            visible=self.visible,
            relation=self.relation,
            interval=self.interval,
            interval_from=self.interval_from,
            interval_to=self.interval_to,
            via=self.subject,
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
        ends = (self.nodes[self.source[edge]], self.nodes[self.target[edge]])
        return None if subject in ends else subject

    @property
    def topology_bytes(self) -> int:
        """Bytes of what says who is joined with whom: ends, directions, adjacency."""
        arrays: list[np.ndarray[Any, Any]] = [
            self.source, self.target, self.directed, *self.adjacency.rows,
        ]  # fmt: skip
        return sum(array.nbytes for array in arrays)

    @property
    def attribute_bytes(self) -> int:
        """Bytes of what is known of nodes and edges: types, relations, layers, intervals."""
        arrays: list[np.ndarray[Any, Any]] = [
            self.node_visible, self.node_type, self.relation, self.subject, self.visible,
            self.interval, self.interval_from, self.interval_to,
        ]  # fmt: skip
        return sum(array.nbytes for array in arrays)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, adjacency included; names (:attr:`name_bytes`) are not."""
        return self.topology_bytes + self.attribute_bytes

    @property
    def name_bytes(self) -> int:
        """Bytes of the IRIs of nodes and subjects."""
        return self.nodes.nbytes + self.subjects.nbytes
