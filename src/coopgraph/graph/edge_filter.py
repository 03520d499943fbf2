"""Which edges and nodes a search may use, as arrays that a kernel reads while it runs.

A filter is never a copied subgraph, and holds nothing of the edges: what they are is known to the
graph (:mod:`coopgraph.graph.kinds`); which codes are allowed, and which day, belongs to a question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

ANY: Final = 0
FORWARD: Final = 1
BACKWARD: Final = 2

OPEN_START: Final = -(2**31)
OPEN_END: Final = 2**31 - 1
NO_DAY: Final = -(2**31)
NO_SELECTION: Final = -1

_COLUMNS: Final[dict[str, Any]] = {
    "relation_allowed": np.bool_,
    "via_allowed": np.bool_,
    "node_type": np.uint16,
    "node_type_allowed": np.bool_,
    "avoid": np.int32,
}


def frozen(values: ArrayLike, dtype: Any) -> NDArray[Any]:
    """Return a read-only, contiguous view of an array in one data type.

    A kernel is compiled again for every kind of array it meets, read-only and writable ones
    included; everything handed to a kernel goes through here so that there is one kind.

    Parameters
    ----------
    values
        The values; copied only when the data type or the layout differs.
    dtype
        The data type wanted.

    Returns
    -------
    numpy.ndarray
        A view that cannot be written.

    Examples
    --------
    >>> frozen([1, 2], np.int32).flags.writeable
    False
    """
    view = np.ascontiguousarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


class EdgeFilter(NamedTuple):
    """What a search may use. Make one with :meth:`build`, narrow it with :meth:`narrowed`.

    An empty array always means "no such filter". Codes outside an ``…_allowed`` table are not
    allowed.

    Attributes
    ----------
    relation_allowed
        bool[r]: which codes of relations are allowed.
    via_allowed
        bool[v]: which codes of relators are allowed.
    node_type, node_type_allowed
        uint16[n] code of the type of each node; bool[t] which types a path may pass through. The
        ends of a path may have any type.
    avoid
        int32[a]: nodes that may not be used at all, ends included; sorted, each once.
    selection
        0 to 7: an edge is allowed where ``(visible >> selection) & 1``; ``NO_SELECTION`` for any.
    day
        An edge is allowed where its interval holds this day; ``NO_DAY`` for every day.
    dated_only
        1 drops the edges whose interval has neither end.
    via_none
        1 keeps the edges without a relator while ``via_allowed`` is in force.
    direction
        ``ANY``, ``FORWARD`` (a directed edge only from source to target) or ``BACKWARD``.
    """

    relation_allowed: NDArray[np.bool_]
    via_allowed: NDArray[np.bool_]
    node_type: NDArray[np.uint16]
    node_type_allowed: NDArray[np.bool_]
    avoid: NDArray[np.int32]
    selection: int
    day: int
    dated_only: int
    via_none: int
    direction: int

    @classmethod
    def build(cls, **values: Any) -> EdgeFilter:
        """Make a filter from the fields that matter; the others stay open.

        Parameters
        ----------
        **values
            Fields by name; lists and other data types are converted.

        Returns
        -------
        EdgeFilter
            A filter ready for the kernels.

        Raises
        ------
        TypeError
            If a name is not a field.
        ValueError
            If a number is out of its range.

        Examples
        --------
        >>> EdgeFilter.build(relation_allowed=[1, 0]).relation_allowed.tolist()
        [True, False]
        """
        return NO_FILTER.narrowed(**values)

    def narrowed(self, **changes: Any) -> EdgeFilter:
        """Return a copy with some fields replaced; the columns are shared, not copied.

        Parameters
        ----------
        **changes
            Fields by name; lists and other data types are converted.

        Returns
        -------
        EdgeFilter
            The new filter.

        Raises
        ------
        TypeError
            If a name is not a field.
        ValueError
            If a number is out of its range.

        Examples
        --------
        >>> NO_FILTER.narrowed(avoid=[4, 2, 4]).avoid.tolist()
        [2, 4]
        """
        clean: dict[str, Any] = {}
        for name, value in changes.items():
            if name == "avoid":
                clean[name] = frozen(node_set(value), np.int32)
            elif name in _COLUMNS:
                clean[name] = frozen(value, _COLUMNS[name])
            elif name in _FIELDS:
                clean[name] = int(value)
            else:
                raise TypeError(f"EdgeFilter has no field {name!r}")
        if not NO_SELECTION <= clean.get("selection", 0) <= 7:
            raise ValueError("selection must be 0 to 7, or -1 for any")
        if clean.get("direction", ANY) not in (ANY, FORWARD, BACKWARD):
            raise ValueError("direction must be ANY, FORWARD or BACKWARD")
        return self._replace(**clean)

    def check(self, nodes: int) -> None:
        """Make sure that the filter fits a graph: a kernel does not look before it reads.

        Parameters
        ----------
        nodes
            The size of the graph.

        Raises
        ------
        ValueError
            If there is not one type a node.

        Examples
        --------
        >>> EdgeFilter.build(node_type=[1, 1]).check(nodes=3)
        Traceback (most recent call last):
            ...
        ValueError: node_type has 2 values for 3 nodes
        """
        if len(self.node_type) not in (0, nodes):
            raise ValueError(f"node_type has {len(self.node_type)} values for {nodes} nodes")


def node_set(nodes: ArrayLike | Iterable[int]) -> NDArray[np.int32]:
    """Return nodes as a sorted int32 array, each once.

    Parameters
    ----------
    nodes
        Node numbers in any order; a boolean array is read as a bitmap.

    Returns
    -------
    numpy.ndarray
        int32, sorted.

    Examples
    --------
    >>> node_set([3, 1, 3]).tolist()
    [1, 3]
    >>> node_set(np.array([False, True])).tolist()
    [1]
    """
    array = np.asarray(nodes if isinstance(nodes, np.ndarray) else list(nodes))  # type: ignore[arg-type]
    if array.dtype == np.bool_:
        return np.flatnonzero(array).astype(np.int32)
    return np.unique(array.astype(np.int32))


_FIELDS: Final = frozenset(EdgeFilter._fields)

_EMPTY: Final[dict[str, Any]] = {name: frozen([], dtype) for name, dtype in _COLUMNS.items()}

NO_FILTER: Final = EdgeFilter(
    **_EMPTY, selection=NO_SELECTION, day=NO_DAY, dated_only=0, via_none=0, direction=ANY
)
