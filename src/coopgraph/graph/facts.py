"""What the projection needs to know of the store, as columns of numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.graph.layers import BIT
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.terms import Terms
from coopgraph.vocabulary import COOP, RDF, RDFS, VOCABULARY_GRAPH, layer_of

Kept = Callable[[str], GraphColumns | None]
"""Gives the columns of a named graph that are kept beside its generation, if there are any."""

TYPE: Final = RDF + "type"
SUBCLASS: Final = RDFS + "subClassOf"
DATES: Final = tuple(COOP + name for name in ("actualFrom", "planFrom", "actualTo", "planTo"))
PARTICIPATION: Final = tuple(COOP + name for name in ("hasParticipation", "participant", "role"))


class Rows(NamedTuple):
    """Statements of one property, each once, sorted by subject, then value.

    Attributes
    ----------
    subject, value
        int32: numbers of terms (of texts, where the value is a literal).
    layers
        uint8: the bits of the layers that say so.
    """

    subject: NDArray[np.int32]
    value: NDArray[np.int32]
    layers: NDArray[np.uint8]


NO_ROWS: Final = Rows(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint8))


class ClassTree:
    """The subclass hierarchy of the ontology.

    Parameters
    ----------
    parents
        The direct superclasses of each class.

    Examples
    --------
    >>> tree = ClassTree({"Park": ["Carrier"]})
    >>> tree.most_specific(["Carrier", "Park"])
    'Park'
    """

    def __init__(self, parents: dict[str, list[str]]) -> None:
        self._parents = parents
        self._above: dict[str, frozenset[str]] = {}

    def above(self, iri: str) -> frozenset[str]:
        """Return a class and all its superclasses."""
        known = self._above.get(iri)
        if known is None:
            found = {iri}
            todo = [iri]
            while todo:
                for parent in self._parents.get(todo.pop(), ()):
                    if parent not in found:
                        found.add(parent)
                        todo.append(parent)
            known = self._above[iri] = frozenset(found)
        return known

    def most_specific(self, classes: Iterable[str]) -> str | None:
        """Return the class deepest in the tree; the first by name where several are as deep."""
        return min(classes, key=lambda c: (-len(self.above(c)), c), default=None)


@dataclass(frozen=True, eq=False)
class Facts:
    """The statements of one generation that bear on drawing it.

    Attributes
    ----------
    terms, texts
        The numbers of IRIs, and of what literals say.
    links, words
        By property IRI: its statements with resources, and with literals.
    tree
        The class hierarchy.
    concepts
        Classes that the vocabulary, which belongs to every selection, gives its terms.
    described
        IRIs of everything the vocabulary describes: classes, properties, concepts.
    """

    terms: Terms
    texts: Terms
    links: dict[str, Rows]
    words: dict[str, Rows]
    tree: ClassTree
    concepts: dict[str, list[str]]
    described: frozenset[str]

    def link(self, prop: str) -> Rows:
        """Return the statements of a property with resources."""
        return self.links.get(prop, NO_ROWS)


def looked_at(properties: Iterable[str]) -> set[str]:
    """Return all properties that bear on drawing by a table that speaks of some."""
    return {TYPE, COOP + "sector", *DATES, *PARTICIPATION, *properties}


def read_facts(
    store: ox.Store,
    properties: Iterable[str] | None,
    kept: Kept = lambda _: None,
    vocabulary: ox.Store | None = None,
) -> Facts:
    """Read the layers.

    Parameters
    ----------
    store
        The generation's store.
    properties
        Beside types, dates, sectors and participations: the properties to read; None for all.
    kept
        Gives the columns of a graph; a graph without is read from the store.
    vocabulary
        The store that has the vocabulary, if it is another.
    """
    wanted = None if properties is None else looked_at(properties)
    terms, texts = Terms(), Terms()
    links: dict[str, list[Rows]] = defaultdict(list)
    words: dict[str, list[Rows]] = defaultdict(list)
    # Graph by graph: the default graph, the union of all, would be read for nothing.
    for name in sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode)):
        layer = layer_of(name)
        if not layer:
            continue
        graph = kept(name) or GraphColumns.of_store(store, name, wanted)
        term, text = terms.add_table(graph.terms), texts.add_table(graph.texts)
        for found, columns, value_of in ((links, graph.links, term), (words, graph.words, text)):
            for prop, (subject, value) in columns.items():
                if wanted is None or prop in wanted:
                    layers = np.full(len(subject), BIT[layer], np.uint8)
                    found[prop].append(Rows(term[subject], value_of[value], layers))
    tree, concepts, described = _vocabulary(vocabulary or store)
    return Facts(
        terms,
        texts,
        {prop: merged(parts) for prop, parts in links.items()},
        {prop: merged(parts) for prop, parts in words.items()},
        tree,
        concepts,
        described,
    )


def merged(parts: Collection[Rows]) -> Rows:
    """Put statements together, each once with all layers that say it.

    Examples
    --------
    >>> one = Rows(np.array([2, 1], np.int32), np.array([0, 0], np.int32), np.array([1, 1]))
    >>> other = Rows(np.array([1], np.int32), np.array([0], np.int32), np.array([4]))
    >>> [column.tolist() for column in merged([one, other])]
    [[1, 2], [0, 0], [5, 1]]
    """
    subject, value, layers = (np.concatenate(column) for column in zip(*parts, strict=True))
    key = subject.astype(np.int64) << 32 | value
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])[: len(key)])
    if len(first):
        layers = np.bitwise_or.reduceat(layers[order], first)
    return Rows(subject[order][first], value[order][first], layers)


def _vocabulary(store: ox.Store) -> tuple[ClassTree, dict[str, list[str]], frozenset[str]]:
    parents: dict[str, list[str]] = defaultdict(list)
    concepts: dict[str, list[str]] = defaultdict(list)
    terms: set[str] = set()
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(VOCABULARY_GRAPH)):
        subject: str = quad.subject.value  # type: ignore[union-attr]
        terms.add(subject)
        if isinstance(quad.object, ox.NamedNode):
            if quad.predicate.value == SUBCLASS:
                parents[subject].append(quad.object.value)
            elif quad.predicate.value == TYPE:
                concepts[subject].append(quad.object.value)
    return ClassTree(parents), concepts, frozenset(terms)
