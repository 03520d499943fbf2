"""A set of nodes as bits: a graph of a million nodes in an eighth of a megabyte."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

from coopgraph.graph.kernels.compile import helper, inlined


def _zeros_below(_typing: Any, _word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.uint64), generate


zeros_below: Any = intrinsic(_zeros_below)
"""Return the place of the lowest bit of a word that is not 0, in compiled code."""


@inlined
def has_bit(bits: Any, node: int) -> bool:
    """Say whether a node is in the set."""
    return bool((bits[node >> 6] >> np.uint64(node & 63)) & np.uint64(1))


@inlined
def set_bit(bits: Any, node: int) -> None:
    """Add a node to the set."""
    bits[node >> 6] |= np.uint64(1) << np.uint64(node & 63)


@helper
def write_bits(bits: Any, less: Any, words: int, nodes: Any, place: int) -> int:
    """Write down the nodes that are in one set and not in another, in order; return the end."""
    for i in range(words):
        word = bits[i] & ~less[i]
        while word != 0:
            nodes[place] = 64 * i + zeros_below(word)
            place += 1
            word &= word - np.uint64(1)
    return place
