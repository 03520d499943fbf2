"""What should be there and is not recorded: the questions about gaps."""

from __future__ import annotations

from typing import Unpack

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.errors import NotFound
from coopgraph.gaps.find import find_gaps
from coopgraph.gaps.rules import GapRule
from coopgraph.gaps.suggestions import describe_suggestion, find_suggestions
from coopgraph.graph.scope import Names, ScopeOptions, make_scope, many
from coopgraph.page import page_of


class GapQuestions(DataFolder):
    """The questions about gaps; asked through :class:`coopgraph.CoopGraph`."""

    def gap_rules(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Return the declared gap rules."""
        scope = make_scope(**options)
        return Answer([r.describe() for r in self._rules.values()], self.generation, scope)

    def gaps(
        self,
        *,
        rule: Names = (),
        actor: str | None = None,
        sector: str | None = None,
        match: str | None = None,
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
        limit, cursor
            Size and begin of the page.

        Raises
        ------
        NotFound
            If a rule, actor or sector is unknown.
        BadRequest
            If ``match`` is neither.
        """
        scope, p = make_scope(**options), self.published
        found = find_gaps(
            p.store,
            p.words(scope.view),
            [self._rule(name) for name in many(rule)] or self._rules.values(),
            scope,
            {} if match is None else {"match": match},
            actor=None if actor is None else p.resolve(actor, scope),
            sector=None if sector is None else p.resolve(sector, scope),
        )
        page = page_of(found, limit, cursor)
        return Answer.of_page(page.items, p.number, scope, page)

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
            said = (
                snapshot.index.get(snapshot.subjects[subject])
                for subject, layers in snapshot.sector_subjects.get(iri, ())
                if layers & scope.selection
            )
            only = {node for node in (*said, snapshot.index[iri]) if node is not None}
        found = find_suggestions(snapshot, scope, of, types=many(type), only=only)
        page = page_of(list(enumerate(found, 1)), limit, cursor)
        data = [describe_suggestion(snapshot, words, scope, of, s, rank) for rank, s in page.items]
        return Answer.of_page(data, p.number, scope, page)

    def _rule(self, name: str) -> GapRule:
        try:
            return self._rules[name]
        except KeyError:
            raise NotFound(
                f"there is no gap rule {name!r}; the rules are {', '.join(self._rules)}",
                zh=f"没有缺口规则 {name!r}；可用规则：{'、'.join(self._rules)}",
                parameter="rule",
                candidates=list(self._rules),
            ) from None
