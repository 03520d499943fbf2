"""Who is active where: things of a class by sectors, with what is recorded and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.columnar.rows import Row, properties_named, rows_of, select
from coopgraph.columnar.table import Unsupported
from coopgraph.errors import NotFound
from coopgraph.gaps.find import ask_here, bind
from coopgraph.gaps.gap_list import GapList
from coopgraph.graph.marks import marks_of
from coopgraph.graph.scope import Scope
from coopgraph.graph.words import Words
from coopgraph.knowledge.derive import layer_graphs
from coopgraph.store.statements import Statements
from coopgraph.vocabulary import COOP, SCHEME, VOCABULARY_GRAPH, XSD, short_id

COVERED, GAP, NONE = STATES = ("covered", "gap", "none-recorded")
MOST_COLUMNS: Final = 300
MOST_IDS: Final = 50
"""So many short ids of one kind a cell names; its counts are of all."""

KINDS: Final = ("cooperations", "projects", "capabilities", "needs", "carriers", "main_sectors")

# What ties a thing to a sector, and as what it counts. The thing itself may be tied by what it is
# (a carrier's sectors, an enterprise's main sectors).
_TIES: Final = {
    "cooperations": "?tie a coop:Cooperation ; coop:sector ?sector ; {end} .",
    "projects": "?tie a ?kind ; coop:sector ?sector ; {end} . "
    "?kind rdfs:subClassOf* coop:Project .",
    "capabilities": "?tie coop:holder ?row ; coop:sector ?sector ; a ?kind . "
    "?kind rdfs:subClassOf* coop:Capability .",
    "needs": "?tie coop:holder ?row ; coop:sector ?sector ; a coop:Need .",
    "carriers": "?tie coop:sector ?sector ; a ?kind . ?kind rdfs:subClassOf* coop:Carrier . "
    "BIND(?tie AS ?row)",
    "main_sectors": "?tie coop:mainSector ?sector . BIND(?tie AS ?row)",
}
_ENDS: Final = ("coop:hasParticipation/coop:participant ?row", "coop:hasCarrier ?row")
_DATES: Final = """
  OPTIONAL { ?tie coop:planFrom ?p1 } OPTIONAL { ?tie coop:planTo ?p2 }
  OPTIONAL { ?tie coop:actualFrom ?a1 } OPTIONAL { ?tie coop:actualTo ?a2 }
  FILTER(!BOUND(?asOf)
         || (COALESCE(?a1, ?p1, ?asOf) <= ?asOf && COALESCE(?a2, ?p2, ?asOf) >= ?asOf))
  FILTER(!BOUND(?dated) || BOUND(?p1) || BOUND(?p2) || BOUND(?a1) || BOUND(?a2))
"""
_PREFIXES: Final = f"""PREFIX coop: <{COOP}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_PARAMETERS: Final = "VALUES (?asOf ?dated) { (UNDEF UNDEF) }"

PROPERTIES: Final = frozenset().union(
    *(
        properties_named(_PREFIXES + text)
        for text in (
            *_TIES.values(), *_ENDS, _DATES, "skos:inScheme skos:topConceptOf skos:broader",
        )
    )
)  # fmt: skip
"""What the matrix is read from."""

Place = tuple[str, str]


@dataclass(frozen=True)
class Matrix:
    """What is recorded of each thing in each sector.

    Attributes
    ----------
    rows, columns
        IRIs: first what has a gap, then what has anything, then the rest; sectors as the scheme
        orders them.
    ties
        By row and column: for each kind, what is recorded.
    gaps
        By row and column: ids of gaps.
    all_columns
        How many sectors the scheme has.
    """

    rows: list[str]
    columns: list[str]
    ties: Mapping[Place, Mapping[str, list[str]]]
    gaps: Mapping[Place, list[str]]
    all_columns: int

    def __len__(self) -> int:
        """How many places hold something."""
        return len(self.ties) + len(self.gaps)

    def describe(self, rows: Iterable[str], words: Words, scope: Scope) -> dict[str, Any]:
        """Return some rows in the shape of the API, every cell of them."""
        selection = scope.selection
        shown = list(rows)
        return {
            "rows": [words.resource(row, selection) for row in shown],
            "columns": [words.resource(column, selection) for column in self.columns],
            "cells": [self._cell(row, column) for row in shown for column in self.columns],
            "total_rows": len(self.rows),
            "total_columns": self.all_columns,
        }

    def _cell(self, row: str, column: str) -> dict[str, Any]:
        ties, gaps = self.ties.get((row, column), {}), self.gaps.get((row, column), [])
        named = {kind: [short_id(iri) for iri in ties[kind]] for kind in KINDS if ties.get(kind)}
        return {
            "row": short_id(row),
            "column": short_id(column),
            "state": GAP if gaps else COVERED if ties else NONE,
            "counts": {
                **{kind: len(ids) for kind, ids in named.items()},
                **({"gaps": len(gaps)} if gaps else {}),
            },
            **{kind: ids[:MOST_IDS] for kind, ids in named.items()},
            **({"gaps": gaps[:MOST_IDS]} if gaps else {}),
        }


def build_matrix(
    store: ox.Store,
    statements: Statements,
    scope: Scope,
    gaps: GapList,
    *,
    rows: str,
    cols: str,
    broader: bool = False,
) -> Matrix:
    """Look up everything of a class in every sector of a scheme.

    Parameters
    ----------
    store
        The generation's store.
    statements
        The same, as columns; at least of :data:`PROPERTIES`.
    scope
        Layers and day.
    gaps
        What the rules found in this scope.
    rows
        Local name of a class; what is below it counts.
    cols
        A concept scheme: ``sector``, ``scheme/sector`` or its IRI.
    broader
        Whether what is recorded in a broader sector, below the top, covers the narrower ones too.

    Raises
    ------
    NotFound
        If there is no such class or scheme.
    """
    lines = _Lines(store, statements, scope)
    things = _things(lines, rows)
    columns = _columns(lines, cols)
    known, inside = set(things), set(columns)
    narrower = lines.narrower() if broader else {}
    ties: dict[Place, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind in KINDS:
        ends = _ENDS if "{end}" in _TIES[kind] else ("",)
        for end in ends:
            pattern = _TIES[kind].replace("{end}", end)
            for row, place, tie in lines.read("?row ?sector ?tie", pattern, dated=True):
                for column in (place, *narrower.get(place, ())):
                    if row in known and column in inside:
                        ties[row, column][kind].append(tie)
    missing: dict[Place, list[str]] = defaultdict(list)
    for gap in gaps.touching(inside):
        subject, sector, value = gap.key
        if sector is not None and sector in inside:
            for thing in {subject, value}:
                if thing is not None and thing in known:
                    missing[thing, sector].append(gap.id)
    for cell in ties.values():
        for kind, found in cell.items():
            cell[kind] = sorted(set(found))
    for ids in missing.values():
        ids.sort()
    with_gap, with_tie = {row for row, _ in missing}, {row for row, _ in ties}
    things.sort(key=lambda row: (row not in with_gap, row not in with_tie, row))
    if len(columns) > MOST_COLUMNS:  # first the sectors of which there is something to tell
        told = {column for _, column in (*missing, *ties)}
        kept = sorted(columns, key=lambda column: column not in told)[:MOST_COLUMNS]
        shown = [column for column in columns if column in set(kept)]
    else:
        shown = columns
    return Matrix(things, shown, dict(ties), dict(missing), len(columns))


@dataclass
class _Lines:
    """Reads a pattern in the layers that are asked, on the day that is asked."""

    store: ox.Store
    statements: Statements
    scope: Scope

    def read(self, names: str, pattern: str, *, dated: bool = False) -> Iterator[list[str]]:
        """Yield the rows in which everything is an IRI."""
        scope, terms = self.scope, {}
        if scope.as_of is not None:
            terms["asOf"] = f'"{scope.as_of.isoformat()}"^^<{XSD}date>'
        if scope.dated_only:
            terms["dated"] = '"only"'
        limits = bool(terms) and dated  # without them the dates need not be read
        text = (
            f"{_PREFIXES}SELECT DISTINCT {names} WHERE {{ {_PARAMETERS if limits else ''} "
            f"{pattern} {_DATES if limits else ''} }}"
        )
        try:
            table, reader = select(
                self.statements, text, terms, marks_of(scope.layers, derived=False)
            )
            rows: Iterable[Row] = rows_of(table, reader, names.replace("?", "").split())
        except Unsupported:
            graphs = [VOCABULARY_GRAPH, *(g.value for g in layer_graphs(self.store, scope.layers))]
            names_only = names.replace("?", "").split()
            found = ask_here(self.store, bind(text, terms), graphs)
            rows = (tuple(row.get(name) for name in names_only) for row in found)
        for row in rows:
            named = [text for text in row if text is not None]
            if len(named) == len(row):
                yield named

    def narrower(self) -> dict[str, list[str]]:
        """Return for each sector those below it; for a scheme's top none."""
        below: dict[str, list[str]] = defaultdict(list)
        pattern = (
            "?low skos:broader+ ?high . OPTIONAL { ?high skos:topConceptOf ?top } "
            "FILTER(!BOUND(?top))"
        )
        for high, low in self.read("?high ?low", pattern):
            below[high].append(low)
        return below


def _things(lines: _Lines, name: str) -> list[str]:
    kind = ox.NamedNode(COOP + name) if name.isalnum() and name.isascii() else None
    vocabulary = ox.NamedNode(VOCABULARY_GRAPH)
    if kind is None or not any(lines.store.quads_for_pattern(kind, None, None, vocabulary)):
        raise NotFound(
            f"there is no class {name!r}; rows is a class such as Organization, Enterprise, "
            "Province, Region, Carrier or Actor",
            zh=f"没有类 {name!r}；rows 可取 Organization、Enterprise、Province、Carrier、Actor 等",
            parameter="rows",
            candidates=["Actor", "Organization", "Enterprise", "Province", "Region", "Carrier"],
        )
    pattern = f"?kind rdfs:subClassOf* {kind} . ?row a ?kind ."
    return sorted(row for (row,) in lines.read("?row", pattern))


def _columns(lines: _Lines, name: str) -> list[str]:
    iri = name if "://" in name else SCHEME + name.removeprefix("scheme/")
    try:
        scheme = ox.NamedNode(iri)
    except ValueError:
        scheme = ox.NamedNode(SCHEME)
    pattern = (
        f"?column skos:inScheme {scheme} . OPTIONAL {{ ?column skos:topConceptOf ?top }} "
        "FILTER(!BOUND(?top))"
    )
    found = sorted(column for (column,) in lines.read("?column", pattern))
    if not found:
        raise NotFound(
            f"there is no scheme {name!r} with concepts; cols is a scheme such as sector",
            zh=f"没有名为 {name!r} 的分类表；cols 可取 sector 等",
            parameter="cols",
            candidates=["sector", "chain-stage"],
        )
    return found
