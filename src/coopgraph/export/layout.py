"""Where nodes are drawn: a layout that is always the same for the same graph.

Up to :data:`FORCED` nodes by forces (Fruchterman and Reingold 1991: every pair repels by k²/d,
every edge attracts by d²/k, the step cools), from the same begin every time; what has no edge
stands in rows below them. More nodes lie on a sunflower spiral (Vogel 1979: the i-th at radius c·√i
and angle i·137.5°), those with most edges in the middle: linear but for the sorting, evenly dense,
and a begin for a program's own layout.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from coopgraph.graph.kernels.forces import Places, settle

FORCED: Final = 1_000
SPACING: Final = 60.0
_DISTANCE: Final = 1.8 * SPACING
_ROUNDS: Final = 120
_ROW: Final = 12
_GOLDEN: Final = np.pi * (3 - np.sqrt(5))


def lay_out(source: npt.NDArray[np.int64], target: npt.NDArray[np.int64], count: int) -> Places:
    """Return positions of nodes, shape (count, 2), rounded to a tenth; y grows downwards.

    Parameters
    ----------
    source, target
        Ends of the edges, numbers below ``count``.
    count
        How many nodes.

    Examples
    --------
    >>> lay_out(np.array([0]), np.array([1]), 2).shape
    (2, 2)
    """
    degree = np.bincount(np.concatenate([source, target]), minlength=count)
    place = _settled(source, target, count) if count <= FORCED else spiral(degree)
    rounded: Places = np.round(place, 1) + 0.0  # no negative zero
    return rounded


def _settled(source: npt.NDArray[np.int64], target: npt.NDArray[np.int64], count: int) -> Places:
    """Return places by forces; what is joined to nothing else stands in rows below."""
    joined = source != target
    ends = np.sort(np.column_stack([source[joined], target[joined]]), axis=1)
    pairs = np.unique(ends, axis=0).reshape(-1, 2).astype(np.int64)
    degree = np.bincount(pairs.ravel(), minlength=count)
    inside, outside = np.flatnonzero(degree), np.flatnonzero(degree == 0)
    number = np.zeros(count, np.int64)
    number[inside] = np.arange(len(inside))
    one, other = np.ascontiguousarray(number[pairs].T)
    # The last digit of a sine differs between processors, and grows from round to round.
    begin = np.round(spiral(degree[inside]), 3)
    place = np.zeros((count, 2))
    place[inside] = settle(begin, one, other, _DISTANCE, 2 * _DISTANCE, 0.965, 0.6, _ROUNDS)
    bottom = place[inside, 1].max() + 2 * SPACING if len(inside) else 0.0
    middle = (place[inside, 0].min() + place[inside, 0].max()) / 2 if len(inside) else 0.0
    row, column = np.divmod(np.arange(len(outside)), _ROW)
    place[outside, 0] = middle + (column - (min(len(outside), _ROW) - 1) / 2) * 2 * SPACING
    place[outside, 1] = bottom + row * SPACING
    return place


def spiral(degree: npt.NDArray[np.int64]) -> Places:
    """Return places on a sunflower spiral, most edges first, shape (n, 2)."""
    rank = np.empty(len(degree), np.float64)
    rank[np.argsort(-degree, kind="stable")] = np.arange(len(degree))
    radius, angle = SPACING * np.sqrt(rank), rank * _GOLDEN
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
