"""Which format a client gets: ``Accept`` by RFC 9110, and the short names of ``format=``.

For every type that can be served the most specific range that matches it decides its ``q``, and
``q=0`` excludes it. The highest ``q`` wins; among equals the server's first. werkzeug parses the
header and weighs a type; parameters are taken off first, because it would let none match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    ranges = _ranges(accept)
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
    asked = set(ranges.values())
    quality = ranges.quality(offered.media_type)
    if offered.media_type not in asked:
        # Another name of the format counts when it is asked for by that name, not by a wildcard.
        for alias in asked.intersection(offered.aliases):
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
