"""The memory that a search needs, kept between searches and cleaned by what was touched."""

from __future__ import annotations

from collections import deque
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Bound, Context, int32_at, int64_at
from coopgraph.graph.edge_filter import EdgeFilter
from coopgraph.graph.kernels.compile import helper, inlined

DEFAULT_BUDGET: Final = 50_000_000

LEFT: Final = 0
DEPTH: Final = 1
AT: Final = 3
TAIL: Final = 4
FILLED: Final = 5
ROOM: Final = 6
WORDS: Final = 7

_KEPT: Final = 16


class Memory(NamedTuple):
    """The arrays of a search; one with two sides has 0 from the source and 1 from the target.

    Attributes
    ----------
    state
        int32[n, 2]: distance from each side plus one; 0 not seen, -1 may not be used. Both
        sides of a node share a cache line.
    queue
        int32[2, n + 2]: the nodes each side has reached, nearest first.
    level
        int32[2, n + 2]: where each distance begins in the queue.
    local
        int32[n]: number of a node in a corridor plus one; 0 for none.
    counter
        int64[8]: at ``LEFT`` the arcs that may still be scanned, at ``DEPTH`` how far each side
        has come, at ``AT`` and ``TAIL`` where a level was interrupted, at ``WORDS`` where paths are
        written, at ``FILLED`` and ``ROOM`` how many words were and how many may be.
    found
        int32[3 * n + 2]: what a kernel leaves, and from ``n + 2`` on what it is given.
    seen
        uint64[2, n // 64 + 1]: a bit a node that was seen, and what was before a level; the first
        row is clean between searches.
    values
        float64[5 * n]: what a kernel adds up and leaves.
    keys
        int64[n, 4]: what is known of paths that cost something (:mod:`.balls`); clean between
        searches.
    """

    state: NDArray[np.int32]
    queue: NDArray[np.int32]
    level: NDArray[np.int32]
    local: NDArray[np.int32]
    counter: NDArray[np.int64]
    found: NDArray[np.int32]
    seen: NDArray[np.uint64]
    values: NDArray[np.float64]
    keys: NDArray[np.int64]


class Scratch(NamedTuple):
    """The :class:`Memory` of a search with two sides in compiled code: where its arrays begin.

    Attributes
    ----------
    state, queue, level, local, counter, found
        The first element of each.
    room
        How many places the queue and the levels of a side have.
    """

    state: NDArray[np.int32]
    queue: NDArray[np.int32]
    level: NDArray[np.int32]
    local: NDArray[np.int32]
    counter: NDArray[np.int64]
    found: NDArray[np.int32]
    room: int


class Paths(NamedTuple):
    """Node sequences, shortest first, ties in the order of the node numbers.

    Attributes
    ----------
    sequences
        The paths, each a list of nodes from source to target.
    count
        How many there are; more than ``sequences`` holds where only some were wanted.
    truncated
        Whether there are more paths than ``sequences`` holds.
    exhausted
        Whether the search gave up because its budget was spent.
    """

    sequences: list[list[int]]
    count: int  # type: ignore[assignment]
    truncated: bool = False
    exhausted: bool = False


made: Final = tuple.__new__
"""What the class of a named tuple does at last; to be called by its name takes twice as long."""


class Lent(Bound):
    """Fresh :class:`Memory` for graphs of up to so many nodes.

    Attributes
    ----------
    nodes
        The number of nodes.
    """

    __slots__ = ("nodes",)

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        super().__init__(
            Memory(
                np.zeros((nodes, 2), np.int32),
                np.empty((2, nodes + 2), np.int32),
                np.empty((2, nodes + 2), np.int32),
                np.zeros(nodes, np.int32),
                np.zeros(8, np.int64),
                np.empty(3 * nodes + 2, np.int32),
                np.zeros((2, nodes // 64 + 1), np.uint64),
                np.empty(5 * nodes, np.float64),
                np.zeros((nodes, 4), np.int64),
            )
        )


class ScratchPool:
    """Scratch that is lent to one search at a time, so that threads never share one.

    A scratch comes back only from a search that ended well: one that failed half-way may be
    unclean and is left to the garbage collector.

    Attributes
    ----------
    give_back
        Takes clean scratch back, what :meth:`take` returned.

    Examples
    --------
    >>> pool = ScratchPool()
    >>> scratch = pool.take(10)
    >>> pool.give_back(scratch)
    >>> pool.take(4) is scratch
    True
    """

    def __init__(self) -> None:
        self._free: deque[Lent] = deque(maxlen=_KEPT)
        self.give_back = self._free.append

    def take(self, nodes: int) -> Lent:
        """Return clean scratch for a graph of at most this many nodes.

        Parameters
        ----------
        nodes
            The number of nodes.

        Returns
        -------
        Lent
            Arrays at least that long. Fresh ones cost no memory until they are touched.
        """
        try:
            scratch = self._free.pop()
        except IndexError:
            return Lent(nodes)
        return scratch if scratch.nodes >= nodes else Lent(nodes)


POOL: Final = ScratchPool()
take: Final = POOL._free.pop


def prepare(
    adjacency: Adjacency, edge_filter: EdgeFilter, *nodes: int, both_ways: bool = False
) -> Bound:
    """Look at everything a kernel would read without looking.

    Parameters
    ----------
    adjacency
        The graph.
    edge_filter
        The filter to be used on it.
    *nodes
        Nodes of the question.
    both_ways
        Whether directions are not looked at.

    Returns
    -------
    Bound
        Graph and filter, as the kernels take them.

    Raises
    ------
    ValueError
        If the filter does not fit the graph.
    IndexError
        If a node does not exist.

    Examples
    --------
    >>> from coopgraph.graph.edge_filter import NO_FILTER
    >>> prepare(Adjacency.build(2, [0], [1]), NO_FILTER, 2)
    Traceback (most recent call last):
        ...
    IndexError: no node 2 in a graph of 2 nodes
    """
    total = adjacency.nodes
    for node in nodes:
        if not 0 <= node < total:
            raise IndexError(f"no node {node} in a graph of {total} nodes")
    return adjacency.bound(edge_filter, both_ways=both_ways)


def lend(
    adjacency: Adjacency,
    edge_filter: EdgeFilter,
    node: int,
    other: int = 0,
    both_ways: bool = False,
) -> tuple[Bound, Lent]:
    """Do as :func:`prepare` and :meth:`ScratchPool.take` do, in a third of their time.

    Examples
    --------
    >>> from coopgraph.graph.edge_filter import NO_FILTER
    >>> rows = Adjacency.build(2, [0], [1])
    >>> view, scratch = lend(rows, NO_FILTER, 1)
    >>> view is prepare(rows, NO_FILTER, 1), scratch.nodes >= 2
    (True, True)
    """
    nodes = adjacency.nodes
    asked, view = adjacency.last_both_ways if both_ways else adjacency.last
    if asked is not edge_filter or not (0 <= node < nodes and 0 <= other < nodes):
        view = prepare(adjacency, edge_filter, node, other, both_ways=both_ways)
    try:
        scratch = take()
    except IndexError:
        return view, Lent(nodes)
    return view, scratch if scratch.nodes >= nodes else Lent(nodes)


@inlined
def scratch_of(context: Context) -> Scratch:
    """Return the memory of a search, in compiled code."""
    c = int64_at(context)
    return Scratch(
        int32_at(c[0]), int32_at(c[2]), int32_at(c[4]), int32_at(c[6]), int64_at(c[8]),
        int32_at(c[10]), c[1] + 2,
    )  # fmt: skip


@inlined
def level_start(scratch: Scratch, side: int, depth: int) -> int:
    """Return where a distance begins in the queue of a side: where the one before it ends."""
    return int(scratch.level[side * scratch.room + depth])


@helper
def block(scratch: Scratch, nodes: Any, count: int, n: int) -> None:
    """Keep both sides out of some nodes."""
    for i in range(count):
        v = nodes[i]
        if 0 <= v < n:
            scratch.state[2 * v] = -1
            scratch.state[2 * v + 1] = -1


@helper
def unblock(scratch: Scratch, nodes: Any, count: int, n: int) -> None:
    """Undo ``block``."""
    for i in range(count):
        v = nodes[i]
        if 0 <= v < n:
            scratch.state[2 * v] = 0
            scratch.state[2 * v + 1] = 0


@helper
def wipe(scratch: Scratch, side: int) -> None:
    """Forget what a side has reached."""
    for i in range(level_start(scratch, side, scratch.counter[DEPTH + side] + 1)):
        v = scratch.queue[side * scratch.room + i]
        scratch.state[2 * v] = 0
        scratch.state[2 * v + 1] = 0
