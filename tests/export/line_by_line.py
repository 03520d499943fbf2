"""GraphML as one would write it by hand: a thing after the other, its words asked one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from coopgraph.export import yed
from coopgraph.export.layout import lay_out
from coopgraph.export.part import Part
from coopgraph.export.rows import NodeRow
from coopgraph.export.style import style_of
from coopgraph.export.xml_text import content


def nodes_and_edges(part: Part, drawn: bool) -> bytes:
    """Return the lines of all nodes, then of all edges."""
    s, selection = part.snapshot, part.scope.selection
    nodes, edges = np.flatnonzero(part.nodes), np.flatnonzero(part.edges)
    local = {node: number for number, node in enumerate(nodes.tolist())}
    described = [part.words.node(node, selection) for node in local]
    iris = [node["id"] for node in described] + [node["id"] for node in part.more_nodes]
    said = [part.words.edge(edge, selection) for edge in edges.tolist()]
    ends = [(local[int(s.source[e])], local[int(s.target[e])]) for e in edges.tolist()]
    number = {name: i for i, name in enumerate(iris)}
    ends += [(number[e["source"]], number[e["target"]]) for e in part.more_edges]
    source, target = np.array(ends, np.int64).reshape(-1, 2).T
    degree = np.bincount(np.concatenate([source, target]), minlength=len(iris))
    places = lay_out(source, target, len(iris)).tolist()
    lines = []
    for i, node in enumerate([*described, *part.more_nodes]):
        above = s.superclasses.get(node["type"], frozenset()) | {node["type"]}
        label, look = node["label"], style_of(frozenset(above))
        row = NodeRow(
            i, label[part.language], node["id"], node["type"], look.color, look.shape,
            float(np.round(10 + 6 * np.log2(1 + degree[i]), 2)), *places[i], label["zh"],
            label["en"], node["iri"], node.get("assertion", "recorded"),
        )  # fmt: skip
        values = "".join(data(f"n_{k}", v) for k, v in row._asdict().items() if k != "number")
        lines.append(f'    <node id="n{i}">{values}{yed.node(row) if drawn else ""}</node>\n')
    for i, (edge, pair) in enumerate(zip([*said, *part.more_edges], ends, strict=True)):
        cited, assertion = edge["evidence"], edge.get("assertion", "recorded")
        values = [
            ("label", edge["label"][part.language]), ("interaction", edge["relation"]),
            ("weight", 1.0), ("label_zh", edge["label"]["zh"]), ("label_en", edge["label"]["en"]),
            ("name", edge["id"]), ("directed", edge["directed"]), ("via", edge["via"] or None),
            ("status", edge["status"]), ("valid_from", edge["valid"]["from"]),
            ("valid_to", edge["valid"]["to"]), ("layer", edge["layer"]),
            ("document", joined(dict.fromkeys(e["document"] for e in cited))),
            ("paragraph", joined(e["paragraph"] for e in cited)),
            ("quote", joined(e["quote"] for e in cited)), ("assertion", assertion),
        ]  # fmt: skip
        look = ""
        if drawn:
            look = yed.edge(edge["label"][part.language], edge["directed"], assertion)
        lines.append(
            f'    <edge id="e{i}" source="n{pair[0]}" target="n{pair[1]}">'
            f"{''.join(data(f'e_{k}', v) for k, v in values)}{look}</edge>\n"
        )
    return "".join(lines).encode()


def data(key: str, value: Any) -> str:
    return "" if value is None else f'<data key="{key}">{content(value)}</data>'


def joined(values: Iterable[Any]) -> str | None:
    known = [str(value) for value in values if value is not None]
    return "|".join(known) if known else None
