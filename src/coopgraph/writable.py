"""A data folder that strangers may write to, by the rules of the knowledge graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO

from coopgraph.errors import BadRequest
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.remote import RemoteGraph
from coopgraph.knowledge.update import DEFAULT_TARGET, publish_update, refuse_foreign
from coopgraph.settings import Settings
from coopgraph.store.generations import MEMORY, Generation, Generations
from coopgraph.store.graph_store import Written
from coopgraph.store.guard import QueryLimits, check
from coopgraph.store.opened_folder import OpenedFolder
from coopgraph.store.tokens import Tokens
from coopgraph.store.write_process import Writers
from coopgraph.store.write_request import WriteRequest, WriteResult
from coopgraph.vocabulary import graph_iri


class WritableFolder(OpenedFolder, ABC):
    """What an open data folder needs to be written to.

    Parameters
    ----------
    generations
        What is published in the folder.
    ontology
        Shapes and rules that are applied.
    settings
        Limits of updates.
    """

    union_default_graph = True

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        super().__init__(generations)
        self._ontology = ontology
        self.settings = settings
        self._remote = RemoteGraph(settings, generations) if settings.store else None
        self._writers = Writers(self.folder, settings.update_memory_bytes, settings.update_timeout)

    @abstractmethod
    def refresh(self) -> bool:
        """Follow the data folder to the newest generation; return whether there was one."""

    @property
    def tokens(self) -> Tokens:
        """Who may write over HTTP; never in a copy of a remote store, which may be thrown away."""
        place = str(self.settings.data_dir)
        if self._remote is None or place == MEMORY:
            return Tokens(self.folder)
        return Tokens(Path(place).expanduser().resolve())

    def new_graph(self, name: str) -> str:
        """Return the IRI of a new graph of the analyst layer."""
        return graph_iri("analyst", name)

    def write(self, request: WriteRequest, body: IO[bytes] | None, by: str) -> Written:
        """Make a change by SPARQL or to one graph, validate it and publish it.

        Parameters
        ----------
        request
            The change. Where it names no graph, ``graph/analyst/default`` is meant.
        body
            The file that comes with it.
        by
            Who makes it; recorded with each graph that changes.

        Raises
        ------
        Forbidden
            If a graph would change that belongs to no layer.
        DataInvalid
            If a changed graph breaks a shape.
        Unavailable
            If the graph lives in a remote store that is away, or goes away: what is read is as
            before, and the next change writes again what was left half written.
        CoopgraphError
            If it fails otherwise; in all cases everything is as before.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> with CoopGraph.open(":memory:") as graph:
        ...     graph.write(WriteRequest("update", "CREATE SILENT GRAPH <http://x/>"), None, "me")
        Traceback (most recent call last):
        ...
        coopgraph.errors.Forbidden: the graph <http://x/> cannot be changed: ...
        """
        if request.kind != "update":
            request = request._replace(graph=request.graph or DEFAULT_TARGET)
            refuse_foreign([str(request.graph)])
        result = WriteResult()

        def prepare(draft: Path, current: Generation | None) -> None:
            nonlocal result
            result = self._writers.run(request, draft, current, body)

        if self._remote is not None:
            number = self._remote.update(self._ontology, prepare, by=by)
        else:
            number = publish_update(self._generations, self._ontology, prepare, by=by)
        self.refresh()
        return Written(number, result.created)

    def update(self, text: str, *, by: str = "python") -> Written:
        """Make a change by a SPARQL update, under the rules and limits of ``/sparql``.

        Parameters
        ----------
        text
            SPARQL 1.1 Update; all its operations happen or none does.
        by
            Who makes it; recorded with each graph that changes.

        Returns
        -------
        Written
            The generation in which the change can be read; the old one if nothing changed.

        Raises
        ------
        QuerySyntaxError, BadRequest, PayloadTooLarge
            If the text does not parse, or is over a limit.
        Forbidden
            If it reaches out, or would change a graph that belongs to no layer.
        DataInvalid
            If a changed graph breaks a shape.
        CoopgraphError
            If it fails otherwise; in all cases everything is as before.

        Examples
        --------
        >>> from coopgraph import CoopGraph
        >>> with CoopGraph.open(":memory:") as graph:
        ...     before = graph.generation
        ...     name = "<https://w3id.org/coopgraph/graph/analyst/me>"
        ...     row = "<http://example.org/a> <http://example.org/b> 1"
        ...     written = graph.update(f"INSERT DATA {{ GRAPH {name} {{ {row} }} }}")
        ...     written.generation - before
        ...     graph.sparql(f"ASK {{ {row} }}")[1]
        1
        b'{"head":{},"boolean":true}'
        """
        check(text, QueryLimits.for_updates(self.settings), update=True)
        return self.write(WriteRequest("update", text), None, by)

    def _refuse_bare(self) -> None:
        current = self._generations.current()
        if current is not None and current.info.get("bare"):
            raise BadRequest(
                f"{self.folder} holds a plain store: serve it with --bare, "
                "or choose another folder",
                zh=f"{self.folder} 存放的是普通 RDF 存储：请用 --bare 启动，或另选目录",
            )
