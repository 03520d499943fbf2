"""The linked data of one generation: documents, dumps, terms and the description of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox
from rapidfuzz import process

from coopgraph.errors import NotFound
from coopgraph.graph.layers import ALL
from coopgraph.graph.projection import Projection
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.intake.rdf_file import read_rdf
from coopgraph.knowledge.ontology import Ontology
from coopgraph.linked.document import Document, order, read_document, said_of
from coopgraph.linked.fragments import Fragments
from coopgraph.linked.graphs import GraphDump, graph_names, read_graphs
from coopgraph.linked.json_ld import make_context
from coopgraph.linked.names import (
    EVERYTHING,
    ONTOLOGY,
    document_of,
    local_path,
    spellings,
)
from coopgraph.linked.shapes import Shape, read_shapes
from coopgraph.linked.statements import Describer
from coopgraph.linked.statistics import Statistics, count
from coopgraph.linked.terms import Term, read_terms
from coopgraph.linked.void import Place, describe
from coopgraph.store.generations import Reader
from coopgraph.vocabulary import (
    BASE,
    COOP,
    OWL,
    SCHEME,
    SHAPES_DOCUMENT,
    VOCABULARY_GRAPH,
    local_name,
)

NEAREST: Final = 5
_ALIKE: Final = 60  # per cent
_SEARCHED: Final = 50_000
_REMEMBERED: Final = 256
_VERSION: Final = ox.NamedNode(OWL + "versionIRI")


class LinkedData:
    """What linked data says of one generation.

    Parameters
    ----------
    reader
        The open generation; it stays on disk as long as this is referred to.
    words, snapshot
        Of its compact view.
    ontology, table
        The shapes, and how the compact view is drawn.

    Examples
    --------
    >>> from coopgraph import CoopGraph
    >>> with CoopGraph.open(":memory:") as graph:
    ...     document = graph.linked_data().document(BASE + "id/region/CN-GS", ("background",))
    >>> len(document.triples) > 5
    True
    """

    def __init__(
        self,
        reader: Reader,
        words: Words,
        snapshot: Snapshot,
        ontology: Ontology,
        table: Projection,
    ) -> None:
        self._reader = reader
        self.words = words
        self._snapshot = snapshot
        self._ontology = ontology
        self.table = table
        self.store = reader.store
        self.generation = reader.generation.number
        self.fragments = Fragments(self.store)
        # A client that is led to a document asks for it next.
        self._find = lru_cache(_REMEMBERED)(self._read)
        self.turtle_of_shapes = lru_cache(maxsize=1)(ontology.shapes.read_bytes)

    def document(self, iri: str, layers: tuple[str, ...]) -> Document | GraphDump:
        """Return what is said of a resource, or the graphs that an IRI names.

        Parameters
        ----------
        iri
            Without fragment.
        layers
            The layers that may speak.

        Raises
        ------
        NotFound
            With the nearest names as ``candidates``, if nothing is said of it in these layers.
        """
        for spelling in spellings(iri):
            found = self._find(spelling, layers)
            if found is not None:
                return found
        candidates = self._nearest(iri)
        raise NotFound(
            f"nothing is said of <{iri}> in {', '.join(layers)}"
            + (f"; near it are {', '.join(candidates)}" if candidates else ""),
            zh=f"图层 {', '.join(layers)} 中没有关于 <{iri}> 的陈述"
            + (f"；相近的有：{'、'.join(candidates)}" if candidates else ""),
            candidates=candidates,
        )

    def _read(self, iri: str, layers: tuple[str, ...]) -> Document | GraphDump | None:
        if iri == SHAPES_DOCUMENT:
            return self._shapes
        if iri == ONTOLOGY or iri in self._versions:
            return self._vocabulary
        return read_graphs(self.store, iri, layers) or read_document(
            self.store, self.fragments, iri, layers
        )

    @cached_property
    def _shapes(self) -> Document:
        said = (ox.Quad(*triple) for triple in read_rdf(self._ontology.shapes).triples)
        return Document(SHAPES_DOCUMENT, tuple(said))

    @cached_property
    def _vocabulary(self) -> Document:
        """All of the vocabulary but the concept schemes, which have documents of their own."""
        graph = ox.NamedNode(VOCABULARY_GRAPH)
        said = (
            quad
            for quad in self.store.quads_for_pattern(None, None, None, graph)
            if not str(quad.subject).startswith(f"<{SCHEME}")
        )
        return Document(
            ONTOLOGY,
            tuple(
                sorted(
                    said,
                    key=lambda q: (q.subject.value != ONTOLOGY, str(q.subject), order(q)),  # type: ignore[union-attr]
                )
            ),
        )

    @cached_property
    def _versions(self) -> frozenset[str]:
        graph = ox.NamedNode(VOCABULARY_GRAPH)
        said = self.store.quads_for_pattern(ox.NamedNode(ONTOLOGY), _VERSION, None, graph)
        return frozenset(q.object.value for q in said if isinstance(q.object, ox.NamedNode))

    def term_document(self, name: str) -> Document:
        """Return what the vocabulary says of one of its terms, named by its local name.

        Raises
        ------
        NotFound
            With the nearest terms as ``candidates``.
        """
        if name not in self.terms:
            nearest = _near(name, list(self.terms))
            raise NotFound(
                f"the vocabulary has no term {name!r}"
                + (f"; near it are {', '.join(nearest)}" if nearest else ""),
                zh=f"词汇表中没有术语 {name!r}"
                + (f"；相近的有：{'、'.join(nearest)}" if nearest else ""),
                candidates=nearest,
            )
        subject = ox.NamedNode(COOP + name)
        quads = (q for q in self._vocabulary.quads if q.subject == subject)
        return Document(subject.value, tuple(quads))

    @cached_property
    def context(self) -> dict[str, Any]:
        """The JSON-LD context."""
        return make_context(self.store)

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The terms of the vocabulary, by local name."""
        return read_terms(self.store)

    @property
    def shapes(self) -> Sequence[Shape]:
        """The shapes."""
        return read_shapes(self._ontology.shapes)

    @cached_property
    def statistics(self) -> Statistics:
        """What the generation holds."""
        return count(self.store, lambda iri: self.is_node(iri, ALL))

    @property
    def info(self) -> Mapping[str, Any]:
        """What the generation records: its datasets, when it was published."""
        return self._reader.generation.info

    def void(self, place: Place) -> Document:
        """Return the VoID description as it is served at some place."""
        said = describe(self.store, self.statistics, self.info, self.generation, place)
        about: dict[object, list[ox.Quad]] = {}  # what is said of one thing stands together
        for triple in said:
            about.setdefault(triple.subject, []).append(ox.Quad(*triple))
        return Document(place.document, tuple(chain.from_iterable(about.values())))

    def graphs(self, layers: tuple[str, ...]) -> list[str]:
        """Return the IRIs of the named graphs that are seen with some layers."""
        return graph_names(self.store, layers)

    def describer(self, layers: tuple[str, ...], language: str) -> Describer:
        """Return a reader of statements for one page."""
        return Describer(self.store, self.fragments, self.words, layers, language)

    def is_served(self, iri: str, layers: tuple[str, ...]) -> bool:
        """Say whether a resource has a page; one that is elsewhere has."""
        if iri.startswith(COOP):
            return iri.removeprefix(COOP) in self.terms
        whole = document_of(iri)
        if local_path(iri) is None or whole in (SHAPES_DOCUMENT, ONTOLOGY, *self._versions):
            return True
        if any(said_of(self.store, ox.NamedNode(whole), layers)):
            return True
        return iri.startswith(EVERYTHING) and read_graphs(self.store, iri, layers) is not None

    def is_node(self, iri: str, selection: int) -> bool:
        """Say whether the compact view draws a resource as a node."""
        return self._snapshot.find(iri, selection) is not None

    def _nearest(self, iri: str) -> list[str]:
        known = self._snapshot.nodes
        if len(known) > _SEARCHED:
            return []
        short = [node.removeprefix(BASE) for node in known]
        return _near(iri.removeprefix(BASE), short)


def _near(name: str, known: list[str]) -> list[str]:
    found = process.extract(name, known, limit=NEAREST, score_cutoff=_ALIKE)
    return [text for text, _, _ in sorted(found, key=lambda f: (-f[1], local_name(f[0])))]
