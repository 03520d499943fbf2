"""Suggested links on a large graph: mining once, then one actor after the other."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from benchmarks.cooperations import DAYS, EDGES_AN_ACTOR, EXPONENT, REGIONS, SECTORS, TYPES
from benchmarks.environment import peak_mib
from benchmarks.table import Section
from coopgraph.gaps.mined import mined
from coopgraph.gaps.reasons import Describer
from coopgraph.gaps.suggestions import find_suggestions
from coopgraph.graph.adjacency import Adjacency
from coopgraph.graph.dates import OPEN_FROM, OPEN_TO
from coopgraph.graph.layers import ANYWHERE
from coopgraph.graph.scope import make_scope
from coopgraph.graph.snapshot import Relation, Snapshot
from coopgraph.graph.words import Words
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import COOP, ID, SCHEME

FIRST_DAY: Final = 16_801  # 2016-01-01
PAGE: Final = 20


def suggestion_section(edges: int, actors: int, seed: int = 1) -> Section:
    """Time mining a generated graph and the suggestions of some actors, hubs among them."""
    snapshot = generated(edges, seed)
    scope = make_scope()
    start = time.perf_counter()
    known = mined(snapshot, scope)
    mining = time.perf_counter() - start
    degree = np.bincount(snapshot.source, minlength=len(snapshot.nodes))
    rng = np.random.default_rng(seed)
    enterprises = np.flatnonzero(snapshot.node_type == 0)
    asked = rng.choice(enterprises, actors, replace=False)
    hubs = enterprises[np.argsort(-degree[enterprises])[: max(5, actors // 10)]]
    words = Words(ox.Store(), snapshot)
    section = Section(f"Suggestions: generated, {edges:,} edges, {len(snapshot.nodes):,} nodes")
    section.add("mining, once in a generation", "1", coopgraph=mining)
    for name, nodes in (("actors at random", asked), ("the largest hubs", hubs)):
        finding, describing = [], []
        for node in nodes.tolist():
            start = time.perf_counter()
            found = find_suggestions(snapshot, scope, node)
            middle = time.perf_counter()
            describer = Describer(snapshot, words, scope, node)
            for rank, suggestion in enumerate(found.suggestions[:PAGE], 1):
                describer.describe(suggestion, rank)
            finding.append(middle - start)
            describing.append(time.perf_counter() - middle)
        for share, word in ((50, "median"), (99, "99th percentile")):
            section.add(
                f"{name}: {word}", str(len(nodes)),
                coopgraph=float(np.percentile(finding, share)),
                page_described=float(np.percentile(describing, share)),
            )  # fmt: skip
    rules = len(known.index.rules)
    section.notes.append(
        f"{rules} rules; {known.rules.left_out} kinds of two-step paths left out because they run "
        f"through hubs. Peak of this process {peak_mib():,.0f} MiB. Labels come from an empty "
        "store: their reading is not timed."
    )
    return section


def generated(edges: int, seed: int = 1) -> Snapshot:
    """Return a graph as :mod:`benchmarks.cooperations` writes it, from arrays alone."""
    rng = np.random.default_rng(seed)
    actors = max(20, edges // EDGES_AN_ACTOR)
    kind = rng.choice(3, edges, p=[0.72, 0.17, 0.11])
    names = sorted(
        [f"{ID}org/a{i}" for i in range(actors)]
        + [f"{ID}region/b{i}" for i in range(REGIONS)]
        + [f"{SCHEME}sector/c{i}" for i in range(SECTORS)]
    )
    code = np.array([0 if "/org/" in n else 1 if "/region/" in n else 2 for n in names], np.uint16)
    of_type = [np.flatnonzero(code == i) for i in range(3)]
    source = of_type[0][_draw(rng, actors, edges)]
    target = of_type[0][_draw(rng, actors, edges)]
    target = np.where(kind == 1, of_type[2][_draw(rng, SECTORS, edges)], target)
    target = np.where(kind == 2, of_type[1][_draw(rng, REGIONS, edges)], target)
    relation = np.where(kind == 0, rng.integers(0, len(TYPES), edges), len(TYPES) - 1 + kind)
    kept = source != target
    source, target, relation, kind = source[kept], target[kept], relation[kept], kind[kept]
    order = np.lexsort((relation, target, source))
    size = len(order)
    days = np.arange(FIRST_DAY, FIRST_DAY + DAYS, dtype=np.int32)
    relations = [(t, f"{SCHEME}cooperation-type/{t}") for t in TYPES]
    relations += [(name, COOP + name) for name in ("sector", "targetRegion")]
    return Snapshot(
        view="compact",
        nodes=StringTable.of(names),
        node_visible=np.full(len(names), ANYWHERE[1], np.uint8),
        node_type=code,
        type_changes={},
        types=["Enterprise", "Region", "Sector"],
        adjacency=Adjacency.build(
            len(names),
            source[order],
            target[order],
            (kind != 0)[order],
            subject=np.zeros(size, np.int32),
            visible=np.full(size, ANYWHERE[1], np.uint8),
            relation=relation[order],
            interval=rng.integers(0, DAYS + 1, size),
            interval_from=np.append(days, OPEN_FROM),
            interval_to=np.full(DAYS + 1, OPEN_TO),
        ),
        relations=[Relation(name, {"zh": name, "en": name}, iri) for name, iri in relations],
        subjects=StringTable.of([f"{ID}cooperation/d0"]),
        sector_subjects={},
        superclasses={},
        terms=frozenset(),
    )


def _draw(rng: np.random.Generator, population: int, size: int) -> NDArray[np.int64]:
    weights = np.cumsum(np.arange(1, population + 1, dtype=np.float64) ** -EXPONENT)
    ranks = np.searchsorted(weights, rng.random(size) * weights[-1])
    return rng.permutation(population)[ranks]
