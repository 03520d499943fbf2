"""Where nodes come to rest when all push each other away and edges hold them together."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from coopgraph.graph.kernels.compile import kernel

Places = NDArray[np.float64]


@kernel
def settle(
    place: Places,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    distance: float,
    step: float,
    cooling: float,
    gravity: float,
    rounds: int,
) -> Places:
    """Move nodes by forces, all at once in every round.

    Plain sums in a fixed order, without contraction: the same on every machine.

    Parameters
    ----------
    place
        float64[n, 2]: where they begin; not changed.
    one, other
        int64[m]: the ends of each pair that is joined, each pair once, no node with itself.
    distance
        The length an edge would like to have, k: a pair of nodes at d pushes itself apart by k²/d,
        an edge pulls by d²/k. Nearer than 1, nodes push no harder.
    step
        The farthest a node moves in the first round.
    cooling
        What this is multiplied by after each round.
    gravity
        The part of its distance from the origin by which a node is drawn there, so that what
        hangs together with nothing stays in the picture.
    rounds
        How many.

    Returns
    -------
    numpy.ndarray
        float64[n, 2]: where they end.

    Notes
    -----
    Fruchterman and Reingold, Graph drawing by force-directed placement (1991).

    Examples
    --------
    >>> begin = np.array([[0.0, 0.0], [1.0, 0.0]])
    >>> pair = np.array([0]), np.array([1])
    >>> end = settle(begin, *pair, 100.0, 50.0, 0.96, 0.0, 200)
    >>> float(np.round(end[1, 0] - end[0, 0]))
    100.0
    """
    n = len(place)
    at = place.copy()
    push = np.empty((n, 2))
    for _ in range(rounds):
        for i in range(n):
            push[i, 0] = -gravity * at[i, 0]
            push[i, 1] = -gravity * at[i, 1]
        for i in range(n):
            x, y = at[i, 0], at[i, 1]
            along, up = 0.0, 0.0
            for j in range(n):
                dx, dy = x - at[j, 0], y - at[j, 1]
                share = distance * distance / max(dx * dx + dy * dy, 1.0)
                along += dx * share
                up += dy * share
            push[i, 0] += along
            push[i, 1] += up
        for e in range(len(one)):
            a, b = one[e], other[e]
            dx, dy = at[a, 0] - at[b, 0], at[a, 1] - at[b, 1]
            pull = sqrt(dx * dx + dy * dy) / distance
            push[a, 0] -= dx * pull
            push[a, 1] -= dy * pull
            push[b, 0] += dx * pull
            push[b, 1] += dy * pull
        for i in range(n):
            length = max(sqrt(push[i, 0] * push[i, 0] + push[i, 1] * push[i, 1]), 1e-9)
            share = min(length, step) / length
            at[i, 0] += push[i, 0] * share
            at[i, 1] += push[i, 1] * share
        step *= cooling
    return at
