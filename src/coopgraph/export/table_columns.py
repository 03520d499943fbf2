"""The columns of the tables, the same in CSV and in a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from coopgraph.export.rows import EdgeRow, NodeRow, quoted

NODES: Final = (
    "id", "label", "label_zh", "label_en", "type", "assertion", "iri", "color", "shape", "size",
    "x", "y",
)  # fmt: skip
EDGES: Final = (
    "id", "source", "target", "relation", "label", "label_zh", "label_en", "directed", "via",
    "status", "valid_from", "valid_to", "layer", "assertion", "document", "paragraph", "quote",
)  # fmt: skip
EVIDENCE: Final = ("edge", "document", "paragraph", "quote", "start", "end", "evidence")


def node_cells(row: NodeRow) -> tuple[Any, ...]:
    """Return the cells of a node, in the order of :data:`NODES`."""
    return (
        row.name, row.label, row.label_zh, row.label_en, row.type, row.assertion, row.iri,
        row.color, row.shape, row.size, row.x, row.y,
    )  # fmt: skip


def edge_cells(row: EdgeRow, names: list[str]) -> tuple[Any, ...]:
    """Return the cells of an edge, in the order of :data:`EDGES`.

    Parameters
    ----------
    row
        The edge.
    names
        Short ids of the nodes by number.
    """
    cited, relation = quoted(row.said), row.relation
    return (
        row.name, names[row.source], names[row.target], relation.interaction, relation.label,
        relation.label_zh, relation.label_en, row.directed, row.via, row.said.status, *row.valid,
        row.said.layer, row.assertion, cited.document, cited.paragraph, cited.quote,
    )  # fmt: skip


def evidence_cells(row: EdgeRow) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each piece of evidence of an edge, in the order of :data:`EVIDENCE`."""
    for e in row.said.evidence:
        yield (
            row.name, e["document"], e["paragraph"], e["quote"], e.get("start"), e.get("end"),
            e["id"],
        )  # fmt: skip
