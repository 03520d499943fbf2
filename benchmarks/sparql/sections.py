"""The tables: every kind of query, by one client and by sixteen, new and repeated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks import industry
from benchmarks.sparql.answers import comparable
from benchmarks.sparql.client import Failed, Timing, fetch, get, hammer
from benchmarks.sparql.contenders import Server, serving
from benchmarks.sparql.kinds import Kind, kinds
from benchmarks.table import Cell, Section

CONTENDERS: Final = ("oxigraph disk", "oxigraph memory", "coopgraph", "bare")
SLOW: Final = "rdflib-endpoint"
"""Measured alone afterwards: at three million triples it takes four gigabytes."""
PEER: Final = "oxigraph disk"
REPEATED: Final = 10
MOST: Final = 25_000
"""Queries a second that nobody answers on the two processors this is meant for."""


class Effort(NamedTuple):
    """How hard is tried.

    ``seconds`` a series, ``rounds`` of which the median counts, ``compared`` queries of a kind
    whose answers are compared, ``limit`` seconds for loading, ``single`` for one answer.
    """

    seconds: float = 1.0
    rounds: int = 3
    compared: int = 5
    limit: float = 600.0
    single: float = 60.0


class Case(NamedTuple):
    """One line of the tables."""

    kind: Kind
    clients: int
    again: bool

    def requests(self, server: Server, mark: str, seconds: float) -> list[bytes]:
        """Return what is asked in one series: more than any contender answers in the time."""
        count = max(200, int(seconds * (MOST if self.clients > 1 else MOST / 2)))
        if self.again:
            ready = self._ready(server, self.kind.texts(REPEATED))
            return ready * (count // REPEATED)
        return self._ready(server, self.kind.texts(count, mark))

    def _ready(self, server: Server, texts: list[str]) -> list[bytes]:
        return [get(server.path, text, self.kind.accept) for text in texts]


def sparql_sections(folder: Path, sizes: list[int], effort: Effort) -> Iterator[Section]:
    """Measure graphs of some sizes.

    Parameters
    ----------
    folder
        For files and stores.
    sizes
        Wanted numbers of triples.
    effort
        How hard is tried.

    Raises
    ------
    AssertionError
        If two contenders answer differently.
    """
    for size in sizes:
        file = folder / f"industry-{size}.nt"
        triples = industry.write(file, size)
        yield from _size(folder, file, triples, kinds(triples), effort)
        file.unlink()


def _size(
    folder: Path, file: Path, triples: int, every: list[Kind], effort: Effort
) -> Iterator[Section]:
    cases = [Case(k, n, again) for n in (1, 16) for again in (False, True) for k in every]
    found: dict[Case, dict[str, Timing]] = {case: {} for case in cases}
    expected: dict[str, list[object]] = {}
    loading: dict[str, Cell] = {}
    starting: dict[str, Cell] = {}
    memory: dict[str, float] = {}
    for group in (CONTENDERS, (SLOW,)):
        with ExitStack() as stack:
            servers = {}
            for name in group:
                print(f"{triples:,} triples: {name}", file=sys.stderr, flush=True)
                try:
                    server = stack.enter_context(serving(name, file, folder, effort.limit))
                except Failed as error:
                    print(f"{name}: {error}", file=sys.stderr, flush=True)
                    loading[name] = Cell(None, effort.limit)
                    continue
                servers[name] = server
                loading[name], starting[name] = Cell(server.loaded), Cell(server.started)
            for name, server in servers.items():
                _compare(name, server, every, expected, effort)
            _measure(servers, cases, found, effort)
            memory |= {name: server.resident_mib() for name, server in servers.items()}
    yield _state(triples, loading, starting, memory)
    for clients in (1, 16):
        for again in (False, True):
            yield _table(triples, clients, again, [c for c in cases if c[1:] == (clients, again)],
                         found, effort)  # fmt: skip


def _state(
    triples: int, loading: dict[str, Cell], starting: dict[str, Cell], memory: dict[str, float]
) -> Section:
    section = Section(f"SPARQL servers: {triples:,} triples, loading")
    section.add("load", "1", **loading)
    section.add("start", "1", **starting)
    held = ", ".join(f"{name} {mib:,.0f}" for name, mib in memory.items())
    section.notes.append(
        "Load: until the graph is in the store (coopgraph: bulk load past its own checks, twice, "
        "because named graph and union are both kept). Start: until the first answer; coopgraph "
        f"reads names and topology then. Resident MiB after all queries, children included: {held}."
    )
    return section


def _compare(
    name: str, server: Server, every: list[Kind], expected: dict[str, list[object]], effort: Effort
) -> None:
    for kind in every:
        for i, text in enumerate(kind.texts(effort.compared)):
            try:
                body = fetch(server.port, get(server.path, text, kind.accept), effort.single)
            except Failed:
                break
            answer = comparable(body, kind.accept)
            seen = expected.setdefault(kind.name, [])
            if i == len(seen):
                seen.append(answer)
            elif answer != seen[i]:
                raise AssertionError(
                    f"{name} answers otherwise than {PEER}: {text}\n{answer}\n{seen[i]}"
                )


def _measure(
    servers: dict[str, Server], cases: list[Case], found: dict[Case, dict[str, Timing]],
    effort: Effort,
) -> None:  # fmt: skip
    for case in cases:
        series: dict[str, list[Timing]] = {name: [] for name in servers}
        for turn in range(effort.rounds):  # by turns: a busy moment of the machine meets all
            for name, server in servers.items():
                mark = f"{case.kind.name[0]}{case.clients}-{turn}-"
                requests = case.requests(server, mark, effort.seconds)
                series[name].append(hammer(server.port, requests, case.clients, effort.seconds))
        for name, timings in series.items():
            found[case][name] = Timing(
                median(t.each for t in timings),
                median(t.median for t in timings),
                sum(t.count for t in timings),
            )


def _table(
    triples: int, clients: int, again: bool, cases: list[Case],
    found: dict[Case, dict[str, Timing]], effort: Effort,
) -> Section:  # fmt: skip
    alone = clients == 1
    words = f"{'one client' if alone else f'{clients} clients'}, {'repeated' if again else 'new'}"
    title = f"SPARQL: {triples:,} triples, {words} queries"
    section = Section(title, peer=PEER, unit="s" if alone else "/s")
    slower = []
    for case in cases:
        timings = found[case]
        section.add(
            case.kind.name,
            f"{effort.rounds} × {effort.seconds:g} s",
            **{name: Cell(t.median if alone else t.each) for name, t in timings.items()},
        )
        if SLOW in timings and "coopgraph" in timings:
            ratio = timings[SLOW].each / timings["coopgraph"].each
            slower.append(f"{case.kind.name} {ratio:,.0f}×")
    section.notes.append(
        ("Median time of a request." if alone else "Requests a second.")
        + (f" Throughput of coopgraph over that of {SLOW}: {', '.join(slower)}." if slower else
           f" {SLOW}: not finished loading in {effort.limit:g} s.")
    )  # fmt: skip
    return section
