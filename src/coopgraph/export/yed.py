"""What yEd draws: shapes, lines and labels inside GraphML, by yWorks' ``ygraphml.xsd``."""

from __future__ import annotations

from typing import Final

from coopgraph.export.rows import RECORDED, NodeRow
from coopgraph.export.style import RECORDED_EDGE, UNRECORDED_EDGE
from coopgraph.export.xml_text import content

NAMESPACES: Final = 'xmlns:y="http://www.yworks.com/xml/graphml"'
SCHEMA: Final = "http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd"
KEYS: Final = (
    '  <key id="n_graphics" for="node" yfiles.type="nodegraphics"/>\n'
    '  <key id="e_graphics" for="edge" yfiles.type="edgegraphics"/>\n'
)
SHAPES: Final = {
    "round-rectangle": "roundrectangle", "ellipse": "ellipse", "diamond": "diamond",
    "hexagon": "hexagon", "triangle": "triangle", "tag": "parallelogram", "star": "star5",
    "octagon": "octagon", "rectangle": "rectangle",
}  # fmt: skip


def node(row: NodeRow) -> str:
    """Return a node's ``y:ShapeNode``."""
    before = before_label(row.color, row.assertion, row.size, row.x, row.y)
    return f"{before}{content(row.label)}{after_label(row.shape)}"


def before_label(color: str, assertion: str, size: float, x: float, y: float) -> str:
    """Return the begin of a ``y:ShapeNode``: position is that of its upper left corner."""
    dashed = "line" if assertion == RECORDED else "dashed"
    return (
        '<data key="n_graphics"><y:ShapeNode>'
        f'<y:Geometry height="{size}" width="{size}" '
        f'x="{round(x - size / 2, 2)}" y="{round(y - size / 2, 2)}"/>'
        f'<y:Fill color="{color}" transparent="false"/>'
        f'<y:BorderStyle color="#1F2328" type="{dashed}" width="1.0"/>'
        '<y:NodeLabel alignment="center" autoSizePolicy="content" fontSize="12" '
        'modelName="sides" modelPosition="s" textColor="#1F2328" visible="true" '
        'xml:space="preserve">'
    )


def after_label(shape: str) -> str:
    """Return the end of a ``y:ShapeNode``."""
    return f'</y:NodeLabel><y:Shape type="{SHAPES[shape]}"/></y:ShapeNode></data>'


def edge(label: str, directed: bool, assertion: str) -> str:
    """Return an edge's ``y:PolyLineEdge``: dashed where nobody has recorded it."""
    recorded = assertion == RECORDED
    color, line = (RECORDED_EDGE, "line") if recorded else (UNRECORDED_EDGE, "dashed")
    return (
        '<data key="e_graphics"><y:PolyLineEdge>'
        '<y:Path sx="0.0" sy="0.0" tx="0.0" ty="0.0"/>'
        f'<y:LineStyle color="{color}" type="{line}" width="1.0"/>'
        f'<y:Arrows source="none" target="{"standard" if directed else "none"}"/>'
        '<y:EdgeLabel alignment="center" fontSize="10" textColor="#57606A" visible="true" '
        f'xml:space="preserve">{content(label)}</y:EdgeLabel>'
        '<y:BendStyle smoothed="false"/>'
        "</y:PolyLineEdge></data>"
    )
