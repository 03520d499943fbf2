"""A data folder, opened: load into it, follow it, query it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from coopgraph.errors import BadRequest, DataFolderBusy, Unavailable
from coopgraph.export import lines
from coopgraph.graph.kernels.warm import warm_up
from coopgraph.graph.projection import read_projection
from coopgraph.knowledge.dataset import paths_of, read_dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.publish import LoadReport, check, publish
from coopgraph.knowledge.questions import read_questions
from coopgraph.knowledge.shipped import publish_shipped
from coopgraph.knowledge.violation import Violation
from coopgraph.published import Published
from coopgraph.settings import Settings, read_settings
from coopgraph.store.frames import QueryRequest
from coopgraph.store.generations import Generations, Reader
from coopgraph.store.guard import QueryLimits
from coopgraph.store.guard import check as check_query
from coopgraph.store.mirror import Progress, log_progress, mirror_folder
from coopgraph.store.query_runner import QueryRunner
from coopgraph.store.remote_endpoint import check_urls
from coopgraph.store.remote_queries import run_remote
from coopgraph.store.result_formats import DEFAULT_ACCEPTED, Accepted
from coopgraph.writable import WritableFolder

MAX_TIMEOUT: Final = 86_400
_log: Final = logging.getLogger("coopgraph")


class DataFolder(WritableFolder):
    """The published graph of one data folder or remote store, and what changes it.

    With the setting ``store`` the graph lives there, and the folder holds a copy of it.

    Parameters
    ----------
    generations
        What is published in the folder.
    ontology
        Shapes, rules and projection that are applied.
    settings
        Limits of queries.
    """

    def __init__(self, generations: Generations, ontology: Ontology, settings: Settings) -> None:
        super().__init__(generations, ontology, settings)
        self._table = read_projection(ontology.projection)
        self._properties: frozenset[str] = frozenset()  # that rules read
        self._questions = read_questions(ontology.questions)
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
        progress: Progress = log_progress,
    ) -> Self:
        """Open the graph in a data folder or in a remote store.

        Parameters
        ----------
        path_or_url
            The data folder, made if missing; ``":memory:"`` for one that is gone after
            :meth:`close`. Or the query URL of a SPARQL 1.1 server, whose graph is copied into the
            user's data folder and followed by :meth:`follow`. None for what the settings say.
        settings
            By default read from the environment.
        shipped
            Whether to publish the notice and background that ship with the package, if that has
            not been done yet. Into a remote store only :meth:`load` writes.
        progress
            Is told what is copied of a remote store.

        Raises
        ------
        Unavailable
            If the folder cannot be made. A remote store that is away is no error: the copy made
            last is asked, and where there is none, questions say so.
        """
        settings = settings or read_settings()
        place = str(path_or_url) if path_or_url is not None else settings.store
        if "://" in place:
            settings = settings.model_copy(update={"store": place})
            check_urls(settings)
            place = mirror_folder(settings)
        else:
            place = place or str(settings.data_dir)
            settings = settings.model_copy(update={"store": ""})
        graph = cls(Generations(place), Ontology.shipped(), settings)
        try:
            graph._refuse_bare()
            if graph._remote is not None:
                graph._catch_up(progress)
            elif shipped:
                publish_shipped(graph._generations, graph._ontology)
            graph.refresh()
        except BaseException:
            graph.close()
            raise
        return graph

    def close(self) -> None:
        """Let go of the data folder."""
        self._published = None
        self._writers.close()
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        if self._remote is not None:
            self._remote.close()
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
            if self._remote is not None and self._remote.trouble is not None:
                raise self._remote.trouble
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
    def reader(self) -> Reader:
        """That generation as it lies on disk; raises as :attr:`published` does."""
        return self.published.reader

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
            published = Published(reader, self._table, self._properties)
            published.prepare(self._published)
            self._published = published
            return True

    def follow(self, progress: Progress = log_progress) -> bool:
        """Follow the remote store, if there is one; return whether it had something new.

        Raises
        ------
        Unavailable, DataFolderBusy
            If that cannot be done now; what is asked stays as it is.
        """
        if self._remote is None:
            return False
        self._remote.follow(progress)
        return self.refresh()

    def _catch_up(self, progress: Progress) -> None:
        assert self._remote is not None  # noqa: S101  (the caller has looked)
        try:
            self._remote.follow(progress)
        except (Unavailable, DataFolderBusy) as error:
            _log.warning("%s; the copy made last is asked", error.detail)

    def warm_up(self) -> None:
        """Load compiled code and start a writer, so that nobody has to wait for them."""
        warm_up()
        lines.warm_up()
        self._writers.warm_up()

    def cool_down(self) -> None:
        """End the writer; the next change starts another."""
        self._writers.cool_down()

    # Loading

    def load(
        self,
        files: str | Path | Sequence[str | Path],
        *,
        layer: str | None = None,
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
            ``stated``, ``background`` or ``analyst``; by default the name of the file's folder if
            that is a layer, else ``analyst``.
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
        datasets = [read_dataset(path, layer, name) for path in paths_of(files, name)]
        if self._remote is not None:
            report = self._remote.publish(self._ontology, datasets, shacl=shacl)
        else:
            report = publish(self._generations, self._ontology, datasets, shacl=shacl)
        self.refresh()
        return report

    def validate(
        self,
        files: str | Path | Sequence[str | Path],
        *,
        layer: str | None = None,
        name: str | None = None,
    ) -> list[Violation]:
        """Check files as :meth:`load` would, and change nothing."""
        datasets = [read_dataset(path, layer, name) for path in paths_of(files, name)]
        published = self._published
        return check(datasets, self._ontology, published.store if published else None)

    def sparql(
        self,
        query: str,
        format: str | None = None,
        *,
        timeout: float | None = None,
    ) -> tuple[str, bytes]:
        """Run a SPARQL query in a process of its own that the time limit kills.

        The default graph is the union of all published layers; each named graph can be asked for
        by its IRI. Where the graph lives in a remote store, the query runs there.

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
        >>> with DataFolder.open(":memory:") as graph:
        ...     graph.sparql("ASK { ?s ?p ?o }", "json")[1]
        b'{"head":{},"boolean":true}'
        """
        seconds = self.settings.query_timeout if timeout is None else timeout
        if not 0 < seconds <= MAX_TIMEOUT:
            raise BadRequest(
                f"timeout={seconds:g} is out of range: it must be above 0, at most {MAX_TIMEOUT} s",
                zh=f"timeout={seconds:g} 超出范围：须大于 0 且不超过 {MAX_TIMEOUT} 秒",
            )
        limits = QueryLimits.from_settings(self.settings)
        check_query(query, limits)
        published = self.published  # for as long as it is referred to, its files stay
        request = QueryRequest(
            query,
            str(published.reader.generation.store_path),
            accepted=DEFAULT_ACCEPTED if format is None else Accepted.of(format),
            max_bytes=self.settings.query_max_bytes,
        )
        if self._remote is not None:
            return run_remote(self.settings, request, seconds, lambda: published.graphs)
        return self.run_apart(request, seconds)

    def run_apart(self, request: QueryRequest, seconds: float) -> tuple[str, bytes]:
        """Run a query on files of this folder in a process that the time limit kills."""
        with self._lock:
            if self._runner is None:
                limits = QueryLimits.from_settings(self.settings)
                self._runner = QueryRunner(
                    self.settings.query_memory_bytes, network=bool(limits.service_allow)
                )
            runner = self._runner
        return runner.run(request, seconds)
