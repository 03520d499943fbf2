"""The one place where a kernel asks whether it may walk on.

Nothing is read for a filter that is not in force.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.bound import Graph
from coopgraph.graph.kernels.compile import helper, inlined
from coopgraph.graph.kernels.places import lower_bound


@inlined
def arc_allowed(g: Graph, back: int, arc: int) -> bool:
    """Say whether an arc may be walked along.

    With ``back`` 1: whether the search of whom the row is a target may come here from the
    neighbour. What the edge is lies beside its neighbour, and what that means is read from a small
    table: no read but the first misses the cache.
    """
    if g.masks > 0 and g.mask[g.code[arc] ^ back] == 0:
        return False
    return g.choices == 0 or (g.chosen[arc >> 3] >> (arc & 7)) & 1 != 0


@inlined
def passes_type(g: Graph, node: int) -> bool:
    """Say whether a path may pass through a node of this type."""
    if g.types == 0:
        return True
    code = g.node_type[node]
    return bool(code < g.types and g.node_type_allowed[code] != 0)


@helper
def is_listed(values: NDArray[np.int32], wanted: int) -> bool:
    """Say whether a sorted array holds a value."""
    place = lower_bound(values, 0, values.size, wanted)
    return bool(place < values.size and values[place] == wanted)


@inlined
def is_avoided(g: Graph, node: int) -> bool:
    """Say whether a node may not be used at all."""
    if g.avoided == 0:
        return False
    place = lower_bound(g.avoid, 0, g.avoided, node)
    return bool(place < g.avoided and g.avoid[place] == node)
