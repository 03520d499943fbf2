"""What the service asks of a writer process, and what comes back."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pyoxigraph as ox

from coopgraph.errors import UnsupportedMediaType
from coopgraph.store.result_formats import BY_FORM

Kind: TypeAlias = Literal["update", "put", "post", "delete"]
MULTIPART: Final = "multipart/form-data"


class WriteRequest(NamedTuple):
    """One change: a SPARQL update, or a graph to replace, merge into or remove.

    Parameters
    ----------
    kind
        ``update``; or ``put``, ``post`` and ``delete`` of the graph store protocol.
    text
        The update.
    graph
        The graph's IRI; None for the default graph.
    content_type
        Of the file that comes with ``put`` and ``post``.
    base_iri
        What relative IRIs are resolved against; None refuses them.

    Examples
    --------
    >>> request = WriteRequest("update", "CLEAR ALL")
    >>> place = Place("/srv/store", "/srv/draft", "/srv/.writer-1")
    >>> read_write_request(write_request_bytes(request, place, 9)) == (request, place, 9)
    True
    """

    kind: Kind
    text: str = ""
    graph: str | None = None
    content_type: str = ""
    base_iri: str | None = None


class WriteResult(NamedTuple):
    """What a writer did: whether the graph that was put or merged into is new."""

    created: bool = False


class Place(NamedTuple):
    """Where a writer finds what it changes, and where it leaves the result.

    Parameters
    ----------
    source
        The store as it is published; None where nothing was published yet.
    draft
        The folder to make: the store with the change.
    working
        A folder of the writer's own.
    current
        Whether the writer's working copy is at ``source`` still, because nobody else has
        published since its last change.
    """

    source: str | None
    draft: str
    working: str
    current: bool = False


def write_request_bytes(request: WriteRequest, place: Place, cpu_seconds: int) -> bytes:
    """Return a request and where it is to be carried out as JSON."""
    value = [list(request), list(place), cpu_seconds]
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def read_write_request(payload: bytes) -> tuple[WriteRequest, Place, int]:
    """Return a request, its place and the seconds of CPU it may use."""
    fields, place, cpu_seconds = json.loads(payload)
    return WriteRequest(*fields), Place(*place), cpu_seconds


def media_type_of(content_type: str) -> str:
    """Return the media type in a Content-Type header, without parameters.

    Examples
    --------
    >>> media_type_of("Text/Turtle; charset=utf-8")
    'text/turtle'
    """
    return content_type.split(";")[0].strip().lower()


def input_format(content_type: str) -> ox.RdfFormat:
    """Return the format of a file that is sent.

    Raises
    ------
    UnsupportedMediaType
        If it is none that is read.

    Examples
    --------
    >>> input_format("text/turtle").name
    'Turtle'
    """
    wanted = media_type_of(content_type)
    formats = [f for f in BY_FORM["graph"] if f.media_type == wanted] or [
        f for f in BY_FORM["graph"] if wanted in f.aliases and wanted != "text/plain"
    ]
    if not formats or not isinstance(formats[0].engine, ox.RdfFormat):
        raise unsupported(wanted)
    return formats[0].engine


def unsupported(media_type: str) -> UnsupportedMediaType:
    """Return the error that says which files are read."""
    known: list[Any] = [f.media_type for f in BY_FORM["graph"]]
    return UnsupportedMediaType(
        f"{media_type or 'a body without a type'} is not read here; send {', '.join(known)}",
        zh=f"不支持 {media_type or '未注明类型的内容'}；可用：{'、'.join(known)}",
    )
