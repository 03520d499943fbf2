"""How types look, the same in every export and in the explorer.

Shape repeats what colour says. The colours lie at least ΔE 19 apart, in normal sight and with the
three common deficiencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Style(NamedTuple):
    """Colour (``#RRGGBB``) and shape (of Cytoscape) of a type of node."""

    color: str
    shape: str


_BY_CLASS: Final[Mapping[str, Style]] = {
    "Region": Style("#17457F", "round-rectangle"),
    "Actor": Style("#E16B07", "ellipse"),
    "Sector": Style("#017A33", "diamond"),
    "Carrier": Style("#4F8CD0", "hexagon"),
    "Project": Style("#7A828C", "triangle"),
    "Measure": Style("#8C96A3", "tag"),
    "Goal": Style("#8C96A3", "star"),
    "Gap": Style("#971753", "octagon"),
}
OTHER: Final = Style("#8C96A3", "rectangle")
RECORDED_EDGE: Final = "#8C96A3"
UNRECORDED_EDGE: Final = "#971753"
"""Gaps and suggestions: always in this colour and dashed, where a format has dashes."""


def style_of(classes: frozenset[str]) -> Style:
    """Return the style of a node from the names of its class and superclasses.

    Examples
    --------
    >>> style_of(frozenset({"CentralEnterprise", "Enterprise", "Actor"})).shape
    'ellipse'
    >>> style_of(frozenset({"Province", "Region", "Actor"})).color
    '#17457F'
    """
    return next((style for name, style in _BY_CLASS.items() if name in classes), OTHER)
