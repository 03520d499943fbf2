"""Selections of layers, as bits.

A *selection* is the sum of the bits of the layers a client asks for (stated 1, background 2,
analyst 4). Whatever can be seen carries a *visibility* byte: its bit number ``s`` says whether it
is seen in selection ``s``. So a layer that was loaded but not asked for cannot show in an answer,
not even by changing how a cooperation is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from coopgraph.vocabulary import LAYERS

BIT: Final = {layer: 1 << i for i, layer in enumerate(LAYERS)}
ALL: Final = (1 << len(LAYERS)) - 1


def selection_of(layers: Iterable[str]) -> int:
    """Return the selection of some layers.

    Examples
    --------
    >>> selection_of(["stated", "analyst"])
    5
    """
    return sum({BIT[layer] for layer in layers})


def layers_of(selection: int) -> tuple[str, ...]:
    """Return the layers of a selection, most trusted first.

    Examples
    --------
    >>> layers_of(5)
    ('stated', 'analyst')
    """
    return tuple(layer for layer, bit in BIT.items() if selection & bit)


def most_trusted(selection: int) -> int:
    """Return the bit of the most trusted layer of a selection.

    Examples
    --------
    >>> most_trusted(6)
    2
    """
    return selection & -selection


def subsets(present: int) -> Iterator[int]:
    """Yield every non-empty part of a selection, the smallest number first.

    Examples
    --------
    >>> list(subsets(5))
    [1, 4, 5]
    """
    return (s for s in range(1, present + 1) if s & present == s)


def visibility(present: int, seen_in: Iterable[int]) -> int:
    """Return the visibility byte of what is seen in exactly some parts of the layers present.

    Parameters
    ----------
    present
        The layers that say anything that bears on it.
    seen_in
        The parts of ``present`` in which it is seen.

    Examples
    --------
    >>> f"{visibility(1, [1]):08b}"  # stated: seen in selections 1, 3, 5 and 7
    '10101010'
    """
    seen = set(seen_in)
    return sum(1 << s for s in range(1, ALL + 1) if (s & present) in seen)


def sayer(byte: int, selection: int) -> int:
    """Return the layer that answers for what is seen in a selection: an index into ``LAYERS``.

    The most trusted layer that says it by itself; where it takes several layers together, the
    least trusted of the fewest that are needed.

    Examples
    --------
    >>> both = visibility(3, [1, 2, 3])  # said by stated and by background
    >>> sayer(both, 7), sayer(both, 2)
    (0, 1)
    >>> sayer(visibility(5, [5]), 7)  # said by stated and analyst together
    2
    """
    seen = [s for s in subsets(selection) if is_visible(byte, s)]
    fewest = min(seen, key=lambda s: (s.bit_count(), s), default=1)
    return fewest.bit_length() - 1


ANYWHERE: Final = {bit: visibility(bit, [bit]) for bit in BIT.values()}
"""The visibility of what one layer alone says."""


def is_visible(byte: int, selection: int) -> bool:
    """Say whether something with this visibility byte is seen in a selection.

    Examples
    --------
    >>> is_visible(ANYWHERE[1], 3), is_visible(ANYWHERE[1], 2)
    (True, False)
    """
    return bool(byte >> selection & 1)
