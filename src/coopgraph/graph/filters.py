"""Turn what a client asks for into a filter that the kernels apply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from coopgraph.errors import BadRequest
from coopgraph.graph.edge_filter import ANY, BACKWARD, FORWARD, NO_FILTER, EdgeFilter
from coopgraph.graph.scope import Scope, choice
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.vocabulary import COOP

DIRECTIONS = {"any": ANY, "out": FORWARD, "in": BACKWARD}


def make_filter(
    snapshot: Snapshot,
    scope: Scope,
    *,
    relation: Sequence[str] = (),
    sector: str | None = None,
    through: Sequence[str] = (),
    avoid: Iterable[int] = (),
    direction: str = "any",
    said_by: Bool | None = None,
) -> EdgeFilter:
    """Return the filter of a question.

    Parameters
    ----------
    snapshot
        The view that is asked.
    scope
        Layers and day.
    relation
        Only edges with one of these relations (names or short ids).
    sector
        IRI of a sector: only edges said by something in that sector, or ending there.
    through
        Paths pass only through nodes of these types (or their subclasses).
    avoid
        Nodes that are not used at all.
    direction
        ``any``, ``out`` or ``in``.
    said_by
        Only edges said by these subjects, shape (number of subjects,); None for all.

    Raises
    ------
    BadRequest
        If a relation or type is neither in the graph nor in the vocabulary.
    """
    changes: dict[str, object] = {
        "selection": scope.selection,
        "direction": DIRECTIONS[choice("direction", direction, DIRECTIONS)],
        "dated_only": scope.dated_only,
    }
    if scope.day is not None:
        changes["day"] = scope.day
    if relation:
        changes["relation_allowed"] = relation_mask(snapshot, relation, scope.selection)
    if sector is not None:
        in_sector = _sector_mask(snapshot, sector, scope.selection)
        said_by = in_sector if said_by is None else in_sector & said_by
    if said_by is not None:
        # A table without entries would be no filter at all.
        changes["via_allowed"] = said_by if len(said_by) else np.zeros(1, np.bool_)
    if through:
        changes["node_type"] = snapshot.node_types(scope.selection)
        changes["node_type_allowed"] = type_mask(snapshot, through, scope.selection)
    avoid = list(avoid)
    if avoid:
        changes["avoid"] = avoid
    return NO_FILTER.narrowed(**changes)


def relation_mask(snapshot: Snapshot, names: Sequence[str], selection: int) -> Bool:
    """Return which relations have one of some names, shape (number of relations,).

    Raises
    ------
    BadRequest
        If a name is neither in the vocabulary nor on an edge of the selected layers.
    """
    if not snapshot.terms.issuperset(names):
        kinds = snapshot.adjacency.kinds  # each is that of an edge
        seen = np.unique(kinds.relation[(kinds.visible >> selection & 1).astype(np.bool_)])
        _check("relation", names, snapshot.terms, {snapshot.relations[r].name for r in seen})
    return np.array([r.name in names for r in snapshot.relations], np.bool_)


def type_mask(snapshot: Snapshot, names: Sequence[str], selection: int) -> Bool:
    """Return which types are one of some classes or below it, shape (number of types,).

    Raises
    ------
    BadRequest
        If a name is neither in the vocabulary nor the type of a node of the selected layers.
    """
    if not snapshot.terms.issuperset(names):
        visible = (snapshot.node_visible >> selection & 1).astype(np.bool_)
        seen = np.unique(snapshot.node_types(selection)[visible])
        _check("type", names, snapshot.terms, {snapshot.types[t] for t in seen})
    wanted = set(names)
    return np.array(
        [not wanted.isdisjoint(snapshot.superclasses.get(t, {t})) for t in snapshot.types], np.bool_
    )


def _sector_mask(snapshot: Snapshot, sector: str, selection: int) -> Bool:
    """Return who is in a sector; an edge that ends at the sector is said by one who is."""
    mask = np.zeros(len(snapshot.subjects), np.bool_)
    found = snapshot.sector_subjects.get(sector)
    if found is not None:
        subjects, layers = found
        mask[subjects[(layers & selection) != 0]] = True
    return mask


def _check(parameter: str, names: Sequence[str], terms: frozenset[str], seen: set[str]) -> None:
    for name in names:
        if name in terms or name in seen:
            continue
        candidates = sorted(seen)
        raise BadRequest(
            f"{parameter}={name!r} is unknown: write a name of the ontology ({COOP}) or a "
            f"concept's short id; in this graph: {', '.join(candidates[:20])}",
            zh=f"{parameter}={name!r} 未知：请用本体中的名称或概念短标识；"
            f"本图中有：{'、'.join(candidates[:20])}",
            parameter=parameter,
            candidates=candidates[:50],
        )
