"""Named graphs as documents: one, all of a layer, or everything, written to a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Final

import pyoxigraph as ox

from coopgraph.linked.document import order, said_of
from coopgraph.linked.formats import FORMATS, OF_DATASETS, serialize
from coopgraph.linked.names import NAMESPACES, belongs
from coopgraph.store.result_formats import ResultFormat
from coopgraph.vocabulary import BASE, DERIVED

SORTED_UP_TO: Final = 50_000
"""A graph of so many statements is written in order; a larger one as the store has it."""


@dataclass(frozen=True)
class GraphDump:
    """Some named graphs, to be written as a whole.

    Attributes
    ----------
    iri
        A graph, or what the IRIs of several begin with: a layer, or everything.
    graphs
        The graphs.
    quads
        What the published graph says of it.
    """

    iri: str
    graphs: tuple[str, ...]
    quads: tuple[ox.Quad, ...]
    store: ox.Store

    @property
    def formats(self) -> tuple[ResultFormat, ...]:
        """The formats it can be had in: what rules derive never beside what is said.

        One graph that a rule derived can be had in all of them: it says itself that it is one.
        """
        mixed = len(self.graphs) > 1 and any(g.startswith(DERIVED) for g in self.graphs)
        return OF_DATASETS if mixed else FORMATS

    def statements(self) -> Iterator[ox.Quad]:
        """Yield the statements of the graphs, one graph after the other."""
        for graph in self.graphs:
            quads = self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
            head = list(islice(quads, SORTED_UP_TO + 1))
            if len(head) <= SORTED_UP_TO:
                yield from sorted(head, key=lambda quad: (str(quad.subject), order(quad)))
            else:
                yield from chain(head, quads)

    def write(self, form: ResultFormat, file: IO[bytes]) -> int:
        """Write everything to a file; return how many bytes it has."""
        assert isinstance(form.engine, ox.RdfFormat)  # noqa: S101  (the formats of graphs are)
        inside = set(self.graphs)
        about = [q for q in self.quads if _name(q) not in inside]
        quads: Iterable[ox.Quad] = chain(self.statements(), about)
        if form not in OF_DATASETS:
            quads = (ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        if sum(1 for _ in islice(self.statements(), SORTED_UP_TO)) < SORTED_UP_TO:
            return file.write(serialize(list(quads), form))
        ox.serialize(quads, file, format=form.engine, prefixes=NAMESPACES)
        return file.tell()


def graph_names(store: ox.Store, layers: tuple[str, ...]) -> list[str]:
    """Return the IRIs of the named graphs that are seen with some layers, sorted."""
    names = (g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    return sorted(name for name in names if belongs(name, layers))


def read_graphs(store: ox.Store, iri: str, layers: tuple[str, ...]) -> GraphDump | None:
    """Return the named graph that has an IRI, or those below it; None where there is none.

    Examples
    --------
    >>> store = ox.Store()
    >>> graph = BASE + "graph/stated/g"
    >>> store.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <x:a> <x:p> 1 }} }}")
    >>> read_graphs(store, BASE + "graph/stated", ("stated",)).graphs == (graph,)
    True
    >>> read_graphs(store, BASE + "graph/sta", ("stated",)) is None
    True
    """
    found = tuple(g for g in graph_names(store, layers) if g == iri or g.startswith(iri + "/"))
    if not found or not iri.startswith(BASE + "graph"):
        return None
    about = sorted(said_of(store, ox.NamedNode(iri), layers), key=order)
    return GraphDump(iri, found, tuple(about), store)


def _name(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
