"""What every question returns, whichever face it was asked through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from coopgraph.graph.scope import Scope
from coopgraph.page import Page


@dataclass(frozen=True)
class Answer:
    """Data, and what it rests on.

    Attributes
    ----------
    data
        The answer in the shape of the API.
    generation
        The number of the published generation that was asked.
    scope
        Layers, view and day.
    truncated
        Whether there is more than is shown.
    cursor
        Where to go on, or None at the end.
    notes
        What the reader has to know of it, in zh and en: what could not be looked at, say.
    """

    data: Any
    generation: int
    scope: Scope
    truncated: bool = False
    cursor: str | None = None
    notes: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def of_page(cls, data: list[Any], generation: int, scope: Scope, page: Page) -> Self:
        """Return one page of a list; ``data`` describes the items of the page."""
        return cls(data, generation, scope, page.cursor is not None, page.cursor)

    def to_dict(self, next_url: str | None = None) -> dict[str, Any]:
        """Return ``{"data": …, "meta": …}``.

        Parameters
        ----------
        next_url
            Where the next page is to be had; without one ``next`` is the cursor.
        """
        return {
            "data": self.data,
            "meta": {
                "generation": self.generation,
                "layers": list(self.scope.layers),
                "view": self.scope.view,
                "as_of": self.scope.as_of.isoformat() if self.scope.as_of else None,
                "truncated": self.truncated,
                "next": next_url or self.cursor,
                **({"notes": [dict(note) for note in self.notes]} if self.notes else {}),
            },
        }
