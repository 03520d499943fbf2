"""A document on its way into one named graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.intake.rdf_file import FORMATS, RdfDocument, UnreadDocument, read_rdf
from coopgraph.intake.skolem import skolemize
from coopgraph.intake.sorted_lines import sorted_lines
from coopgraph.knowledge.kept_columns import written
from coopgraph.store.union import count_graph
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
    large
        What :attr:`lines` are, of a document so large that it is not read into objects; else None.
    """

    graph: str
    document: RdfDocument
    texts: tuple[Path, ...] = ()
    large: bytes | None = None

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        """The statements as the store keeps them: ``"01"^^xsd:integer`` becomes ``1``."""
        store = ox.Store()
        store.bulk_extend(ox.Quad(*triple) for triple in self.document.triples)
        return frozenset(quad.triple for quad in store)

    @property
    def lines(self) -> bytes:
        """The statements as sorted N-Triples without full stops, as the store writes them."""
        return written(self.triples) if self.large is None else self.large

    @property
    def size(self) -> int:
        """How many statements there are."""
        if self.large is None:
            return len(self.triples)
        return self.large.count(b"\n") + 1 if self.large else 0

    def is_held_by(self, store: ox.Store) -> bool:
        """Tell whether the graph holds exactly these statements."""
        if count_graph(store, self.graph) != self.size:
            return False
        name = ox.NamedNode(self.graph)
        if self.large is None:
            quads = store.quads_for_pattern(None, None, None, name)
            return all(quad.triple in self.triples for quad in quads)
        held = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
        return b"\n".join(sorted(held.removesuffix(b" .\n").split(b" .\n"))) == self.large


DEFAULT_LAYER: Final = "analyst"
LARGE: Final = 2**20
"""Bytes from which on an N-Triples file is read without an object for each statement."""


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
    unread = UnreadDocument(path)  # it remembers which file the lines are read from
    if (large := _large(path)) is not None:
        return Dataset(graph, unread, texts, large)
    return Dataset(graph, skolemize(read_rdf(path), graph), texts)


def _large(path: Path) -> bytes | None:
    try:
        is_large = FORMATS.get(path.suffix.lower()) == ox.RdfFormat.N_TRIPLES and (
            path.stat().st_size >= LARGE
        )
    except OSError:
        return None  # the reader says what is wrong with it
    return sorted_lines(path) if is_large else None


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
