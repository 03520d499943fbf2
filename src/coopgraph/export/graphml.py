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

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import numpy as np

from coopgraph.export import yed
from coopgraph.export.lines import Lines
from coopgraph.export.part import Part
from coopgraph.export.rows import (
    BATCH,
    RECORDED,
    EdgeBatch,
    EdgeRow,
    NodeBatch,
    NodeRow,
    Relation,
    Rows,
    Span,
    quoted,
)
from coopgraph.export.style import Style
from coopgraph.export.texts import Cited, Texts
from coopgraph.export.xml_text import content
from coopgraph.graph.bulk_words import Said, SaidColumns
from coopgraph.vocabulary import LAYERS

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

_AFTER_NAME: Final = [
    b'</data><data key="e_directed">%s</data>%s' % (directed, via)
    for via in (b"", b'<data key="e_via">')
    for directed in (b"false", b"true")
]
"""By whether the edge has a direction, and twice whether somebody else says it."""


def write_graphml(part: Part) -> Iterator[bytes]:
    """Yield a GraphML document, some thousand rows a chunk."""
    return _document(part, drawn=False)


def write_yed(part: Part) -> Iterator[bytes]:
    """Yield GraphML with shapes, lines and labels as yEd reads them."""
    return _document(part, drawn=True)


def _document(part: Part, *, drawn: bool) -> Iterator[bytes]:
    yield _head(part, drawn).encode()
    rows = Rows(part)
    texts = Texts(rows)
    for nodes in rows.node_batches():
        yield from _nodes(rows, texts, nodes, drawn)
    if part.more_nodes:
        yield "".join(_node(row, drawn) for row in rows.more_nodes()).encode()
    write_edges = _EdgeWriter(rows, texts, drawn)
    for edges in rows.edge_batches():
        yield from write_edges(edges)
    if part.more_edges:
        yield "".join(_edge(row, drawn) for row in rows.more_edges()).encode()
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


def _nodes(rows: Rows, texts: Texts, batch: NodeBatch, drawn: bool) -> Iterator[bytes]:
    """Yield the lines of nodes that are recorded."""
    types, language = rows.part.snapshot.types, rows.part.language
    iri, name = texts.nodes(batch.node), texts.short_nodes(batch.node)
    zh, en = texts.labels(batch.node, iri)
    label = zh if language == "zh" else en
    looks, look = np.unique(
        np.column_stack([batch.type, batch.size]), axis=0, return_inverse=True
    )  # fmt: skip
    before = []
    for code, size in looks.tolist():
        style = rows.styles[int(code)]
        before.append(_of_look(types[int(code)], style, size).encode())
    lines = Lines(len(batch.node))
    lines.same(b'    <node id="n')
    lines.number(np.arange(batch.number, batch.number + len(batch.node)))
    lines.same(b'"><data key="n_label">')
    lines.text(label)
    lines.same(b'</data><data key="n_name">')
    lines.text(name)
    lines.markup(before, look.reshape(-1))
    lines.tenths(batch.x)
    lines.same(b'</data><data key="n_y">')
    lines.tenths(batch.y)
    lines.same(b'</data><data key="n_label_zh">')
    lines.text(zh)
    lines.same(b'</data><data key="n_label_en">')
    lines.text(en)
    lines.same(b'</data><data key="n_iri">')
    lines.text(iri)
    lines.same(f'</data><data key="n_assertion">{RECORDED}</data>'.encode())
    if drawn:
        places = zip(batch.size.tolist(), batch.x.tolist(), batch.y.tolist(), strict=True)
        colors = [rows.styles[code].color for code in batch.type.tolist()]
        lines.markup(
            [yed.before_label(color, RECORDED, *place).encode()
             for color, place in zip(colors, places, strict=True)],
            np.arange(len(colors)),
        )  # fmt: skip
        lines.text(label)
        shapes = [yed.after_label(style.shape).encode() for style in rows.styles]
        lines.markup(shapes, batch.type)
    lines.same(b"</node>\n")
    return lines.written()


def _of_look(kind: str, style: Style, size: float) -> str:
    """Return what stands between the name of a node and its place."""
    return (
        f"</data>{_data('n_type', kind)}{_data('n_color', style.color)}"
        f'{_data("n_shape", style.shape)}{_data("n_size", size)}<data key="n_x">'
    )


def _node(row: NodeRow, drawn: bool) -> str:
    """Return the line of a node that nobody recorded."""
    values = "".join(_data(f"n_{name}", getattr(row, name)) for name, _ in NODE_KEYS)
    look = yed.node(row) if drawn else ""
    return f'    <node id="n{row.number}">{values}{look}</node>\n'


class _EdgeWriter:
    """Writes batches of edges that are recorded; what many of them share is rendered once."""

    def __init__(self, rows: Rows, texts: Texts, drawn: bool) -> None:
        self._rows = rows
        self._texts = texts
        self._relations = [
            f'">{_of_relation(relation)}<data key="e_name">'.encode() for relation in rows.relations
        ]
        self._said = [content(text).encode() for text in rows.relation_words]
        self._ends = [
            f"{_data('e_assertion', RECORDED)}"
            f"{yed.edge(relation.label, directed, RECORDED) if drawn else ''}</edge>\n".encode()
            for relation in rows.relations
            for directed in (False, True)
        ]
        self._span = lru_cache(BATCH)(lambda interval: _of_span(rows.span(interval)))

    def __call__(self, batch: EdgeBatch) -> Iterator[bytes]:
        """Yield the lines of some edges."""
        texts, rows = self._texts, self._rows
        source, target = (
            texts.short_nodes(ends) for ends in (batch.source_node, batch.target_node)
        )
        via, through = texts.vias(batch)
        words = rows.bulk.said_columns(batch.edge, rows.few_edges)
        cited = texts.cited(words.evidence, words.asked)
        lines = Lines(len(batch.edge))
        lines.same(b'    <edge id="e')
        lines.number(np.arange(batch.number, batch.number + len(batch.edge)))
        lines.same(b'" source="n')
        lines.number(batch.source)
        lines.same(b'" target="n')
        lines.number(batch.target)
        lines.markup(self._relations, batch.relation)
        lines.text(source)
        lines.markup(self._said, batch.relation)
        lines.text(target)
        lines.markup([b"", b"|"], through)
        lines.text(via, through)
        lines.markup(_AFTER_NAME, batch.directed + 2 * through)
        lines.text(via, through)
        lines.markup([b"", b"</data>"], through)
        self._words(lines, batch, words, cited)
        lines.markup(self._ends, 2 * batch.relation.astype(np.int64) + batch.directed)
        return lines.written()

    def _words(self, lines: Lines, batch: EdgeBatch, words: SaidColumns, cited: Cited) -> None:
        """Add status, days, layer and evidence."""
        statuses = self._rows.bulk.statuses if not self._rows.few_edges else []
        status = [b"", *(_data("e_status", name).encode() for name in statuses)]
        layers = [_data("e_layer", layer).encode() for layer in LAYERS]
        which_status, layer = words.status + 1, words.layer.copy()
        for place, said in words.asked.items():
            which_status[place], layer[place] = len(status), len(layers)
            status.append(_data("e_status", said.status).encode())
            layers.append(_of_said(said).encode())
        lines.markup(status, which_status)
        intervals, interval = np.unique(batch.interval, return_inverse=True)
        lines.markup([self._span(i).encode() for i in intervals.tolist()], interval.reshape(-1))
        lines.markup(layers, layer)
        lines.markup([b"", b'<data key="e_document">'], cited.there)
        lines.text(cited.document, cited.there)
        has_number = cited.paragraph >= 0
        lines.markup([b"", b"</data>", b'</data><data key="e_paragraph">'],
                     cited.there.astype(np.int64) + has_number)  # fmt: skip
        lines.number(cited.paragraph, has_number)
        lines.markup([b"", b"</data>"], has_number)
        lines.markup([b"", b'<data key="e_quote">'], cited.quoted)
        lines.text(cited.quote, cited.quoted)
        lines.markup([b"", b"</data>"], cited.quoted)


def _edge(row: EdgeRow, drawn: bool) -> str:
    """Return the line of an edge that nobody recorded."""
    look = yed.edge(row.relation.label, row.directed, row.assertion) if drawn else ""
    return (
        f'    <edge id="e{row.number}" source="n{row.source}" target="n{row.target}">'
        f"{_of_relation(row.relation)}{_data('e_name', row.name)}"
        f"{_data('e_directed', row.directed)}{_data('e_via', row.via or None)}"
        f"{_data('e_status', row.said.status)}{_of_span(row.valid)}{_of_said(row.said)}"
        f"{_data('e_assertion', row.assertion)}{look}</edge>\n"
    )


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


def _of_said(said: Said) -> str:
    cited = quoted(said)
    return (
        _data("e_layer", said.layer)
        + _data("e_document", cited.document)
        + _data("e_paragraph", cited.paragraph)
        + _data("e_quote", cited.quote)
    )
