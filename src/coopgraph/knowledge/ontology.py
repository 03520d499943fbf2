"""The ontology's files, found and read in one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from coopgraph.intake.rdf_file import read_rdf
from coopgraph.resources import ontology_dir


@dataclass(frozen=True)
class Ontology:
    """The ontology folder.

    Attributes
    ----------
    folder
        Holds ``coopgraph.ttl``, ``alignment.ttl``, ``shapes.ttl``, ``projection.csv`` and the
        folders ``schemes``, ``rules``, ``gaps``, ``questions`` and ``hygiene``.

    Examples
    --------
    >>> len(Ontology.shipped().vocabulary) > 100
    True
    """

    folder: Path

    @classmethod
    def shipped(cls) -> Ontology:
        """Return the ontology that comes with this package."""
        return cls(ontology_dir())

    @property
    def shapes(self) -> Path:
        """The SHACL shapes."""
        return self.folder / "shapes.ttl"

    @property
    def projection(self) -> Path:
        """The table that says how the compact view is drawn."""
        return self.folder / "projection.csv"

    @property
    def rules(self) -> Path:
        """The folder of derivation rules."""
        return self.folder / "rules"

    @property
    def gaps(self) -> Path:
        """The folder of gap rules."""
        return self.folder / "gaps"

    @property
    def questions(self) -> Path:
        """The folder of competency questions."""
        return self.folder / "questions"

    @cached_property
    def vocabulary(self) -> frozenset[ox.Triple]:
        """All statements of the ontology, its alignment with others and its concept schemes."""
        return frozenset(t for file in self._vocabulary_files for t in read_rdf(file).triples)

    @property
    def _vocabulary_files(self) -> list[Path]:
        return [
            self.folder / "coopgraph.ttl",
            self.folder / "alignment.ttl",
            *sorted((self.folder / "schemes").glob("*.ttl")),
        ]

    @property
    def published_files(self) -> list[Path]:
        """The files that decide what is published: vocabulary, shapes and derivation rules."""
        return [*self._vocabulary_files, self.shapes, *sorted(self.rules.glob("*.rq"))]
