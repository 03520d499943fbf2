"""What SPARQL and the graph store protocol need of a service, whatever else it knows."""

from __future__ import annotations

from pathlib import Path
from typing import IO, NamedTuple, Protocol

from coopgraph.settings import Settings
from coopgraph.store.generations import Reader
from coopgraph.store.tokens import Tokens
from coopgraph.store.write_request import WriteRequest


class Written(NamedTuple):
    """What a change led to: the generation it can be read in, whether its graph is new."""

    generation: int
    created: bool = False


class GraphStore(Protocol):
    """A data folder that is served."""

    settings: Settings

    @property
    def union_default_graph(self) -> bool:
        """Whether it is a knowledge graph: the default graph is the union of the named graphs."""

    @property
    def reader(self) -> Reader:
        """The generation that is asked now. Take it once an answer: it may be replaced.

        Raises
        ------
        Unavailable
            If nothing was published yet.
        """

    @property
    def generation(self) -> int:
        """The number of that generation; 0 before anything was published."""

    @property
    def folder(self) -> Path:
        """The data folder."""

    @property
    def identity(self) -> str:
        """Its random name, which tells its generations from those of another folder."""

    @property
    def temporary(self) -> bool:
        """Whether the folder is gone at the end."""

    @property
    def tokens(self) -> Tokens:
        """Who may write."""

    def refresh(self) -> bool:
        """Follow the data folder to the newest generation; return whether there was one."""

    def new_graph(self, name: str) -> str | None:
        """Return the IRI of a graph that does not exist yet; None where its URL names it."""

    def write(self, request: WriteRequest, body: IO[bytes] | None, by: str) -> Written:
        """Make a change and publish it; the next answer sees it.

        Parameters
        ----------
        request
            The change.
        body
            The file that comes with it.
        by
            Whose token it was made with.

        Raises
        ------
        CoopgraphError
            If it fails or is refused; then nothing has changed.
        """
