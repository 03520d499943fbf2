"""Put together what a briefing says, from what is recorded around a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from coopgraph.briefing.chains import chains_with
from coopgraph.briefing.gap_section import Found, gap_section
from coopgraph.briefing.plain_text import LONGEST_NAME, joined, line, ranges
from coopgraph.briefing.report import Briefing, Cell, Section
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


def compose(ground: Ground) -> Briefing:
    """Write a briefing."""
    return _Composer(ground).briefing()


class _Composer:
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
        return text(key, self.lang, **values)

    def name(self, node: Mapping[str, Any]) -> str:
        return line(node["label"][self.lang], LONGEST_NAME)

    def names(self, labels: Iterable[str]) -> str:
        return joined(list(dict.fromkeys(labels)), self.lang)

    def briefing(self) -> Briefing:
        around = self.g.around
        said = [self.partners(), self.projects(), self.fields(), self.chains(), self.others()]
        gaps = gap_section(self.g.gaps, self.sources, self.lang, self.g.limit)
        sections = [self.figures(), *(s for s in said if s), gaps, self.suggestions()]
        if read := self.sources.readings():
            sections.append(self.readings(read))
        return Briefing(
            self.t("title", name=self.name(around.node)),
            self.t("subtitle", type=self.type_label(around.node["type"]), id=line(self.id)),
            self.lang,
            tuple(self.facts()),
            tuple(sections),
            self.sources.listed(),
            self.g.generation,
        )

    def facts(self) -> Iterable[tuple[str, str]]:
        scope = self.g.scope
        if scope.as_of is not None:
            key = "on_day_dated" if scope.dated_only else "on_day"
            day = self.t(key, day=scope.as_of.isoformat())
        else:
            day = self.t("dated" if scope.dated_only else "any_day")
        yield self.t("day"), day
        named = (self.t(f"{layer}_is") for layer in scope.layers)
        yield self.t("layers"), self.t("comma").join(named)
        yield self.t("generation"), self.t("generation_is", n=self.g.generation)

    def type_label(self, name: str) -> str:
        return line(label_of(self.g.store, COOP + name, ())[self.lang], LONGEST_NAME)

    # Summary

    def figures(self) -> Section:
        a, heading = self.g.around, self.t("figures")
        lead: list[str] = []
        if a.total > a.read:
            lead.append(self.t("cut", total=a.total, n=a.read))
        if not visible(self.g):
            lead.append(self.t("empty"))
        elif a.empty:
            lead.append(self.t("nothing"))
        counted = [self.counted("n_partners", [node for node, _ in a.partners])]
        counted.append(self.t("n_cooperations", n=len(a.cooperations)))
        counted.append(self.counted("n_projects", [node for node, _ in a.projects]))
        counted.append(self.t("n_fields", n=len({node["id"] for node, _ in a.fields})))
        counted.append(self.g.gaps.counted(self.lang))
        if a.empty and not self.g.gaps.shown:
            return Section("figures", heading, tuple(lead))
        lead.insert(0, self.t("semicolon").join(counted) + self.t("stop"))
        return Section("figures", heading, tuple(lead))

    def counted(self, key: str, nodes: Iterable[Node]) -> str:
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

    # What is recorded

    def partners(self) -> Section:
        """Partners with the same agreement, status, period and sources share a line."""
        groups: dict[tuple[Any, ...], list[tuple[Node, Edge]]] = {}
        for node, edge in self.g.around.partners:
            named = self.explorer.kind(node, "Region") or self.explorer.kind(node, "Organization")
            rank = 0 if named else 1
            groups.setdefault((rank, *_same(edge)), []).append((node, edge))
        rows: list[Row] = []
        for key in sorted(groups, key=lambda k: (k[0], -len(groups[k]), str(k)))[: self.g.limit]:
            said = groups[key]
            edge = said[0][1]
            rows.append(
                (
                    Cell(self.names(self.name(node) for node, _ in said)),
                    Cell(line(edge["label"][self.lang], LONGEST_NAME)),
                    Cell(self.status(edge)),
                    Cell(self.period(edge)),
                    self.sources.cell(e for _, e in said),
                )
            )
        return self.table("partners", ("partner", "agreed", "status", "period", "evidence"),
                          (38, 21, 12, 12, 17), rows, len(groups), "neighbours")  # fmt: skip

    def projects(self) -> Section:
        rows: list[Row] = []
        found = self.g.around.projects
        for node, edges in found[: self.g.limit]:
            relations = self.names(self.label(e) for e in edges)
            rows.append(
                (
                    Cell(self.name(node)), Cell(relations),
                    Cell(self.names(self.status(e) for e in edges)),
                    Cell(self.names(self.period(e) for e in edges)), self.sources.cell(edges),
                )
            )  # fmt: skip
        return self.table("projects", ("project", "part", "status", "period", "evidence"),
                          (38, 21, 12, 12, 17), rows, len(found), "neighbours",
                          "&type=Project")  # fmt: skip

    def fields(self) -> Section | None:
        return self.related("fields", self.g.around.fields)

    def others(self) -> Section | None:
        return self.related("others", self.g.around.others, ("others_are",))

    def related(
        self, name: str, found: list[tuple[Node, list[Edge]]], lead: tuple[str, ...] = ()
    ) -> Section | None:
        """One line for each relation and layer."""
        groups: dict[tuple[str, str], list[tuple[Node, Edge]]] = {}
        for node, edges in found:
            for edge in edges:
                said = self.relation(edge, node) if lead else self.label(edge)
                groups.setdefault((said, edge["layer"]), []).append((node, edge))
        if not groups:
            return None
        most = self.fewer if name == "others" else self.g.limit
        rows: list[Row] = [
            (
                Cell(said),
                Cell(self.names(self.name(node) for node, _ in groups[said, layer])),
                self.sources.cell((edge for _, edge in groups[said, layer]), most=self.fewer),
            )
            for said, layer in sorted(groups, key=lambda k: (-len(groups[k]), k))[:most]
        ]
        return self.table(name, ("relation", "what", "evidence"), (20, 58, 22), rows, len(groups),
                          "neighbours", lead=lead)  # fmt: skip

    def chains(self) -> Section | None:
        a = self.g.around
        # A stage that nobody holds is asked for by its own name.
        held = dict(a.held)
        if self.explorer.kind(a.node, "Sector"):
            held.setdefault(a.node["iri"], [])
        found = chains_with(self.g.store, self.g.snapshot, self.g.words, self.g.scope, held)
        if not found:
            return None
        rows: list[Row] = []
        for chain in found[: self.g.limit]:
            marked = [
                ("●" if stage in held else "○")
                + line(self.label_at(stage), LONGEST_NAME)
                for stage in chain.stages
            ]  # fmt: skip
            said = [e for stage in chain.stages for e in held.get(stage, ())]
            rows.append(
                (
                    Cell(line(self.label_at(chain.iri), LONGEST_NAME)),
                    Cell(" → ".join(marked)),
                    self.sources.cell([*said[:2], *chain.links], most=3),
                )
            )
        return self.table("chains", ("chain", "stages", "evidence"), (16, 56, 28), rows,
                          len(found), "neighbours", lead=("chains_are",))  # fmt: skip

    # What is not

    def suggestions(self) -> Section:
        heading, lead = self.t("suggestions"), [self.t("suggestions_are")]
        if not self.g.suggestions:
            lead.append(self.t("no_suggestions"))
        rows = []
        for s in self.g.suggestions[: self.fewer]:
            arrow = "←" if s["direction"] == "in" else "→"
            relation = line(s["label"][self.lang], LONGEST_NAME)
            colon = "：" if self.lang == "zh" else ": "
            why = self.t("semicolon").join(
                line(r["words"][self.lang], 2 * LONGEST_NAME) for r in s["reasons"][:2]
            )
            rows.append((
                Cell(f"{arrow} {relation}{colon}{self.name(s['node'])}"),
                Cell(self.t(s["band"])), Cell(why),
            ))  # fmt: skip
        left = self.g.suggested - len(rows)
        more = self.more(left, f"/api/v1/gaps/suggestions?for={self.quoted}") if left else ""
        columns = ("candidate", "band", "why") if rows else ()
        return Section("suggestions", heading, tuple(lead), tuple(self.t(c) for c in columns),
                       (36, 10, 54), tuple(rows), more=more, suggested=True)  # fmt: skip

    def readings(self, found: list[Cell]) -> Section:
        shown = [Cell(cell.text + self.bearing(cell.cites)) for cell in found[: self.fewer]]
        left = len(found) - len(shown)
        more = self.more(left, f"/api/v1/neighbours?of={self.quoted}") if left else ""
        lead = (self.t("readings_are"),)
        return Section("readings", self.t("readings"), lead, items=tuple(shown), more=more)

    def bearing(self, cites: Sequence[int]) -> str:
        return self.t("bears_on", cites=ranges(cites)) if cites else ""

    # Words

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
        left = total - len(rows)
        sentences = [self.t(key) for key in lead]
        if not rows:
            sentences.append(self.t("no_partners"))
        more = self.more(left, f"/api/v1/{where}?of={self.quoted}{query}") if left else ""
        heads = tuple(self.t(c) for c in columns) if rows else ()
        return Section(name, self.t(name), tuple(sentences), heads, widths, tuple(rows), more=more)

    def more(self, left: int, where: str) -> str:
        return self.t("more", n=left, where=line(where))

    def label(self, edge: Edge) -> str:
        return line(edge["label"][self.lang], LONGEST_NAME)

    def relation(self, edge: Edge, other: Node) -> str:
        arrow = "—" if not edge["directed"] else "←" if edge["source"] == other["id"] else "→"
        return f"{arrow} {self.label(edge)}"

    def label_at(self, iri: str) -> str:
        return self.g.words.label(iri, self.g.scope.selection)[self.lang]

    def status(self, edge: Edge) -> str:
        if not edge["status"]:
            return self.t("none")
        return line(self.label_at(iri_of(edge["status"])), LONGEST_NAME)

    def period(self, edge: Edge) -> str:
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


def _same(edge: Edge) -> tuple[Any, ...]:
    """Return what makes two agreements the same line."""
    cited = tuple(sorted((e["document"], e["paragraph"] or 0, e["quote"] or "")
                         for e in edge["evidence"]))  # fmt: skip
    read = tuple(sorted(i["id"] for i in edge["interpretations"]))
    valid = (edge["valid"]["from"] or "", edge["valid"]["to"] or "")
    return (edge["relation"], edge["label"]["en"], edge["status"] or "", valid, edge["layer"],
            cited, read)  # fmt: skip
