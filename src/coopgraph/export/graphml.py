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
from coopgraph.export.rows import EdgeColumns, NodeRow, Relation, Rows, Span, quoted
from coopgraph.export.xml_text import content, contents
from coopgraph.graph.bulk_words import Said

MEDIA_TYPE: Final = "application/graphml+xml"
NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
SCHEMA: Final = f"{NAMESPACE}/1.0/graphml.xsd"

GRAPH_KEYS: Final = (
    "generator", "content", "layers", "view", "as_of", "dated", "language",
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
_NODE_TEXTS: Final = ("label", "name", "label_zh", "label_en", "iri")
_DIRECTED: Final = {
    True: '<data key="e_directed">true</data>',
    False: '<data key="e_directed">false</data>',
}
_KEPT: Final = 100_000


def write_graphml(part: Part) -> Iterator[bytes]:
    """Yield a GraphML document, some thousand rows a chunk."""
    return _document(part, drawn=False)


def write_yed(part: Part) -> Iterator[bytes]:
    """Yield GraphML with shapes, lines and labels as yEd reads them."""
    return _document(part, drawn=True)


def _document(part: Part, *, drawn: bool) -> Iterator[bytes]:
    yield _head(part, drawn).encode()
    rows = Rows(part)
    write_nodes, write_edges = _NodeWriter(drawn), _EdgeWriter(drawn)
    for nodes in rows.nodes():
        yield write_nodes(nodes).encode()
    for edges in rows.edge_columns():
        yield write_edges(edges).encode()
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


class _NodeWriter:
    """Writes batches of nodes; what many nodes share is rendered once."""

    def __init__(self, drawn: bool) -> None:
        self._drawn = drawn
        self._types: dict[tuple[str, str, str], str] = {}

    def __call__(self, nodes: list[NodeRow]) -> str:
        types = self._types
        texts = (contents([getattr(row, name) for row in nodes]) for name in _NODE_TEXTS)
        out = []
        for row, label, name, zh, en, iri in zip(nodes, *texts, strict=True):
            look = (row.type, row.color, row.shape)
            kind = types.get(look)
            if kind is None:
                kind = types[look] = "".join(
                    _data(f"n_{key}", value)
                    for key, value in zip(("type", "color", "shape"), look, strict=True)
                )
            out.append(
                f'    <node id="n{row.number}"><data key="n_label">{label}</data>'
                f'<data key="n_name">{name}</data>{kind}<data key="n_size">{row.size}</data>'
                f'<data key="n_x">{row.x}</data><data key="n_y">{row.y}</data>'
                f'<data key="n_label_zh">{zh}</data><data key="n_label_en">{en}</data>'
                f'<data key="n_iri">{iri}</data>'
                f'<data key="n_assertion">{row.assertion}</data>'
                f"{yed.node(row) if self._drawn else ''}</node>\n"
            )
        return "".join(out)


class _EdgeWriter:
    """Writes batches of edges; what many edges share is rendered once."""

    def __init__(self, drawn: bool) -> None:
        self._drawn = drawn
        self._relations: dict[Relation, str] = {}
        self._said: dict[Said, tuple[str, str]] = {}

    def __call__(self, c: EdgeColumns) -> str:
        known = self._said
        if len(known) > _KEPT:
            known.clear()
        relations = {i: self._relation(c.relations[i]) for i in set(c.relation)}
        spans = {i: _of_span(c.spans[i]) for i in set(c.span)}
        names = contents(c.name)
        vias = contents([via or "" for via in c.via])
        out = []
        for number, source, target, name, relation, directed, via, span, said, assertion in zip(
            c.number, c.source, c.target, names, c.relation, c.directed, vias, c.span, c.said,
            c.assertion, strict=True,
        ):  # fmt: skip
            words = known.get(said)
            if words is None:
                words = known[said] = _of_said(said)
            through = f'<data key="e_via">{via}</data>' if via else ""
            drawn = ""
            if self._drawn:
                drawn = yed.edge(c.relations[relation].label, directed, assertion)
            out.append(
                f'    <edge id="e{number}" source="n{source}" target="n{target}">'
                f'{relations[relation]}<data key="e_name">{name}</data>{_DIRECTED[directed]}'
                f"{through}{words[0]}{spans[span]}{words[1]}"
                f'<data key="e_assertion">{assertion}</data>{drawn}</edge>\n'
            )
        return "".join(out)

    def _relation(self, relation: Relation) -> str:
        found = self._relations.get(relation)
        if found is None:
            found = self._relations[relation] = _of_relation(relation)
        return found


def _of_span(span: Span) -> str:
    return _data("e_valid_from", span[0]) + _data("e_valid_to", span[1])


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
