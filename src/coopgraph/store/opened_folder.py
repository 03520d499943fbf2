"""What every open data folder tells of itself."""

from __future__ import annotations

from pathlib import Path

from coopgraph.store.generations import Generations
from coopgraph.store.tokens import Tokens


class OpenedFolder:
    """A data folder that is open, whatever it holds.

    Parameters
    ----------
    generations
        What is published in the folder.

    Examples
    --------
    >>> generations = Generations(":memory:")
    >>> opened = OpenedFolder(generations)
    >>> opened.temporary, opened.folder == generations.folder
    (True, True)
    >>> generations.close()
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._generations.folder

    @property
    def identity(self) -> str:
        """Its random name."""
        return self._generations.identity

    @property
    def temporary(self) -> bool:
        """Whether the folder is gone at the end."""
        return self._generations.temporary

    @property
    def tokens(self) -> Tokens:
        """Who may write over HTTP."""
        return Tokens(self.folder)
