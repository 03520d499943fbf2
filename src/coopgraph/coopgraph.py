"""CoopGraph: what HTTP, command line, notebooks and exports all call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from coopgraph.answer import Answer
from coopgraph.data_folder import DataFolder
from coopgraph.errors import NotFound
from coopgraph.export.graph_file import GraphFile, export_graph
from coopgraph.gaps.find import find_gaps
from coopgraph.gaps.rules import GapRule
from coopgraph.graph.describe import describe_node, graph_stats
from coopgraph.graph.filters import type_mask
from coopgraph.graph.neighbours import DEFAULT_LIMIT, NeighbourQuestion, find_neighbours
from coopgraph.graph.networkx_view import to_networkx
from coopgraph.graph.paths import PathQuestion, describe_paths, find_paths
from coopgraph.graph.scope import Scope, ScopeOptions, make_scope
from coopgraph.linked.linked_data import LinkedData
from coopgraph.page import Page, page_of
from coopgraph.published import Published
from coopgraph.vocabulary import iri_of

if TYPE_CHECKING:
    import networkx as nx

Names = str | Sequence[str]


class CoopGraph(DataFolder):
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
        """Count nodes by class and edges by relation and layer."""
        scope, p = make_scope(**options), self.published
        return Answer(graph_stats(p.snapshot(scope.view), scope, p.triples), p.number, scope)

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
        types = _many(type)
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
        return _paged(data, p, scope, page)

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
        direction: str = "any",
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
        direction
            ``any``, ``out`` or ``in``.
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
            type=_many(type),
            relation=_many(relation),
            sector=None if sector is None else p.resolve(sector, scope),
            direction=direction,
            limit=limit,
            cursor=cursor,
        )
        data, after = find_neighbours(p.snapshot(scope.view), p.words(scope.view), scope, question)
        return Answer(data, p.number, scope, truncated=after is not None, cursor=after)

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

        Raises
        ------
        NotFound, AmbiguousName, BadRequest
            If a parameter names nothing, more than one thing, or is out of range.
        QueryTimeout
            If the search was given up before its answer was certain.
        """
        scope, p = make_scope(**options), self.published
        question = PathQuestion(
            source=p.node(source, scope),
            target=p.node(target, scope),
            mode=mode,
            k=k,
            max_length=max_length,
            via=[p.node(name, scope) for name in _several(via)],
            avoid=[p.node(name, scope) for name in _several(avoid)],
            through=_many(type),
            relation=_many(relation),
        )
        snapshot = p.snapshot(scope.view)
        found, edge_filter = find_paths(snapshot, scope, question)
        data = {"paths": describe_paths(snapshot, p.words(scope.view), scope, found, edge_filter)}
        return Answer(data, p.number, scope, truncated=found.truncated)

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
            [self._rule(name) for name in _many(rule)] or self._rules.values(),
            scope,
            {} if match is None else {"match": match},
            actor=None if actor is None else p.resolve(actor, scope),
            sector=None if sector is None else p.resolve(sector, scope),
        )
        page = page_of(found, limit, cursor)
        return _paged(page.items, p, scope, page)

    # Beyond the three questions

    def questions(self, **options: Unpack[ScopeOptions]) -> Answer:
        """Return the competency questions: examples of SPARQL, each in words in both languages."""
        scope = make_scope(**options)
        return Answer([q.describe() for q in self._questions], self.generation, scope)

    def export(
        self,
        format: str = "graphml",
        *,
        focus: str | None = None,
        depth: int = 1,
        lang: str = "zh",
        **options: Unpack[ScopeOptions],
    ) -> GraphFile:
        """Write the graph, or what is around ``focus``, as a file for another program."""
        scope, p = make_scope(**options), self.published
        return export_graph(
            p.snapshot(scope.view),
            p.words(scope.view),
            scope,
            file_format=format,
            focus=None if focus is None else p.node(focus, scope),
            depth=depth,
            language=lang,
        )

    def to_networkx(self, **options: Unpack[ScopeOptions]) -> nx.MultiDiGraph:
        """Return the graph as networkx has it."""
        scope, p = make_scope(**options), self.published
        return to_networkx(p.snapshot(scope.view), p.words(scope.view), scope)

    def linked_data(self) -> LinkedData:
        """Return the documents of resources, the named graphs and their description."""
        return self.published.linked_data(self._ontology)

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


def _several(names: Names) -> list[str]:
    """Take one name or several; a name of a node may have a comma in it."""
    return [names] if isinstance(names, str) else list(names)


def _many(names: Names) -> list[str]:
    """Take one term, a comma list, or several."""
    return [term.strip() for part in _several(names) for term in part.split(",") if term.strip()]


def _paged(data: list[Any], published: Published, scope: Scope, page: Page) -> Answer:
    return Answer(data, published.number, scope, page.cursor is not None, page.cursor)
