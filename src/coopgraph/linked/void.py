"""The VoID and DCAT description of a generation: only what is true of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.linked.graphs import read_graphs
from coopgraph.linked.names import DCAT, EVERYTHING, FOAF, VOID, local_path
from coopgraph.linked.statistics import ENTITY, GraphCount, Statistics
from coopgraph.store.result_formats import BY_NAME
from coopgraph.vocabulary import BASE, DCT, GRAPH, LAYERS, PROV, RDF, VOCABULARY_GRAPH, XSD

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""Of ontology/ and data/, as LICENSE-DATA says."""

MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
FORMATS: Final = "http://www.w3.org/ns/formats/"
_PROTOCOL: Final = "http://www.w3.org/TR/sparql11-protocol/"
_FORMAT_NAMES: Final = {
    "turtle": "Turtle", "ntriples": "N-Triples", "rdfxml": "RDF_XML", "jsonld": "JSON-LD",
    "trig": "TriG", "nquads": "N-Quads",
}  # fmt: skip
_ABOUT: Final = tuple(
    DCT + name for name in ("title", "description", "source", "date", "publisher", "creator")
)
_TITLES: Final = {
    "stated": ("文件所述", "What documents say"),
    "background": ("背景资料", "What is known from other public sources"),
    "analyst": ("分析补充", "What users of this service have added"),
}
_TITLE: Final = ("产业合作知识图谱", "Knowledge graph of industrial cooperation")
_DESCRIPTION: Final = (
    "产业合作的主体、关系、领域、载体、项目与政策文件，逐条附原文依据。文件所述、背景资料、分析补充"
    "分图存放，规则推导的内容另存，不与原文陈述混同。",
    "Actors, ties, sectors, carriers, projects and policy instruments of industrial cooperation, "
    "each with the passage it rests on. What documents say, what is known otherwise and what "
    "analysts add stand in graphs of their own, and so does what rules derive.",
)


@dataclass(frozen=True)
class Place:
    """Where a description is served.

    Attributes
    ----------
    base
        The URL of the service, with a slash at its end.
    """

    base: str

    @property
    def document(self) -> str:
        """The URL of the description itself."""
        return self.base + ".well-known/void"

    def data(self, iri: str, suffix: str) -> str:
        """Return the URL of a document in a format."""
        return f"{self.base}data/{local_path(iri)}{suffix}"


def describe(
    store: ox.Store, numbers: Statistics, info: Mapping[str, Any], generation: int, place: Place
) -> Iterator[ox.Triple]:
    """Yield the description of the published graph as one service serves it.

    Parameters
    ----------
    store, info, generation
        The generation, and what it records of its datasets.
    numbers
        What it holds.
    place
        Where it is served: the dataset is the same everywhere, its dumps and endpoints are not.
    """
    writer = _Writer(store, numbers, info, place)
    yield from writer.document()
    yield from writer.dataset(generation)
    for graph in numbers.graphs:
        yield from writer.graph(graph)
    for layer in numbers.layers:
        yield from writer.layer(layer)
    yield from writer.services()


class _Writer:
    def __init__(
        self, store: ox.Store, numbers: Statistics, info: Mapping[str, Any], place: Place
    ) -> None:
        self._store = store
        self._numbers = numbers
        self._info = info
        self._place = place

    def document(self) -> Iterator[ox.Triple]:
        here = self._place.document
        catalog = here + "#catalog"
        yield _is(here, VOID + "DatasetDescription")
        yield from _words(here, DCT + "title", ("数据集说明", "Description of the dataset"))
        yield _to(here, FOAF + "primaryTopic", EVERYTHING)
        yield _is(catalog, DCAT + "Catalog")
        yield from _words(catalog, DCT + "title", ("本服务的数据目录", "Catalog of this service"))
        yield _to(catalog, DCAT + "dataset", EVERYTHING)
        for service in ("sparql", "api"):
            yield _to(catalog, DCAT + "service", f"{here}#{service}")
        yield from self._time(catalog, DCT + "modified", self._info.get("published_at"))

    def dataset(self, generation: int) -> Iterator[ox.Triple]:
        n, place = self._numbers, self._place
        yield _is(EVERYTHING, VOID + "Dataset")
        yield _is(EVERYTHING, DCAT + "Dataset")
        yield from _words(EVERYTHING, DCT + "title", _TITLE)
        yield from _words(EVERYTHING, DCT + "description", _DESCRIPTION)
        if all(self._free(graph) for graph in n.graphs):
            yield _to(EVERYTHING, DCT + "license", LICENCE)
        yield from self._time(EVERYTHING, DCT + "modified", self._info.get("published_at"))
        loaded = [d["loaded_at"] for d in self._datasets.values() if d.get("loaded_at")]
        yield from self._time(EVERYTHING, DCT + "issued", min(loaded, default=None))
        yield _text(EVERYTHING, DCAT + "version", str(generation))
        for name, number in (
            ("triples", n.triples), ("entities", n.entities), ("classes", len(n.classes)),
            ("properties", len(n.properties)), ("distinctSubjects", n.subjects),
            ("distinctObjects", n.objects),
        ):  # fmt: skip
            yield _number(EVERYTHING, VOID + name, number)
        yield _text(EVERYTHING, VOID + "uriSpace", BASE)
        yield _text(EVERYTHING, VOID + "uriRegexPattern", ENTITY)
        yield _to(EVERYTHING, VOID + "sparqlEndpoint", place.base + "sparql")
        for vocabulary in n.vocabularies:
            yield _to(EVERYTHING, VOID + "vocabulary", vocabulary)
        for example in n.examples:
            yield _to(EVERYTHING, VOID + "exampleResource", example)
        for i, (iri, number) in enumerate(n.classes.items(), 1):
            part = f"{place.document}#class-{i}"
            yield _to(EVERYTHING, VOID + "classPartition", part)
            yield _to(part, VOID + "class", iri)
            yield _number(part, VOID + "entities", number)
        for i, (iri, number) in enumerate(n.properties.items(), 1):
            part = f"{place.document}#property-{i}"
            yield _to(EVERYTHING, VOID + "propertyPartition", part)
            yield _to(part, VOID + "property", iri)
            yield _number(part, VOID + "triples", number)
        yield from self._dumps(EVERYTHING)
        yield from self._distribution(
            EVERYTHING,
            f"{place.document}#graphml",
            place.base + "api/v1/export?format=graphml",
            "application/graphml+xml",
            ("GraphML 文件（精简视图）", "GraphML file of the compact view"),
        )

    def graph(self, graph: GraphCount) -> Iterator[ox.Triple]:
        iri = graph.iri
        yield _to(EVERYTHING, VOID + "subset", iri)
        yield _is(iri, VOID + "Dataset")
        yield _is(iri, DCAT + "Dataset")
        yield _number(iri, VOID + "triples", graph.triples)
        node, own = ox.NamedNode(iri), ox.NamedNode(iri)
        for prop in _ABOUT:  # what the graph says of itself
            for quad in self._store.quads_for_pattern(node, ox.NamedNode(prop), None, own):
                yield quad.triple
        if iri == VOCABULARY_GRAPH:
            yield from _words(iri, DCT + "title", ("本体与概念表", "Ontology and concept schemes"))
        if self._free(graph):
            yield _to(iri, DCT + "license", LICENCE)
        when = self._datasets.get(iri, {}).get("loaded_at")
        yield from self._time(iri, PROV + "generatedAtTime", when)
        yield from self._time(iri, DCT + "modified", when)
        yield from self._dumps(iri)

    def layer(self, layer: str) -> Iterator[ox.Triple]:
        iri = GRAPH + layer
        yield _to(EVERYTHING, VOID + "subset", iri)
        yield _is(iri, VOID + "Dataset")
        yield _is(iri, DCAT + "Dataset")
        yield from _words(iri, DCT + "title", _TITLES[layer])
        yield _text(iri, DCT + "identifier", layer)
        yield _number(iri, VOID + "triples", self._numbers.layers[layer])
        for graph in self._numbers.graphs:
            if graph.layer == layer and not graph.derived:
                yield _to(iri, VOID + "subset", graph.iri)
                yield _to(graph.iri, DCT + "isPartOf", iri)
        yield from self._dumps(iri)

    def services(self) -> Iterator[ox.Triple]:
        place = self._place
        for name, title, endpoint, description in (
            ("sparql", ("SPARQL 查询端点", "SPARQL endpoint"), "sparql", "sparql"),
            ("api", ("HTTP 接口", "HTTP API"), "api/v1", "openapi.json"),
        ):
            service = f"{place.document}#{name}"
            yield _is(service, DCAT + "DataService")
            yield from _words(service, DCT + "title", title)
            yield _to(service, DCAT + "endpointURL", place.base + endpoint)
            yield _to(service, DCAT + "endpointDescription", place.base + description)
            yield _to(service, DCAT + "servesDataset", EVERYTHING)
            if name == "sparql":
                yield _to(service, DCT + "conformsTo", _PROTOCOL)

    @property
    def _datasets(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._info.get("datasets", {})
        return found

    def _free(self, graph: GraphCount) -> bool:
        """Say whether a graph is under the project's licence: it ships, or is made of what does.

        What users load has the licence that they give it.
        """
        if graph.derived or graph.layer is None:
            return graph.layer is None or all(
                self._ships(g.iri)
                for g in self._numbers.graphs
                if g.layer == graph.layer and not g.derived
            )
        return self._ships(graph.iri)

    def _ships(self, iri: str) -> bool:
        print_ = self._info.get("shipped", {}).get(iri)
        return print_ is not None and print_ == self._datasets.get(iri, {}).get("sha256")

    def _dumps(self, iri: str) -> Iterator[ox.Triple]:
        dump = read_graphs(self._store, iri, LAYERS)
        for form in dump.formats if dump else ():
            url = self._place.data(iri, form.suffix)
            yield _to(iri, VOID + "dataDump", url)
            yield _to(iri, VOID + "feature", FORMATS + _FORMAT_NAMES[form.name])
            path = iri.removeprefix(BASE).replace("/", "-")
            yield from self._distribution(
                iri,
                f"{self._place.document}#{path}-{form.name}",
                url,
                BY_NAME[form.name].media_type,
                (f"{_FORMAT_NAMES[form.name]} 文件", f"{_FORMAT_NAMES[form.name]} file"),
                download=True,
            )

    def _distribution(
        self,
        of: str,
        iri: str,
        url: str,
        media_type: str,
        title: tuple[str, str],
        *,
        download: bool = False,
    ) -> Iterator[ox.Triple]:
        yield _to(of, DCAT + "distribution", iri)
        yield _is(iri, DCAT + "Distribution")
        yield from _words(iri, DCT + "title", title)
        yield _to(iri, DCAT + "accessURL", url)
        if download:
            yield _to(iri, DCAT + "downloadURL", url)
        yield _to(iri, DCAT + "mediaType", MEDIA_TYPES + media_type)

    def _time(self, iri: str, prop: str, when: str | None) -> Iterator[ox.Triple]:
        if when:
            value = ox.Literal(when, datatype=ox.NamedNode(XSD + "dateTime"))
            yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(prop), value)


def _to(subject: str, prop: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(prop), ox.NamedNode(value))


def _is(subject: str, kind: str) -> ox.Triple:
    return _to(subject, RDF + "type", kind)


def _text(subject: str, prop: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(prop), ox.Literal(value))


def _number(subject: str, prop: str, value: int) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(prop), ox.Literal(value))


def _words(subject: str, prop: str, text: tuple[str, str]) -> Iterator[ox.Triple]:
    for value, language in zip(text, ("zh", "en"), strict=True):
        yield ox.Triple(
            ox.NamedNode(subject), ox.NamedNode(prop), ox.Literal(value, language=language)
        )
