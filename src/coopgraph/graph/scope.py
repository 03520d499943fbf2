"""The scope of a question: which layers, which view, which day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from coopgraph.errors import BadRequest
from coopgraph.graph.dates import EPOCH, parse_day
from coopgraph.graph.layers import layers_of, selection_of
from coopgraph.vocabulary import LAYERS

VIEWS = ("compact", "full")

Names = str | Sequence[str]
"""One name or several."""


@dataclass(frozen=True)
class Scope:
    """What every question may restrict.

    Attributes
    ----------
    selection
        The layers, as bits (:mod:`coopgraph.graph.layers`).
    view
        ``compact`` or ``full``.
    as_of
        Only what holds on that day; None for all times.
    dated_only
        Whether what has no dates is left out.
    """

    selection: int
    view: str = "compact"
    as_of: date | None = None
    dated_only: bool = False

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers, most trusted first."""
        return layers_of(self.selection)

    @property
    def day(self) -> int | None:
        """The day as days since 1970-01-01."""
        return None if self.as_of is None else self.as_of.toordinal() - EPOCH


class ScopeOptions(TypedDict, total=False):
    """The restrictions that every question takes, as :func:`make_scope` reads them.

    Attributes
    ----------
    layers
        A comma list or an iterable of ``stated``, ``background``, ``analyst``; default all.
    view
        ``compact`` (default) or ``full``.
    as_of
        Only what holds on that day, YYYY-MM-DD or a date.
    dated
        ``"only"`` leaves out what has no dates.
    """

    layers: str | Iterable[str] | None
    view: str
    as_of: str | date | None
    dated: str | None


def make_scope(
    layers: str | Iterable[str] | None = None,
    view: str = "compact",
    as_of: str | date | None = None,
    dated: str | None = None,
) -> Scope:
    """Read a scope from what a client sent.

    Parameters
    ----------
    layers
        A comma list or an iterable of ``stated``, ``background``, ``analyst``; None for all.
    view
        ``compact`` or ``full``.
    as_of
        A day, as YYYY-MM-DD or a date.
    dated
        ``only`` leaves out what has no dates.

    Raises
    ------
    BadRequest
        Naming the parameter and what it may be.

    Examples
    --------
    >>> make_scope("stated,analyst", as_of="2019-06-01").layers
    ('stated', 'analyst')
    """
    names = layers.split(",") if isinstance(layers, str) else list(layers or LAYERS)
    names = [name.strip() for name in names]
    for name in names:
        if name not in LAYERS:
            raise BadRequest(
                f"unknown layer {name!r}: layers is a comma list of {', '.join(LAYERS)}",
                zh=f"未知图层 {name!r}：layers 为逗号分隔列表，可取 {'、'.join(LAYERS)}",
                parameter="layers",
                candidates=list(LAYERS),
            )
    choice("view", view, VIEWS)
    if dated is not None:
        choice("dated", dated, ("only",))
    day = parse_day(as_of) if isinstance(as_of, str) else as_of
    return Scope(selection_of(names), view, day, dated == "only")


def choice(name: str, value: str, allowed: Iterable[str]) -> str:
    """Return a value that must be one of a few.

    Raises
    ------
    BadRequest
        If it is not.

    Examples
    --------
    >>> choice("mode", "all", ["shortest", "all"])
    'all'
    """
    allowed = tuple(allowed)
    if value not in allowed:
        raise BadRequest(
            f"{name}={value!r} is unknown: use one of {', '.join(allowed)}",
            zh=f"{name}={value!r} 无效，可取：{'、'.join(allowed)}",
            parameter=name,
            candidates=list(allowed),
        )
    return value


def within(name: str, value: int, least: int, most: int) -> int:
    """Return a number that must lie between two others.

    Raises
    ------
    BadRequest
        If it does not.

    Examples
    --------
    >>> within("depth", 2, 1, 4)
    2
    """
    if not least <= value <= most:
        raise BadRequest(
            f"{name}={value} is out of range: it must be from {least} to {most}",
            zh=f"{name}={value} 超出范围：应在 {least} 至 {most} 之间",
            parameter=name,
        )
    return value


def several(names: Names) -> list[str]:
    """Take one name or several; a name of a node may have a comma in it.

    Examples
    --------
    >>> several("Aluminium, Inc.")
    ['Aluminium, Inc.']
    """
    return [names] if isinstance(names, str) else list(names)


def many(names: Names) -> list[str]:
    """Take one term, a comma list, or several.

    Examples
    --------
    >>> many(["sector, region", "type"])
    ['sector', 'region', 'type']
    """
    return [term.strip() for part in several(names) for term in part.split(",") if term.strip()]
