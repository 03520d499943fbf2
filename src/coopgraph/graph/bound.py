"""Many arrays as one argument of a kernel.

Each array that is handed to a kernel costs a fifth of a microsecond to be looked at, and each that
it returns half a one; a graph and a filter have ten, the memory of a search six. So a kernel takes
one array with the addresses of all of them, and leaves what it has found in the memory of the
search. Who calls a kernel holds what the addresses belong to.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import carray
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import inlined

Context = NDArray[np.int64]
"""Of each array in turn its address and length."""


class View(NamedTuple):
    """A graph and what a question may use of it, as kernels read both.

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
        int64: what a kernel takes.

    Raises
    ------
    ValueError
        If an array lies scattered: a kernel would read what is not its.

    Examples
    --------
    >>> Bound((np.arange(3, dtype=np.int32),)).context[1]
    np.int64(3)
    """

    __slots__ = ("context", "parts")

    def __init__(self, parts: Any) -> None:
        if not all(array.flags.c_contiguous for array in parts):
            raise ValueError("arrays of a kernel have to lie in one piece")
        self.parts = parts
        self.context: Context = np.array(
            [number for array in parts for number in (array.ctypes.data, len(array))], np.int64
        )


@intrinsic  # type: ignore[untyped-decorator]
def at_address(_typing: Any, address: Any) -> Any:
    """Return a pointer to an address, in compiled code."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


@inlined
def view_of(c: Context) -> View:
    """Return the graph and the filter of a context, in compiled code."""
    return View(
        carray(at_address(c[0]), (c[1],), np.int32),
        carray(at_address(c[2]), (c[3],), np.int32),
        carray(at_address(c[4]), (c[5],), np.int32),
        carray(at_address(c[6]), (c[7],), np.int32),
        carray(at_address(c[8]), (c[9],), np.int32),
        carray(at_address(c[10]), (c[11],), np.uint8),
        carray(at_address(c[12]), (c[13],), np.uint8),
        carray(at_address(c[14]), (c[15],), np.uint16),
        carray(at_address(c[16]), (c[17],), np.bool_),
        carray(at_address(c[18]), (c[19],), np.int32),
    )
