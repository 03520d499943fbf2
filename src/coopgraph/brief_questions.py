"""What an analyst hands on: a briefing on one node."""

from __future__ import annotations

from typing import Any, Final, Unpack

from coopgraph.briefing.compose import compose
from coopgraph.briefing.file import FORMATS, BriefingFile, write_briefing
from coopgraph.briefing.gap_section import Found, is_related
from coopgraph.briefing.lines import Ground
from coopgraph.briefing.surroundings import Explorer, Surroundings
from coopgraph.gap_decisions import GapDecisions
from coopgraph.gap_finder import cut_note
from coopgraph.gaps.notes import notes_on
from coopgraph.gaps.rates import rates_of
from coopgraph.gaps.reasons import Describer
from coopgraph.gaps.suggestions import find_suggestions
from coopgraph.graph.labels import LANGUAGES
from coopgraph.graph.scope import Scope, ScopeOptions, choice, make_scope, within
from coopgraph.published import Published

LINES: Final = 6
MOST_LINES: Final = 100
_MOST_OWN: Final = 200
_MOST_GAPS: Final = 1000


class BriefQuestions(GapDecisions):
    """Briefings; asked through :class:`coopgraph.CoopGraph`."""

    def brief(
        self,
        of: str,
        *,
        format: str = "markdown",
        lang: str = "zh",
        limit: int = LINES,
        **options: Unpack[ScopeOptions],
    ) -> BriefingFile:
        """Write what is recorded of a node, and what is not, with the source of each line.

        Partners and what is agreed, projects, sectors, industry chains, gaps, suggestions (as
        statistics, apart), readings, and the passages that all of it rests on.

        Parameters
        ----------
        of
            The node.
        format
            ``markdown``, ``html`` or ``docx``.
        lang
            ``zh`` or ``en``.
        limit
            Lines of a section, 1 to 100; with 6 the notice's briefings have about two pages.
        options
            Of the view only ``compact``.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.
        QueryTimeout
            If there is more around the node than one question may look at.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> graph = CoopGraph.open(":memory:")
        >>> graph.brief("宝武集团", lang="en", layers="stated").text.splitlines()[0]
        '# Briefing on cooperation: Baowu Group'
        >>> graph.close()
        """
        choice("format", format, FORMATS)
        choice("lang", lang, LANGUAGES)
        within("limit", limit, 1, MOST_LINES)
        scope, p = make_scope(**options), self.published
        choice("view", scope.view, ("compact",))
        node = p.node(of, scope)
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        explorer = Explorer(snapshot, words, scope)
        around = explorer.look(node)
        links = find_suggestions(snapshot, scope, node).suggestions
        rates = rates_of(snapshot, scope)[0] if links else None
        describer = Describer(snapshot, words, scope, node, rates)
        suggested = [describer.describe(link, rank) for rank, link in enumerate(links[:limit], 1)]
        gaps = self._gaps_of(p, scope, around, explorer)
        ground = Ground(
            p.store, snapshot, words, scope, p.number, around, gaps, suggested, len(links), lang,
            limit,
        )  # fmt: skip
        return write_briefing(compose(ground), around.node["id"], format)

    def _gaps_of(
        self, p: Published, scope: Scope, around: Surroundings, explorer: Explorer
    ) -> Found:
        found, notes = self._find(p, [], scope, None)
        beside: dict[str, None] = {}
        for iri in list(around.own)[1 : 1 + _MOST_OWN]:
            beside.update(dict.fromkeys(explorer.beside(iri)))
        beside.update(dict.fromkeys(node["iri"] for node, _ in around.partners))
        near = found.touching({*around.own, *beside})
        related = [gap for gap in near if is_related(gap.key, around.own, beside)]
        decisions = self._decisions(p, scope)
        shown: list[dict[str, Any]] = []
        dismissed = 0
        for gap in related:
            latest = decisions.latest(gap.id)
            if latest is not None and latest.verdict == "dismissed":
                dismissed += 1
            elif len(shown) < _MOST_GAPS:
                shown.append(self._described(gap, p, scope, decisions))
        labels = {each.rule.id: each.rule.label for each in found.rules if len(each)}
        notes += [cut_note(each) for each in found.rules if each.is_cut]
        notes += notes_on(p.store, scope)
        return Found(shown, labels, dismissed, len(found) - len(related), notes)
