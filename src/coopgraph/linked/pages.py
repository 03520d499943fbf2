"""The pages of resources, terms, graphs and the dataset: templates filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from coopgraph.graph.words import quotation
from coopgraph.linked import texts
from coopgraph.linked.document import Document
from coopgraph.linked.formats import FORMATS, OF_DATASETS
from coopgraph.linked.graphs import SORTED_UP_TO, GraphDump
from coopgraph.linked.json_ld import compact, data_block
from coopgraph.linked.linked_data import LinkedData
from coopgraph.linked.names import EVERYTHING, ONTOLOGY, document_of, local_path
from coopgraph.linked.shapes import about
from coopgraph.linked.statements import INTERPRETATION, SHOWN, TYPE
from coopgraph.linked.terms import drawn_as, examples, used_as
from coopgraph.linked.void import LICENCE
from coopgraph.store.result_formats import ResultFormat
from coopgraph.vocabulary import (
    COOP,
    DCT,
    LAYERS,
    SHAPES_DOCUMENT,
    iri_of,
    layer_of,
    local_name,
    short_id,
)

_LOADER: Final = PackageLoader("coopgraph.linked", "templates")
_ENVIRONMENT: Final = Environment(
    loader=_LOADER,
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HAN: Final = re.compile("[\u3400-\u9fff]")
_NAMES: Final = {
    "turtle": "Turtle", "jsonld": "JSON-LD", "ntriples": "N-Triples", "rdfxml": "RDF/XML",
    "trig": "TriG", "nquads": "N-Quads",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """How a page is asked for.

    Attributes
    ----------
    language
        ``zh`` or ``en``.
    layers
        The layers that may speak.
    kept
        Parameters that the links of the page keep: a language and layers that were asked for.
    root
        The path that the service is mounted at, without a slash at its end.
    page
        Which page of the references.
    """

    language: str
    layers: tuple[str, ...]
    kept: tuple[tuple[str, str], ...] = ()
    root: str = ""
    page: int = 1

    def href(self, iri: str) -> str | None:
        """Return the address of a resource's page, of the web where it is elsewhere, or None.

        Examples
        --------
        >>> view = View("en", LAYERS, (("lang", "en"),))
        >>> view.href("https://w3id.org/coopgraph/ns#Cooperation")
        '/page/ns/Cooperation?lang=en'
        >>> view.href("javascript:alert(1)") is None
        True
        """
        if iri.startswith(COOP) and iri != COOP:
            return self.to(f"page/ns/{iri.removeprefix(COOP)}")
        path = local_path(iri)
        if path is not None:
            return self.to(f"page/{path}")
        return iri if iri.startswith(("http://", "https://")) else None

    def other(self, language: str) -> str:
        """Return the address of the same page in another language."""
        pairs = {**dict(self.kept), "lang": language}
        if self.page > 1:
            pairs["page"] = str(self.page)
        return "?" + urlencode(pairs, safe="/,")

    def start(self, node: str) -> str:
        """Return the address of the start page's answer for a node."""
        pairs = {"of": node, "lang": self.language}
        if self.layers == LAYERS[:1]:
            pairs["layers"] = LAYERS[0]
        return f"{self.root}/?{urlencode(pairs, safe='/,')}"

    def to(self, path: str, **more: object) -> str:
        """Return the address of a path of this service with the parameters that are kept."""
        path, mark, fragment = path.partition("#")
        pairs = {**dict(self.kept), **{k: str(v) for k, v in more.items()}}
        query = "?" + urlencode(pairs, safe="/,") if pairs else ""
        return f"{self.root}/{path}{query}{mark}{fragment}"


class Pages:
    """Writes the pages of one generation.

    Parameters
    ----------
    data
        The generation.
    view
        How the page is asked for.
    """

    def __init__(self, data: LinkedData, view: View) -> None:
        self._data = data
        self._view = view
        self._describer = data.describer(view.layers, view.language)

    def write(self, document: Document | GraphDump) -> str:
        """Write the page of a document."""
        if isinstance(document, GraphDump):
            return self._graphs(document)
        if document.iri == ONTOLOGY:
            return self._ontology(document)
        if document.iri == SHAPES_DOCUMENT:
            return self._shapes(document)
        return self._resource(document)

    def _resource(self, document: Document) -> str:
        describer, iri = self._describer, document.iri
        rows = describer.rows(iri)
        read_as = [row for row in rows if row.iri == INTERPRETATION]
        quoted = quotation(self._data.store, iri)
        return self._page(
            "resource.html",
            document,
            types=[value for row in rows if row.iri == TYPE for value in row.values],
            rows=[row for row in rows if row.iri != INTERPRETATION],
            read_as=[(v, describer.reading(v)) for row in read_as for v in row.values],
            parts=describer.parts(iri),
            incoming=describer.references(iri, self._view.page),
            derived=describer.rows(iri, 0, derived=True),
            derived_in=describer.references(iri, derived=True),
            quoted=quoted if quoted["quote"] else None,
            start=short_id(iri) if self._data.is_node(iri, describer.selection) else None,
            shown=SHOWN,
        )

    def term(self, name: str) -> str:
        """Write the page of a term.

        Raises
        ------
        NotFound
            If there is none.
        """
        data, describer = self._data, self._describer
        document = data.term_document(name)
        term = data.terms[name]
        graphs = sorted(
            (g for g in data.graphs(self._view.layers) if layer_of(g)),
            key=lambda g: (LAYERS.index(layer_of(g) or ""), g),
        )
        found = [
            (
                quad,
                layer_of(quad.graph_name.value),  # type: ignore[union-attr]
                describer.notes.cite(self._evidence(quad)),
            )
            for quad in examples(data.store, term, graphs)
        ]
        return self._page(
            "term.html",
            document,
            term=term,
            domain_of=used_as(data.terms, term.iri, "domain"),
            range_of=used_as(data.terms, term.iri, "range"),
            drawn=drawn_as(data.table, term.iri),
            shapes=[s for s in about(data.shapes, term.iri) if s.messages],
            examples=found,
            types=describer.types(term.iri),
        )

    def _evidence(self, quad: ox.Quad) -> list[dict[str, Any]]:
        """Return what an example rests on; that of a part is cited by its whole."""
        subject = quad.subject.value  # type: ignore[union-attr]
        words, bits = self._data.words, self._describer.selection
        return words.evidence(subject, bits, quad.predicate.value) or words.evidence(
            document_of(subject), bits, quad.predicate.value
        )

    def _ontology(self, document: Document) -> str:
        terms = self._data.terms.values()
        return self._page(
            "ontology.html",
            document,
            types=[],
            rows=[r for r in self._describer.rows(ONTOLOGY, 0) if r.iri != TYPE],
            classes=[t for t in terms if t.is_class],
            properties=[t for t in terms if not t.is_class],
        )

    def _shapes(self, document: Document) -> str:
        return self._page("shapes.html", document, types=[], shapes=self._data.shapes)

    def _graphs(self, dump: GraphDump) -> str:
        counts = {g.iri: g.triples for g in self._data.statistics.graphs}
        described: dict[str, None] = {}
        first = (self._view.page - 1) * SHOWN
        if len(dump.graphs) == 1:
            for quad in islice(dump.statements(), SORTED_UP_TO):
                subject = quad.subject.value  # type: ignore[union-attr]
                described[document_of(subject)] = None
        iris = list(islice(described, first, first + SHOWN))
        return self._page(
            "graph.html",
            Document(dump.iri, dump.quads),
            formats=dump.formats,
            types=[],
            dump=dump,
            counts=counts,
            rows=self._describer.rows(dump.iri),
            resources=iris,
            first=first,
            total=len(described),
            more=sum(counts.get(graph, 0) for graph in dump.graphs) > SORTED_UP_TO,
            has_next=first + SHOWN < len(described),
        )

    def void(self, document: Document) -> str:
        """Write the page of the description of the dataset."""
        return self._page(
            "void.html",
            document,
            formats=tuple(f for f in FORMATS if f not in OF_DATASETS),
            paths={f.name: self._view.to(".well-known/void", format=f.name) for f in FORMATS},
            types=[],
            numbers=self._data.statistics,
            info=self._data.info,
            generation=self._data.generation,
            licence=LICENCE,
            licensed=any(
                q.predicate.value == DCT + "license"
                for q in document.quads
                if q.subject == ox.NamedNode(EVERYTHING)
            ),
        )

    def _page(
        self,
        template: str,
        document: Document,
        *,
        formats: tuple[ResultFormat, ...] | None = None,
        paths: dict[str, str] | None = None,
        **values: Any,
    ) -> str:
        view, language = self._view, self._view.language
        offered = FORMATS if formats is None else formats
        path = local_path(document.iri)
        if paths is None:
            if document.iri.startswith(COOP):
                path = "ns"  # a term has no data of its own: they are those of the vocabulary
            paths = {f.name: view.to(f"data/{path}{f.suffix}") for f in offered}
        alternates = [
            (_NAMES[f.name], f.media_type, paths[f.name]) for f in offered if f.name in paths
        ]

        def t(key: str, **given: object) -> str:
            return texts.text(key, language, **given)

        def layer_name(name: str) -> str:
            return t(name) if texts.has_text(name) else name

        def view_link(identifier: str) -> Markup:
            return self._link(iri_of(identifier), self._describer.name(iri_of(identifier)))

        def evidence_link(identifier: str) -> Markup:
            return self._link(iri_of(identifier), local_name(identifier))

        return _ENVIRONMENT.get_template(template).render(
            t=t,
            layer_name=layer_name,
            view_link=view_link,
            evidence_link=evidence_link,
            language_of=_language_of,
            local_path=path,
            name=self._describer.name,
            local_name=local_name,
            short_id=short_id,
            view=view,
            href_of=self._href,
            iri=document.iri,
            title=self._describer.name(document.iri),
            alternates=alternates,
            describer=self._describer,
            notes=self._describer.notes,
            narrowed=view.layers != LAYERS,
            json_ld=data_block(compact(document.triples, self._data.context, first=document.iri)),
            **values,
        )

    def _href(self, iri: str) -> str | None:
        """Return where a link to a resource leads, None where nothing is told of it there."""
        return self._view.href(iri) if self._data.is_served(iri, self._view.layers) else None

    def _link(self, iri: str, text: str) -> Markup:
        href = self._href(iri)
        if href is None:
            return escape(text)
        return Markup('<a href="{}">{}</a>').format(href, text)


def _language_of(quote: str) -> str | None:
    """Return the language of a quotation where its script tells: Chinese, or not known."""
    return "zh" if _HAN.search(quote) else None


def _is_iri(term: object) -> bool:
    return isinstance(term, ox.NamedNode)


_ENVIRONMENT.tests["iri_node"] = _is_iri
