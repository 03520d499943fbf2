"""A generated cooperation graph, in the project's own model, as N-Triples."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from coopgraph.vocabulary import COOP, ID, OA, RDF, SCHEME, SKOS, XSD

SECTORS: Final = 200
REGIONS: Final = 300
EDGES_AN_ACTOR: Final = 5
EXPONENT: Final = 0.6  # weight of rank r is r ** -0.6: degrees follow a power law of about 2.7
CITED: Final = 10  # cooperations a piece of evidence
DAYS: Final = 3650
TYPES: Final = ("docking", "technology", "investment", "trade")


def _term(iri: str) -> str:
    return f"<{iri}>"


_TYPE: Final = _term(RDF + "type")
_C: Final = {
    name: _term(COOP + name)
    for name in (
        "Enterprise", "Region", "Sector", "Cooperation", "Participation", "Evidence",
        "cooperationType", "hasParticipation", "participant", "role", "sector", "targetRegion",
        "planFrom", "evidencedBy", "paragraph",
    )
}  # fmt: skip
_LABEL: Final = _term(SKOS + "prefLabel")
_LEAD: Final = _term(SCHEME + "role/lead")
_PARTNER: Final = _term(SCHEME + "role/partner")


def write(path: Path, edges: int, seed: int = 1) -> int:
    """Write a graph of so many edges in the compact view; return the number of statements.

    A cooperation has a leading party, one to four partners, half of the time a sector, and in
    three of ten cases a region it is directed to: about three edges. Parties, sectors and regions
    are drawn by weights that fall with their rank, so that some are hubs.

    Parameters
    ----------
    path
        Where to write N-Triples.
    edges
        Edges of the compact view.
    seed
        Of the random numbers; equal seeds give equal files.
    """
    random = np.random.default_rng(seed)
    actors = max(20, edges // EDGES_AN_ACTOR)
    size = edges  # every cooperation has an edge, so this many are always enough
    leads = _draw(random, actors, size)
    partners = random.choice([1, 2, 3, 4], size, p=[0.35, 0.3, 0.2, 0.15])
    others = _draw(random, actors, 4 * size).reshape(size, 4)
    sectors = np.where(random.random(size) < 0.5, _draw(random, SECTORS, size), -1)
    regions = np.where(random.random(size) < 0.3, _draw(random, REGIONS, size), -1)
    days = random.integers(0, DAYS, size)
    lines = 0
    with path.open("w", encoding="utf-8") as file:
        lines += _things(file, "org/a", "Enterprise", "企业", actors)
        lines += _things(file, "region/b", "Region", "地区", REGIONS)
        lines += _things(file, "scheme/sector/c", "Sector", "领域", SECTORS)
        left = edges
        number = 0
        while left:
            lead = int(leads[number])
            found = dict.fromkeys(others[number, : partners[number]].tolist())
            found.pop(lead, None)
            if not found:
                found[(lead + 1) % actors] = None
            parties = list(found)[:left]
            left -= len(parties)
            sector = int(sectors[number]) if left else -1
            left -= sector >= 0
            region = int(regions[number]) if left else -1
            left -= region >= 0
            day = date(2016, 1, 1) + timedelta(int(days[number]))
            lines += _cooperation(file, number, lead, parties, sector, region, day)
            number += 1
    return lines


def _draw(random: np.random.Generator, population: int, size: int) -> NDArray[np.int64]:
    weights = np.arange(1, population + 1, dtype=np.float64) ** -EXPONENT
    total = np.cumsum(weights)
    # Ranks are dealt to numbers at random, so that hubs are not the first nodes by name.
    ranks = np.searchsorted(total, random.random(size) * total[-1])
    return random.permutation(population)[ranks]


def _iri(short: str) -> str:
    return _term(
        (SCHEME + short.removeprefix("scheme/")) if short.startswith("scheme") else ID + short
    )


def _things(file: TextIO, stem: str, kind: str, word: str, count: int) -> int:
    for i in range(count):
        iri = _iri(f"{stem}{i}")
        file.write(f'{iri} {_TYPE} {_C[kind]} .\n{iri} {_LABEL} "{word}{i}"@zh .\n')
    return 2 * count


def _cooperation(
    file: TextIO, number: int, lead: int, partners: list[int], sector: int, region: int, day: date
) -> int:
    me = f"{ID}cooperation/d{number}"
    own = _term(me)
    evidence = _iri(f"evidence/e{number // CITED}")
    said = [
        (own, _TYPE, _C["Cooperation"]),
        (own, _C["cooperationType"], _iri(f"scheme/cooperation-type/{TYPES[number % len(TYPES)]}")),
        (own, _C["planFrom"], f'"{day.isoformat()}"^^<{XSD}date>'),
        (own, _C["evidencedBy"], evidence),
    ]
    for i, party in enumerate([lead, *partners]):
        participation = _term(f"{me}#party-{i + 1}")
        said += (
            (own, _C["hasParticipation"], participation),
            (participation, _TYPE, _C["Participation"]),
            (participation, _C["participant"], _iri(f"org/a{party}")),
            (participation, _C["role"], _PARTNER if i else _LEAD),
        )
    if sector >= 0:
        said.append((own, _C["sector"], _iri(f"scheme/sector/c{sector}")))
    if region >= 0:
        said.append((own, _C["targetRegion"], _iri(f"region/b{region}")))
    if number % CITED == 0:
        said += (
            (evidence, _TYPE, _C["Evidence"]),
            (evidence, _term(OA + "hasSource"), _iri("document/generated")),
            (evidence, _term(OA + "exact"), f'"第{number}号公告"@zh'),
            (evidence, _C["paragraph"], f'"{number + 1}"^^<{XSD}integer>'),
        )
    file.writelines(f"{s} {p} {o} .\n" for s, p, o in said)
    return len(said)
