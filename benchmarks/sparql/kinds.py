"""The queries: six kinds, each with a constant that changes from one to the next."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, NamedTuple

from benchmarks.cooperations import EDGES_AN_ACTOR, REGIONS, SECTORS, TYPES
from benchmarks.industry import TRIPLES_AN_EDGE, actor, sector
from coopgraph.vocabulary import COOP, ID, SCHEME, SKOS

HEAD: Final = f"PREFIX coop: <{COOP}>\nPREFIX skos: <{SKOS}>\n"
JSON: Final = "application/sparql-results+json"
TURTLE: Final = "text/turtle"


class Kind(NamedTuple):
    """A kind of query.

    ``text`` makes one of a number, ``many`` says how many numbers make different ones, and
    ``accept`` is the media type that every contender has.
    """

    name: str
    text: Callable[[int], str]
    many: int
    accept: str = JSON

    def texts(self, count: int, mark: str = "") -> list[str]:
        """Return queries, constants in random but fixed order.

        With a mark each ends in a comment of its own, so that none was ever sent before, even
        where there are fewer constants than queries.
        """
        numbers = list(range(self.many))
        random.Random(1).shuffle(numbers)
        chosen = (self.text(numbers[i % self.many]) for i in range(count))
        return [f"{HEAD}{text}{f' #{mark}{i}' if mark else ''}" for i, text in enumerate(chosen)]


def kinds(triples: int) -> list[Kind]:
    """Return the kinds for a graph of :mod:`benchmarks.industry` with so many statements."""
    edges = int(triples / TRIPLES_AN_EDGE)
    actors, cooperations = max(20, edges // EDGES_AN_ACTOR) // 2, max(1, edges // 5)
    types = [f"<{SCHEME}cooperation-type/{name}>" for name in TYPES]
    return [
        Kind(
            "point",
            lambda i: f"SELECT ?p ?o WHERE {{ <{ID}cooperation/d{i}> ?p ?o }}",
            cooperations,
        ),
        Kind(
            "two hops",
            lambda i: (
                "SELECT DISTINCT ?third WHERE {\n"
                f"  ?a coop:participant <{actor(i)}> . ?one coop:hasParticipation ?a , ?b .\n"
                "  ?b coop:participant ?second .\n"
                "  ?c coop:participant ?second . ?two coop:hasParticipation ?c , ?d .\n"
                "  ?d coop:participant ?third }"
            ),
            actors,
        ),
        Kind(
            "group by",
            lambda i: (
                "SELECT ?sector (COUNT(?c) AS ?n) WHERE "
                f"{{ ?c coop:cooperationType {types[i]} ; coop:sector ?sector }} GROUP BY ?sector"
            ),
            len(types),
        ),
        Kind(
            "property path",
            lambda i: f"SELECT ?below WHERE {{ ?below skos:broader* <{sector(i)}> }}",
            SECTORS,
        ),
        Kind(
            "NOT EXISTS",
            lambda i: (
                f"SELECT ?c WHERE {{ ?c coop:targetRegion <{ID}region/b{i}> "
                "FILTER NOT EXISTS { ?c coop:sector ?s } }"
            ),
            REGIONS,
        ),
        Kind(
            "CONSTRUCT",
            lambda i: (
                "CONSTRUCT { ?c ?p ?o } WHERE "
                f"{{ ?a coop:participant <{actor(i)}> . ?c coop:hasParticipation ?a ; ?p ?o }}"
            ),
            actors,
            TURTLE,
        ),
    ]
