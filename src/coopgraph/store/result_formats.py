"""The formats of SPARQL results and graphs: one table for negotiation, workers and exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

import pyoxigraph as ox

from coopgraph.errors import BadRequest, NotAcceptable

Form: TypeAlias = Literal["bindings", "boolean", "graph"]
"""What a query gives: SELECT bindings, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""


class ResultFormat(NamedTuple):
    """One format: its short name, media type and file suffix, and the engine's object for it.

    ``aliases`` are further media types that clients ask for and that mean the same.
    """

    name: str
    media_type: str
    suffix: str
    engine: ox.QueryResultsFormat | ox.RdfFormat
    aliases: tuple[str, ...] = ()
    charset: bool = False

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header: text formats name their charset."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


_RESULTS = (
    ResultFormat(
        "json",
        "application/sparql-results+json",
        ".srj",
        ox.QueryResultsFormat.JSON,
        ("application/json",),
    ),
    ResultFormat(
        "xml",
        "application/sparql-results+xml",
        ".srx",
        ox.QueryResultsFormat.XML,
        ("application/xml", "text/xml"),
    ),
    ResultFormat("csv", "text/csv", ".csv", ox.QueryResultsFormat.CSV, (), True),
    ResultFormat("tsv", "text/tab-separated-values", ".tsv", ox.QueryResultsFormat.TSV, (), True),
)

_GRAPHS = (
    ResultFormat(
        "turtle", "text/turtle", ".ttl", ox.RdfFormat.TURTLE, ("application/x-turtle",), True
    ),
    ResultFormat(
        "ntriples", "application/n-triples", ".nt", ox.RdfFormat.N_TRIPLES, ("text/plain",)
    ),
    ResultFormat(
        "jsonld", "application/ld+json", ".jsonld", ox.RdfFormat.JSON_LD, ("application/json",)
    ),
    ResultFormat(
        "rdfxml",
        "application/rdf+xml",
        ".rdf",
        ox.RdfFormat.RDF_XML,
        ("application/xml", "text/xml"),
    ),
    ResultFormat("trig", "application/trig", ".trig", ox.RdfFormat.TRIG),
    ResultFormat("nquads", "application/n-quads", ".nq", ox.RdfFormat.N_QUADS),
)

BY_FORM: Final[Mapping[Form, tuple[ResultFormat, ...]]] = {
    "bindings": _RESULTS,
    "boolean": _RESULTS[:2],
    "graph": _GRAPHS,
}
"""The formats of each form of query, the preferred one first."""

BY_NAME: Final[Mapping[str, ResultFormat]] = {f.name: f for f in _RESULTS + _GRAPHS}


class Accepted(NamedTuple):
    """The short names that a client takes, best first, for each form of query.

    The form is only known once a worker has parsed the query, so all three travel with it.

    Examples
    --------
    >>> Accepted.of("csv", "turtle")
    Accepted(bindings=('csv',), boolean=(), graph=('turtle',))
    """

    bindings: tuple[str, ...]
    boolean: tuple[str, ...]
    graph: tuple[str, ...]

    @classmethod
    def of(cls, *names: str) -> Accepted:
        """Return what a caller takes that names formats by their short names.

        Raises
        ------
        BadRequest
            If a name is unknown.

        Examples
        --------
        >>> Accepted.of("json").boolean
        ('json',)
        """
        for name in names:
            if name not in BY_NAME:
                raise BadRequest(
                    f"unknown format {name!r}: the formats are {', '.join(BY_NAME)}",
                    zh=f"未知格式 {name!r}；可用格式：{'、'.join(BY_NAME)}",
                )
        return cls(
            *(
                tuple(n for n in names if any(f.name == n for f in formats))
                for formats in BY_FORM.values()
            )
        )


DEFAULT_ACCEPTED: Final = Accepted(
    *(tuple(f.name for f in formats) for formats in BY_FORM.values())
)
"""What a client takes that does not say."""


def not_acceptable(formats: Iterable[ResultFormat]) -> NotAcceptable:
    """Return the error that says what can be had instead.

    Examples
    --------
    >>> not_acceptable(BY_FORM["boolean"]).extensions["available"]
    ['application/sparql-results+json', 'application/sparql-results+xml']
    """
    available = [f.media_type for f in formats]
    return NotAcceptable(
        f"this can be had as {', '.join(available)}",
        zh=f"可用格式：{'、'.join(available)}",
        available=available,
    )
