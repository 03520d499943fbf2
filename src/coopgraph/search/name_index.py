"""The names of one generation's nodes: look one up, or search by what a name begins with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rapidfuzz import process

from coopgraph.graph.layers import ALL, BIT
from coopgraph.search.match_key import match_key
from coopgraph.store.columns import texts
from coopgraph.vocabulary import COOP, DCT, RDFS, SKOS, VOCABULARY_GRAPH, layer_of

PREFERRED: Final = SKOS + "prefLabel"
AMBIGUOUS: Final = COOP + "ambiguousAlias"
NAMING: Final = (
    PREFERRED,
    SKOS + "altLabel",
    COOP + "officialName",
    AMBIGUOUS,
    RDFS + "label",
    DCT + "title",
)
MAX_LENGTH: Final = 200
_FUZZY_UP_TO: Final = 50_000  # comparing with more names takes longer than a person waits


@dataclass(frozen=True)
class Name:
    """A name of a node.

    Attributes
    ----------
    key
        Its match key.
    text
        As it is written.
    iri
        Of the node.
    layers
        Bits of the layers that use it.
    preferred
        Whether it is the preferred label in its language.
    ambiguous
        Whether its source says that it may mean something else as well.
    """

    key: str
    text: str
    iri: str
    layers: int
    preferred: bool
    ambiguous: bool = False


@dataclass(frozen=True)
class Hit:
    """A node found by a name.

    Attributes
    ----------
    iri
        Of the node.
    score
        1 for the whole name, less the more the name goes on after what was asked.
    matched
        The name that fits.
    """

    iri: str
    score: float
    matched: str


class NameIndex:
    """Names and aliases, by match key.

    Parameters
    ----------
    names
        The names to hold.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = sorted(
            names, key=lambda n: (n.key, n.ambiguous, not n.preferred, n.iri, n.text)
        )
        self._keys = [name.key for name in self._names]

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._names)

    @classmethod
    def read(cls, store: ox.Store, nodes: Iterable[str]) -> NameIndex:
        """Read the names that the vocabulary and the layers give to some nodes."""
        wanted = set(nodes)
        found: dict[tuple[str, str, str], int] = {}
        for graph in store.named_graphs():
            named = graph.value if isinstance(graph, ox.NamedNode) else ""
            layers = ALL if named == VOCABULARY_GRAPH else BIT.get(layer_of(named) or "", 0)
            for prop in NAMING if layers else ():
                for subject, text in texts(store, named, prop):
                    if subject in wanted:
                        key = (subject, text, prop)
                        found[key] = found.get(key, 0) | layers
        return cls(
            Name(match_key(text), text, iri, layers, prop == PREFERRED, prop == AMBIGUOUS)
            for (iri, text, prop), layers in found.items()
        )

    def exact(self, text: str, selection: int) -> list[Name]:
        """Return the names equal to a text, one for each node, that some layers use."""
        key = match_key(text)
        found: dict[str, Name] = {}
        for i in range(bisect_left(self._keys, key), len(self._names)):
            name = self._names[i]
            if name.key != key:
                break
            if name.layers & selection:
                found.setdefault(name.iri, name)
        return list(found.values()) if key else []

    def search(self, text: str, selection: int) -> list[Hit]:
        """Return nodes with a name equal to a text or beginning with it, the best first."""
        key = match_key(text)
        if not key:
            return []
        best: dict[str, Hit] = {}
        for i in range(bisect_left(self._keys, key), len(self._names)):
            name = self._names[i]
            if not name.key.startswith(key):
                break
            if not name.layers & selection:
                continue
            score = 1.0 if name.key == key else round(0.9 * len(key) / len(name.key), 4)
            known = best.get(name.iri)
            if known is None or score > known.score:
                best[name.iri] = Hit(name.iri, score, name.text)
        return sorted(best.values(), key=lambda h: (-h.score, h.matched, h.iri))

    def nearest(self, text: str, selection: int, limit: int = 5) -> list[Name]:
        """Return the names most like a text; for error messages, never to decide."""
        names = [name for name in self._names if name.layers & selection]
        if len(names) > _FUZZY_UP_TO:
            return []
        keys = {i: name.key for i, name in enumerate(names)}
        # Ties in the order of the names: all that is as near is compared, not the first few.
        found = process.extract(match_key(text[:MAX_LENGTH]), keys, limit=None, score_cutoff=50)
        unique = {names[i].iri: names[i] for _, _, i in reversed(found)}
        return list(reversed(unique.values()))[:limit]
