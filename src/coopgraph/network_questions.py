"""Who holds the network together: questions about the graph as a whole."""

from __future__ import annotations

from typing import Unpack

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.graph.network import (
    LOWEST_FIRST,
    MEASURES,
    NetworkQuestion,
    describe_parts,
    find_cuts,
    rank_nodes,
    single_nodes,
)
from coopgraph.graph.scope import Names, Scope, ScopeOptions, make_scope, many, several
from coopgraph.page import page_of
from coopgraph.published import Published

DEFAULT_LIMIT = 50


class NetworkQuestions(DataFolder):
    """The questions about the whole network; asked through :class:`coopgraph.CoopGraph`.

    ``relation``, ``sector`` and ``status`` choose the edges that make the network, ``avoid`` leaves
    out nodes with all their edges. Parallel edges join two nodes once, whichever way they lead.
    """

    def centrality(
        self,
        measure: str = "degree",
        *,
        type: Names = (),
        relation: Names = (),
        sector: str | None = None,
        status: Names = (),
        avoid: Names = (),
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """Rank nodes by how they stand in the network, the most central first.

        Parameters
        ----------
        measure
            ``degree``; ``betweenness`` (of a large graph from a sample, and then ``exact`` is
            false); or ``constraint`` (Burt), of which the lowest comes first.
        type
            Show only nodes of these types or below; the others still join them.
        relation, sector, status, avoid
            Which edges make the network.
        limit, cursor
            Size and begin of the page.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> with CoopGraph.open(":memory:") as graph:
        ...     graph.centrality("degree", layers="stated").data["nodes"][0]["node"]["id"]
        'region/CN-GS'
        """
        scope, p = make_scope(**options), self.published
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        question = _question(p, scope, relation, sector, status, avoid)
        nodes, values, sampled = rank_nodes(snapshot, scope, question, measure, many(type))
        page = page_of(range(len(nodes)), limit, cursor)
        data = {
            "measure": measure,
            "definition": MEASURES[measure],
            "lowest_first": measure in LOWEST_FIRST,
            "exact": sampled is None,
            "sources": sampled,
            "total": len(nodes),
            "nodes": [
                {
                    "rank": i + 1,
                    "value": float(values[i]),
                    "node": words.node(int(nodes[i]), scope.selection),
                }
                for i in page.items
            ],
        }
        return Answer(data, p.number, scope, page.cursor is not None, page.cursor)

    def components(
        self,
        *,
        relation: Names = (),
        sector: str | None = None,
        status: Names = (),
        avoid: Names = (),
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """What hangs together: the parts of the network, largest first.

        Each has its size, counts by type, and its nodes with most neighbours; ``single`` counts
        the nodes that nothing joins. Parameters and errors are those of :meth:`centrality`.
        """
        scope, p = make_scope(**options), self.published
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        question = _question(p, scope, relation, sector, status, avoid)
        parts, describe = describe_parts(snapshot, words, scope, question)
        page = page_of(parts, limit, cursor)
        data = {
            "total": len(parts),
            "single": single_nodes(snapshot, scope, question),
            "components": [describe(part) for part in page.items],
        }
        return Answer(data, p.number, scope, page.cursor is not None, page.cursor)

    def bridges(
        self,
        *,
        relation: Names = (),
        sector: str | None = None,
        status: Names = (),
        avoid: Names = (),
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """What alone holds parts together: edges (bridges) and nodes (articulation points).

        Each says how many nodes it alone keeps from being cut off; what keeps most comes first.
        Bridges have their evidence. One cursor leads through both lists. Parameters and errors are
        those of :meth:`centrality`.
        """
        scope, p = make_scope(**options), self.published
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        bridges, points = find_cuts(
            snapshot, scope, _question(p, scope, relation, sector, status, avoid)
        )
        page = page_of(range(max(len(bridges), len(points))), limit, cursor)
        shown = slice(page.items[0], page.items[-1] + 1) if page.items else slice(0, 0)
        data = {
            "total": {"bridges": len(bridges), "articulation_points": len(points)},
            "articulation_points": [
                {"node": words.node(node, scope.selection), "parts": parts, "cuts_off": off}
                for node, parts, off in points[shown]
            ],
            "bridges": [
                {
                    "source": words.node(int(snapshot.source[edge]), scope.selection),
                    "target": words.node(int(snapshot.target[edge]), scope.selection),
                    "edge": words.edge(edge, scope.selection),
                    "cuts_off": off,
                }
                for edge, off in bridges[shown]
            ],
        }
        return Answer(data, p.number, scope, page.cursor is not None, page.cursor)


def _question(
    p: Published, scope: Scope, relation: Names, sector: str | None, status: Names, avoid: Names
) -> NetworkQuestion:
    return NetworkQuestion(
        relation=many(relation),
        sector=None if sector is None else p.resolve(sector, scope),
        status=many(status),
        said_by=p.said_by(many(status), scope),
        avoid=sorted({p.node(name, scope) for name in several(avoid)}),
    )
