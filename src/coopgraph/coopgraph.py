"""CoopGraph: what HTTP, command line, notebooks and exports all call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from coopgraph.answer import Answer
from coopgraph.errors import BadRequest, NotFound, Unavailable
from coopgraph.export.graph_file import GraphFile, export_graph
from coopgraph.gaps.find import find_gaps
from coopgraph.gaps.rules import GapRule, read_rules
from coopgraph.graph.describe import describe_node, graph_stats
from coopgraph.graph.kernels.warm import warm_up
from coopgraph.graph.neighbours import DEFAULT_LIMIT, NeighbourQuestion, find_neighbours
from coopgraph.graph.networkx_view import to_networkx
from coopgraph.graph.paths import PathQuestion, describe_paths, find_paths
from coopgraph.graph.projection import read_projection
from coopgraph.graph.scope import make_scope
from coopgraph.knowledge.dataset import read_dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.publish import LoadReport, check, publish
from coopgraph.knowledge.shipped import publish_shipped
from coopgraph.knowledge.validate import Violation
from coopgraph.page import Page, page_of
from coopgraph.published import Published
from coopgraph.settings import Settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.generations import Generations
from coopgraph.store.guard import QueryLimits
from coopgraph.store.guard import check as check_query
from coopgraph.store.query_runner import QueryRunner
from coopgraph.store.result_formats import DEFAULT_ACCEPTED, Accepted
from coopgraph.vocabulary import iri_of

if TYPE_CHECKING:
    import networkx as nx

Names = str | Sequence[str]
Layers = str | Iterable[str] | None
Day = str | date | None


class CoopGraph:
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

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        self._generations = generations
        self._ontology = ontology
        self.settings = settings
        self._table = read_projection(ontology.projection)
        self._rules = read_rules([ontology.gaps, generations.folder / "gaps"])
        self._lock = Lock()
        self._published: Published | None = None
        self._runner: QueryRunner | None = None

    @classmethod
    def open(
        cls,
        path_or_url: str | Path | None = None,
        *,
        settings: Settings | None = None,
        shipped: bool = True,
    ) -> Self:
        """Open the graph in a data folder.

        Parameters
        ----------
        path_or_url
            The data folder, made if missing; None for the user's own (setting ``data_dir``),
            ``":memory:"`` for one that is gone after :meth:`close`.
        settings
            By default read from the environment.
        shipped
            Whether to publish the notice and background that ship with the package, if that has
            not been done yet.

        Raises
        ------
        Unavailable
            If the folder cannot be made.
        DataInvalid
            If a gap rule in the data folder is broken.
        """
        settings = settings or Settings()
        place = str(path_or_url if path_or_url is not None else settings.data_dir)
        if "://" in place:
            raise BadRequest(
                f"{place}: remote stores are not supported by this version; give a data folder",
                zh=f"{place}：本版本尚不支持远程存储，请指定数据目录",
            )
        graph = cls(Generations(place), Ontology.shipped(), settings)
        try:
            if shipped:
                publish_shipped(graph._generations, graph._ontology)
            graph.refresh()
        except BaseException:
            graph.close()
            raise
        return graph

    def close(self) -> None:
        """Let go of the data folder."""
        self._published = None
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        self._generations.close()

    def __enter__(self) -> Self:
        """Return itself; closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    # What is published

    @property
    def published(self) -> Published:
        """The generation that is asked now. Take it once an answer: it may be replaced.

        Raises
        ------
        Unavailable
            If nothing was published yet.
        """
        published = self._published
        if published is None:
            raise Unavailable(
                "nothing is loaded yet: run `coopgraph load FILE`",
                zh="尚未载入任何数据：请运行 coopgraph load 文件",
            )
        return published

    @property
    def generation(self) -> int:
        """The number of the generation that is asked; 0 before anything was published."""
        return self._published.number if self._published else 0

    @property
    def info(self) -> dict[str, Any]:
        """What the generation records: its datasets, when it was published."""
        return dict(self.published.reader.generation.info)

    def refresh(self) -> bool:
        """Follow the data folder to the newest generation; return whether there was one.

        The snapshot of the new generation is built before the old one is let go, so questions
        never wait.
        """
        with self._lock:
            current = self._generations.current()
            if current is None or current.number == self.generation:
                return False
            reader = self._generations.reader()
            if reader is None:
                return False
            published = Published(reader, self._table)
            published.words("compact")
            published.names  # noqa: B018  (read now rather than in the first question)
            self._published = published
            return True

    def warm_up(self) -> None:
        """Load the compiled kernels, so that the first question does not pay for them."""
        warm_up()

    # Loading

    def load(
        self,
        files: str | Path | Sequence[str | Path],
        *,
        layer: str = "analyst",
        name: str | None = None,
        shacl: bool = True,
    ) -> LoadReport:
        """Load RDF files, each as one dataset; all of them or none.

        Parameters
        ----------
        files
            Turtle, N-Triples, RDF/XML or JSON-LD. A dataset that is there already is replaced;
            the same file twice changes nothing.
        layer
            ``stated``, ``background`` or ``analyst``.
        name
            The dataset's name, where there is one file; by default the file's name.
        shacl
            Whether to validate. A graph too large for SHACL may be loaded without, and is
            recorded as not validated.

        Raises
        ------
        DocumentSyntaxError
            With line and column.
        DataInvalid
            With each violation's shape, line and message; the graph is as before.
        """
        datasets = [read_dataset(path, layer, name) for path in _paths(files, name)]
        report = publish(self._generations, self._ontology, datasets, shacl=shacl)
        self.refresh()
        return report

    def validate(
        self,
        files: str | Path | Sequence[str | Path],
        *,
        layer: str = "analyst",
        name: str | None = None,
    ) -> list[Violation]:
        """Check files as :meth:`load` would, and change nothing."""
        datasets = [read_dataset(path, layer, name) for path in _paths(files, name)]
        published = self._published
        return check(datasets, self._ontology, published.store if published else None)

    # Questions

    def stats(
        self, *, layers: Layers = None, view: str = "compact", as_of: Day = None,
        dated: str | None = None,
    ) -> Answer:  # fmt: skip
        """Count nodes by class and edges by relation and layer."""
        scope, p = make_scope(layers, view, as_of, dated), self.published
        return Answer(graph_stats(p.snapshot(view), scope, p.triples), p.number, scope)

    def search(
        self, q: str, *, type: Names = (), limit: int = 20,  # noqa: A002  (the API's name)
        cursor: str | None = None, layers: Layers = None, view: str = "compact",
        as_of: Day = None, dated: str | None = None,
    ) -> Answer:  # fmt: skip
        """Find nodes by name: equal to ``q``, or beginning with it, in any script."""
        scope, p = make_scope(layers, view, as_of, dated), self.published
        snapshot, words = p.snapshot(view), p.words(view)
        types = _many(type)
        hits = []
        for hit in p.names.search(q, scope.selection):
            node = snapshot.find(hit.iri, scope.selection)
            if node is None:
                continue
            own = snapshot.type_of(node, scope.selection)
            if types and not snapshot.superclasses.get(own, frozenset({own})) & set(types):
                continue
            hits.append((node, hit))
        page = page_of(hits, limit, cursor)
        data = [
            {**words.node(node, scope.selection), "score": hit.score, "matched": hit.matched}
            for node, hit in page.items
        ]
        return _paged(data, p, scope, page)

    def node(
        self, of: str, *, layers: Layers = None, view: str = "compact", as_of: Day = None,
        dated: str | None = None,
    ) -> Answer:  # fmt: skip
        """Return a node with every statement in which it stands, each with its evidence.

        Also a resource that is no node of the view, such as a cooperation or a document, by its
        IRI or short id.
        """
        scope, p = make_scope(layers, view, as_of, dated), self.published
        full = make_scope(layers, "full", as_of, dated)
        try:
            iri = p.resolve(of, scope)
        except NotFound:
            found = p.snapshot("full").find(iri_of(of), full.selection)
            if found is None:
                raise
            iri = iri_of(of)
        data, more = describe_node(p.store, p.words(view), scope, iri)
        return Answer(data, p.number, scope, truncated=more)

    def neighbours(
        self, of: str, *, depth: int = 1, type: Names = (), relation: Names = (),  # noqa: A002
        sector: str | None = None, direction: str = "any", limit: int = DEFAULT_LIMIT,
        cursor: str | None = None, layers: Layers = None, view: str = "compact",
        as_of: Day = None, dated: str | None = None,
    ) -> Answer:  # fmt: skip
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
        scope, p = make_scope(layers, view, as_of, dated), self.published
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
        data, after = find_neighbours(p.snapshot(view), p.words(view), scope, question)
        return Answer(data, p.number, scope, truncated=after is not None, cursor=after)

    def paths(
        self, source: str, target: str, *, mode: str = "shortest", k: int | None = None,
        max_length: int | None = None, via: Names = (), avoid: Names = (),
        type: Names = (), relation: Names = (), layers: Layers = None,  # noqa: A002
        view: str = "compact", as_of: Day = None, dated: str | None = None,
    ) -> Answer:  # fmt: skip
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
        scope, p = make_scope(layers, view, as_of, dated), self.published
        question = PathQuestion(
            source=p.node(source, scope),
            target=p.node(target, scope),
            mode=mode,
            k=k,
            max_length=max_length,
            via=[p.node(name, scope) for name in _many(via)],
            avoid=[p.node(name, scope) for name in _many(avoid)],
            through=_many(type),
            relation=_many(relation),
        )
        snapshot = p.snapshot(view)
        found, edge_filter = find_paths(snapshot, scope, question)
        data = {"paths": describe_paths(snapshot, p.words(view), scope, found, edge_filter)}
        return Answer(data, p.number, scope, truncated=found.truncated)

    def gap_rules(
        self, *, layers: Layers = None, view: str = "compact", as_of: Day = None,
        dated: str | None = None,
    ) -> Answer:  # fmt: skip
        """Return the declared gap rules."""
        scope = make_scope(layers, view, as_of, dated)
        return Answer([r.describe() for r in self._rules.values()], self.generation, scope)

    def gaps(
        self, *, rule: Names = (), actor: str | None = None, sector: str | None = None,
        match: str | None = None, limit: int = 100, cursor: str | None = None,
        layers: Layers = None, view: str = "compact", as_of: Day = None, dated: str | None = None,
    ) -> Answer:  # fmt: skip
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
        scope, p = make_scope(layers, view, as_of, dated), self.published
        found = find_gaps(
            p.store,
            p.words(view),
            [self._rule(name) for name in _many(rule)] or self._rules.values(),
            scope,
            {} if match is None else {"match": match},
            actor=None if actor is None else p.resolve(actor, scope),
            sector=None if sector is None else p.resolve(sector, scope),
        )
        page = page_of(found, limit, cursor)
        return _paged(page.items, p, scope, page)

    # Beyond the three questions

    def sparql(
        self, query: str, format: str | None = None, *, timeout: float | None = None,  # noqa: A002
    ) -> tuple[str, bytes]:  # fmt: skip
        """Run a SPARQL query in a process of its own that the time limit kills.

        The default graph is the union of all published layers; each named graph can be asked for
        by its IRI.

        Parameters
        ----------
        query
            SELECT, ASK, CONSTRUCT or DESCRIBE.
        format
            ``json``, ``xml``, ``csv``, ``tsv``, ``turtle``, ``ntriples``, ``jsonld``, ``rdfxml``,
            ``trig`` or ``nquads``; by default JSON for results and Turtle for graphs.
        timeout
            Seconds; by default the setting ``query_timeout``.

        Returns
        -------
        str, bytes
            Media type and body.

        Raises
        ------
        QuerySyntaxError, BadRequest, Forbidden, PayloadTooLarge
            If the query is not accepted.
        QueryTimeout, QueryOutOfMemory
            If it is stopped.

        Examples
        --------
        >>> with CoopGraph.open(":memory:") as graph:
        ...     graph.sparql("ASK { ?s ?p ?o }", "json")[1]
        b'{"head":{},"boolean":true}'
        """
        limits = QueryLimits.from_settings(self.settings)
        check_query(query, limits)
        request = QueryRequest(
            query,
            str(self.published.reader.generation.store_path),
            accepted=DEFAULT_ACCEPTED if format is None else Accepted.of(format),
            max_bytes=self.settings.query_max_bytes,
        )
        with self._lock:
            if self._runner is None:
                self._runner = QueryRunner(
                    self.settings.query_memory_bytes, network=bool(limits.service_allow)
                )
            runner = self._runner
        return runner.run(request, timeout or self.settings.query_timeout)

    def export(
        self, format: str = "graphml", *, focus: str | None = None, depth: int = 1,  # noqa: A002
        lang: str = "zh", layers: Layers = None, view: str = "compact", as_of: Day = None,
        dated: str | None = None,
    ) -> GraphFile:  # fmt: skip
        """Write the graph, or what is around ``focus``, as a file for another program."""
        scope, p = make_scope(layers, view, as_of, dated), self.published
        return export_graph(
            p.snapshot(view),
            p.words(view),
            scope,
            file_format=format,
            focus=None if focus is None else p.node(focus, scope),
            depth=depth,
            language=lang,
        )

    def to_networkx(
        self, *, layers: Layers = None, view: str = "compact", as_of: Day = None,
        dated: str | None = None,
    ) -> nx.MultiDiGraph:  # fmt: skip
        """Return the graph as networkx has it."""
        scope, p = make_scope(layers, view, as_of, dated), self.published
        return to_networkx(p.snapshot(view), p.words(view), scope)

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


def _many(names: Names) -> list[str]:
    """Take one name, a comma list, or several."""
    parts = [names] if isinstance(names, str) else list(names)
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def _paths(files: str | Path | Sequence[str | Path], name: str | None) -> list[Path]:
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    if name is not None and len(paths) != 1:
        raise BadRequest(
            "--name goes with one file; without it every file gives its own name",
            zh="--name 只能与单个文件同用",
        )
    return paths


def _paged(data: list[Any], published: Published, scope: Any, page: Page) -> Answer:
    return Answer(data, published.number, scope, page.cursor is not None, page.cursor)
