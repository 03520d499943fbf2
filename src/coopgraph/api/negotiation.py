"""Which format a client gets: ``Accept`` by RFC 9110, and the short names of ``format=``.

For every type that can be served the most specific range that matches it decides its ``q``, and
``q=0`` excludes it. The highest ``q`` wins; among equals the server's first. werkzeug parses the
header and weighs a type; parameters are taken off first, because it would let none match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from coopgraph.errors import NotAcceptable
from coopgraph.store.result_formats import (
    BY_FORM,
    DEFAULT_ACCEPTED,
    Accepted,
    ResultFormat,
    not_acceptable,
)

HTML: Final = "text/html"
XHTML: Final = ("application/xhtml+xml",)


def rank(accept: str | Iterable[str] | None, offered: Sequence[str]) -> list[str]:
    """Return the media types a client takes, best first; equals stay in the order offered.

    Parameters
    ----------
    accept
        The header or headers; None or nothing takes everything.
    offered
        The media types that can be served, the preferred one first.

    Examples
    --------
    >>> rank("text/turtle;q=0.1, */*;q=0.9", ["text/turtle", "application/n-triples"])
    ['application/n-triples', 'text/turtle']
    >>> rank("image/png", ["text/turtle"])
    []
    """
    ranges = _ranges(accept)
    if not ranges:
        return list(offered)
    return _by_quality({media_type: ranges.quality(media_type) for media_type in offered})


def choose(accept: str | Iterable[str] | None, offered: Sequence[str]) -> str:
    """Return the best media type for a client.

    Raises
    ------
    NotAcceptable
        If it takes none of them; ``available`` lists them.

    Examples
    --------
    >>> choose("text/*", ["application/json", "text/html"])
    'text/html'
    """
    ranked = rank(accept, offered)
    if not ranked:
        raise NotAcceptable(
            f"this can be had as {', '.join(offered)}",
            zh=f"可用格式：{'、'.join(offered)}",
            available=list(offered),
        )
    return ranked[0]


def choose_format(
    accept: str | Iterable[str] | None, offered: Sequence[ResultFormat], *, page: bool = False
) -> ResultFormat | None:
    """Return the format that a client takes of a document, None for the page.

    Parameters
    ----------
    accept
        The header or headers; None or nothing takes everything.
    offered
        The formats of the document, the preferred one first.
    page
        Whether there is a page too; it is preferred where a client takes all alike.

    Raises
    ------
    NotAcceptable
        If it takes none of them; ``available`` lists them.

    Examples
    --------
    >>> formats = BY_FORM["graph"]
    >>> choose_format("text/turtle, text/html;q=0.9", formats, page=True).name
    'turtle'
    >>> choose_format("*/*", formats, page=True) is None
    True
    """
    ranges = _ranges(accept)
    qualities = {HTML: _quality(HTML, XHTML, ranges)} if page else {}
    qualities |= {f.name: _format_quality(f, ranges) for f in offered}
    ranked = _by_quality(qualities) if ranges else list(qualities)
    if not ranked:
        available = [HTML] * page + [f.media_type for f in offered]
        raise NotAcceptable(
            f"this can be had as {', '.join(available)}",
            zh=f"可用格式：{'、'.join(available)}",
            available=available,
        )
    return next((f for f in offered if f.name == ranked[0]), None)


def accepted_formats(
    accept: str | Iterable[str] | None, format_name: str | None = None
) -> Accepted:
    """Return what a client takes, for each form of query; ``format_name`` wins over ``accept``.

    Only a worker learns the form of a query, so it makes the choice. This refuses at once what no
    form could satisfy.

    Raises
    ------
    BadRequest
        If ``format_name`` is unknown.
    NotAcceptable
        If no format of any form is taken.

    Examples
    --------
    >>> accepted_formats("application/json")
    Accepted(bindings=('json',), boolean=('json',), graph=('jsonld',))
    >>> accepted_formats(None, "csv").bindings
    ('csv',)
    """
    if format_name is not None:
        return Accepted.of(format_name)
    return _accepted(accept if isinstance(accept, str) else ", ".join(accept or ()))


@lru_cache(maxsize=256)  # clients are many, but each sends the same header all the time
def _accepted(header: str) -> Accepted:
    ranges = _ranges(header)
    if not ranges:
        return DEFAULT_ACCEPTED
    accepted = Accepted(
        *(
            tuple(_by_quality({f.name: _format_quality(f, ranges) for f in formats}))
            for formats in BY_FORM.values()
        )
    )
    if not any(accepted):
        raise not_acceptable(dict.fromkeys(f for formats in BY_FORM.values() for f in formats))
    return accepted


def _by_quality(qualities: Mapping[str, float]) -> list[str]:
    # The sort is stable, so equals stay in the server's order.
    return [name for name, q in sorted(qualities.items(), key=lambda item: -item[1]) if q > 0]


def _format_quality(offered: ResultFormat, ranges: MIMEAccept) -> float:
    return _quality(offered.media_type, offered.aliases, ranges)


def _quality(media_type: str, aliases: Iterable[str], ranges: MIMEAccept) -> float:
    asked = set(ranges.values())
    quality = ranges.quality(media_type)
    if media_type not in asked:
        # Another name of the format counts when it is asked for by that name, not by a wildcard.
        for alias in asked.intersection(aliases):
            quality = max(quality, ranges.quality(alias))
    return quality


def _ranges(accept: str | Iterable[str] | None) -> MIMEAccept:
    """Return the well-formed ranges without their parameters; others are passed over."""
    header = accept if isinstance(accept, str) else ", ".join(accept or ())
    found = []
    for value, quality in parse_accept_header(header, MIMEAccept):
        media_range = parse_options_header(value)[0].strip().lower()
        main, slash, sub = media_range.partition("/")
        if media_range == "*":  # what old Java clients mean by */*
            found.append(("*/*", quality))
        elif slash and main and sub and not (main == "*" and sub != "*"):
            found.append((media_range, quality))
    return MIMEAccept(found)
