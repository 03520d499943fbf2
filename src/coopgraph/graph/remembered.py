"""What a store says of a resource, read at once and kept: who asks for one thing asks for the next.

The words of an edge take a dozen properties of two or three resources. A store finds each of them
anew, while all statements of one subject lie side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final, Protocol

import pyoxigraph as ox

KEPT: Final = 20_000
"""Resources whose statements are kept."""
MOST: Final = 100
"""A resource with more statements than this is asked about one property at a time."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Said = Mapping[ox.NamedNode, list[ox.Quad]]


class Quads(Protocol):
    """What can be asked for statements: a store, or what remembers those of one."""

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit; None fits all."""


class Remembered:
    """The statements of a store that nobody changes.

    Parameters
    ----------
    store
        The store of one generation.

    Examples
    --------
    >>> store = ox.Store()
    >>> store.update("INSERT DATA { <x:a> <x:p> 1 , 2 ; <x:q> 3 }")
    >>> a, p = ox.NamedNode("x:a"), ox.NamedNode("x:p")
    >>> len(list(Remembered(store).quads_for_pattern(a, p, None, None)))
    2
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._of = lru_cache(KEPT)(self._read)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit; None fits all."""
        if isinstance(subject, ox.NamedNode) and object is None and graph_name is None:
            said = self._of(subject)
            if said is not None:
                if predicate is not None:
                    return iter(said.get(predicate, ()))
                return (quad for quads in said.values() for quad in quads)
        return self._store.quads_for_pattern(subject, predicate, object, graph_name)

    def _read(self, subject: ox.NamedNode) -> _Said | None:
        found = list(islice(self._store.quads_for_pattern(subject, None, None, None), MOST + 1))
        if len(found) > MOST:
            return None
        said: dict[ox.NamedNode, list[ox.Quad]] = {}
        for quad in found:
            said.setdefault(quad.predicate, []).append(quad)
        return said
