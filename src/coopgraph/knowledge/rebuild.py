"""What follows from the graphs of the layers: derived graphs and provenance, made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from coopgraph.knowledge.derive import Kept, derive
from coopgraph.knowledge.derive_change import Change
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.provenance import provenance
from coopgraph.store.union import replace_graph
from coopgraph.vocabulary import PROVENANCE_GRAPH, derived_from


def rebuild(
    store: ox.Store,
    ontology: Ontology,
    layers: Iterable[str],
    datasets: Mapping[str, Mapping[str, Any]],
    derived: Mapping[str, Mapping[str, Any]],
    now: str,
    changed: set[str] | None = None,
    *,
    kept: Kept = lambda _: None,
    since: Change | None = None,
) -> dict[str, Any]:
    """Derive some layers anew, and say where every graph comes from.

    Parameters
    ----------
    store
        A writable store whose layers hold what they are to hold.
    ontology
        Its rules are applied.
    layers
        The layers whose graphs have changed.
    datasets
        What ``generation.json`` is to say of every loaded graph.
    derived
        What it said of the derived graphs before.
    now
        The time, ISO 8601.
    changed
        Gathers the derived graphs that hold something else than before.
    kept, since
        As of :func:`coopgraph.knowledge.derive.derive`.

    Returns
    -------
    dict
        What it is to say of the derived graphs.
    """
    anew = list(layers)
    counts = derive(store, ontology.rules, anew, changed, kept=kept, since=since)
    found: dict[str, Any] = {}
    for graph, said in derived.items():
        home = derived_from(graph)
        if home is not None and home[0] not in anew:
            found[graph] = said
    found.update({g: {"triples": n, "derived_at": now} for g, n in counts.items()})
    replace_graph(store, PROVENANCE_GRAPH, provenance(datasets, found, ontology.rules))
    return found
