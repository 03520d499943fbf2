"""The names of one generation's nodes: look one up, or search by what a name begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray
from rapidfuzz import process

from coopgraph.graph.facts import Kept
from coopgraph.graph.layers import ALL, BIT
from coopgraph.search.match_key import match_key, match_keys
from coopgraph.store.array_file import read_arrays, write_arrays
from coopgraph.store.columns import texts
from coopgraph.store.graph_columns import NOTHING
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Terms
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
_FUZZY_AMONG: Final = 10_000
_PREFERRED: Final = 1
_AMBIGUOUS: Final = 2
_PREFERRED_AT: Final = NAMING.index(PREFERRED)
_AMBIGUOUS_AT: Final = NAMING.index(AMBIGUOUS)


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
    nodes
        IRIs of the nodes.
    keys, texts
        The match key of each name and how it is written, sorted by key, then as
        :meth:`of` sorts.
    node
        int32: index into ``nodes`` of whom each name is.
    layers
        uint8: bits of the layers that use each name.
    marks
        uint8: 1 where a name is the preferred label, 2 where it is ambiguous.

    Examples
    --------
    >>> names = [Name("gansu", "Gansu", "http://x/g", 1, True)]
    >>> NameIndex.of(names, StringTable.of(["http://x/g"])).exact("GANSU", 7)[0].text
    'Gansu'
    """

    def __init__(
        self,
        nodes: StringTable,
        keys: StringTable,
        texts: StringTable,
        node: NDArray[np.int32],
        layers: NDArray[np.uint8],
        marks: NDArray[np.uint8],
    ) -> None:
        self._nodes = nodes
        self._keys = keys
        self._texts = texts
        self._node = node
        self._layers = layers
        self._marks = marks

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._keys)

    @classmethod
    def of(cls, names: Iterable[Name], nodes: StringTable) -> NameIndex:
        """Make an index of names of some nodes."""
        found = sorted(names, key=lambda n: (n.key, n.ambiguous, not n.preferred, n.iri, n.text))
        place = {iri: i for i, iri in enumerate(nodes)}
        return cls(
            nodes,
            StringTable.of(name.key for name in found),
            StringTable.of(name.text for name in found),
            np.fromiter((place[name.iri] for name in found), np.int32, len(found)),
            np.fromiter((name.layers for name in found), np.uint8, len(found)),
            np.fromiter(
                (_PREFERRED * name.preferred + _AMBIGUOUS * name.ambiguous for name in found),
                np.uint8,
                len(found),
            ),
        )

    @classmethod
    def read(cls, store: ox.Store, nodes: StringTable, kept: Kept = lambda _: None) -> NameIndex:
        """Read the names that the vocabulary and the layers give to some nodes.

        Parameters
        ----------
        store
            The generation's store.
        nodes
            IRIs of the nodes.
        kept
            Gives the columns of a graph that are kept beside its generation.
        """
        known = Terms()
        known.add_table(nodes)  # they are distinct: a node's number is its place
        said, parts = Terms(), []
        for graph in store.named_graphs():
            named = graph.value if isinstance(graph, ox.NamedNode) else ""
            layers = ALL if named == VOCABULARY_GRAPH else BIT.get(layer_of(named) or "", 0)
            columns = kept(named) if layers else None
            for number, prop in enumerate(NAMING if layers else ()):
                if columns is not None:
                    subject, text = columns.words.get(prop, NOTHING)
                    who = known.add_some(columns.terms, subject)
                    what = said.add_some(columns.texts, text)
                else:
                    pairs = list(texts(store, named, prop))
                    who = known.add_table(StringTable.of(pair[0] for pair in pairs))
                    what = said.add_table(StringTable.of(pair[1] for pair in pairs))
                of_node = who < len(nodes)
                parts.append((who[of_node], what[of_node], number, layers))
        return cls._of_parts(nodes, said.table(), parts)

    @classmethod
    def _of_parts(
        cls,
        nodes: StringTable,
        said: StringTable,
        parts: list[tuple[NDArray[np.int32], NDArray[np.int32], int, int]],
    ) -> NameIndex:
        """Make an index of nodes and their texts, said by a property and some layers."""
        sizes = [len(part[0]) for part in parts]
        if not sum(sizes):
            return cls.of((), nodes)
        node, text = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in (0, 1))
        prop, layers = (np.repeat([part[i] for part in parts], sizes) for i in (2, 3))
        order = np.lexsort((prop, text, node))
        node, text, prop = node[order], text[order], prop[order]
        fresh = np.ones(len(order), np.bool_)
        fresh[1:] = (node[1:] != node[:-1]) | (text[1:] != text[:-1]) | (prop[1:] != prop[:-1])
        once = np.flatnonzero(fresh)
        layers = np.bitwise_or.reduceat(layers[order], once).astype(np.uint8)
        node, text, prop = node[once], text[once], prop[once]

        used = said.order(np.unique(text))
        written = said.take(used)
        rank = np.empty(len(said), np.int64)
        rank[used] = np.arange(len(used))
        text = rank[text]
        keys = match_keys(written)
        distinct = sorted(set(keys))
        number = {key: i for i, key in enumerate(distinct)}
        key = np.fromiter(map(number.__getitem__, keys), np.int64, len(keys))[text]
        preferred, ambiguous = prop == _PREFERRED_AT, prop == _AMBIGUOUS_AT
        order = np.lexsort((text, node, ~preferred, ambiguous, key))
        marks = _PREFERRED * preferred + _AMBIGUOUS * ambiguous
        return cls(
            nodes,
            StringTable.of(distinct).take(key[order]),
            written.take(text[order]),
            node[order].astype(np.int32),
            layers[order],
            marks[order].astype(np.uint8),
        )

    def of_same(self, nodes: StringTable) -> NameIndex:
        """Return the same names over an equal table of nodes."""
        return NameIndex(nodes, self._keys, self._texts, self._node, self._layers, self._marks)

    def save(self, path: Path, made_from: Mapping[str, Any]) -> None:
        """Write the index; whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        write_arrays(
            path,
            made_from,
            {},
            {
                "keys.letters": self._keys.letters, "keys.ends": self._keys.ends,
                "texts.letters": self._texts.letters, "texts.ends": self._texts.ends,
                "node": self._node, "layers": self._layers, "marks": self._marks,
            },
        )  # fmt: skip

    @classmethod
    def saved(
        cls, path: Path, made_from: Mapping[str, Any], nodes: StringTable
    ) -> NameIndex | None:
        """Map a saved index; None if there is none, or none that may be trusted."""
        file = read_arrays(path, made_from)
        if file is None:
            return None
        a = file.arrays
        return cls(
            nodes,
            StringTable(a["keys.letters"], a["keys.ends"]),
            StringTable(a["texts.letters"], a["texts.ends"]),
            a["node"],
            a["layers"],
            a["marks"],
        )

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; those of the nodes' IRIs belong to the snapshot."""
        arrays = (self._node, self._layers, self._marks)
        return self._keys.nbytes + self._texts.nbytes + sum(array.nbytes for array in arrays)

    def weight(self, selection: int, nodes: NDArray[np.bool_]) -> int:
        """Return the bytes of the names that some layers give to some nodes.

        Parameters
        ----------
        selection
            Bits of the layers.
        nodes
            Shape (n,): which nodes.
        """
        chosen = np.flatnonzero(((self._layers & selection) != 0) & nodes[self._node])
        a_name = sum(array.itemsize for array in (self._node, self._layers, self._marks))
        return self._keys.weight(chosen) + self._texts.weight(chosen) + a_name * len(chosen)

    def _name(self, i: int) -> Name:
        marks = int(self._marks[i])
        return Name(
            self._keys[i],
            self._texts[i],
            self._nodes[int(self._node[i])],
            int(self._layers[i]),
            bool(marks & _PREFERRED),
            bool(marks & _AMBIGUOUS),
        )

    def _from(self, key: str) -> Iterator[tuple[int, str]]:
        """Yield places and keys from the first that is not before a key."""
        return ((i, self._keys[i]) for i in range(self._keys.place(key), len(self)))

    def exact(self, text: str, selection: int) -> list[Name]:
        """Return the names equal to a text, one for each node, that some layers use."""
        key = match_key(text)
        found: dict[str, Name] = {}
        for i, here in self._from(key) if key else ():
            if here != key:
                break
            name = self._name(i)
            if name.layers & selection:
                found.setdefault(name.iri, name)
        return list(found.values())

    def search(self, text: str, selection: int) -> list[Hit]:
        """Return nodes with a name equal to a text or beginning with it, the best first."""
        key = match_key(text)
        if not key:
            return []
        best: dict[int, tuple[float, int]] = {}  # by node: score and place
        for i, here in self._from(key):
            if not here.startswith(key):
                break
            if not int(self._layers[i]) & selection:
                continue
            score = 1.0 if here == key else round(0.9 * len(key) / len(here), 4)
            node = int(self._node[i])
            known = best.get(node)
            if known is None or score > known[0]:
                best[node] = (score, i)
        hits = (Hit(self._nodes[node], score, self._texts[i]) for node, (score, i) in best.items())
        return sorted(hits, key=lambda h: (-h.score, h.matched, h.iri))

    def nearest(self, text: str, selection: int, limit: int = 5) -> list[Name]:
        """Return the names most like a text; for error messages, never to decide.

        Among more names than can be compared while a person waits: of those that begin alike.
        """
        key = match_key(text[:MAX_LENGTH])
        places = range(len(self))
        if len(places) > _FUZZY_UP_TO:
            middle = self._keys.place(key)
            places = places[max(0, middle - _FUZZY_AMONG) : middle + _FUZZY_AMONG]
        keys = {i: self._keys[i] for i in places if int(self._layers[i]) & selection}
        # Ties in the order of the names: all that is as near is compared, not the first few.
        found = process.extract(key, keys, limit=None, score_cutoff=50)
        unique = {int(self._node[i]): i for _, _, i in reversed(found)}
        return [self._name(i) for i in list(reversed(unique.values()))[:limit]]
