"""GraphML, written as a stream.

The rules that make it open right the first time: ids are NMTOKENs, never IRIs; keys are prefixed
by their scope (``n_label``, ``e_label``), because Gephi takes any node key ``d3`` for the label;
one declared type an attribute; edges have ids, so that parallel ones survive; lists are joined by
``|``; no control characters; nodes before edges; always the same order. Whether an edge has a
direction is its attribute ``directed``: networkx refuses a file that mixes both kinds.

The flavour ``yed`` has the same attributes and what yEd draws besides
(:mod:`coopgraph.export.yed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from coopgraph.export import yed
from coopgraph.export.part import Part
from coopgraph.export.rows import EdgeRow, NodeRow, Relation, Rows, quoted
from coopgraph.export.xml_text import content, contents
from coopgraph.graph.bulk_words import Said

MEDIA_TYPE: Final = "application/graphml+xml"
NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
SCHEMA: Final = f"{NAMESPACE}/1.0/graphml.xsd"

GRAPH_KEYS: Final = (
    "generator", "generation", "content", "layers", "view", "as_of", "dated", "language",
    "truncated", "note",
)  # fmt: skip
NODE_KEYS: Final = (
    ("label", "string"),
    ("name", "string"),
    ("type", "string"),
    ("color", "string"),
    ("shape", "string"),
    ("size", "double"),
    ("x", "double"),
    ("y", "double"),
    ("label_zh", "string"),
    ("label_en", "string"),
    ("iri", "string"),
    ("assertion", "string"),
)
EDGE_KEYS: Final = (
    ("label", "string"),
    ("interaction", "string"),
    ("weight", "double"),
    ("label_zh", "string"),
    ("label_en", "string"),
    ("name", "string"),
    ("directed", "boolean"),
    ("via", "string"),
    ("status", "string"),
    ("valid_from", "string"),
    ("valid_to", "string"),
    ("layer", "string"),
    ("document", "string"),
    ("paragraph", "string"),
    ("quote", "string"),
    ("assertion", "string"),
)
FLAVOURS: Final = ("yed",)
_KEPT: Final = 100_000


def write_graphml(part: Part, flavour: str | None = None) -> Iterator[bytes]:
    """Yield a GraphML document, some thousand rows a chunk.

    Parameters
    ----------
    part
        What is written.
    flavour
        ``yed`` adds shapes, lines and labels as yEd reads them.
    """
    drawn = flavour == "yed"
    yield _head(part, drawn).encode()
    rows = Rows(part)
    for nodes in rows.nodes():
        yield "".join(map(_drawn_node if drawn else _node, nodes)).encode()
    write = _EdgeWriter(drawn)
    for edges in rows.edges():
        yield write(edges).encode()
    yield b"  </graph>\n</graphml>\n"


def _head(part: Part, drawn: bool) -> str:
    more = f" {yed.NAMESPACES}" if drawn else ""
    schema = yed.SCHEMA if drawn else SCHEMA
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<graphml xmlns="{NAMESPACE}"{more} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{NAMESPACE} {schema}">\n'
    ]
    graph_keys = [(name, "string") for name in GRAPH_KEYS]
    for scope, keys in (("graph", graph_keys), ("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        lines += (
            f'  <key id="{scope[0]}_{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>\n'
            for name, kind in keys
        )
    if drawn:
        lines.append(yed.KEYS)
    lines.append('  <graph id="coopgraph" edgedefault="directed">\n')
    about = part.about
    lines += (f"    {_data(f'g_{name}', about[name])}\n" for name in GRAPH_KEYS if about[name])
    return "".join(lines)


def _data(key: str, value: Any) -> str:
    return "" if value is None else f'<data key="{key}">{content(value)}</data>'


def _node_data(row: NodeRow) -> str:
    return "".join(_data(f"n_{name}", getattr(row, name)) for name, _ in NODE_KEYS)


def _node(row: NodeRow) -> str:
    return f'    <node id="n{row.number}">{_node_data(row)}</node>\n'


def _drawn_node(row: NodeRow) -> str:
    return f'    <node id="n{row.number}">{_node_data(row)}{yed.node(row)}</node>\n'


class _EdgeWriter:
    """Writes batches of edges; what many edges share is rendered once."""

    def __init__(self, drawn: bool) -> None:
        self._drawn = drawn
        self._relations: dict[Relation, str] = {}
        self._spans: dict[tuple[str | None, str | None], str] = {}
        self._said: dict[Said, tuple[str, str]] = {}

    def __call__(self, edges: list[EdgeRow]) -> str:
        relations, spans, known = self._relations, self._spans, self._said
        for cache in (spans, known):
            if len(cache) > _KEPT:
                cache.clear()
        names = contents([edge.name for edge in edges])
        vias = contents([edge.via or "" for edge in edges])
        out = []
        for row, name, via in zip(edges, names, vias, strict=True):
            number, source, target, _, relation, directed, by, valid, said, assertion = row
            one = relations.get(relation)
            if one is None:
                one = relations[relation] = _of_relation(relation)
            span = spans.get(valid)
            if span is None:
                span = spans[valid] = _data("e_valid_from", valid[0]) + _data(
                    "e_valid_to", valid[1]
                )
            words = known.get(said)
            if words is None:
                words = known[said] = _of_said(said)
            through = "" if by is None else f'<data key="e_via">{via}</data>'
            out.append(
                f'    <edge id="e{number}" source="n{source}" target="n{target}">{one}'
                f'<data key="e_name">{name}</data>'
                f'<data key="e_directed">{"true" if directed else "false"}</data>'
                f"{through}{words[0]}{span}{words[1]}"
                f'<data key="e_assertion">{assertion}</data>'
                f"{yed.edge(row) if self._drawn else ''}</edge>\n"
            )
        return "".join(out)


def _of_relation(relation: Relation) -> str:
    return "".join(
        (
            _data("e_label", relation.label),
            _data("e_interaction", relation.interaction),
            '<data key="e_weight">1.0</data>',
            _data("e_label_zh", relation.label_zh),
            _data("e_label_en", relation.label_en),
        )
    )


def _of_said(said: Said) -> tuple[str, str]:
    cited = quoted(said)
    parts: Iterable[str] = (
        _data("e_layer", said.layer),
        _data("e_document", cited.document),
        _data("e_paragraph", cited.paragraph),
        _data("e_quote", cited.quote),
    )
    return _data("e_status", said.status), "".join(parts)
