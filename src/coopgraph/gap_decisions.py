"""What people decide about gaps: record it, and read it again as a labelled set."""

from __future__ import annotations

from typing import Unpack

from coopgraph.answer import Answer
from coopgraph.errors import NotFound
from coopgraph.gap_finder import Notes
from coopgraph.gap_questions import GapQuestions
from coopgraph.gaps.decisions import VERDICTS, Decision, decide, update_text
from coopgraph.gaps.gap_list import Gap, GapList
from coopgraph.graph.scope import ScopeOptions, make_scope
from coopgraph.store.write_request import WriteRequest


class GapDecisions(GapQuestions):
    """Decisions about gaps; made through :class:`coopgraph.CoopGraph`."""

    def confirm_gap(self, id: str, *, why: str, by: str, **options: Unpack[ScopeOptions]) -> Answer:
        """Record that somebody holds a gap for real; return it with the decision.

        Parameters
        ----------
        id
            The gap's id. It has to be found now, in these layers, or decided about before.
        why, by
            The reason, and who decides.

        Raises
        ------
        NotFound
            If there is no such gap.
        BadRequest
            If ``why`` or ``by`` is empty.
        Unavailable
            If the graph lives in a remote store that is away.
        """
        return self._decide(id, VERDICTS[0], why, by, options)

    def dismiss_gap(self, id: str, *, why: str, by: str, **options: Unpack[ScopeOptions]) -> Answer:
        """Record that somebody holds a gap for none; as :meth:`confirm_gap` otherwise."""
        return self._decide(id, VERDICTS[1], why, by, options)

    def gap_decisions(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Return every decision about gaps, the newest first: the labelled set.

        ``current`` is false of one that a later one supersedes; ``still_found`` tells whether
        the rule finds the gap now, in these layers.
        """
        scope, p = make_scope(**options), self.published
        every = self._decisions(p, scope).all()
        wanted = sorted({d.rule for d, _ in every} & set(self._shelf.rules))
        found: GapList | None = None
        notes: Notes = []
        if wanted:
            found, notes = self._find(p, wanted, scope, None, named=False)
        ids = {gap.id for gap in self._decided_gaps(p, found or GapList(), scope, None)}
        words = p.words(scope.view)
        data = [
            d.describe(words, scope.selection, current=current, still_found=d.gap in ids)
            for d, current in every
        ]
        return Answer(data, p.number, scope, notes=tuple(notes))

    def _decide(self, id: str, verdict: str, why: str, by: str, options: ScopeOptions) -> Answer:
        scope, p = make_scope(**options), self.published
        about: Gap | Decision
        try:
            about = self._one(p, id, scope, None)
        except NotFound:
            before = self._decisions(p, make_scope(layers="analyst")).latest(id)
            if before is None:
                raise
            about = before  # it is no longer found; what was decided may be put right
        decision = decide(about, verdict, why, by)
        self.write(WriteRequest("update", update_text(decision)), None, decision.by)
        p = self.published
        words = p.words(scope.view)
        data = decision.describe(
            words, scope.selection, current=True, still_found=isinstance(about, Gap)
        )
        return Answer(data, p.number, scope)
