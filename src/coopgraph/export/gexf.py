"""GEXF 1.3, written as a stream, for Gephi.

Nodes have colour, size, position and shape (of the four that the format has); edges have ``kind``,
which Gephi reads as their type, so that parallel edges survive, and the days on which they hold as
a spell. As in GraphML, whether an edge has a direction is its attribute ``directed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from coopgraph.export.graphml import EDGE_KEYS, NODE_KEYS
from coopgraph.export.part import Part
from coopgraph.export.rows import RECORDED, EdgeRow, NodeRow, Rows, quoted
from coopgraph.export.style import RECORDED_EDGE, UNRECORDED_EDGE
from coopgraph.export.xml_text import attribute, content

MEDIA_TYPE: Final = "application/gexf+xml"
NAMESPACE: Final = "http://gexf.net/1.3"
SHAPES: Final = {"round-rectangle": "square", "rectangle": "square", "triangle": "triangle",
                 "diamond": "diamond"}  # fmt: skip
# What the format has a place of its own for is no attribute besides.
_OWN: Final = {"label", "color", "size", "x", "y", "weight"}
NODE_VALUES: Final = tuple((name, kind) for name, kind in NODE_KEYS if name not in _OWN)
EDGE_VALUES: Final = tuple((name, kind) for name, kind in EDGE_KEYS if name not in _OWN)


def write_gexf(part: Part) -> Iterator[bytes]:
    """Yield a GEXF document, some thousand rows a chunk."""
    yield _head(part).encode()
    rows, (nodes, edges) = Rows(part), part.counts
    yield f'    <nodes count="{nodes}">\n'.encode()
    for batch in rows.nodes():
        yield "".join(map(_node, batch)).encode()
    yield f'    </nodes>\n    <edges count="{edges}">\n'.encode()
    for some in rows.edges():
        yield "".join(map(_edge, some)).encode()
    yield b"    </edges>\n  </graph>\n</gexf>\n"


def _head(part: Part) -> str:
    about = part.about
    said = "; ".join(f"{name}={value}" for name, value in about.items() if value)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gexf xmlns="{NAMESPACE}" xmlns:viz="{NAMESPACE}/viz" version="1.3">\n'
        f"  <meta>\n    <creator>coopgraph</creator>\n"
        f"    <description>{content(said)}</description>\n  </meta>\n"
        '  <graph defaultedgetype="directed" mode="dynamic" timeformat="date" '
        'timerepresentation="interval">\n'
    ]
    for scope, values in (("node", NODE_VALUES), ("edge", EDGE_VALUES)):
        lines.append(f'    <attributes class="{scope}" mode="static">\n')
        lines += (
            f'      <attribute id="{scope[0]}_{name}" title="{name}" type="{kind}"/>\n'
            for name, kind in values
        )
        lines.append("    </attributes>\n")
    return "".join(lines)


def _values(scope: str, values: Iterable[tuple[str, Any]]) -> str:
    return "".join(
        f'<attvalue for="{scope}_{name}" value="{attribute(value)}"/>'
        for name, value in values
        if value is not None
    )


def _color(color: str) -> str:
    red, green, blue = bytes.fromhex(color[1:])
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _node(row: NodeRow) -> str:
    values = _values("n", ((name, getattr(row, name)) for name, _ in NODE_VALUES))
    # Gephi's y grows upwards.
    return (
        f'      <node id="n{row.number}" label="{attribute(row.label)}">'
        f"<attvalues>{values}</attvalues>{_color(row.color)}"
        f'<viz:position x="{row.x}" y="{-row.y + 0.0}" z="0.0"/>'
        f'<viz:size value="{row.size}"/><viz:shape value="{SHAPES.get(row.shape, "disc")}"/>'
        "</node>\n"
    )


def _edge(row: EdgeRow) -> str:
    cited, relation, (first, last) = quoted(row.said), row.relation, row.valid
    values = _values("e", (
        ("interaction", relation.interaction), ("label_zh", relation.label_zh),
        ("label_en", relation.label_en), ("name", row.name), ("directed", row.directed),
        ("via", row.via), ("status", row.said.status), ("valid_from", first), ("valid_to", last),
        ("layer", row.said.layer), ("document", cited.document), ("paragraph", cited.paragraph),
        ("quote", cited.quote), ("assertion", row.assertion),
    ))  # fmt: skip
    spell = ""
    if first or last:
        days = "".join(f' {n}="{day}"' for n, day in (("start", first), ("end", last)) if day)
        spell = f"<spells><spell{days}/></spells>"
    # Gephi keeps parallel edges apart by their kind, so a relator has one of its own.
    kind = relation.interaction if row.via is None else f"{relation.interaction}|{row.via}"
    recorded = row.assertion == RECORDED
    drawn = _color(RECORDED_EDGE if recorded else UNRECORDED_EDGE)
    if not recorded:
        drawn += '<viz:shape value="dashed"/>'
    return (
        f'      <edge id="e{row.number}" source="n{row.source}" target="n{row.target}" '
        f'type="directed" kind="{attribute(kind)}" label="{attribute(relation.label)}" '
        f'weight="1.0"><attvalues>{values}</attvalues>{spell}{drawn}</edge>\n'
    )
