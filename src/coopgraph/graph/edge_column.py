"""What is known of edges, by their numbers, where nothing is written by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency


class EdgeColumn:
    """A value an edge, read from the rows of a graph when it is asked for.

    Parameters
    ----------
    rows
        The graph.
    of_arcs
        Returns the values of edges from where their arcs lie in the rows of their sources.
    of_place
        Returns the value of one edge from its source, target and kind.

    Examples
    --------
    >>> rows = Adjacency.build(3, [2, 0], [1, 2])
    >>> target = EdgeColumn(rows, lambda arcs: rows.neighbour[arcs], lambda _s, t, _k: t)
    >>> target[0], target[:].tolist(), target[np.array([1, 0])].tolist()
    (1, [1, 2], [2, 1])
    """

    def __init__(
        self,
        rows: Adjacency,
        of_arcs: Callable[[NDArray[np.int64]], NDArray[Any]],
        of_place: Callable[[int, int, int], Any],
    ) -> None:
        self._rows = rows
        self._of_arcs = of_arcs
        self._of_place = of_place

    def __len__(self) -> int:
        """Return the number of edges."""
        return self._rows.edges

    def __getitem__(self, edges: Any) -> Any:
        """Return the value of an edge, or an array of those of several.

        Parameters
        ----------
        edges
            What picks from an array: a number, a slice, an array of numbers or of truth values.
        """
        if isinstance(edges, int | np.integer):
            return self._of_place(*self._rows.place(int(edges)))
        if isinstance(edges, slice) and edges == slice(None):
            return self._of_arcs(self._rows.arcs())
        if isinstance(edges, slice):
            edges = np.arange(len(self))[edges]
        numbers = np.asarray(edges)
        if numbers.dtype == np.bool_:
            numbers = np.flatnonzero(numbers)
        return self._of_arcs(self._rows.arcs(numbers.astype(np.int64, copy=False)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the values of all edges."""
        return np.asarray(self[:], dtype=dtype)
