"""A graph and what a question may use of it, as one argument of a kernel.

Each array that is handed to a kernel costs a third of a microsecond to be looked at; a graph and
a filter have fifteen. Bound together once, they cost as much as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba.core import types
from numba.experimental import structref

if TYPE_CHECKING:
    from coopgraph.graph.adjacency import Rows
    from coopgraph.graph.edge_filter import EdgeFilter


@structref.register
class FilteredType(types.StructRef):
    """The type of :class:`Filtered` in compiled code."""

    def preprocess_fields(self, fields: Any) -> Any:
        """Keep no field's type as narrow as a single value."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)  # type: ignore[no-untyped-call]


class Filtered(structref.StructRefProxy):
    """Rows of a graph, and a filter. Get one from :meth:`Adjacency.filtered`.

    In a kernel ``rows`` and ``filter`` are its attributes; neither is copied.
    """

    if TYPE_CHECKING:
        rows: Rows
        filter: EdgeFilter

    def __new__(cls, rows: Rows, edge_filter: EdgeFilter) -> Filtered:
        """Bind both together; takes some microseconds."""
        bound: Filtered = structref.StructRefProxy.__new__(  # type: ignore[no-untyped-call]
            cls, rows, edge_filter
        )
        return bound


structref.define_proxy(  # type: ignore[no-untyped-call]
    Filtered, FilteredType, ["rows", "filter"]
)
