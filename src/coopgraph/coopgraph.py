"""CoopGraph: what HTTP, command line, notebooks and exports all call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from coopgraph.answer import Answer
from coopgraph.brief_questions import BriefQuestions
from coopgraph.errors import NotFound
from coopgraph.export_questions import ExportQuestions
from coopgraph.gaps.suggested_edges import add_suggested
from coopgraph.gaps.suggested_paths import find_with_suggested
from coopgraph.graph.describe import describe_node, graph_stats, visible_nodes
from coopgraph.graph.filters import type_mask
from coopgraph.graph.memory import memory_of
from coopgraph.graph.neighbours import DEFAULT_LIMIT, NeighbourQuestion, find_neighbours
from coopgraph.graph.networkx_view import to_networkx
from coopgraph.graph.paths import describe_paths, find_paths
from coopgraph.graph.scope import Names, ScopeOptions, choice, make_scope, many
from coopgraph.linked.linked_data import LinkedData
from coopgraph.network_questions import NetworkQuestions
from coopgraph.page import page_of
from coopgraph.suggestion_questions import SuggestionQuestions
from coopgraph.vocabulary import iri_of

if TYPE_CHECKING:
    import networkx as nx


class CoopGraph(BriefQuestions, ExportQuestions, NetworkQuestions, SuggestionQuestions):
    """A cooperation graph: load, ask, export.

    Open one with :meth:`open`. Every question may be restricted by ``layers`` (a comma list of
    ``stated``, ``background``, ``analyst``), ``view`` (``compact`` or ``full``), ``as_of`` (a day)
    and ``dated="only"``. A node is named by IRI, short id, or exact name in any script.

    Examples
    --------
    >>> graph = CoopGraph.open(":memory:")
    >>> answer = graph.paths("中铝集团", "electrolytic aluminium", layers="stated")
    >>> [node["id"] for node in answer.data["paths"][0]["nodes"]]
    ['org/chinalco', 'region/CN-GS', 'scheme/sector/electrolytic-aluminium']
    >>> graph.close()
    """

    def stats(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Count nodes by class and edges by relation and layer, and weigh them in memory."""
        scope, p = make_scope(**options), self.published
        snapshot = p.snapshot(scope.view)
        words = p.names(scope.view).weight(scope.selection, visible_nodes(snapshot, scope))
        data = graph_stats(snapshot, scope, p.triples)
        return Answer({**data, "memory": memory_of(snapshot, scope, words)}, p.number, scope)

    def search(
        self,
        q: str,
        *,
        type: Names = (),
        limit: int = 20,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """Find nodes by name: equal to ``q``, or beginning with it, in any script."""
        scope, p = make_scope(**options), self.published
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        types = many(type)
        wanted = type_mask(snapshot, types, scope.selection) if types else None
        of_node = snapshot.node_types(scope.selection)
        hits = []
        for hit in p.names(scope.view).search(q, scope.selection):
            node = snapshot.find(hit.iri, scope.selection)
            if node is not None and (wanted is None or wanted[of_node[node]]):
                hits.append((node, hit))
        page = page_of(hits, limit, cursor)
        data = [
            {**words.node(node, scope.selection), "score": hit.score, "matched": hit.matched}
            for node, hit in page.items
        ]
        return Answer.of_page(data, p.number, scope, page)

    def node(self, of: str, **options: Unpack[ScopeOptions]) -> Answer:
        """Return a node with every statement in which it stands, each with its evidence.

        Also a resource that is no node of the view, such as a cooperation or a document, by its
        IRI or short id.
        """
        scope, p = make_scope(**options), self.published
        try:
            iri = p.resolve(of, scope)
        except NotFound:
            if p.snapshot("full").find(iri_of(of), scope.selection) is None:
                raise
            iri = iri_of(of)
        data, more = describe_node(p.store, p.words(scope.view), scope, iri)
        return Answer(data, p.number, scope, truncated=more)

    def neighbours(
        self,
        of: str,
        *,
        depth: int = 1,
        type: Names = (),
        relation: Names = (),
        sector: str | None = None,
        status: Names = (),
        direction: str = "any",
        suggested: str | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """Who is next to ``of``: a page of nodes with the edges that join them.

        Parameters
        ----------
        of
            The node.
        depth
            Up to how many steps away, 1 to 4.
        type
            Only neighbours of these types or below.
        relation
            Only steps with these relations.
        sector
            Only steps said by something in this sector.
        status
            Only steps said by something with one of these statuses.
        direction
            ``any``, ``out`` or ``in``.
        suggested
            ``"include"`` adds to the first page nodes that nobody has recorded as neighbours and
            the graph suggests: their edges are of the layer ``suggested``. They are in no count.
        limit, cursor
            Size and begin of the page.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.
        """
        scope, p = make_scope(**options), self.published
        question = NeighbourQuestion(
            of=p.node(of, scope),
            depth=depth,
            type=many(type),
            relation=many(relation),
            sector=None if sector is None else p.resolve(sector, scope),
            said_by=p.said_by(many(status), scope),
            direction=direction,
            limit=limit,
            cursor=cursor,
        )
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        data, after = find_neighbours(snapshot, words, scope, question)
        notes: list[dict[str, str]] = []
        if suggested is not None:
            choice("suggested", suggested, ("include",))
            notes = add_suggested(snapshot, words, scope, question, data)
        return Answer(data, p.number, scope, after is not None, after, tuple(notes))

    def paths(
        self,
        source: str,
        target: str,
        *,
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
        suggested: str | None = None,
        **options: Unpack[ScopeOptions],
    ) -> Answer:
        """How are two nodes connected: simple paths, shortest first, every parallel edge shown.

        Parameters
        ----------
        source, target
            The ends.
        mode
            ``shortest``, ``all-shortest``, ``k-shortest`` or ``all`` (up to ``max_length``).
        k
            At most so many paths.
        max_length
            At most so many steps.
        via, avoid
            Nodes that must, or must not, be on the path.
        type
            Types that the nodes between may have.
        relation
            Relations that the steps may have.
        sector
            Only steps said by something in this sector.
        status
            Only steps said by something with one of these statuses.
        cost
            ``hops``, or ``informative``: passing through a node costs log2 of its degree besides,
            so that what joins everything drowns nothing. The ends cost nothing.
        suggested
            ``include``: paths may use links that the graph suggests of the nodes that are asked
            for. Such edges are of the layer ``suggested``, and a path with a step that has no
            other says ``suggested: true``. Not with ``sector`` or ``status``.

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.
        QueryTimeout
            If the search was given up before its answer was certain.
        """
        scope, p = make_scope(**options), self.published
        question = p.path_question(
            scope, source, target, mode=mode, k=k, max_length=max_length, via=via, avoid=avoid,
            type=type, relation=relation, sector=sector, status=status, cost=cost,
        )  # fmt: skip
        snapshot, words = p.snapshot(scope.view), p.words(scope.view)
        notes: list[dict[str, str]] = []
        if suggested is not None:
            choice("suggested", suggested, ("include",))
            described, found, notes = find_with_suggested(snapshot, words, scope, question)
        else:
            found, edge_filter = find_paths(snapshot, scope, question)
            described = describe_paths(snapshot, words, scope, found, edge_filter, cost)
        return Answer(
            {"paths": described}, p.number, scope, truncated=found.truncated, notes=tuple(notes)
        )

    # Beyond the three questions

    def questions(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Return the competency questions: examples of SPARQL, each in words in both languages."""
        scope = make_scope(**options)
        return Answer([q.describe() for q in self._questions], self.generation, scope)

    def to_networkx(self, **options: Unpack[ScopeOptions]) -> nx.MultiDiGraph:
        """Return the graph as networkx has it."""
        scope, p = make_scope(**options), self.published
        return to_networkx(p.snapshot(scope.view), p.words(scope.view), scope)

    def linked_data(self) -> LinkedData:
        """Return the documents of resources, the named graphs and their description."""
        return self.published.linked_data(self._ontology)
