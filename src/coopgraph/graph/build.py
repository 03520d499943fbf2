"""Build a snapshot from a store: names become numbers, edges become arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.class_sets import ClassSets
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO
from coopgraph.graph.draw import SECTOR, Drawing, Edges, Label, relation_names
from coopgraph.graph.facts import TYPE, Facts, Kept, Rows, merged, read_facts
from coopgraph.graph.labels import label_of
from coopgraph.graph.layers import ALL, subsets, visibility
from coopgraph.graph.node_types import Types, types_of
from coopgraph.graph.projection import Projection
from coopgraph.graph.snapshot import Relation, SectorSubjects, Snapshot
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import COOP, LAYERS, SCHEME, local_name, short_id


def build_snapshot(
    store: ox.Store, view: str, table: Projection, kept: Kept = lambda _: None
) -> Snapshot:
    """Build the snapshot of a generation.

    Parameters
    ----------
    store
        The generation's store.
    view
        ``compact`` (drawn by the table) or ``full`` (every resource a node, every statement an
        edge).
    table
        The projection.
    kept
        Gives the columns of a graph that are kept beside its generation.
    """
    compact = view == "compact"
    facts = read_facts(store, properties_of(table) if compact else None, kept)
    for name in relation_names(table):
        facts.terms.number(name)
    sets = ClassSets(facts, table)
    labels: list[Label] = [()]
    seen_alone = np.zeros(len(facts.terms), np.uint8)
    if compact:
        drawing = Drawing(facts, table, sets)
        edges, labels = drawing.edges(), drawing.labels
        seen_alone = seen_by_type(facts, sets)
    else:
        edges = _statements(facts)
    drawn = Drawn(
        facts.terms.table(),
        edges,
        labels,
        seen_alone,
        facts.link(SECTOR),
        partial(types_of, facts=facts, sets=sets),
        _superclasses(facts),
        frozenset(short_id(t) if t.startswith(SCHEME) else local_name(t) for t in facts.described),
    )
    return number(store, view, drawn)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A view before its nodes and edges have numbers.

    Attributes
    ----------
    names
        IRIs; what follows are places here.
    edges
        The edges.
    labels
        What :attr:`Edges.label` are places of.
    alone
        uint8: in which selections a resource is seen without an edge; may be shorter.
    sectors
        Who is in which sector.
    types
        Given nodes, their IRIs and visibility bytes: what :func:`types_of` returns.
    superclasses, terms
        As :class:`Snapshot` has them.
    """

    names: StringTable
    edges: Edges
    labels: list[Label]
    alone: NDArray[np.uint8]
    sectors: Rows
    types: Callable[[NDArray[np.int32], StringTable, NDArray[np.uint8]], Types]
    superclasses: dict[str, frozenset[str]]
    terms: frozenset[str]


def properties_of(table: Projection) -> set[str]:
    """Return the properties the table speaks of."""
    named = {end for rule in table.edges for end in (rule.source, rule.target, rule.relation)}
    return {COOP + end.removeprefix("coop:") for end in named if end.startswith("coop:")}


def seen_by_type(facts: Facts, sets: ClassSets) -> NDArray[np.uint8]:
    """Return, for each term, the visibility that its types alone give it as a node."""
    types = facts.link(TYPE)
    present = np.zeros(len(facts.terms), np.uint8)
    np.bitwise_or.at(present, types.subject, types.layers)
    found = np.zeros(len(present), np.uint8)
    for layers in range(1, ALL + 1):
        here = present == layers
        for selection in subsets(layers) if here.any() else ():
            codes = sets.of(selection)
            nodes = here & sets.is_node()[codes]
            found[nodes] |= np.uint8(visibility(layers, [selection]))
    return found


def _statements(facts: Facts) -> Edges:
    """Return every statement of a layer between two resources."""
    parts = []
    visible = [visibility(ALL, [s for s in range(1, ALL + 1) if s & said]) for said in range(8)]
    for prop, rows in facts.links.items():
        n = len(rows.subject)
        parts.append(
            Edges(
                source=rows.subject,
                target=rows.value,
                relation=np.full(n, facts.terms.number(prop), np.int32),
                subject=rows.subject,
                label=np.zeros(n, np.int32),
                directed=np.ones(n, np.bool_),
                first=np.full(n, OPEN_FROM, np.int32),
                last=np.full(n, OPEN_TO, np.int32),
                rank=np.zeros(n, np.int32),
                visible=np.array(visible, np.uint8)[rows.layers],
            )
        )
    return Edges.joined(parts)


def number(store: ox.Store, view: str, drawn: Drawn) -> Snapshot:
    """Number nodes and edges by name: equal graphs become equal arrays.

    Parameters
    ----------
    store
        Has labels of relations.
    view
        Its name.
    drawn
        What is numbered.
    """
    names, edges, seen_alone = drawn.names, drawn.edges, drawn.alone
    named = np.zeros(len(names), np.bool_)
    named[: len(seen_alone)] = seen_alone != 0
    for column in (edges.source, edges.target, edges.subject, edges.relation):
        named[column] = True
    used = np.flatnonzero(named)
    # Numbers in the order of the names, so that sorting them sorts by name.
    sorted_terms = names.order(used)
    by_name = np.full(len(names), -1, np.int32)
    by_name[sorted_terms] = np.arange(len(sorted_terms))
    edges = _sorted(edges, by_name)

    visible = np.zeros(len(names), np.uint8)
    visible[: len(seen_alone)] = seen_alone
    for end in (edges.source, edges.target):
        for byte in np.unique(edges.visible):
            visible[end[edges.visible == byte]] |= byte
    nodes = sorted_terms[visible[sorted_terms] != 0].astype(np.int32)
    node_of = np.full(len(names), -1, np.int32)
    node_of[nodes] = np.arange(len(nodes))

    said, relation = _codes(edges.relation.astype(np.int64) << 32 | edges.label)
    subjects, subject = _dense_codes(edges.subject, len(names))
    intervals, interval = _codes(
        (edges.first.astype(np.int64) << 32) | (edges.last.astype(np.int64) & 0xFFFFFFFF)
    )
    node_iris = names.take(nodes)
    types, node_type, changes = drawn.types(nodes, node_iris, visible[nodes])
    return Snapshot(
        view=view,
        nodes=node_iris,
        node_visible=visible[nodes],
        node_type=node_type,
        type_changes=changes,
        types=types,
        adjacency=Adjacency.build(
            len(nodes),
            node_of[edges.source],
            node_of[edges.target],
            edges.directed,
            subject=subject.astype(np.int32),
            relation=relation.astype(np.uint16),
            visible=edges.visible,
            interval=interval.astype(np.uint32),
            interval_from=(intervals >> 32).astype(np.int32),
            interval_to=(intervals & 0xFFFFFFFF).astype(np.uint32).astype(np.int32),
        ),
        relations=[
            _relation(store, names[code >> 32], code & 0xFFFFFFFF, drawn.labels)
            for code in said.tolist()
        ],
        subjects=names.take(subjects),
        sector_subjects=_sectors(drawn.sectors, names, subjects),
        superclasses=drawn.superclasses,
        terms=drawn.terms,
    )


def _sorted(edges: Edges, by_name: NDArray[np.int32]) -> Edges:
    """Sort edges by source, target, relation, subject and interval; each once."""

    def both(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.int64]:
        return one.astype(np.int64) << 32 | (other.astype(np.int64) & 0xFFFFFFFF)

    keys = [
        both(by_name[edges.source], by_name[edges.target]),
        both(by_name[edges.relation], by_name[edges.subject]),
        # Days may be negative: the lower half of a word has to be shifted to sort.
        both(edges.first, edges.last.astype(np.int64) + 2**31),
        both(edges.label, edges.directed),
    ]

    def ordered(last: list[NDArray[Any]]) -> NDArray[np.int64]:
        return _order([*keys[:3], *last])

    order = ordered([keys[3], edges.rank])
    alike = np.ones(max(0, len(order) - 1), np.bool_)
    for key in keys:
        at = key[order]
        alike &= at[1:] == at[:-1]
    visible, rank = edges.visible, edges.rank
    if alike.any():  # drawn more than once: seen wherever it is drawn
        first = np.flatnonzero(np.concatenate([[True], ~alike]))
        once = order[first]
        visible, rank = visible.copy(), rank.copy()
        visible[once] = np.bitwise_or.reduceat(edges.visible[order], first)
        rank[once] = np.minimum.reduceat(edges.rank[order], first)
        keys, rank_once = [key[once] for key in keys], rank[once]
        order = once[ordered([rank_once])]
    elif len(edges.rank) and not (edges.rank == edges.rank[0]).all():
        order = ordered([edges.rank])
    columns = {**vars(edges), "visible": visible, "rank": rank}
    return Edges(**{name: column[order] for name, column in columns.items()})


def _order(keys: list[NDArray[Any]]) -> NDArray[np.int64]:
    """Return the order by several keys, the first of which decides most.

    Examples
    --------
    >>> _order([np.array([2, 1, 2]), np.array([5, 0, 4])]).tolist()
    [1, 2, 0]
    """
    # What lies in order already takes a merge sort no time; the others are looked at in ties only.
    order = np.argsort(keys[0], kind="stable")
    key = keys[0][order]
    same = np.concatenate([[False], key[1:] == key[:-1]])[: len(key)]
    tied = np.flatnonzero(same | np.concatenate([same[1:], [False]])[: len(key)])
    if len(tied):
        rows, group = order[tied], np.cumsum(~same)[tied]
        order[tied] = rows[np.lexsort([*(key[rows] for key in reversed(keys[1:])), group])]
    return order


def _codes(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Number values in the order in which they first come.

    Examples
    --------
    >>> [array.tolist() for array in _codes(np.array([7, 3, 7]))]
    [[7, 3], [0, 1, 0]]
    """
    found, first, place = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(found), np.int64)
    number[order] = np.arange(len(found))
    return found[order], number[place]


def _dense_codes(values: NDArray[np.int32], most: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Do the same for numbers below some, without sorting them.

    Examples
    --------
    >>> [array.tolist() for array in _dense_codes(np.array([7, 3, 7], np.int32), 8)]
    [[7, 3], [0, 1, 0]]
    """
    first = np.full(most, -1, np.int64)
    first[values[::-1]] = np.arange(len(values) - 1, -1, -1)  # the last that is written stays
    found = np.flatnonzero(first >= 0)
    found = found[np.argsort(first[found])]
    first[found] = np.arange(len(found))
    return found, first[values]


def _sectors(
    rows: Rows, names: StringTable, subjects: NDArray[np.int32]
) -> dict[str, SectorSubjects]:
    """Return who says an edge and is in a sector, by sector; both in order."""
    place = np.full(len(names), -1, np.int32)
    place[subjects] = np.arange(len(subjects))
    subject = place[rows.subject]
    says = subject >= 0
    by_sector = merged([Rows(rows.value[says], subject[says], rows.layers[says])])
    found, starts = np.unique(by_sector.subject, return_index=True)
    stops = [*starts[1:].tolist(), len(by_sector.subject)][: len(found)]
    sectors = {
        names[sector]: (by_sector.value[start:stop], by_sector.layers[start:stop])
        for sector, start, stop in zip(found.tolist(), starts.tolist(), stops, strict=True)
    }
    return dict(sorted(sectors.items()))


def _superclasses(facts: Facts) -> dict[str, frozenset[str]]:
    names = facts.terms.table()
    said = {names[code] for code in np.unique(facts.link(TYPE).value).tolist()}
    classes = said.union(*facts.concepts.values())
    return {
        local_name(c): frozenset(local_name(above) for above in facts.tree.above(c))
        for c in sorted(classes)
    }


def _relation(store: ox.Store, iri: str, drawn: int, labels: list[Label]) -> Relation:
    """Name a relation: a concept by its short id, a term by its local name."""
    name = short_id(iri) if iri.startswith(SCHEME) else local_name(iri)
    return Relation(name, dict(labels[drawn]) or label_of(store, iri, LAYERS), iri, drawn)
