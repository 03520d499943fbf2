"""A generated graph with work for every gap rule, of a wanted number of triples, as N-Triples.

To the cooperations of :mod:`benchmarks.cooperations` it adds what the rules and questions look for:
a tree of sectors, chains between them, surplus capacities and industrial advantages of one actor in
five, projects, strategic agreements, regulations that are required and only half of them issued,
and main sectors and groups of enterprises.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, TextIO

import numpy as np

from benchmarks.cooperations import EDGES_AN_ACTOR, REGIONS, SECTORS
from benchmarks.cooperations import write as write_cooperations
from coopgraph.vocabulary import COOP, DCT, ID, RDF, SCHEME, SKOS, XSD

TRIPLES_AN_EDGE: Final = 7.18
"""Seen; the few thousand statements about sectors and regions are on top."""
TOPS: Final = 10
WIDE: Final = 60
LINKS: Final = 300
CHAINS: Final = 10


def write(path: Path, triples: int, seed: int = 1) -> int:
    """Write a graph of about so many statements; return their number.

    Parameters
    ----------
    path
        Where to write N-Triples.
    triples
        The wanted number; small graphs miss it by some hundred.
    seed
        Of the random numbers; equal seeds give equal files.
    """
    edges = max(100, int((triples - 2200) / TRIPLES_AN_EDGE))
    lines = write_cooperations(path, edges, seed)
    with path.open("a", encoding="utf-8") as file:
        writer = _Writer(file, np.random.default_rng(seed + 1), max(20, edges // EDGES_AN_ACTOR))
        writer.sectors()
        writer.chains()
        writer.capabilities()
        writer.projects(edges // 60)
        writer.agreements(edges // 300)
        writer.instruments(edges // 1000)
    return lines + writer.lines


def sector(number: int) -> str:
    """Return the IRI of a sector."""
    return f"{SCHEME}sector/c{number}"


def actor(number: int) -> str:
    """Return the IRI of an enterprise."""
    return f"{ID}org/a{number}"


class _Writer:
    def __init__(self, file: TextIO, random: np.random.Generator, actors: int) -> None:
        self._file = file
        self._random = random
        self._actors = actors
        self.lines = 0

    def _say(self, subject: str, *said: tuple[str, str]) -> None:
        self._file.writelines(f"<{subject}> <{p}> {o} .\n" for p, o in said)
        self.lines += len(said)

    def _any(self, population: int) -> int:
        return int(self._random.integers(population))

    def sectors(self) -> None:
        """A tree of three levels."""
        for i in range(SECTORS):
            if i < TOPS:
                self._say(sector(i), (SKOS + "topConceptOf", f"<{SCHEME}sector>"))
            else:
                broader = i % TOPS if i < WIDE else TOPS + i % (WIDE - TOPS)
                self._say(sector(i), (SKOS + "broader", _iri(sector(broader))))

    def chains(self) -> None:
        """Links from a sector to one of a smaller number, so that no chain runs in a circle."""
        for i in range(LINKS):
            down = self._any(SECTORS - 1)
            up = min(SECTORS - 1, down + 1 + self._any(20))
            self._say(
                f"{ID}chain-link/g{i}", _a("ChainLink"),
                (COOP + "inChain", f"<{ID}chain/g{i % CHAINS}>"),
                (COOP + "upstreamSector", _iri(sector(up))),
                (COOP + "downstreamSector", _iri(sector(down))),
            )  # fmt: skip

    def capabilities(self) -> None:
        """Every tenth actor has a surplus, every tenth an advantage; all have a main sector."""
        for i in range(self._actors):
            self._say(actor(i), (COOP + "mainSector", _iri(sector(self._any(SECTORS)))))
            if i % 5 > 1:
                continue
            kind = "IndustrialAdvantage" if i % 10 in (1, 5) else "SurplusCapacity"
            self._say(
                f"{ID}capability/g{i}", _a(kind), (COOP + "holder", _iri(actor(i))),
                (COOP + "sector", _iri(sector(self._any(SECTORS)))), *self._dates(i),
            )  # fmt: skip

    def projects(self, count: int) -> None:
        """Projects of two or three parties."""
        for i in range(count):
            self._work(
                f"{ID}project/g{i}", "Project", [self._any(self._actors) for _ in range(2 + i % 2)],
                (COOP + "sector", _iri(sector(self._any(SECTORS)))),
                (COOP + "status", f"<{SCHEME}status/advancing>"), *self._dates(i),
            )  # fmt: skip

    def agreements(self, count: int) -> None:
        """Strategic cooperation of a region and an enterprise, without dates."""
        for i in range(count):
            self._work(
                f"{ID}cooperation/s{i}", "Cooperation", [self._any(self._actors)],
                (COOP + "cooperationType", f"<{SCHEME}cooperation-type/strategic-cooperation>"),
                lead=f"{ID}region/b{i % REGIONS}",
            )  # fmt: skip

    def instruments(self, count: int) -> None:
        """Required regulations; every second one was issued."""
        for i in range(count):
            self._say(
                f"{ID}policy/r{i}", _a("PolicyInstrument"),
                (COOP + "status", f"<{SCHEME}status/required>"),
                (COOP + "requiredBy", f"<{ID}policy/d{i % 20}>"),
            )  # fmt: skip
            if i % 2:
                day = f'"2020-01-{1 + i % 28:02d}"^^<{XSD}date>'
                self._say(
                    f"{ID}policy/i{i}", _a("PolicyInstrument"), (COOP + "documentDate", day),
                    (COOP + "fulfils", f"<{ID}policy/r{i}>"), (DCT + "title", f'"文件{i}"@zh'),
                )  # fmt: skip

    def _work(
        self, iri: str, kind: str, parties: list[int], *said: tuple[str, str], lead: str = ""
    ) -> None:
        self._say(iri, _a(kind), *said)
        everyone = ([lead] if lead else []) + [actor(i) for i in parties]
        for i, party in enumerate(everyone):
            part = f"{iri}#party-{i + 1}"
            role = f"<{SCHEME}role/{'partner' if i else 'lead'}>"
            self._say(iri, (COOP + "hasParticipation", _iri(part)))
            self._say(
                part,
                _a("Participation"),
                (COOP + "participant", _iri(party)),
                (COOP + "role", role),
            )

    def _dates(self, number: int) -> list[tuple[str, str]]:
        if number % 2:
            return []
        return [(COOP + "planFrom", f'"{2016 + number % 9}-01-01"^^<{XSD}date>')]


def _iri(iri: str) -> str:
    return f"<{iri}>"


def _a(name: str) -> tuple[str, str]:
    return RDF + "type", f"<{COOP}{name}>"
