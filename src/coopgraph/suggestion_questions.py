"""Which links the graph suggests: the question and its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.gaps.reasons import Describer
from coopgraph.gaps.suggestions import find_suggestions
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
        page = page_of(list(enumerate(found.suggestions, 1)), limit, cursor)
        describer = Describer(snapshot, words, scope, of)
        data = [describer.describe(suggestion, rank) for rank, suggestion in page.items]
        answer = Answer.of_page(data, p.number, scope, page)
        return replace(answer, notes=tuple(found.notes))
