"""What should be there and is not recorded: the questions about gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Unpack

import orjson
import pyoxigraph as ox

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.errors import CoopgraphError, NotFound, QueryOutOfMemory
from coopgraph.gaps.cache import GapCache
from coopgraph.gaps.columnar.rows import Group, properties_named
from coopgraph.gaps.decisions import DECIDED, VERDICTS, Decision, Decisions
from coopgraph.gaps.find import (
    SEVERITY_ORDER,
    Gap,
    ask_columns,
    bind,
    describe,
    find_gaps,
    graphs_of,
    grouped,
)
from coopgraph.gaps.matrix import MOST_COLUMNS, PROPERTIES, Matrix, build_matrix
from coopgraph.gaps.notes import notes_on
from coopgraph.gaps.rules import GapRule
from coopgraph.gaps.shelf import RuleShelf
from coopgraph.graph.scope import Names, Scope, ScopeOptions, choice, make_scope, many
from coopgraph.knowledge.ontology import Ontology
from coopgraph.page import page_of
from coopgraph.published import Published
from coopgraph.settings import Settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.generations import Generations
from coopgraph.store.result_formats import Accepted

Notes = list[Mapping[str, str]]
MOST_ROWS: Final = 200


class GapQuestions(DataFolder):
    """The questions about gaps; asked through :class:`coopgraph.CoopGraph`."""

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        super().__init__(generations, ontology, settings)
        self._shelf = RuleShelf(ontology.gaps, generations.folder / "gaps")
        self._properties = PROPERTIES.union(
            *(properties_named(rule.select) for rule in self._shelf.shipped.values())
        )
        self._gap_cache: GapCache[list[Gap]] = GapCache()
        self._matrices: GapCache[Matrix] = GapCache()
        self._decided: tuple[int, Decisions] | None = None

    @property
    def has_own_rules(self) -> bool:
        """Whether there are rules that may change while the generation stays."""
        return self._shelf.has_own

    def gap_rules(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Return the declared gap rules; a file that cannot be used is named in the notes."""
        scope = make_scope(**options)
        described = [rule.describe() for rule in self._shelf.rules.values()]
        notes = tuple(
            {"zh": error.zh or error.detail, "en": error.detail}
            for error in self._shelf.broken.values()
        )
        return Answer(described, self.generation, scope, notes=notes)

    def gaps(
        self,
        *,
        rule: Names = (),
        actor: str | None = None,
        sector: str | None = None,
        match: str | None = None,
        decided: str = "any",
        limit: int = 100,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """What should be there and is not recorded in these layers as of this day.

        Parameters
        ----------
        rule
            Ids of rules; all by default.
        actor, sector
            Only gaps of this actor, or in this sector.
        match
            How sectors match where a rule takes it: ``exact`` or ``broader``.
        decided
            ``any``, ``none`` (nobody has decided), ``confirmed`` or ``dismissed``. Decisions are
            in the layer ``analyst``: without it nothing is decided.
        limit, cursor
            Size and begin of the page.

        Raises
        ------
        NotFound
            If a rule, actor or sector is unknown.
        BadRequest
            If ``match`` or ``decided`` has another value.
        CoopgraphError
            If a rule of one's own that was asked for by name fails. Among all rules it is left
            out, and the notes say so.
        """
        scope, p = make_scope(**options), self.published
        choice("decided", decided, DECIDED)
        about = None if actor is None else p.resolve(actor, scope)
        within = None if sector is None else p.resolve(sector, scope)
        found, notes = self._find(p, many(rule), scope, match)
        decisions = self._decisions(p, scope)
        if decided in VERDICTS:  # what was decided stands, however sectors match
            found = self._with_decided(p, found, many(rule), scope, match, decisions)
        chosen = [
            gap
            for gap in found
            if gap.is_about(about, within)
            and (decided == "any" or decided == _verdict(decisions.latest(gap.id)))
        ]
        page = page_of(chosen, limit, cursor)
        data = [self._described(gap, p, scope, decisions) for gap in page.items]
        asked = [self._rule(name) for name in many(rule)] or None
        notes += notes_on(p.store, scope, asked)
        return replace(Answer.of_page(data, p.number, scope, page), notes=tuple(notes))

    def gap(self, id: str, *, match: str | None = None, **options: Unpack[ScopeOptions]) -> Answer:
        """Return one gap by its id, with every decision about it, the latest first.

        Raises
        ------
        NotFound
            If these layers have no such gap now; it may have been filled.
        """
        scope, p = make_scope(**options), self.published
        decisions = self._decisions(p, scope)
        gap = self._one(p, id, scope, match)
        data = self._described(gap, p, scope, decisions)
        history = [d.brief() for d in reversed(decisions.by_gap.get(id, []))]
        return Answer({**data, "history": history}, p.number, scope)

    def gap_matrix(
        self,
        *,
        rows: str = "Organization",
        cols: str = "sector",
        match: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """Who is active where: each thing of a class in each sector of a scheme.

        A cell is ``gap`` where a rule finds one there, else ``covered`` where something is
        recorded, else ``none-recorded``: nothing is known, which is no gap.

        Parameters
        ----------
        rows
            A class by local name: ``Organization``, ``Enterprise``, ``Province``, ``Carrier`` …
        cols
            A scheme of sectors.
        match
            ``broader``: what is recorded in a broader sector covers the narrower ones.
        limit, cursor
            Rows a page (at most 200), and where it begins. Rows with gaps come first.

        Raises
        ------
        NotFound, BadRequest
            If a class or scheme is unknown, or another value is out of range.
        """
        scope, p = make_scope(**options), self.published
        choice("match", match or "exact", ("exact", "broader"))
        found, notes = self._find(p, [], scope, match)
        place = (
            rows, cols, match, scope.layers, scope.as_of, scope.dated_only, len(found),
            *(known.select for known in self._shelf.rules.values()),
        )  # fmt: skip
        whole = self._matrices.get(
            (p.number, *place),
            lambda: build_matrix(
                p.store,
                p.statements,
                scope,
                found,
                rows=rows,
                cols=cols,
                broader=match == "broader",
            ),
        )
        page = page_of(whole.rows, min(limit, MOST_ROWS), cursor)
        data = whole.describe(page.items, p.words(scope.view), scope)
        if whole.all_columns > MOST_COLUMNS:
            notes.append({
                "zh": f"该表有 {whole.all_columns} 个概念，仅列 {MOST_COLUMNS} 个，有记录者优先",
                "en": f"the scheme has {whole.all_columns} concepts: {MOST_COLUMNS} are shown, "
                "those with something recorded first",
            })  # fmt: skip
        notes += notes_on(p.store, scope)
        return Answer(
            data, p.number, scope, page.cursor is not None or whole.all_columns > MOST_COLUMNS,
            page.cursor, tuple(notes),
        )  # fmt: skip

    # What they share

    def _decisions(self, p: Published, scope: Scope) -> Decisions:
        """Return the decisions that can be seen: without the layer analyst, none."""
        if "analyst" not in scope.layers:
            return Decisions(ox.Store())
        if self._decided is None or self._decided[0] != p.number:
            self._decided = (p.number, Decisions(p.store))
        return self._decided[1]

    def _with_decided(
        self, p: Published, found: list[Gap], names: Sequence[str], scope: Scope,
        match: str | None, decisions: Decisions,
    ) -> list[Gap]:  # fmt: skip
        """Add the gaps that somebody decided about and that are found when sectors match else."""
        known = {gap.id: gap for gap in found}
        rules = {about.partition("|")[0] for about in decisions.by_gap if about not in known}
        for name in sorted(rules & set(names or self._shelf.rules) & set(self._shelf.rules)):
            rule = self._shelf.rules[name]
            for gap in self._any_match(p, rule, scope, match) if _matches(rule) else ():
                if gap.id in decisions.by_gap:
                    known.setdefault(gap.id, gap)
        return sorted(known.values(), key=lambda gap: gap.order)

    def _described(
        self, gap: Gap, p: Published, scope: Scope, decisions: Decisions
    ) -> dict[str, Any]:
        latest = decisions.latest(gap.id)
        described = describe(gap, p.words(scope.view), scope)
        return {**described, "decision": latest.brief() if latest else None}

    def _find(
        self,
        p: Published,
        names: Sequence[str],
        scope: Scope,
        match: str | None,
        *,
        named: bool = True,
    ) -> tuple[list[Gap], Notes]:
        """Return what rules find, in order; a rule that fails is an error only if it was named."""
        rules = [self._rule(name) for name in names] or list(self._shelf.rules.values())
        rules.sort(key=lambda rule: (SEVERITY_ORDER[rule.severity], rule.id))
        found: list[Gap] = []
        notes: Notes = []
        for rule in rules:
            try:
                found += self._run(p, rule, scope, match)
            except CoopgraphError as error:
                too_wide = isinstance(error, QueryOutOfMemory)
                if (rule.shipped and not too_wide) or (names and named):
                    raise
                notes.append({
                    "zh": f"规则 {rule.id}（{rule.file}）未能运行：{error.zh or error.detail}",
                    "en": f"rule {rule.id} ({rule.file}) could not be run and is left out: "
                    f"{error.detail}",
                })  # fmt: skip
        return found, notes

    def _run(self, p: Published, rule: GapRule, scope: Scope, match: str | None) -> list[Gap]:
        parameters = {} if match is None else {"match": match}

        def ask(rule: GapRule, terms: Mapping[str, str], layers: list[str]) -> Iterable[Group]:
            if rule.shipped:
                return ask_columns(lambda: p.statements, p.store, rule, terms, layers)
            return grouped(self._ask_apart(p, bind(rule.select, terms), graphs_of(p.store, layers)))

        key = (p.number, rule.id, rule.select, match, scope.layers, scope.as_of, scope.dated_only)
        if match is not None:  # refused before anything is looked up
            for allowed in _matches(rule):
                choice("match", match, allowed)
        return self._gap_cache.get(key, lambda: find_gaps(rule, scope, parameters, ask))

    def _ask_apart(
        self, p: Published, select: str, graphs: list[str]
    ) -> Iterator[Mapping[str, str]]:
        """Run a rule of somebody's own where the time limit of queries kills it."""
        request = QueryRequest(
            select,
            str(p.reader.generation.store_path),
            default_graph_uris=tuple(graphs),
            accepted=Accepted.of("json"),
            max_bytes=self.settings.query_max_bytes,
        )
        _, body = self.run_apart(request, self.settings.query_timeout)
        for row in orjson.loads(body)["results"]["bindings"]:
            yield {
                name: term["value"]
                for name, term in row.items()
                if term["type"] in ("uri", "literal")
            }

    def _one(self, p: Published, id: str, scope: Scope, match: str | None) -> Gap:
        rule = self._rule(id.partition("|")[0])
        for gap in self._any_match(p, rule, scope, match):
            if gap.id == id:
                return gap
        raise NotFound(
            f"no gap {id!r} is found in {', '.join(scope.layers)}: it may have been filled, or was "
            "never there",
            zh=f"在所选图层中未发现缺口 {id!r}：可能已补上，或从未存在",
            parameter="id",
        )

    def _any_match(
        self, p: Published, rule: GapRule, scope: Scope, first: str | None
    ) -> Iterator[Gap]:
        """Yield what a rule finds however sectors match: ids do not depend on that."""
        yield from self._run(p, rule, scope, first)
        for allowed in _matches(rule):
            for match in allowed:
                if match != first:
                    yield from self._run(p, rule, scope, match)

    def _rule(self, name: str) -> GapRule:
        rules = self._shelf.rules
        try:
            return rules[name]
        except KeyError:
            broken = [error.detail for error in self._shelf.broken.values()]
            more = f"; not used: {'; '.join(broken)}" if broken else ""
            raise NotFound(
                f"there is no gap rule {name!r}; the rules are {', '.join(rules)}{more}",
                zh=f"没有缺口规则 {name!r}；可用规则：{'、'.join(rules)}",
                parameter="rule",
                candidates=list(rules),
            ) from None


def _matches(rule: GapRule) -> list[tuple[str, ...]]:
    """Return the ways in which sectors may match, if a rule can be told."""
    return [parameter.allowed for parameter in rule.parameters if parameter.name == "match"]


def _verdict(decision: Decision | None) -> str:
    return "none" if decision is None else decision.verdict
