"""What every question returns, whichever face it was asked through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from coopgraph.graph.scope import Scope
from coopgraph.notebook import edges_of, nodes_of, to_frame, to_html
from coopgraph.page import Page

if TYPE_CHECKING:
    import networkx as nx


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

    def _repr_html_(self) -> str:
        """Return the answer as a notebook shows it: tables, labels in both languages."""
        return to_html(self.data, self.generation, self.scope, self.truncated)

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return the nodes and edges of the answer as networkx has them.

        Nodes are short ids with ``iri``, ``type``, ``label_zh`` and ``label_en``; an edge's key is
        its id, with the members that the API gives an edge as attributes.
        """
        import networkx as nx

        graph = nx.MultiDiGraph(generation=self.generation, layers=list(self.scope.layers))
        for node in nodes_of(self.data):
            label = node["label"]
            graph.add_node(
                node["id"], iri=node["iri"], type=node["type"],
                label_zh=label["zh"], label_en=label["en"],
            )  # fmt: skip
        for edge in edges_of(self.data):
            rest = {k: v for k, v in edge.items() if k not in ("id", "source", "target")}
            graph.add_edge(edge["source"], edge["target"], key=edge["id"], **rest)
        return graph

    def to_pandas(self) -> Any:
        """Return the answer as a pandas DataFrame: a row an edge, or else a row an item.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return to_frame(self.data)
