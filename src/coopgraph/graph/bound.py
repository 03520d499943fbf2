"""Many arrays as one argument of a kernel.

Each array that is handed to a kernel costs a fifth of a microsecond to be looked at, and each that
it returns half a one; a graph and a filter have ten, the memory of a search six. So a kernel takes
the address of a table with the addresses of all of them, and leaves what it has found in the memory
of the search. Who calls a kernel holds the :class:`Bound` that the addresses belong to until it
returns.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import inlined

Context = int
"""The address of a table, int64: of each array in turn its address and length."""


class View(NamedTuple):
    """A graph and what a question may use of it.

    Attributes
    ----------
    indptr
        int32[n + 1]: row ``u`` is ``indptr[u]:indptr[u + 1]``.
    neighbour
        int32[arcs]: the node at the other end.
    code
        int32[arcs]: twice the kind of the edge, plus one where the row is the edge's source.
    rank
        int32[arcs // 64 + 1]: how many arcs before each 64th lie in the rows of their sources.
    number
        int32[m]: the edge's number by the rank of its arc; empty where both are the same.
    mask
        uint8[2 * kinds]: whether arcs of a code may be walked along; empty where all may.
    chosen
        uint8[arcs // 8 + 1]: a bit an arc, whether its relator is allowed; empty where all are.
    node_type, node_type_allowed
        uint16[n], bool[t]: through which nodes a path may go; empty where through any.
    avoid
        int32[a]: nodes that may not be used at all; sorted.
    """

    indptr: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    code: NDArray[np.int32]
    rank: NDArray[np.int32]
    number: NDArray[np.int32]
    mask: NDArray[np.uint8]
    chosen: NDArray[np.uint8]
    node_type: NDArray[np.uint16]
    node_type_allowed: NDArray[np.bool_]
    avoid: NDArray[np.int32]


class Bound:
    """Arrays that live at least as long as this does, and their addresses.

    Parameters
    ----------
    parts
        A named tuple of arrays; each has to lie in one piece.

    Attributes
    ----------
    parts
        What was given.
    context
        What a kernel takes, good as long as this lives.
    table
        int64: what lies there.

    Raises
    ------
    ValueError
        If an array lies scattered: a kernel would read what is not its.

    Examples
    --------
    >>> Bound((np.arange(3, dtype=np.int32),)).table[1]
    np.int64(3)
    """

    __slots__ = ("context", "parts", "table")

    def __init__(self, parts: Any) -> None:
        if not all(array.flags.c_contiguous for array in parts):
            raise ValueError("arrays of a kernel have to lie in one piece")
        self.parts = parts
        self.table: NDArray[np.int64] = np.array(
            [n for a in parts for n in (_address(a), len(a))], np.int64
        )
        self.context: Context = _address(self.table)


def _address(array: NDArray[Any]) -> int:
    found: int = array.__array_interface__["data"][0]
    return found


class Graph(NamedTuple):
    """A :class:`View` in compiled code: where arrays begin, and how long they are.

    Addresses, because numba counts the users of an array whenever it is handed on, and a search
    hands its graph on for every arc: that took four fifths of its time.

    Attributes
    ----------
    indptr, neighbour, code, rank, number, mask, chosen, node_type, node_type_allowed, avoid
        The first element of each array of the view.
    nodes, arcs, numbers, masks, choices, types, avoided
        The lengths of ``neighbour``, of ``number``, ``mask``, ``chosen``, ``node_type_allowed`` and
        ``avoid``, and the number of nodes.
    """

    indptr: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    code: NDArray[np.int32]
    rank: NDArray[np.int32]
    number: NDArray[np.int32]
    mask: NDArray[np.uint8]
    chosen: NDArray[np.uint8]
    node_type: NDArray[np.uint16]
    node_type_allowed: NDArray[np.uint8]
    avoid: NDArray[np.int32]
    nodes: int
    arcs: int
    numbers: int
    masks: int
    choices: int
    types: int
    avoided: int


def _pointer(kind: Any) -> Any:
    def typed(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = context.get_value_type(signature.return_type)
            return builder.inttoptr(arguments[0], pointer)

        return kind(address), generate

    return intrinsic(typed)


at_address: Any = _pointer(types.voidptr)
"""Return a pointer to an address, in compiled code."""
int64_at: Any = _pointer(types.CPointer(types.int64))  # type: ignore[no-untyped-call]
"""Return a pointer to int64 at an address, in compiled code."""
int32_at: Any = _pointer(types.CPointer(types.int32))  # type: ignore[no-untyped-call]
"""Return a pointer to int32 at an address, in compiled code."""
uint64_at: Any = _pointer(types.CPointer(types.uint64))  # type: ignore[no-untyped-call]
"""Return a pointer to uint64 at an address, in compiled code."""
float64_at: Any = _pointer(types.CPointer(types.float64))  # type: ignore[no-untyped-call]
"""Return a pointer to float64 at an address, in compiled code."""
_uint16: Any = _pointer(types.CPointer(types.uint16))  # type: ignore[no-untyped-call]
bytes_at: Any = _pointer(types.CPointer(types.uint8))  # type: ignore[no-untyped-call]
"""Return a pointer to the bytes at an address, in compiled code."""


def _shifted(_typing: Any, pointer: Any, _places: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), generate


shifted: Any = intrinsic(_shifted)
"""Return a pointer so many places further on, in compiled code."""


@inlined
def view_of(context: Context) -> Graph:
    """Return the graph and the filter of a context, in compiled code."""
    c = int64_at(context)
    return Graph(
        int32_at(c[0]), int32_at(c[2]), int32_at(c[4]), int32_at(c[6]), int32_at(c[8]),
        bytes_at(c[10]), bytes_at(c[12]), _uint16(c[14]), bytes_at(c[16]), int32_at(c[18]),
        c[1] - 1, c[3], c[9], c[11], c[13], c[17], c[19],
    )  # fmt: skip
