"""Which stages of industry chains a node has, as far as they are recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyoxigraph as ox

from coopgraph.graph.describe import visible_edges
from coopgraph.graph.labels import iris_of
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.graph.words import Words
from coopgraph.vocabulary import COOP, iri_of

_IN_CHAIN = ox.NamedNode(COOP + "inChain")


@dataclass
class Chain:
    """An industry chain.

    Attributes
    ----------
    iri
        Of the chain.
    links
        Its edges from stage to stage, in the shape of the API.
    """

    iri: str
    links: list[dict[str, Any]] = field(default_factory=list)

    @property
    def levels(self) -> list[list[str]]:
        """IRIs of the stages, each level after all that feed it; a loop is cut at one of it."""
        feeds: dict[str, set[str]] = {}
        for link in self.links:
            feeds.setdefault(iri_of(link["source"]), set())
            feeds.setdefault(iri_of(link["target"]), set()).add(iri_of(link["source"]))
        found: list[list[str]] = []
        while feeds:
            ready = sorted(stage for stage, before in feeds.items() if not before & feeds.keys())
            found.append(ready or [min(feeds)])
            for stage in found[-1]:
                del feeds[stage]
        return found

    @property
    def stages(self) -> list[str]:
        """IRIs of the stages, upstream to downstream."""
        return [stage for level in self.levels for stage in level]


def chains_with(
    store: ox.Store, snapshot: Snapshot, words: Words, scope: Scope, stages: Collection[str]
) -> list[Chain]:
    """Return the chains that have one of some stages, by IRI.

    Parameters
    ----------
    stages
        IRIs of sectors.
    """
    feeds = [i for i, r in enumerate(snapshot.relations) if r.iri == COOP + "feedsDirectly"]
    seen = visible_edges(snapshot, scope) & np.isin(snapshot.relation, feeds)
    found: dict[str, Chain] = {}
    for edge in np.flatnonzero(seen).tolist():
        via = snapshot.via(edge)
        for chain in iris_of(store, via, _IN_CHAIN, scope.layers) if via else ():
            found.setdefault(chain.value, Chain(chain.value)).links.append(
                words.edge(edge, scope.selection)
            )
    wanted = set(stages)
    return [chain for _, chain in sorted(found.items()) if wanted.intersection(chain.stages)]
