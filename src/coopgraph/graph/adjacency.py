"""A multigraph as compressed sparse rows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coopgraph.graph.bound import Bound, View
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter, frozen
from coopgraph.graph.kernels.places import arcs_of, chosen_arcs, place_of
from coopgraph.graph.kernels.rows import sort_rows
from coopgraph.graph.kinds import Kinds

T = TypeVar("T")

_NO_BYTES: Final = frozen((), np.uint8)
_KEPT: Final = 16
_KEPT_CHOICES: Final = 4
RANKED: Final = 64
"""Of every so many arcs one has its rank written down."""
_MOST_ARCS: Final = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The rows of an undirected multigraph whose edges may have a direction, and what they are.

    Row ``u`` holds an arc for every edge at ``u``, sorted by neighbour, then by edge number, so
    that parallel edges lie side by side and every search has one order. A self-loop is one arc.

    The number of an edge is nowhere written: of edges that are numbered by source, then target,
    it is the rank of its arc among all that lie in the rows of their sources. Ends are where the
    arc is found. So an arc weighs eight bytes, and an edge with all that is known of it about 22.

    Attributes
    ----------
    indptr
        int32[n + 1]: row ``u`` is ``indptr[u]:indptr[u + 1]``.
    neighbour
        int32[arcs]: the node at the other end.
    code
        int32[arcs]: twice the number of the edge's kind, plus one where the row is its source.
    rank
        int32[arcs // 64 + 1]: how many arcs before each 64th lie in the rows of their sources.
    number
        int32[m]: the edges by rank, where they are not numbered so; else empty.
    kinds
        What edges of each kind are.
    subject
        int32[m]: code of the relator of each edge, -1 for none; empty where none has one.
    edges
        The number of edges.
    """

    indptr: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    code: NDArray[np.int32]
    rank: NDArray[np.int32]
    number: NDArray[np.int32]
    kinds: Kinds
    subject: NDArray[np.int32]
    edges: int
    _bounds: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)
    _masks: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)
    _choices: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)
    # Looked at before every search; without a default, Python finds them in a third of the time.
    nodes: int = field(init=False)
    """The number of nodes."""
    last: tuple[Any, Any] = field(init=False, repr=False)
    """The filter that :meth:`bound` was asked for last, and what it returned: a search that looks
    here first saves half its call."""
    last_both_ways: tuple[Any, Any] = field(init=False, repr=False)
    """The same where directions are not looked at."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", len(self.indptr) - 1)
        object.__setattr__(self, "last", (None, None))
        object.__setattr__(self, "last_both_ways", (None, None))

    def bound(self, edge_filter: EdgeFilter, *, both_ways: bool = False) -> Bound:
        """Bind a filter to the rows, as the kernels take both.

        The last one is kept: a question asks several kernels with one filter.

        Parameters
        ----------
        edge_filter
            What may be used.
        both_ways
            Whether directions are not looked at.

        Returns
        -------
        Bound
            Rows and filter, a :class:`~coopgraph.graph.bound.View`.

        Raises
        ------
        ValueError
            If the filter does not fit the graph: a kernel does not look before it reads.

        Examples
        --------
        >>> rows = Adjacency.build(2, [0], [1])
        >>> rows.bound(NO_FILTER) is rows.bound(NO_FILTER)
        True
        """
        known: Bound
        asked, known = self.last_both_ways if both_ways else self.last
        if asked is edge_filter:
            return known
        made = self._view(edge_filter, both_ways)
        # One assignment of both together: threads may race for it.
        slot = "last_both_ways" if both_ways else "last"
        object.__setattr__(self, slot, (edge_filter, made))
        return made

    def _view(self, f: EdgeFilter, both_ways: bool) -> Bound:
        f.check(self.nodes)
        # What a filter means is kept by what it says, not by who says it.
        way = 0 if both_ways else f.direction
        what = (f.selection, f.day, f.dated_only, way, f.relation_allowed.tobytes())
        who = None
        if len(f.via_allowed) and len(self.subject):
            who = (len(f.via_allowed), f.via_none, np.packbits(f.via_allowed).tobytes())
        has_types = len(f.node_type_allowed) > 0 and len(f.node_type) > 0
        if has_types or len(f.avoid):
            return self._bind(f, both_ways, what, who, has_types)
        return self._kept(
            self._bounds, _KEPT, (what, who), lambda: self._bind(f, both_ways, what, who, False)
        )

    def _bind(self, f: EdgeFilter, both_ways: bool, what: Any, who: Any, has_types: bool) -> Bound:
        mask = self._kept(self._masks, _KEPT, what, lambda: self.kinds.mask(f, both_ways=both_ways))
        chosen: NDArray[np.uint8] = _NO_BYTES
        if who is not None:
            chosen = self._kept(self._choices, _KEPT_CHOICES, who, lambda: self._chosen(f))
        return Bound(
            View(
                self.indptr,
                self.neighbour,
                self.code,
                self.rank,
                self.number,
                mask,
                chosen,
                f.node_type if has_types else NO_FILTER.node_type,
                f.node_type_allowed if has_types else NO_FILTER.node_type_allowed,
                f.avoid,
            )
        )

    def _kept(self, made: OrderedDict[Any, Any], most: int, key: Any, make: Callable[[], T]) -> T:
        with self._lock:
            found: T | None = made.get(key)
            if found is not None:
                made.move_to_end(key)
                return found
        found = make()
        with self._lock:
            made[key] = found
            while len(made) > most:
                made.popitem(last=False)
        return found

    def _chosen(self, f: EdgeFilter) -> NDArray[np.uint8]:
        known = (self.subject >= 0) & (self.subject < len(f.via_allowed))
        allowed = known & f.via_allowed[np.where(known, self.subject, 0)]
        if f.via_none:
            allowed |= self.subject < 0
        if len(self.number):
            allowed = allowed[self.number]
        bits = chosen_arcs(self._plain.context, frozen(allowed, np.bool_))
        return frozen(bits, np.uint8)

    @cached_property
    def _plain(self) -> Bound:
        """The rows without a filter."""
        return self._view(NO_FILTER, True)

    @cached_property
    def _rank_of(self) -> NDArray[np.int32]:
        """int32[m]: the rank of each edge; empty where that is its number."""
        found = np.empty(len(self.number), np.int32)
        found[self.number] = np.arange(len(self.number), dtype=np.int32)
        return found

    def place(self, edge: int) -> tuple[int, int, int]:
        """Return source, target and kind of an edge.

        Raises
        ------
        IndexError
            If there is no such edge.

        Examples
        --------
        >>> Adjacency.build(3, [2, 0], [1, 2]).place(0)
        (2, 1, 0)
        """
        if not 0 <= edge < self.edges:
            raise IndexError(f"no edge {edge} in a graph of {self.edges} edges")
        found: tuple[int, int, int] = place_of(
            self._plain.context, int(self._rank_of[edge]) if len(self.number) else edge
        )
        return found

    def arcs(self, edges: NDArray[np.integer[Any]] | None = None) -> NDArray[np.int64]:
        """Return where the arcs of edges lie in the rows of their sources.

        Parameters
        ----------
        edges
            Numbers of edges that exist; ``None`` for all.

        Examples
        --------
        >>> rows = Adjacency.build(3, [2, 0], [1, 2])
        >>> rows.arcs().tolist(), rows.neighbour[rows.arcs()].tolist()
        ([3, 0], [1, 2])
        """
        if edges is None or len(edges) > self.edges // 8:
            every = np.flatnonzero(self.code & 1)
            if len(self.number):
                every = every[self._rank_of]
            return every if edges is None else every[edges]
        ranks = self._rank_of[edges] if len(self.number) else edges
        return arcs_of(self._plain.context, frozen(ranks, np.int64))

    @classmethod
    def build(
        cls,
        nodes: int,
        source: ArrayLike,
        target: ArrayLike,
        directed: ArrayLike | None = None,
        *,
        subject: ArrayLike = (),
        **columns: ArrayLike,
    ) -> Adjacency:
        """Build the rows by two counting sorts.

        Parameters
        ----------
        nodes
            The number of nodes ``n``.
        source, target
            int32[m]: the ends of each edge, 0 to n - 1.
        directed
            bool[m]: whether the edge has a direction; ``None`` where none has.
        subject
            int32[m]: code of the relator of each edge, -1 for none.
        **columns
            What else is known of each edge, as :meth:`Kinds.of` takes it.

        Returns
        -------
        Adjacency
            The rows; edge ``j`` is the ``j``-th of the input. Input that is sorted by source, then
            target, weighs four bytes an edge less.

        Raises
        ------
        ValueError
            If the arrays differ in length or name a node that does not exist.

        Notes
        -----
        Scattering the arcs by neighbour, then scattering the result by row, is a radix sort of
        two digits (Knuth, The Art of Computer Programming, volume 3, 5.2.5): linear in the
        number of edges. Ranks are those of Jacobson 1989, "Space-efficient static trees and
        graphs".

        Examples
        --------
        >>> rows = Adjacency.build(3, [0, 2, 0], [1, 0, 1])
        >>> rows.indptr.tolist(), rows.neighbour.tolist(), (rows.code & 1).tolist()
        ([0, 3, 5, 6], [1, 1, 2, 0, 0, 0], [1, 1, 0, 0, 0, 1])
        """
        ends = [np.asarray(array) for array in (source, target)]
        if nodes < 0 or len(ends[0]) != len(ends[1]):
            raise ValueError("source and target must have the same length")
        for array in ends:
            if array.size and (int(array.min()) < 0 or int(array.max()) >= nodes):
                raise ValueError(f"an edge names a node outside 0 to {nodes - 1}")
        edges = len(ends[0])
        if 2 * edges > _MOST_ARCS:
            raise ValueError(f"{edges} edges are more than {_MOST_ARCS // 2}")
        if directed is None:
            directed = np.zeros(edges, dtype=np.bool_)
        kinds, kind = Kinds.of(directed, **columns)
        subjects = frozen(subject, np.int32)
        if len(kind) != edges or len(subjects) not in (0, edges):
            raise ValueError("every column must have one value an edge")
        indptr, neighbour, code, rank, number, sorted_input = sort_rows(
            nodes, frozen(ends[0], np.int32), frozen(ends[1], np.int32), frozen(kind, np.int32)
        )
        if sorted_input:
            number = np.empty(0, np.int32)
        return cls(indptr, neighbour, code, rank, number, kinds, subjects, edges)
