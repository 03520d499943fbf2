"""A document on its way into one named graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.intake.rdf_file import RdfDocument, read_rdf
from coopgraph.intake.skolem import skolemize
from coopgraph.vocabulary import LAYERS, graph_iri


@dataclass(frozen=True)
class Dataset:
    """A document and the named graph it is to become.

    Attributes
    ----------
    graph
        The graph's IRI; its layer is read from it. The graph is replaced, not merged.
    document
        What was read, without blank nodes.
    texts
        Folders that may hold the texts it quotes.
    """

    graph: str
    document: RdfDocument
    texts: tuple[Path, ...] = ()

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        """The statements as the store keeps them: ``"01"^^xsd:integer`` becomes ``1``."""
        store = ox.Store()
        store.bulk_extend(ox.Quad(*triple) for triple in self.document.triples)
        return frozenset(quad.triple for quad in store)


DEFAULT_LAYER: Final = "analyst"


def layer_for(path: Path) -> str:
    """Return the layer a file belongs to unless told otherwise.

    A file in a folder that is named after a layer, as in ``data/stated/``, belongs to that layer;
    any other is an analyst's.

    Examples
    --------
    >>> layer_for(Path("data/stated/notice.ttl")), layer_for(Path("memo.ttl"))
    ('stated', 'analyst')
    """
    folder = path.resolve().parent.name
    return folder if folder in LAYERS else DEFAULT_LAYER


def read_dataset(path: Path, layer: str | None = None, name: str | None = None) -> Dataset:
    """Read an RDF file as the dataset of one layer.

    Parameters
    ----------
    path
        The file.
    layer
        ``stated``, ``background`` or ``analyst``; None for what :func:`layer_for` says.
    name
        The dataset's name; by default the file's name without its ending.

    Raises
    ------
    BadRequest, NotFound, UnsupportedMediaType, DocumentSyntaxError
        As :func:`coopgraph.vocabulary.graph_iri` and
        :func:`coopgraph.intake.rdf_file.read_rdf` do.
    """
    graph = graph_iri(
        layer_for(path) if layer is None else layer, path.stem if name is None else name
    )
    home = path.resolve().parent
    texts = (home, home / "sources", home.parent / "sources")
    return Dataset(graph, skolemize(read_rdf(path), graph), texts)


def paths_of(files: str | Path | Sequence[str | Path], name: str | None) -> list[Path]:
    """Return the files that are to be read; a name of its own goes with one alone.

    Raises
    ------
    BadRequest
        If a name is given for several.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    if name is not None and len(paths) != 1:
        raise BadRequest(
            "--name goes with one file; without it every file gives its own name",
            zh="--name 只能与单个文件同用",
        )
    return paths
