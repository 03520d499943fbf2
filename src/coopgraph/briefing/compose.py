"""Put together what a briefing says, from what is recorded around a node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from coopgraph.briefing.chains import chains_with
from coopgraph.briefing.gap_section import gap_section
from coopgraph.briefing.lines import Ground, Lines, Row, same, visible
from coopgraph.briefing.plain_text import LONGEST_NAME, line, ranges
from coopgraph.briefing.report import Briefing, Cell, Section
from coopgraph.briefing.surroundings import Edge, Node


def compose(ground: Ground) -> Briefing:
    """Write a briefing."""
    return _Composer(ground).briefing()


class _Composer(Lines):
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

    # What is recorded

    def partners(self) -> Section:
        """Partners with the same agreement, status, period and sources share a line."""
        groups: dict[tuple[Any, ...], list[tuple[Node, Edge]]] = {}
        for node, edge in self.g.around.partners:
            named = self.explorer.kind(node, "Region") or self.explorer.kind(node, "Organization")
            rank = 0 if named else 1
            groups.setdefault((rank, *same(edge)), []).append((node, edge))
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
        a = self.g.around
        # What is no actor has neither partners nor projects: then this is what there is to tell.
        most = self.fewer if name == "others" and (a.partners or a.projects) else self.g.limit
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
        # A sector holds no stage: it is one.
        held = dict(a.held)
        is_one = self.explorer.kind(a.node, "Sector")
        if is_one:
            held = {a.node["iri"]: []}
        found = chains_with(self.g.store, self.g.snapshot, self.g.words, self.g.scope, held)
        if not found:
            return None
        rows: list[Row] = []
        for chain in found[: self.g.limit]:
            marked = " → ".join(
                self.t("comma").join(
                    ("●" if stage in held else "○") + line(self.label_at(stage), LONGEST_NAME)
                    for stage in level
                )
                for level in chain.levels
            )
            said = [e for stage in chain.stages for e in held.get(stage, ())]
            rows.append(
                (
                    Cell(line(self.label_at(chain.iri), LONGEST_NAME)),
                    Cell(marked),
                    self.sources.cell([*said[:2], *chain.links], most=3),
                )
            )
        lead = ("chains_of_sector" if is_one else "chains_are",)
        return self.table("chains", ("chain", "stages", "evidence"), (16, 56, 28), rows,
                          len(found), "neighbours", lead=lead)  # fmt: skip

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
