"""coopgraph: a knowledge-graph service of cooperation relationships.

>>> from coopgraph import CoopGraph
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coopgraph.__about__ import __version__

if TYPE_CHECKING:
    from coopgraph.coopgraph import CoopGraph

__all__ = ["CoopGraph", "__version__"]


def __getattr__(name: str) -> Any:
    # Query workers import this package too and must start in milliseconds: only who asks for
    # CoopGraph pays for numba and rdflib.
    if name == "CoopGraph":
        from coopgraph.coopgraph import CoopGraph

        return CoopGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
