"""``python -m benchmarks``: time coopgraph beside its peers and print the ratios."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks import cooperations, gaps
from benchmarks.environment import environment, peak_mib
from benchmarks.graph.arrays import SHAPES
from benchmarks.graph.contenders import CONTENDERS
from benchmarks.graph.host import Limits
from benchmarks.graph.sections import graph_sections
from benchmarks.graphml import graphml_section
from benchmarks.hostile import hostile_section
from benchmarks.loading import load_sections, publish_quickly
from benchmarks.questions import question_section
from benchmarks.searches import choose, search_section, undirected
from benchmarks.serving import http_section
from benchmarks.snapshots import snapshot_sections
from benchmarks.sparql import sparql_sections
from benchmarks.sparql.sections import Effort
from benchmarks.starting import start_section
from benchmarks.suggestions import suggestion_section
from benchmarks.table import Section
from coopgraph import CoopGraph
from coopgraph.graph.kernels.warm import warm_up
from coopgraph.resources import data_dir
from coopgraph.vocabulary import short_id

PARTS: Final = (
    "load", "snapshot", "searches", "http", "hostile", "graphml", "sparql", "questions", "gaps",
    "graph", "suggestions", "start",
)  # fmt: skip
QUICK_EDGES: Final = 20_000
QUICK_LOAD: Final = 5_000
TRIPLES: Final = (10_000, 300_000, 3_000_000)
GRAPH_EDGES: Final = (10_000, 1_000_000, 10_000_000)
GRAPHML_PART: Final = 100_000
SMALL: Final = 200_000


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes
    ----------
    edges
        Of the generated graph.
    quick
        Whether this is only to see that it runs.
    loads
        Repetitions of loading the generated graph.
    builds, questions, requests, rounds
        Repetitions of the rest; what takes minutes on a large graph is done once.
    single, budget, limit
        Seconds the peers may take: one search, all searches of a kind, one load.
    sizes
        Triples of the graphs that SPARQL servers are asked for.
    graphs, peers
        Edges of the graphs that bare searches run over; libraries beside ours, empty for all.
    graph_budget
        Seconds for all bare searches of a kind.
    """

    edges: int
    quick: bool
    loads: int
    builds: int
    questions: int
    requests: int
    rounds: int
    single: float
    budget: float
    limit: float
    sizes: tuple[int, ...] = TRIPLES
    graphs: tuple[int, ...] = GRAPH_EDGES
    peers: tuple[str, ...] = ()
    graph_budget: float = 60

    @classmethod
    def of(cls, edges: int, quick: bool) -> Plan:
        """Return the plan of a run."""
        if quick:
            return cls(edges, True, 1, 1, 5, 100, 1, 5, 1, 60)
        few = 3 if edges <= SMALL else 1
        return cls(edges, False, few, few, 25, 1500, 3, 60, 60, 3600)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; anything but an error ends with 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--edges", type=int, help="edges of the generated graph (1000000)")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{QUICK_EDGES} edges and few repetitions: a smoke test",
    )
    parser.add_argument(
        "--triples",
        action="append",
        type=int,
        help="size of the graph that SPARQL servers are asked for; repeatable (10000, 300000 and "
        "3000000)",
    )
    parser.add_argument(
        "--graph-edges",
        action="append",
        type=int,
        help="size of the graphs of bare searches; repeatable (10000, 1000000 and 10000000)",
    )
    parser.add_argument(
        "--peer", action="append", choices=CONTENDERS, help="only this graph library; repeatable"
    )
    parser.add_argument(
        "--graph-budget",
        type=float,
        help="seconds a library may take for all bare searches of a kind (60); fewer for graphs of "
        "ten million edges",
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; repeatable")
    parser.add_argument(
        "--folder", type=Path, help="where to put stores for the time of the run (the system's)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args(arguments)
    edges = options.edges or (QUICK_EDGES if options.quick else 1_000_000)
    plan = Plan.of(edges, options.quick)
    if options.triples or options.quick:
        plan = replace(plan, sizes=tuple(options.triples or TRIPLES[:1]))
    if options.graph_edges or options.quick:
        plan = replace(plan, graphs=tuple(options.graph_edges or GRAPH_EDGES[:1]))
    plan = replace(plan, peers=tuple(options.peer or ()))
    if options.graph_budget or options.quick:
        plan = replace(plan, graph_budget=options.graph_budget or 1)
    found = environment()
    print("\n".join(f"- {name}: {value}" for name, value in found.items()), end="\n\n")
    print("`n×` is the first column's figure divided by ours: above 1 we are faster or smaller.\n")
    sections = []
    with tempfile.TemporaryDirectory(prefix="coopgraph-bench-", dir=options.folder) as folder:
        for section in run(plan, set(options.only or PARTS), Path(folder)):
            sections.append(section)
            print(section.to_markdown(), flush=True)
    if options.json:
        record = {"environment": found, "edges": edges, "sections": [s.to_dict() for s in sections]}
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def run(plan: Plan, parts: set[str], folder: Path) -> Iterator[Section]:
    """Yield each section as soon as it is measured."""
    warm_up()  # compiled code is kept on disk: no service that is started below waits for it
    if "sparql" in parts:
        effort = Effort(0.1, 1, 2, 60, 10) if plan.quick else Effort()
        yield from sparql_sections(folder, list(plan.sizes), effort)
    if "questions" in parts:
        yield question_section(folder, plan.sizes[-1], 2 if plan.quick else 10)
    if "gaps" in parts:
        for edges in sorted({plan.edges // 10, plan.edges}):
            place, text = folder / f"gaps-{edges}", folder / f"gaps-{edges}.nt"
            said = gaps.write(text, edges)
            publish_quickly(place, text)
            text.unlink()
            yield gaps.gap_section(f"generated, {edges:,} edges, {said:,} statements", place)
    if "graph" in parts:
        limits = Limits(
            min(10, 2 * plan.graph_budget), plan.graph_budget, 60 if plan.quick else 600
        )
        shapes = SHAPES[-1:] if plan.quick else SHAPES
        yield from graph_sections(folder, plan.graphs, plan.questions, limits, plan.peers, shapes)
    if "suggestions" in parts:
        yield suggestion_section(plan.edges, 20 if plan.quick else 200)
    if "start" in parts:
        yield start_section(folder, plan.edges, 1 if plan.quick else 3)
    parts = parts - {"sparql", "questions", "gaps", "graph", "suggestions", "start"}
    if not parts:
        return
    file = folder / "generated.nt"
    statements = cooperations.write(file, plan.edges)
    generated = f"generated, {plan.edges:,} edges"
    say(f"{generated}: {statements:,} statements, {file.stat().st_size / 2**20:,.0f} MiB")
    if "load" in parts:
        shipped = sorted(data_dir().glob("*/*.ttl"))
        shipped = [path for path in shipped if path.parent.name in ("stated", "background")]
        bare = ["rdflib", "pyoxigraph", "coopgraph"]
        checked = ["coopgraph_shacl"] if plan.quick else [*bare, "coopgraph_shacl"]
        loaded, edges = file, plan.edges
        if plan.quick:
            loaded, edges = folder / "small.nt", min(edges, QUICK_LOAD)
            statements = cooperations.write(loaded, edges)
        words = f"generated, {edges:,} edges, {statements:,} statements"
        work = [
            (words, [loaded], bare, plan.loads),
            ("shipped graph", shipped, checked, plan.rounds),
        ]
        yield from load_sections(folder, work, plan.limit)
    if not parts - {"load"}:
        return
    small, large = folder / "shipped", folder / "large"
    with CoopGraph.open(small) as graph:
        yield from _ask("shipped graph", graph, plan, parts, folder, small)
    if plan.quick:
        parts = parts - {"http", "hostile"}  # starting a second service shows nothing new
    begin = time.perf_counter()
    publish_quickly(large, file)
    say(f"published in {time.perf_counter() - begin:.0f} s")
    begin = time.perf_counter()
    with CoopGraph.open(large, shipped=False) as graph:
        took = time.perf_counter() - begin
        opened = peak_mib()
        drawn = len(graph.published.snapshot("compact").source)
        if drawn != plan.edges:
            raise AssertionError(f"the compact view has {drawn:,} edges, not {plan.edges:,}")
        for section in _ask(generated, graph, plan, parts, folder, large):
            if section.title.startswith("Building"):
                section.notes.append(
                    f"`CoopGraph.open` of the published graph, names included: {took:.1f} s; "
                    f"peak memory of the process after it: {opened:,.0f} MiB."
                )
            yield section


def _ask(
    title: str, graph: CoopGraph, plan: Plan, parts: set[str], folder: Path, place: Path
) -> Iterator[Section]:
    graph.warm_up()
    snapshot = graph.published.snapshot("compact")
    say(f"{title}: {len(snapshot.nodes):,} nodes, {snapshot.edges:,} edges")
    if "snapshot" in parts:
        yield from snapshot_sections(title, graph, plan.builds)
    if "searches" in parts:
        yield search_section(
            f"Questions: {title}", graph, undirected(snapshot),
            questions=plan.questions, single=plan.single, budget=plan.budget,
        )  # fmt: skip
    if "http" in parts:
        nodes = [short_id(snapshot.nodes[i]) for i in choose(snapshot, 100)[0]]
        yield http_section(
            title, place, nodes, folder,
            count=plan.requests, rounds=plan.rounds, start=plan.limit,
        )  # fmt: skip
    if "hostile" in parts:
        node = snapshot.nodes[choose(snapshot, 100)[0][0]]
        yield hostile_section(title, place, node, clients=500, start=plan.limit)
    if "graphml" in parts:
        yield graphml_section(title, graph, folder, part=GRAPHML_PART, whole=True, limit=plan.limit)


def say(text: str) -> None:
    """Tell how far it is, on stderr."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
