"""A plain RDF store in a data folder: no ontology, no shapes, nothing added."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self

import pyoxigraph as ox

from coopgraph.errors import BadRequest, Unavailable
from coopgraph.settings import Settings
from coopgraph.store.generations import Generation, Generations, Reader
from coopgraph.store.graph_store import Written
from coopgraph.store.opened_folder import OpenedFolder
from coopgraph.store.write_process import Writers
from coopgraph.store.write_request import WriteRequest, WriteResult


class BareStore(OpenedFolder):
    """An RDF dataset that is stored as it is written.

    Parameters
    ----------
    folder
        The data folder, made if missing; ``":memory:"`` for one that is gone after :meth:`close`.
    settings
        Limits; by default those of :class:`Settings`.

    Raises
    ------
    BadRequest
        If the folder holds a knowledge graph.

    Examples
    --------
    >>> with BareStore(":memory:") as store:
    ...     text = "INSERT DATA { <http://x/s> <http://x/p> 1 }"
    ...     written = store.write(WriteRequest("update", text), None, "me")
    ...     len(store.reader.store)
    1
    """

    union_default_graph = False

    def __init__(self, folder: str | Path, settings: Settings | None = None) -> None:
        # Whatever store the environment names: this one is the folder itself.
        self.settings = (settings or Settings()).model_copy(update={"store": ""})
        super().__init__(Generations(folder))
        self._lock = Lock()
        self._reader: Reader | None = None
        self._writers = Writers(
            self.folder, self.settings.update_memory_bytes, self.settings.update_timeout
        )
        try:
            current = self._generations.current()
            if current is None:
                self._generations.publish(_nothing, lambda _: {"bare": True}, after=0)
            elif not current.info.get("bare"):
                raise BadRequest(
                    f"{self.folder} holds a knowledge graph: serve it without --bare, "
                    "or choose another folder",
                    zh=f"{self.folder} 存放的是知识图谱：请去掉 --bare，或另选目录",
                )
            self.refresh()
        except BaseException:
            self.close()
            raise

    @property
    def reader(self) -> Reader:
        """The generation that is asked now. Take it once an answer: it may be replaced."""
        reader = self._reader
        if reader is None:
            raise Unavailable("the store is closed", zh="存储已关闭")
        return reader

    @property
    def generation(self) -> int:
        """The number of that generation."""
        return self._reader.generation.number if self._reader else 0

    def warm_up(self) -> None:
        """Have a writer process ready."""
        self._writers.warm_up()

    def cool_down(self) -> None:
        """End the writer process; the next change starts another."""
        self._writers.cool_down()

    def refresh(self) -> bool:
        """Follow the data folder to the newest generation; return whether there was one."""
        with self._lock:
            current = self._generations.current()
            if current is None or current.number == self.generation:
                return False
            self._reader = self._generations.reader()
            return True

    def new_graph(self, name: str) -> None:  # noqa: ARG002
        """Return None: a new graph is named by the URL it is found at."""
        return

    def write(self, request: WriteRequest, body: IO[bytes] | None, by: str) -> Written:  # noqa: ARG002
        """Make a change and publish it; see :meth:`GraphStore.write`."""
        result = WriteResult()

        def prepare(draft: Path, current: Generation | None) -> None:
            nonlocal result
            result = self._writers.run(request, draft, current, body)

        generation = self._generations.publish(None, prepare=prepare)
        self._writers.published(generation)
        self.refresh()
        return Written(generation.number, result.created)

    def close(self) -> None:
        """Let go of the data folder."""
        self._writers.close()
        self._reader = None
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


def _nothing(store: ox.Store) -> Any:
    """Leave a store empty."""
    del store
