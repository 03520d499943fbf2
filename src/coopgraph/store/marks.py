"""Marks of change that a load leaves in a remote store, in ``graph/provenance``.

=====================================  ==========================================================
statement                              what it says
=====================================  ==========================================================
``graph owl:versionInfo "7 3f9a…"``    the load that wrote the graph last: number, fingerprint
``graph prov:invalidatedAtTime time``  a load that is not finished is writing the graph
=====================================  ==========================================================

The mark of ``graph/provenance`` itself is written last. Who reads the store looks at that one
alone; while it is the same nothing was loaded, and while it is invalidated nothing is to be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from coopgraph.errors import Unavailable
from coopgraph.store.remote_client import RemoteClient
from coopgraph.vocabulary import GRAPH, OWL, PROV, PROVENANCE_GRAPH, XSD

VERSION: Final = OWL + "versionInfo"
INVALIDATED: Final = PROV + "invalidatedAtTime"
GENERATED: Final = PROV + "generatedAtTime"
RULES: Final = PROV + "value"
_MANY: Final = 1000
_HEAD: Final = (
    f"SELECT ?p ?value {{ GRAPH <{PROVENANCE_GRAPH}> {{ <{PROVENANCE_GRAPH}> ?p ?value }} }}"
)
_OURS: Final = f'FILTER(STRSTARTS(STR(?g), "{GRAPH}"))'
_COUNTS: Final = f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {_OURS} }} GROUP BY ?g"
_GRAPHS: Final = f"SELECT (COUNT(DISTINCT ?g) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {_OURS} }}"


class Head(NamedTuple):
    """What a store says of itself in a few words: its mark, its rules, whether a load goes on."""

    mark: str = ""
    rules: str = ""
    pending: bool = False

    @property
    def number(self) -> int:
        """The number of the load that wrote the mark; 0 where there is none.

        Examples
        --------
        >>> Head("7 3f9a").number, Head().number
        (7, 0)
        """
        number = self.mark.partition(" ")[0]
        return int(number) if number.isdecimal() and len(number) < 19 else 0


class Known(NamedTuple):
    """What a mirror knows of the store it was copied from."""

    head: Head
    counts: Mapping[str, int]
    tokens: Mapping[str, str]
    unfinished: tuple[str, ...] = ()

    @classmethod
    def of(cls, info: Mapping[str, Any] | None) -> Known | None:
        """Return what a generation records, None where it records nothing."""
        said = (info or {}).get("mirror")
        if said is None:
            return None
        return cls(Head(*said["head"]), said["counts"], said["tokens"], tuple(said["unfinished"]))

    def to_record(self) -> dict[str, Any]:
        """Return it as plain data.

        Examples
        --------
        >>> known = Known(Head("1 a"), {"http://g": 2}, {})
        >>> Known.of({"mirror": known.to_record()}) == known
        True
        """
        return {
            "head": list(self.head),
            "counts": dict(self.counts),
            "tokens": dict(self.tokens),
            "unfinished": list(self.unfinished),
        }


def read_head(client: RemoteClient) -> Head:
    """Ask a store for its mark: one small query."""
    said: dict[str, str] = {}
    for row in client.select(_HEAD):
        said[row["p"]] = row["value"]
    return Head(said.get(VERSION, ""), said.get(RULES, ""), INVALIDATED in said)


def count_graphs(client: RemoteClient) -> dict[str, int]:
    """Ask a store how many statements each published graph has.

    Raises
    ------
    Unavailable
        If the store cuts its answers short, so that graphs would seem to be gone.
    """
    counts = {row["g"]: int(row["n"]) for row in client.select(_COUNTS) if "g" in row}
    if len(counts) >= _MANY:
        there = int(client.select(_GRAPHS)[0]["n"])
        if there != len(counts):
            raise Unavailable(
                f"the store lists {len(counts)} of its {there} graphs: raise its limit of rows",
                zh=f"远程存储只列出 {there} 个图中的 {len(counts)} 个：请提高其行数上限",
            )
    return {graph: count for graph, count in counts.items() if count}


def count_remote(client: RemoteClient, graph: str) -> int:
    """Ask a store how many statements one graph has."""
    rows = client.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(rows[0]["n"]) if rows else 0


class Marks(NamedTuple):
    """The marks of all graphs, and which of them are being written."""

    tokens: dict[str, str]
    unfinished: tuple[str, ...]


def read_marks(triples: Iterable[ox.Triple]) -> Marks:
    """Return the marks in the statements of ``graph/provenance``.

    Examples
    --------
    >>> g = ox.NamedNode("https://w3id.org/coopgraph/graph/stated/a")
    >>> read_marks([ox.Triple(g, ox.NamedNode(VERSION), ox.Literal("1 x"))]).tokens
    {'https://w3id.org/coopgraph/graph/stated/a': '1 x'}
    """
    tokens, unfinished = {}, set()
    for subject, predicate, value in triples:
        if not isinstance(subject, ox.NamedNode):
            continue
        if predicate.value == VERSION and isinstance(value, ox.Literal):
            tokens[subject.value] = value.value
        elif predicate.value == INVALIDATED:
            unfinished.add(subject.value)
    return Marks(tokens, tuple(sorted(unfinished - {PROVENANCE_GRAPH})))


def parse(file: Path, media_type: str) -> Iterable[ox.Triple]:
    """Yield the statements of a file that a store sent."""
    form = ox.RdfFormat.from_media_type(media_type)
    return (quad.triple for quad in ox.parse(path=str(file), format=form))


def mark_triples(tokens: Mapping[str, str], mark: str, rules: str, when: str) -> list[ox.Triple]:
    """Return the statements that mark a finished load."""
    literal = ox.Literal
    return [
        *(_say(graph, VERSION, literal(token)) for graph, token in tokens.items()),
        _say(PROVENANCE_GRAPH, VERSION, literal(mark)),
        _say(PROVENANCE_GRAPH, RULES, literal(rules)),
        _say(PROVENANCE_GRAPH, GENERATED, _time(when)),
    ]


def pending_triples(graphs: Collection[str], when: str) -> list[ox.Triple]:
    """Return the statements that say that a load is writing some graphs."""
    return [_say(graph, INVALIDATED, _time(when)) for graph in (PROVENANCE_GRAPH, *sorted(graphs))]


def _say(graph: str, predicate: str, value: ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(graph), ox.NamedNode(predicate), value)


def _time(value: str) -> ox.Literal:
    return ox.Literal(value.replace("+00:00", "Z"), datatype=ox.NamedNode(XSD + "dateTime"))
