"""In which graphs two stores differ, and by which statements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox


@dataclass
class Difference:
    """The statements that one graph has gained and lost."""

    added: set[ox.Triple] = field(default_factory=set)
    removed: set[ox.Triple] = field(default_factory=set)


class _Digest:
    """A file that keeps no more than a hash of what is written to it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def result(self) -> bytes:
        return self._hash.digest()


def differences(old: ox.Store, new: ox.Store) -> dict[str | None, Difference]:
    """Return the graphs in which two stores differ; the default graph is None.

    A graph that one has and the other has not is among them, also if it is empty. Statements are
    compared one by one only where the graphs, written out, are not alike.

    Examples
    --------
    >>> old, new = ox.Store(), ox.Store()
    >>> new.update("INSERT DATA { GRAPH <http://x/g> { <http://x/s> <http://x/p> 1 } }")
    >>> list(differences(old, new)), list(differences(old, old))
    (['http://x/g'], [])
    """
    before, after = set(_graphs(old)), set(_graphs(new))
    found: dict[str | None, Difference] = {}
    for name in sorted(before | after, key=str):
        alike = name in before and name in after
        if alike and _digest(old, name) == _digest(new, name):
            continue
        was, now = _statements(old, name), _statements(new, name)
        if alike and was == now:
            continue
        key = name.value if isinstance(name, ox.NamedNode) else None
        if isinstance(name, ox.BlankNode):
            key = str(name)
        found[key] = Difference(now - was, was - now)
    return found


def take_back(store: ox.Store, found: dict[str | None, Difference]) -> None:
    """Undo differences in the store that has them.

    Examples
    --------
    >>> old, new = ox.Store(), ox.Store()
    >>> new.update("INSERT DATA { GRAPH <http://x/g> { <http://x/s> <http://x/p> 1 } }")
    >>> take_back(new, differences(old, new))
    >>> len(new)
    0
    """
    for graph, difference in found.items():
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        for triple in difference.added:
            store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, name))
        store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in difference.removed)


def _graphs(store: ox.Store) -> Iterator[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
    yield ox.DefaultGraph()
    yield from store.named_graphs()


def _digest(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bytes:
    digest = _Digest()
    store.dump(digest, ox.RdfFormat.N_TRIPLES, from_graph=name)  # type: ignore[arg-type]
    return digest.result()


def _statements(
    store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph
) -> set[ox.Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
