"""The row of a node, bare: who is one step away, for callers that ask for very many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.bound import Context, int32_at, view_of
from coopgraph.graph.edge_filter import NO_FILTER, EdgeFilter
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided
from coopgraph.graph.kernels.boxed import array_freed
from coopgraph.graph.kernels.compile import entry
from coopgraph.graph.kernels.room import allocate


class Rows:
    """The rows of a graph under a filter.

    Parameters
    ----------
    adjacency
        The graph.
    edge_filter
        Which edges are in the rows, which way they are looked along, and which nodes are left out.

    Attributes
    ----------
    row
        Called with a node, returns int32: the other end of each edge at it, in order; of parallel
        edges each. Raises ``IndexError`` for a node that does not exist.

    Notes
    -----
    For one row compiled code is not left to run beside Python's: letting go of the interpreter and
    getting hold of it again takes longer than the row of any but a great hub. Where one is asked
    with other searches between, :func:`~coopgraph.graph.kernels.levels.neighbourhood` says the
    same, each node once.

    Examples
    --------
    >>> double = Adjacency.build(3, [0, 1, 1], [1, 2, 0])
    >>> Rows(double).row(1).tolist()
    [0, 0, 2]
    >>> Rows(double, EdgeFilter.build(avoid=[2])).row(1).tolist()
    [0, 0]
    """

    __slots__ = ("row",)

    def __init__(self, adjacency: Adjacency, edge_filter: EdgeFilter = NO_FILTER) -> None:
        view = adjacency.bound(edge_filter)
        self.row: Callable[[int], NDArray[np.int32]] = partial(_row.compiled(2), view.context)
        # The call holds what it reads: it may outlive this and the graph.
        vars(self.row)["view"] = view


@entry(nogil=False)
def _row(view: Context, node: int) -> Any:
    g = view_of(view)
    if node < 0 or node >= g.nodes:
        raise IndexError("no such node")
    begin, end = g.indptr[node], g.indptr[node + 1]
    room = allocate(4 * (end - begin + 1))  # one more: what is not chosen is written, too
    found = int32_at(room)
    used = 0
    if g.masks + g.choices + g.avoided == 0:
        for arc in range(begin, end):
            found[arc - begin] = g.neighbour[arc]
        used = end - begin
    elif not is_avoided(g, node):
        for arc in range(begin, end):
            w = g.neighbour[arc]
            found[used] = w
            if arc_allowed(g, 0, arc) and not is_avoided(g, w):
                used += 1
    return array_freed(room, used)
