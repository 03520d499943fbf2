"""The lines of a briefing: words, tables and counts that its sections share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from coopgraph.briefing.gap_section import Found
from coopgraph.briefing.plain_text import LONGEST_NAME, joined, line
from coopgraph.briefing.report import Cell, Section
from coopgraph.briefing.sources import Sources
from coopgraph.briefing.surroundings import Edge, Explorer, Node, Surroundings
from coopgraph.briefing.texts import text
from coopgraph.graph.labels import label_of
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import COOP, iri_of

Row = tuple[Cell, ...]
_YEAR: Final = ("-01-01", "-12-31")


@dataclass(frozen=True)
class Ground:
    """What a briefing is written from.

    Attributes
    ----------
    store, snapshot, words, scope, generation
        What is asked.
    around
        What is recorded around the node.
    gaps
        What the rules find about it.
    suggestions
        What statistics suggest, best first, in the shape of the API.
    suggested
        How many links are suggested in all.
    lang, limit
        The language, and how many lines a section has at most.
    """

    store: ox.Store
    snapshot: Snapshot
    words: Words
    scope: Scope
    generation: int
    around: Surroundings
    gaps: Found
    suggestions: Sequence[Mapping[str, Any]]
    suggested: int
    lang: str
    limit: int


class Lines:
    """Writes the lines of one briefing."""

    def __init__(self, ground: Ground) -> None:
        self.g = ground
        self.lang = ground.lang
        self.sources = Sources(ground.store, ground.words, ground.scope, ground.lang)
        self.explorer = Explorer(ground.snapshot, ground.words, ground.scope)
        self.id = ground.around.node["id"]
        self.quoted = quote(self.id, safe="/:")

    @property
    def fewer(self) -> int:
        """How many lines a section has that is read after the others."""
        return max(1, self.g.limit // 2)

    def t(self, key: str, **values: object) -> str:
        """Return words in the language of the briefing."""
        return text(key, self.lang, **values)

    def name(self, node: Mapping[str, Any]) -> str:
        """Return the name of a node."""
        return line(node["label"][self.lang], LONGEST_NAME)

    def names(self, labels: Iterable[str]) -> str:
        """Return names as a list in words, each once."""
        return joined(list(dict.fromkeys(labels)), self.lang)

    def counted(self, key: str, nodes: Iterable[Node]) -> str:
        """Return how many nodes there are, and how many of each type."""
        types: dict[str, set[str]] = {}
        for node in nodes:
            types.setdefault(node["type"], set()).add(node["id"])
        said = self.t(key, n=sum(len(ids) for ids in types.values()))
        if types:
            ranked = sorted(types.items(), key=lambda item: (-len(item[1]), item[0]))
            of = self.t("comma").join(
                self.t("of_kind", kind=self.type_label(name), n=len(ids)) for name, ids in ranked
            )
            said += self.t("in_brackets", of=of)
        return said

    def type_label(self, name: str) -> str:
        """Return the name of a type."""
        return line(label_of(self.g.store, COOP + name, ())[self.lang], LONGEST_NAME)

    def table(
        self,
        name: str,
        columns: tuple[str, ...],
        widths: tuple[int, ...],
        rows: list[Row],
        total: int,
        where: str,
        query: str = "",
        *,
        lead: tuple[str, ...] = (),
    ) -> Section:
        """Return a section with a table.

        Parameters
        ----------
        name
            Of the section.
        columns, widths, rows
            The table; the columns by the keys of their words.
        total
            How many rows there would be.
        where, query
            The call of the API that has the rest.
        lead
            Keys of the sentences before it.
        """
        left = total - len(rows)
        sentences = [self.t(key) for key in lead]
        if not rows:
            sentences.append(self.t("no_partners"))
        more = self.more(left, f"/api/v1/{where}?of={self.quoted}{query}") if left else ""
        heads = tuple(self.t(c) for c in columns) if rows else ()
        return Section(name, self.t(name), tuple(sentences), heads, widths, tuple(rows), more=more)

    def more(self, left: int, where: str) -> str:
        """Say how much is left out and where it is to be had."""
        return self.t("more", n=left, where=line(where))

    def label(self, edge: Edge) -> str:
        """Return the name of the relation of an edge."""
        return line(edge["label"][self.lang], LONGEST_NAME)

    def relation(self, edge: Edge, other: Node) -> str:
        """Return the relation of an edge and whether it leads to the node or from it."""
        arrow = "—" if not edge["directed"] else "←" if edge["source"] == other["id"] else "→"
        return f"{arrow} {self.label(edge)}"

    def label_at(self, iri: str) -> str:
        """Return the name of any resource."""
        return self.g.words.label(iri, self.g.scope.selection)[self.lang]

    def status(self, edge: Edge) -> str:
        """Return the status of an edge in words."""
        if not edge["status"]:
            return self.t("none")
        return line(self.label_at(iri_of(edge["status"])), LONGEST_NAME)

    def period(self, edge: Edge) -> str:
        """Return the first and the last day of an edge in words."""
        first, last = edge["valid"]["from"], edge["valid"]["to"]
        if first and last and first[:4] == last[:4] and (first[4:], last[4:]) == _YEAR:
            return self.t("year", year=first[:4])
        if first and last:
            return self.t("period_is", first=first, last=last)
        if first or last:
            return self.t("from", first=first) if first else self.t("until", last=last)
        return self.t("none")


def visible(ground: Ground) -> bool:
    """Tell whether anything is recorded in the layers that are asked."""
    nodes = ground.snapshot.node_visible
    return bool((nodes >> ground.scope.selection & 1).any())


def same(edge: Edge) -> tuple[Any, ...]:
    """Return what makes two agreements the same line."""
    cited = tuple(sorted((e["document"], e["paragraph"] or 0, e["quote"] or "")
                         for e in edge["evidence"]))  # fmt: skip
    read = tuple(sorted(i["id"] for i in edge["interpretations"]))
    valid = (edge["valid"]["from"] or "", edge["valid"]["to"] or "")
    return (edge["relation"], edge["label"]["en"], edge["status"] or "", valid, edge["layer"],
            cited, read)  # fmt: skip
