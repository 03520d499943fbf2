"""What follows from a small change, without deriving everything anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.columnar.as_text import properties_in
from coopgraph.columnar.local import LocalRule, Made
from coopgraph.columnar.plan import read_construct
from coopgraph.columnar.search import State, TooWide
from coopgraph.columnar.table import Unsupported
from coopgraph.vocabulary import VOCABULARY_GRAPH, derived_graph_iri, layer_of

SMALL: Final = 1_000
"""Changed statements of a layer up to which they are looked at one by one."""
NOTHING: Final = Made(set(), set())


@dataclass(frozen=True)
class Change:
    """How the layers differ from a store in which everything is derived.

    Attributes
    ----------
    before
        That store.
    counts
        How many statements its derived graphs hold, as far as there are such.
    changed
        By layer: the statements that were added to one of its graphs, or removed.
    """

    before: ox.Store
    counts: Mapping[str, int]
    changed: Mapping[str, frozenset[ox.Triple]]

    @classmethod
    def of(
        cls,
        before: ox.Store,
        differences: Mapping[str, Collection[ox.Triple]],
        info: Mapping[str, Any],
    ) -> Change | None:
        """Return how graphs change; None if a derived graph is there that was not recorded.

        Parameters
        ----------
        before
            What is published.
        differences
            By graph: the statements that are added or removed.
        info
            What is recorded of what is published.
        """
        derived = info.get("derived", {})
        counts = {graph: said["triples"] for graph, said in derived.items() if "triples" in said}
        changed: dict[str, set[ox.Triple]] = {}
        for graph, triples in differences.items():
            changed.setdefault(layer_of(graph) or "", set()).update(triples)
        homes = tuple(derived_graph_iri(layer, "") for layer in changed)
        named = (g.value for g in before.named_graphs() if isinstance(g, ox.NamedNode))
        if any(graph.startswith(homes) and graph not in counts for graph in named):
            return None
        return cls(before, counts, {layer: frozenset(of) for layer, of in changed.items()})


def change_of(
    since: Change, store: ox.Store, layer: str, rule: str, graphs: Iterable[ox.NamedNode]
) -> Made | None:
    """Return how a change alters what a rule derives; None if it has to be derived anew.

    Parameters
    ----------
    since
        The change.
    store
        As it is now.
    layer
        The layer that the rule reads.
    rule
        A CONSTRUCT.
    graphs
        What it reads now.
    """
    changed = since.changed.get(layer)
    if changed is None or len(changed) > SMALL:
        return None
    touched = _touched(rule)
    if touched is None:
        return None
    changed = frozenset(triple for triple in changed if triple.predicate.value in touched)
    if not changed:
        return NOTHING
    local = _local(rule)
    if local is None:
        return None
    named = (g for g in since.before.named_graphs() if isinstance(g, ox.NamedNode))
    seen = [g for g in named if layer_of(g.value) == layer or g.value == VOCABULARY_GRAPH]
    try:
        return local.change(changed, State(since.before, tuple(seen)), State(store, tuple(graphs)))
    except TooWide:
        return None


@lru_cache(maxsize=64)
def _touched(rule: str) -> frozenset[str] | None:
    """Return the properties that alone a rule reads; None if that is not known."""
    try:
        found = properties_in(read_construct(rule).of)
    except Unsupported:
        return None
    return None if found is None else frozenset(found)


@lru_cache(maxsize=64)
def _local(rule: str) -> LocalRule | None:
    try:
        return LocalRule(rule)
    except Unsupported:
        return None
