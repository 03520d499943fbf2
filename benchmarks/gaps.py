"""Every gap rule, and the matrix, on a generated graph that has something for each to find."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from benchmarks import industry
from benchmarks.cooperations import EDGES_AN_ACTOR, SECTORS
from benchmarks.environment import peak_mib
from benchmarks.table import Section
from coopgraph import CoopGraph
from coopgraph.gaps.gap_list import GapList
from coopgraph.graph.scope import make_scope
from coopgraph.vocabulary import COOP

ONE_IN = 50


def write(path: Path, edges: int, seed: int = 1) -> int:
    """Write a generated graph of about so many edges; return the number of statements.

    It is that of :mod:`benchmarks.industry`, but background knowledge covers what it does in
    reality: one enterprise in fifty has a main sector on record, and one actor in fifty a surplus
    or an advantage.
    """
    lines = industry.write_cooperations(path, edges, seed)
    with path.open("a", encoding="utf-8") as file:
        writer = _Sparse(file, np.random.default_rng(seed + 1), max(20, edges // EDGES_AN_ACTOR))
        writer.sectors()
        writer.chains()
        writer.capabilities()
        writer.projects(edges // 60)
        writer.agreements(edges // 300)
        writer.instruments(edges // 1000)
    return lines + writer.lines


class _Sparse(industry._Writer):
    def capabilities(self) -> None:
        """Some actors have a surplus or an advantage, some others a main sector."""
        for i in range(0, self._actors, ONE_IN // 2):
            where = f"<{industry.sector(self._any(SECTORS))}>"
            if i % ONE_IN:
                self._say(industry.actor(i), (COOP + "mainSector", where))
                continue
            kind = "IndustrialAdvantage" if i % (2 * ONE_IN) else "SurplusCapacity"
            self._say(
                f"{industry.ID}capability/g{i}", industry._a(kind),
                (COOP + "holder", f"<{industry.actor(i)}>"), (COOP + "sector", where),
                *self._dates(i),
            )  # fmt: skip


def gap_section(title: str, place: Path) -> Section:
    """Time each rule once on an open graph, then all of them, and the matrix.

    Parameters
    ----------
    title
        What graph it is.
    place
        Its data folder.
    """
    section = Section(f"Gap rules: {title}")
    with CoopGraph.open(place, shipped=False) as graph:
        graph.published.statements  # noqa: B018  (read and kept before anybody asks)
        total = 0.0
        for rule in graph.gap_rules().data:
            began = time.perf_counter()
            gaps: GapList = graph._find(graph.published, [rule["id"]], make_scope(), None)[0]
            took = time.perf_counter() - began
            total += took
            section.add(f"{rule['id']}: {len(gaps):,} gaps", "1", coopgraph=took)
        section.add("all rules", "1", coopgraph=total)
        for words, ask in (
            ("first page of all gaps, again", lambda: graph.gaps()),
            ("all rules on a day", lambda: graph.gaps(as_of="2020-01-01")),
            ("matrix of regions by sectors", lambda: graph.gap_matrix(rows="Region")),
            ("the matrix again", lambda: graph.gap_matrix(rows="Region")),
        ):
            began = time.perf_counter()
            ask()
            section.add(words, "1", coopgraph=time.perf_counter() - began)
    section.notes.append(
        "A rule's time has reading its query in it. The columns that rules are evaluated on are "
        f"made before. Peak memory of the process: {peak_mib():,.0f} MiB."
    )
    return section
