"""Many arrays as one argument of a kernel.

Each array that is handed to a kernel costs a fifth of a microsecond to be looked at; a graph and a
filter have ten, the memory of a search five. Bound together once, they cost as much as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba.core import types
from numba.experimental import structref
from numpy.typing import NDArray


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


@structref.register
class BoundType(types.StructRef):
    """The type of :class:`Bound` in compiled code."""

    def preprocess_fields(self, fields: Any) -> Any:
        """Keep no field's type as narrow as a single value."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)  # type: ignore[no-untyped-call]


class Bound(structref.StructRefProxy):
    """A named tuple of arrays, taken apart once; ``parts`` in a kernel and in Python."""

    if TYPE_CHECKING:
        parts: Any

    def __new__(cls, parts: Any) -> Bound:
        """Bind arrays together; takes some microseconds."""
        bound: Bound = structref.StructRefProxy.__new__(cls, parts)  # type: ignore[no-untyped-call]
        bound.parts = parts
        return bound


structref.define_proxy(Bound, BoundType, ["parts"])  # type: ignore[no-untyped-call]
