"""The graph, or a part of it, as a file for another program."""

from __future__ import annotations

from typing import Any, Unpack

from coopgraph.errors import BadRequest
from coopgraph.export.graph_file import GraphFile, check_format, write_file
from coopgraph.export.part import along, around, of_gaps, whole, with_suggestions
from coopgraph.gap_decisions import GapDecisions
from coopgraph.graph.labels import LANGUAGES
from coopgraph.graph.scope import Names, ScopeOptions, choice, make_scope, many
from coopgraph.page import MAX_LIMIT


class ExportQuestions(GapDecisions):
    """Files of the graph; asked through :class:`coopgraph.CoopGraph`."""

    def export(
        self,
        format: str = "graphml",
        *,
        flavour: str | None = None,
        focus: str | None = None,
        depth: int = 1,
        source: str | None = None,
        target: str | None = None,
        mode: str = "shortest",
        k: int | None = None,
        max_length: int | None = None,
        via: Names = (),
        avoid: Names = (),
        type: Names = (),
        relation: Names = (),
        sector: str | None = None,
        status: Names = (),
        cost: str = "hops",
        gaps: Names = (),
        actor: str | None = None,
        match: str | None = None,
        suggested: str | None = None,
        lang: str = "zh",
        **options: Unpack[ScopeOptions],
    ) -> GraphFile:
        """Write the graph as a file: all of it, what is around a node, paths, or gaps.

        Parameters
        ----------
        format
            ``graphml``, ``gexf``, ``cx2``, ``jsonld``, ``turtle``, ``trig``, ``csv`` (two in a
            zip) or ``xlsx``.
        flavour
            ``yed``: GraphML with what yEd draws.
        focus, depth
            Only this node and what is up to so many steps around it, 1 to 4.
        source, target, mode, k, max_length, via, avoid, type, relation, sector, status, cost
            Only what lies on the paths that :meth:`coopgraph.CoopGraph.paths` finds.
        gaps, actor, sector, match
            Only gaps: ids of rules, or ``all``, restricted as
            :meth:`coopgraph.CoopGraph.gaps` does.
        suggested
            ``include`` adds the candidates that gap rules name, marked as suggested.
        lang
            Language of labels, ``zh`` or ``en``.
        **options
            The scope.

        Returns
        -------
        GraphFile
            Its ``chunks`` are written while they are asked for, in memory that does not grow with
            the file.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, is out of range, or excludes another.
        QueryTimeout
            If a search for paths was given up.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> graph = CoopGraph.open(":memory:")
        >>> file = graph.export("gexf", focus="宝武集团", lang="en")
        >>> file.title, b"".join(file.chunks).startswith(b"<?xml")
        ('coopgraph-org-baowu.gexf', True)
        >>> graph.close()
        """
        check_format(format, flavour)
        choice("lang", lang, LANGUAGES)
        if suggested is not None:
            choice("suggested", suggested, ("include",))
        scope, p = make_scope(**options), self.published
        asked = {
            "focus": focus is not None,
            "from and to": source is not None or target is not None,
            "gaps": bool(many(gaps)),
        }
        if sum(asked.values()) > 1:
            raise _exclusive([name for name, given in asked.items() if given])
        part = whole(p.store, p.snapshot(scope.view), p.words(scope.view), scope, lang, p.number)
        if focus is not None:
            part = around(part, p.node(focus, scope), depth)
        elif source is not None or target is not None:
            if source is None or target is None:
                raise BadRequest(
                    "paths have two ends: give both from and to",
                    zh="路径需要两端：请同时给出 from 与 to",
                    parameter="to" if target is None else "from",
                )
            question = p.path_question(
                scope, source, target, mode=mode, k=k, max_length=max_length, via=via,
                avoid=avoid, type=type, relation=relation, sector=sector, status=status,
                cost=cost,
            )  # fmt: skip
            part = along(part, question)
        elif many(gaps):
            rules = () if "all" in many(gaps) else many(gaps)
            found = self._every_gap(options, rule=rules, actor=actor, sector=sector, match=match)
            return write_file(of_gaps(part, found, suggested=bool(suggested)), format, flavour)
        if suggested:
            part = with_suggestions(part, self._every_gap(options))
        return write_file(part, format, flavour)

    def _every_gap(self, options: ScopeOptions, **asked: Any) -> list[dict[str, Any]]:
        answer = self.gaps(limit=MAX_LIMIT, **asked, **options)
        found = list(answer.data)
        while answer.cursor is not None:
            answer = self.gaps(limit=MAX_LIMIT, cursor=answer.cursor, **asked, **options)
            found += answer.data
        return found


def _exclusive(names: list[str]) -> BadRequest:
    return BadRequest(
        f"{' and '.join(names)} exclude each other: ask for one part of the graph",
        zh=f"{'、'.join(names)} 不能同时使用：请只选图的一个部分",
        parameter=names[0].split()[0],
    )
