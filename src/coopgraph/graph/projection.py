"""The declared table that says how the graph is drawn (``ontology/projection.csv``).

A row ``class, source, target, relation, label_zh, label_en, directed`` draws edges for every
resource of the class, or of a subclass: from each resource that ``source`` finds to each that
``target`` finds. A row with neither makes the class a class of nodes.

=================  =====================================================================
``source, target``  what it finds
=================  =====================================================================
``role:lead``      who takes part in that role
``role:*``         everyone else who takes part
``coop:sector``    the values of that property
``self``           the resource itself
=================  =====================================================================

``relation`` is a local name, or ``coop:cooperationType`` or ``coop:role`` (the concept that is the
value: an edge for each), or ``class`` (the most specific class of the resource).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopgraph.errors import BadRequest
from coopgraph.vocabulary import COOP

HEADER: Final = ["class", "source", "target", "relation", "label_zh", "label_en", "directed"]


@dataclass(frozen=True)
class EdgeRule:
    """One row of the table that draws edges.

    Attributes
    ----------
    class_iri
        The class whose resources are drawn.
    source, target
        ``self``, ``role:NAME``, ``role:*`` or ``coop:NAME``.
    relation
        A local name, ``class``, or the property whose value is the relation.
    label
        By language; empty where the relation is a class or concept with a label of its own.
    directed
        Whether the edge has a direction.
    """

    class_iri: str
    source: str
    target: str
    relation: str
    label: dict[str, str]
    directed: bool


@dataclass(frozen=True)
class Projection:
    """The table as read.

    Attributes
    ----------
    node_classes
        IRIs of the classes whose resources are nodes.
    edges
        The rows that draw edges, in the order of the file.
    """

    node_classes: tuple[str, ...]
    edges: tuple[EdgeRule, ...]


def read_projection(path: Path) -> Projection:
    """Read the table.

    Raises
    ------
    BadRequest
        Naming the line that cannot be understood.

    Examples
    --------
    >>> from coopgraph.resources import ontology_dir
    >>> table = read_projection(ontology_dir() / "projection.csv")
    >>> "https://w3id.org/coopgraph/ns#Project" in table.node_classes
    True
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != HEADER:
            raise BadRequest(f"{path.name}, line 1: the columns must be {','.join(HEADER)}")
        nodes: list[str] = []
        edges: list[EdgeRule] = []
        for row in rows:
            where = f"{path.name}, line {rows.line_num}"
            if None in row or None in row.values():
                raise BadRequest(f"{where}: a row has {len(HEADER)} columns")
            class_iri = COOP + row["class"]
            source, target = row["source"], row["target"]
            if not source and not target:
                nodes.append(class_iri)
                continue
            for end in (source, target):
                if end != "self" and not end.startswith(("role:", "coop:")):
                    raise BadRequest(f"{where}: {end!r} is not self, role:… or coop:…")
            if row["directed"] not in ("true", "false"):
                raise BadRequest(f"{where}: directed must be true or false")
            label = {"zh": row["label_zh"], "en": row["label_en"]}
            edges.append(
                EdgeRule(
                    class_iri, source, target, row["relation"], label, row["directed"] == "true"
                )
            )
    return Projection(tuple(nodes), tuple(edges))
