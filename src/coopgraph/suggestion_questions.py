"""Which links the graph suggests: the question and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Unpack

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.gaps.backtest import UNDATED_ARE_KNOWN, backtest
from coopgraph.gaps.rates import rates_of
from coopgraph.gaps.reasons import Describer
from coopgraph.gaps.seen_facts import seen_facts
from coopgraph.gaps.suggestions import find_suggestions
from coopgraph.graph.dates import EPOCH, parse_day
from coopgraph.graph.scope import Names, ScopeOptions, make_scope, many
from coopgraph.page import page_of


class SuggestionQuestions(DataFolder):
    """Suggested links; asked through :class:`coopgraph.CoopGraph`."""

    def suggest(
        self,
        for_: str,
        *,
        type: Names = (),
        sector: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """Links of ``for_`` that the graph predicts and nobody has recorded, with reasons.

        Parameters
        ----------
        for_
            The actor.
        type
            Only candidates of these types or below.
        sector
            Only candidates that are said to be in this sector, or are it.
        limit, cursor
            Size and begin of the page.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.
        """
        scope, p = make_scope(**options), self.published
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        of = p.node(for_, scope)
        only = None
        if sector is not None:
            iri = p.resolve(sector, scope)
            subjects, layers = snapshot.sector_subjects.get(iri, ((), ()))
            said = (
                snapshot.nodes.find(snapshot.subjects[subject])
                for subject, layer in zip(subjects, layers, strict=True)
                if layer & scope.selection
            )
            only = {node for node in (*said, snapshot.nodes.find(iri)) if node is not None}
        found = find_suggestions(snapshot, scope, of, types=many(type), only=only)
        page = page_of(range(len(found.suggestions)), limit, cursor)
        rates, why = rates_of(snapshot, scope) if page.items else (None, None)
        describer = Describer(snapshot, words, scope, of, rates)
        data = [describer.describe(found.suggestions[i], i + 1) for i in page.items]
        answer = Answer.of_page(data, p.number, scope, page)
        return replace(answer, notes=(*found.notes, *([why] if why else [])))

    def backtest(
        self,
        as_of: str | date,
        *,
        layers: str | Iterable[str] | None = None,
        view: str = "compact",
        dated: str | None = None,
        seed: int = 0,
    ) -> Answer:
        """How well suggestions find what came after a day, from what was valid before it.

        Links without a first day count as known before. Where too few are dated ``possible`` is
        false, ``cannot_say`` tells what cannot be said, and there is no figure.

        Parameters
        ----------
        as_of
            The day that parts what is known from what is to be found, YYYY-MM-DD or a date.
        layers, view, dated
            The scope, as of every question.
        seed
            Of the nodes that are drawn on large graphs, and of the bootstrap.

        Raises
        ------
        BadRequest
            If a parameter is out of range.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> with CoopGraph.open(":memory:") as graph:
        ...     graph.backtest("2019-06-01").data["possible"]
        False
        """
        day = parse_day(as_of) if isinstance(as_of, str) else as_of
        scope, p = make_scope(layers=layers, view=view, dated=dated), self.published
        snapshot = p.snapshot(scope.view)
        found = backtest(
            snapshot, scope.selection, seen_facts(snapshot, scope), day.toordinal() - EPOCH,
            seed=seed,
        )  # fmt: skip
        note = UNDATED_ARE_KNOWN if found["possible"] else found["cannot_say"]
        return Answer(found, p.number, replace(scope, as_of=day), notes=(note,))
