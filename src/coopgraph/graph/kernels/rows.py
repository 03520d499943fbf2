"""Sorting edges into rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import kernel


@kernel
def sort_rows(
    n: int, source: NDArray[np.int32], target: NDArray[np.int32], kind: NDArray[np.int32]
) -> tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32],
    bool,
]:  # fmt: skip
    """Return indptr, neighbour, code, rank and number of an adjacency.

    The last says whether the input was sorted by source, then target, so that ``number`` counts.
    """
    m = source.size
    indptr = np.zeros(n + 1, np.int32)
    for j in range(m):
        indptr[source[j] + 1] += 1
        if source[j] != target[j]:
            indptr[target[j] + 1] += 1
    for u in range(n):
        indptr[u + 1] += indptr[u]
    arcs = indptr[n]
    fill = np.empty(n, np.int32)
    for u in range(n):
        fill[u] = indptr[u]
    # An arc is one word while it is sorted (node 31 bits, edge 31, whether its row is the source
    # 1), so that each scattered write touches one cache line. First digit: for each node x the
    # edges at x. What is written is seen from the row where the arc will lie: that of the other.
    first = np.empty(arcs, np.uint64)
    one = np.uint64(1)
    for j in range(m):
        a, b = source[j], target[j]
        word = np.uint64(j) << one
        if a == b:
            first[fill[a]] = np.uint64(b) << np.uint64(32) | word | one
            fill[a] += 1
            continue
        first[fill[a]] = np.uint64(b) << np.uint64(32) | word
        fill[a] += 1
        first[fill[b]] = np.uint64(a) << np.uint64(32) | word | one
        fill[b] += 1
    # Second digit: hand each arc to the row of its other end, in the order of x.
    for u in range(n):
        fill[u] = indptr[u]
    second = np.empty(arcs, np.uint64)
    low = np.uint64(2**32 - 1)
    for x in range(n):
        here = np.uint64(x) << np.uint64(32)
        for position in range(indptr[x], indptr[x + 1]):
            row = np.int64(first[position] >> np.uint64(32))
            second[fill[row]] = here | (first[position] & low)
            fill[row] += 1
    neighbour = np.empty(arcs, np.int32)
    code = np.empty(arcs, np.int32)
    rank = np.empty(arcs // 64 + 1, np.int32)
    number = np.empty(m, np.int32)
    ranked = 0
    in_order = True
    rank[0] = 0
    for position in range(arcs):
        if position % 64 == 0:
            rank[position // 64] = ranked
        word = second[position]
        edge = np.int64((word & low) >> one)
        neighbour[position] = np.int32(word >> np.uint64(32))
        code[position] = 2 * kind[edge] + np.int32(word & one)
        if word & one:
            number[ranked] = edge
            in_order = in_order and edge == ranked
            ranked += 1
    if arcs % 64 == 0:
        rank[arcs // 64] = ranked
    return indptr, neighbour, code, rank, number, in_order
