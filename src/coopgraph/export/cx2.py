"""CX2, written as a stream, for Cytoscape and NDEx.

The aspects come in the order that lets a reader begin to draw: descriptor, counts, declarations,
the network's attributes, nodes, edges, how they look, and the status last, which says that the
file is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from coopgraph.export.graphml import EDGE_KEYS, NODE_KEYS
from coopgraph.export.part import Part
from coopgraph.export.rows import RECORDED, EdgeRow, NodeRow, Rows, quoted
from coopgraph.export.style import OTHER, RECORDED_EDGE, UNRECORDED_EDGE
from coopgraph.export.xml_text import printable

MEDIA_TYPE: Final = "application/json"
# Colour, size and place are drawn from; the label is ``name`` in Cytoscape, so the short id is not.
NODE_VALUES: Final = tuple(
    ("short_id" if name == "name" else "name" if name == "label" else name, kind)
    for name, kind in NODE_KEYS
    if name not in ("x", "y")
)
EDGE_VALUES: Final = tuple(
    ("short_id" if name == "name" else "name" if name == "label" else name, kind)
    for name, kind in EDGE_KEYS
)
SHAPES: Final = {"tag": "parallelogram", "star": "vee"}


def write_cx2(part: Part) -> Iterator[bytes]:
    """Yield a CX2 document, some thousand rows a chunk."""
    rows, (nodes, edges) = Rows(part), part.counts
    about = {name: printable(value) for name, value in part.about.items() if value}
    title = "coopgraph" if part.title is None else f"coopgraph: {part.title}"
    about = {"name": printable(title), **about}
    counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": nodes, "edges": edges,
              "visualProperties": 1}  # fmt: skip
    head: list[dict[str, Any]] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [
            {"name": name, "elementCount": count} for name, count in counts.items() if count
        ]},
        {"attributeDeclarations": [{
            "networkAttributes": {name: {"d": "string"} for name in about},
            "nodes": {name: {"d": kind} for name, kind in NODE_VALUES},
            "edges": {name: {"d": kind} for name, kind in EDGE_VALUES},
        }]},
        {"networkAttributes": [about]},
    ]  # fmt: skip
    yield b"[" + b",\n".join(map(_json, head))
    yield b',\n{"nodes":['
    comma = b""
    for batch in rows.nodes():
        yield comma + b",\n".join([_json(_node(row)) for row in batch])
        comma = b",\n"
    yield b']},\n{"edges":['
    comma = b""
    for some in rows.edges():
        yield comma + b",\n".join([_json(_edge(row)) for row in some])
        comma = b",\n"
    yield b"]},\n" + _json({"visualProperties": [LOOK]})
    yield b',\n{"status":[{"success":true}]}]\n'


def _json(value: Any) -> bytes:
    return orjson.dumps(value)


def _node(row: NodeRow) -> dict[str, Any]:
    values = {
        "name": printable(row.label), "short_id": printable(row.name), "type": row.type,
        "color": row.color, "shape": SHAPES.get(row.shape, row.shape), "size": row.size,
        "label_zh": printable(row.label_zh), "label_en": printable(row.label_en),
        "iri": printable(row.iri), "assertion": row.assertion,
    }  # fmt: skip
    return {"id": row.number, "x": row.x, "y": row.y, "v": values}


def _edge(row: EdgeRow) -> dict[str, Any]:
    cited, relation, (first, last) = quoted(row.said), row.relation, row.valid
    values = {
        "name": relation.label, "interaction": relation.interaction, "weight": 1.0,
        "label_zh": relation.label_zh, "label_en": relation.label_en, "short_id": row.name,
        "directed": row.directed, "via": row.via, "status": row.said.status, "valid_from": first,
        "valid_to": last, "layer": row.said.layer, "document": cited.document,
        "paragraph": cited.paragraph, "quote": cited.quote, "assertion": row.assertion,
    }  # fmt: skip
    return {
        "id": row.number, "s": row.source, "t": row.target,
        "v": {
            name: printable(value) if isinstance(value, str) else value
            for name, value in values.items()
            if value is not None
        },
    }  # fmt: skip


def _from(name: str, kind: str) -> dict[str, Any]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": name, "type": kind}}


def _by_assertion(recorded: str, other: str) -> dict[str, Any]:
    chosen = {RECORDED: recorded, "gap": other, "suggested": other}
    pairs = [{"v": name, "vp": value} for name, value in chosen.items()]
    return {
        "type": "DISCRETE",
        "definition": {"attribute": "assertion", "type": "string", "map": pairs},
    }


LOOK: Final[dict[str, Any]] = {
    "default": {
        "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
        "node": {
            "NODE_SHAPE": "rectangle", "NODE_BACKGROUND_COLOR": OTHER.color,
            "NODE_WIDTH": 20.0, "NODE_HEIGHT": 20.0, "NODE_LABEL_COLOR": "#1F2328",
            "NODE_LABEL_FONT_SIZE": 12,
        },
        "edge": {
            "EDGE_LINE_COLOR": RECORDED_EDGE, "EDGE_LINE_STYLE": "solid", "EDGE_WIDTH": 1.0,
            "EDGE_TARGET_ARROW_SHAPE": "none",
        },
    },
    "nodeMapping": {
        "NODE_LABEL": _from("name", "string"), "NODE_BACKGROUND_COLOR": _from("color", "string"),
        "NODE_SHAPE": _from("shape", "string"), "NODE_WIDTH": _from("size", "double"),
        "NODE_HEIGHT": _from("size", "double"),
    },
    "edgeMapping": {
        "EDGE_LABEL": _from("name", "string"),
        "EDGE_LINE_STYLE": _by_assertion("solid", "dashed"),
        "EDGE_LINE_COLOR": _by_assertion(RECORDED_EDGE, UNRECORDED_EDGE),
        "EDGE_TARGET_ARROW_SHAPE": {
            "type": "DISCRETE",
            "definition": {
                "attribute": "directed", "type": "boolean",
                "map": [{"v": True, "vp": "triangle"}, {"v": False, "vp": "none"}],
            },
        },
    },
}  # fmt: skip
"""How Cytoscape draws it: as the explorer does; what nobody recorded is dashed."""
