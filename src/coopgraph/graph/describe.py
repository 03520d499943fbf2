"""What is said of one node, and how much there is in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyoxigraph as ox

from coopgraph.graph.dates import OPEN_FROM, OPEN_TO, day_number, valid_days
from coopgraph.graph.facts import DATES
from coopgraph.graph.interpretations import INTERPRETATION
from coopgraph.graph.labels import values_of
from coopgraph.graph.layers import BIT, sayer
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import EVIDENCED_BY, Words
from coopgraph.vocabulary import COOP, LAYERS, layer_of, local_name, short_id

MAX_STATEMENTS: Final = 1000
# Evidence rests on no reading, and an interpretation on none but itself.
UNREAD: Final = (EVIDENCED_BY, INTERPRETATION)


def describe_node(
    store: ox.Store, words: Words, scope: Scope, iri: str
) -> tuple[dict[str, Any], bool]:
    """Return a resource with every statement of the selected layers in which it stands.

    Each statement names its layer and the evidence of the resource that makes it. Statements that
    the resource makes itself (``direction`` ``out``) come first, then those about it (``in``).

    Returns
    -------
    dict, bool
        In the shape of the API; and whether statements were left out, since a hub has too many.
    """
    found: list[tuple[tuple[Any, ...], str, ox.Quad, str]] = []
    node = ox.NamedNode(iri)
    for direction, quads in (
        ("out", store.quads_for_pattern(node, None, None, None)),
        ("in", store.quads_for_pattern(None, None, node, None)),
    ):
        for quad in quads:
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            layer = layer_of(graph)
            if layer in scope.layers and (direction == "out" or _holds(store, quad.subject, scope)):
                other = quad.object if direction == "out" else quad.subject
                place = (direction == "in", quad.predicate.value, str(other), LAYERS.index(layer))
                found.append((place, direction, quad, layer))
            if len(found) > 20 * MAX_STATEMENTS:
                break
    found.sort(key=lambda f: f[0])
    statements = [
        _statement(words, scope, direction, quad, layer)
        for _, direction, quad, layer in found[:MAX_STATEMENTS]
    ]
    data = {
        **words.resource(iri, scope.selection),
        "evidence": words.evidence(iri, scope.selection),
        "interpretations": words.interpretations(iri, scope.selection),
        "statements": statements,
    }
    return data, len(found) > MAX_STATEMENTS


def _holds(store: ox.Store, subject: object, scope: Scope) -> bool:
    """Say whether what a resource says holds on the day that is asked for.

    A participation has the dates of the relator it belongs to.
    """
    if scope.day is None and not scope.dated_only:
        return True
    relators = store.quads_for_pattern(None, ox.NamedNode(COOP + "hasParticipation"), subject, None)  # type: ignore[arg-type]
    said_by = {subject, *(quad.subject for quad in relators)}
    days: list[int | None] = []
    for prop in DATES:
        found = (
            day_number(term.value)
            for node in said_by
            if isinstance(node, ox.NamedNode)
            for term in values_of(store, node.value, ox.NamedNode(prop), scope.layers)
        )
        days.append(min((day for day in found if day is not None), default=None))
    first, last = valid_days(*days)
    if scope.dated_only and (first, last) == (OPEN_FROM, OPEN_TO):
        return False
    return scope.day is None or first <= scope.day <= last


def _statement(
    words: Words, scope: Scope, direction: str, quad: ox.Quad, layer: str
) -> dict[str, Any]:
    subject = quad.subject.value  # type: ignore[union-attr]
    other = quad.object if direction == "out" else quad.subject
    value: dict[str, Any]
    if isinstance(other, ox.Literal):
        value = {"value": other.value, "language": other.language}
        if other.language is None:
            value["datatype"] = local_name(other.datatype.value)
    else:
        iri = other.value  # type: ignore[union-attr]
        value = {"id": short_id(iri), "label": words.label(iri, scope.selection)}
    cited = (
        []
        if quad.predicate == EVIDENCED_BY
        else words.evidence(subject, BIT[layer], quad.predicate.value)
    )
    readings = words.interpretations(subject, BIT[layer], [quad.predicate.value])
    return {
        "direction": direction,
        "property": local_name(quad.predicate.value),
        "label": words.label(quad.predicate.value, scope.selection),
        "object" if direction == "out" else "subject": value,
        "layer": layer,
        "evidence": cited,
        "interpretations": [] if quad.predicate in UNREAD else readings,
    }


def visible_edges(snapshot: Snapshot, scope: Scope) -> Bool:
    """Return which edges are seen in a scope, shape (m,)."""
    kinds = snapshot.adjacency.kinds
    seen: Bool = (kinds.visible >> scope.selection & 1).astype(np.bool_)
    if not len(seen):
        return seen
    first, last = kinds.interval_from[kinds.interval], kinds.interval_to[kinds.interval]
    if scope.day is not None:
        seen &= (first <= scope.day) & (scope.day <= last)
    if scope.dated_only:
        seen &= (first != OPEN_FROM) | (last != OPEN_TO)
    rows = snapshot.adjacency
    of_edges: Bool = seen[rows.code[rows.arcs()] >> 1]
    return of_edges


def visible_nodes(snapshot: Snapshot, scope: Scope) -> Bool:
    """Return which nodes are seen in a scope, shape (n,)."""
    seen: Bool = (snapshot.node_visible >> scope.selection & 1).astype(np.bool_)
    return seen


def graph_stats(snapshot: Snapshot, scope: Scope, triples: Mapping[str, int]) -> dict[str, Any]:
    """Return counts by class, relation and layer of what is seen in a scope.

    Parameters
    ----------
    snapshot, scope
        What is counted.
    triples
        Statements of each layer.
    """
    nodes, edges = visible_nodes(snapshot, scope), visible_edges(snapshot, scope)
    types = np.bincount(snapshot.node_types(scope.selection)[nodes], minlength=len(snapshot.types))
    relations: Counter[str] = Counter()
    for code, count in enumerate(np.bincount(snapshot.relation[edges])):
        if count:
            relations[snapshot.relations[code].name] += int(count)
    by_layer: Counter[str] = Counter()
    for byte, count in enumerate(np.bincount(snapshot.visible[edges])):
        if count:
            by_layer[LAYERS[sayer(byte, scope.selection)]] += int(count)
    return {
        "nodes": int(nodes.sum()),
        "edges": int(edges.sum()),
        "classes": _ranked(
            {snapshot.types[t]: int(count) for t, count in enumerate(types) if count}
        ),
        "relations": _ranked(relations),
        "layers": {
            layer: {"edges": by_layer[layer], "triples": triples.get(layer, 0)}
            for layer in scope.layers
        },
    }


def _ranked(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda c: (-c[1], c[0])))
