"""Read two columns of a graph in bulk: subject and value of one property.

The engine writes them as one block of TSV, which is several times faster than handing over each
statement as objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r"}


def resources(store: ox.Store, graph: str, prop: str) -> Iterator[tuple[str, str]]:
    """Yield the IRIs of subject and value of every statement whose value is a resource.

    Examples
    --------
    >>> store = ox.Store()
    >>> store.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> <x:b> , 'text' } }")
    >>> list(resources(store, "x:g", "x:p"))
    [('x:a', 'x:b')]
    """
    for line in _rows(store, graph, prop, "?value", "isIRI"):
        subject, _, value = line.partition("\t")
        yield subject[1:-1], value[1:-1]


def texts(store: ox.Store, graph: str, prop: str) -> Iterator[tuple[str, str]]:
    r"""Yield the subject's IRI and the text of every statement whose value is a literal.

    Examples
    --------
    >>> store = ox.Store()
    >>> store.update('INSERT DATA { GRAPH <x:g> { <x:a> <x:p> "a\\tb"@en , 7 , <x:b> } }')
    >>> sorted(texts(store, "x:g", "x:p"))
    [('x:a', '7'), ('x:a', 'a\tb')]
    """
    for line in _rows(store, graph, prop, "(STR(?value) AS ?text)", "isLiteral"):
        subject, _, value = line.partition("\t")
        text = value[1:-1]
        if "\\" in text:
            text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
        yield subject[1:-1], text


def _rows(store: ox.Store, graph: str, prop: str, value: str, kind: str) -> Iterator[str]:
    query = (
        f"SELECT ?subject {value} {{ GRAPH <{graph}> {{ ?subject <{prop}> ?value }} "
        f"FILTER(isIRI(?subject) && {kind}(?value)) }}"
    )
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
    data = results.serialize(format=ox.QueryResultsFormat.TSV) or b""
    return iter(data.decode().split("\n")[1:-1])
