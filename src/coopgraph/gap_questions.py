"""What should be there and is not recorded: the questions about gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Unpack

from coopgraph.answer import Answer
from coopgraph.gap_finder import GapFinder, cut_note, verdict_of
from coopgraph.gaps.cache import GapCache
from coopgraph.gaps.decisions import DECIDED, VERDICTS
from coopgraph.gaps.gap_list import Gap
from coopgraph.gaps.matrix import MOST_COLUMNS, Matrix, build_matrix
from coopgraph.gaps.notes import notes_on
from coopgraph.graph.scope import Names, ScopeOptions, choice, make_scope, many
from coopgraph.knowledge.ontology import Ontology
from coopgraph.page import page_of
from coopgraph.settings import Settings
from coopgraph.store.generations import Generations

MOST_ROWS: Final = 200


class GapQuestions(GapFinder):
    """The questions about gaps; asked through :class:`coopgraph.CoopGraph`."""

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        super().__init__(generations, ontology, settings)
        self._matrices: GapCache[Matrix] = GapCache()

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
        chosen: Sequence[Gap]
        if decided in VERDICTS:  # what was decided stands, however sectors match
            chosen = [
                gap
                for gap in self._decided_gaps(p, found, scope, match)
                if gap.is_about(about, within) and verdict_of(decisions.latest(gap.id)) == decided
            ]
        else:
            kept = self._whole(p, found, scope, match, about, within).about(about, within)
            if decided != "any":
                every = (d for of in decisions.by_gap.values() for d in of)
                kept = kept.without({(d.rule, d.key) for d in every})
            notes += [cut_note(each) for each in kept.rules if each.is_cut]
            chosen = kept
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
        notes += [cut_note(each) for each in found.rules if each.is_cut]
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
