"""Find gaps in a generation: the rules at hand run once, and what was decided about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import pyoxigraph as ox

from coopgraph.columnar.rows import Groups, properties_named
from coopgraph.data_folder import DataFolder
from coopgraph.errors import CoopgraphError, NotFound, QueryOutOfMemory
from coopgraph.gaps.cache import GapCache, Place
from coopgraph.gaps.decisions import Decision, Decisions
from coopgraph.gaps.find import (
    ask_columns,
    bind,
    describe,
    find_gaps,
    graphs_of,
    grouped,
)
from coopgraph.gaps.gap_list import SEVERITY_ORDER, Gap, GapList, Key, RuleGaps, keys_of
from coopgraph.gaps.matrix import PROPERTIES
from coopgraph.gaps.rules import GapRule
from coopgraph.gaps.shelf import RuleShelf
from coopgraph.graph.scope import Scope, choice
from coopgraph.knowledge.ontology import Ontology
from coopgraph.published import Published
from coopgraph.settings import Settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.generations import Generations
from coopgraph.store.result_formats import Accepted

Notes = list[Mapping[str, str]]


class GapFinder(DataFolder):
    """Runs the rules at hand, once in a generation, scope and way of matching."""

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        super().__init__(generations, ontology, settings)
        self._shelf = RuleShelf(ontology.gaps, generations.folder / "gaps")
        self._properties = PROPERTIES.union(
            *(properties_named(rule.select) for rule in self._shelf.shipped.values())
        )
        self._gap_cache: GapCache[RuleGaps] = GapCache()
        self._decided: tuple[int, Decisions] | None = None

    def _decisions(self, p: Published, scope: Scope) -> Decisions:
        """Return the decisions that can be seen: without the layer analyst, none."""
        if "analyst" not in scope.layers:
            return Decisions(ox.Store())
        if self._decided is None or self._decided[0] != p.number:
            self._decided = (p.number, Decisions(p.store))
        return self._decided[1]

    def _decided_gaps(
        self, p: Published, found: GapList, scope: Scope, match: str | None
    ) -> list[Gap]:
        """Return the gaps of some rules that somebody decided about, however sectors match."""
        decided = [of[-1] for of in self._decisions(p, scope).by_gap.values()]
        gaps = []
        for listed in found.rules:
            rule = listed.rule
            for decision in decided:
                if decision.rule == rule.id:
                    gap = self._about(p, rule, scope, match, decision.key)
                    gaps += [gap] if gap is not None else []
        return sorted(gaps, key=lambda gap: gap.order)

    def _whole(
        self, p: Published, found: GapList, scope: Scope, match: str | None,
        actor: str | None, sector: str | None,
    ) -> GapList:  # fmt: skip
        """Look again where a rule's list is cut, for what is asked for alone."""
        if actor is None and sector is None:
            return found
        rules: list[RuleGaps] = []
        for each in found.rules:
            if not each.is_cut:
                rules.append(each)
                continue
            within = {} if sector is None else {"sector": sector}
            ends = [within] if actor is None else [
                {**within, "subject": actor}, {**within, "object": actor}
            ]  # fmt: skip
            rules += [self._run(p, each.rule, scope, match, only) for only in ends]
        return GapList(rules)

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
    ) -> tuple[GapList, Notes]:
        """Return what rules find, in order; a rule that fails is an error only if it was named."""
        rules = [self._rule(name) for name in names] or list(self._shelf.rules.values())
        rules.sort(key=lambda rule: (SEVERITY_ORDER[rule.severity], rule.id))
        found: list[RuleGaps] = []
        notes: Notes = []
        for rule in rules:
            try:
                found.append(self._run(p, rule, scope, match))
            except CoopgraphError as error:
                too_wide = isinstance(error, QueryOutOfMemory)
                if (rule.shipped and not too_wide) or (names and named):
                    raise
                notes.append({
                    "zh": f"规则 {rule.id}（{rule.file}）未能运行：{error.zh or error.detail}",
                    "en": f"rule {rule.id} ({rule.file}) could not be run and is left out: "
                    f"{error.detail}",
                })  # fmt: skip
        return GapList(found), notes

    def _run(
        self, p: Published, rule: GapRule, scope: Scope, match: str | None,
        only: Mapping[str, str] | None = None,
    ) -> RuleGaps:  # fmt: skip
        parameters = {} if match is None else {"match": match}

        def ask(rule: GapRule, terms: Mapping[str, str], layers: list[str]) -> tuple[Groups, bool]:
            if rule.shipped:
                return ask_columns(lambda: p.statements, p.store, rule, terms, layers, only)
            rows = self._ask_apart(p, bind(rule.select, terms), graphs_of(p.store, layers))
            return grouped(rows), False

        key: Place = (
            p.number, rule.id, rule.select, match, scope.layers, scope.as_of, scope.dated_only,
            tuple(sorted((only or {}).items())),
        )  # fmt: skip
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
        for gaps in self._any_match(p, rule, scope, match):
            gap = gaps.named(id)
            if gap is not None:
                return gap
            if gaps.is_cut:
                for key in keys_of(id):
                    gap = self._about(p, rule, scope, match, key)
                    if gap is not None:
                        return gap
        raise NotFound(
            f"no gap {id!r} is found in {', '.join(scope.layers)}: it may have been filled, or was "
            "never there",
            zh=f"在所选图层中未发现缺口 {id!r}：可能已补上，或从未存在",
            parameter="id",
        )

    def _about(
        self, p: Published, rule: GapRule, scope: Scope, match: str | None, key: Key
    ) -> Gap | None:
        """Return the gap of a rule about something, however sectors match."""
        for way in _ways(rule, match):
            gaps = self._run(p, rule, scope, way)
            if gaps.is_cut:
                gaps = self._run(p, rule, scope, way, {"subject": key[0]})
            gap = gaps.get(key)
            if gap is not None:
                return gap
        return None

    def _any_match(
        self, p: Published, rule: GapRule, scope: Scope, first: str | None
    ) -> Iterator[RuleGaps]:
        """Yield what a rule finds however sectors match: ids do not depend on that."""
        return (self._run(p, rule, scope, way) for way in _ways(rule, first))

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


def _ways(rule: GapRule, first: str | None) -> list[str | None]:
    """Return the ways in which sectors may match, one of them first."""
    others = [match for allowed in _matches(rule) for match in allowed if match != first]
    return [first, *others]


def cut_note(gaps: RuleGaps) -> dict[str, str]:
    """Say that a rule found more than is listed."""
    return {
        "zh": f"规则 {gaps.rule.id} 发现的缺口过多，仅列出其中 {len(gaps):,} 个；"
        "请按主体（actor）或领域（sector）查询，以得到完整结果",
        "en": f"rule {gaps.rule.id} finds too many gaps to list: {len(gaps):,} of them are here; "
        "ask for an actor or a sector to have all of it",
    }


def _matches(rule: GapRule) -> list[tuple[str, ...]]:
    """Return the ways in which sectors may match, if a rule can be told."""
    return [parameter.allowed for parameter in rule.parameters if parameter.name == "match"]


def verdict_of(decision: Decision | None) -> str:
    """Return what was decided, or ``none``."""
    return "none" if decision is None else decision.verdict
