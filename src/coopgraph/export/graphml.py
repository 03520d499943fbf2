"""GraphML, written as a stream.

The rules that make it open right the first time: ids are NMTOKENs, never IRIs; keys are prefixed
by their scope (``n_label``, ``e_label``), because Gephi takes any node key ``d3`` for the label;
one declared type an attribute; edges have ids, so that parallel ones survive; lists are joined by
``|``; no control characters; nodes before edges; always the same order. Whether an edge has a
direction is its attribute ``directed``: networkx refuses a file that mixes both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from coopgraph.export.style import style_of
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.graph.words import Words

MEDIA_TYPE: Final = "application/graphml+xml"
NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
SCHEMA: Final = f"{NAMESPACE}/1.0/graphml.xsd"

NODE_KEYS: Final = (
    ("label", "string"),
    ("name", "string"),
    ("type", "string"),
    ("color", "string"),
    ("size", "double"),
    ("label_zh", "string"),
    ("label_en", "string"),
    ("iri", "string"),
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
)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHUNK: Final = 64 * 1024


def write_graphml(
    snapshot: Snapshot, words: Words, selection: int, nodes: Bool, edges: Bool, language: str
) -> Iterator[bytes]:
    """Yield a GraphML document in chunks of about 64 KiB.

    Parameters
    ----------
    snapshot, words
        The graph.
    selection
        The layers whose words are shown.
    nodes, edges
        What to write, shapes (n,) and (m,).
    language
        ``zh`` or ``en``: the language of ``label``; both are there besides.
    """
    buffer: list[str] = []
    size = 0
    for text in _document(snapshot, words, selection, nodes, edges, language):
        buffer.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield "".join(buffer).encode()
            buffer, size = [], 0
    yield "".join(buffer).encode()


def _document(
    snapshot: Snapshot, words: Words, selection: int, nodes: Bool, edges: Bool, language: str
) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<graphml xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">\n'
    )
    for scope, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name, kind in keys:
            yield (
                f'  <key id="{scope[0]}_{name}" for="{scope}" '
                f'attr.name="{name}" attr.type="{kind}"/>\n'
            )
    yield '  <graph id="coopgraph" edgedefault="directed">\n'
    ends = np.concatenate([snapshot.source[edges], snapshot.target[edges]])
    degree = np.bincount(ends, minlength=len(snapshot.nodes))
    # Numbered anew: the numbers of a snapshot depend on layers that were not asked for.
    numbers: dict[int, int] = {}
    for i in np.flatnonzero(nodes).tolist():
        numbers[i] = len(numbers)
        node = words.node(i, selection)
        look = style_of(snapshot.superclasses.get(node["type"], frozenset()))
        values = {
            "label": node["label"][language],
            "name": node["id"],
            "type": node["type"],
            "color": look.color,
            "size": round(10 + 6 * float(np.log2(1 + degree[i])), 2),
            "label_zh": node["label"]["zh"],
            "label_en": node["label"]["en"],
            "iri": node["iri"],
        }
        yield f'    <node id="n{numbers[i]}">{_data("n", NODE_KEYS, values)}</node>\n'
    for number, i in enumerate(np.flatnonzero(edges).tolist()):
        edge = words.edge(i, selection)
        source, target = numbers[int(snapshot.source[i])], numbers[int(snapshot.target[i])]
        cited = edge["evidence"]
        values = {
            "label": edge["label"][language],
            "interaction": edge["relation"],
            "weight": 1.0,
            "label_zh": edge["label"]["zh"],
            "label_en": edge["label"]["en"],
            "name": edge["id"],
            "directed": edge["directed"],
            "via": edge["via"],
            "status": edge["status"],
            "valid_from": edge["valid"]["from"],
            "valid_to": edge["valid"]["to"],
            "layer": edge["layer"],
            "document": _joined(dict.fromkeys(e["document"] for e in cited)),
            "paragraph": _joined(e["paragraph"] for e in cited),
            "quote": _joined(e["quote"] for e in cited),
        }
        yield (
            f'    <edge id="e{number}" source="n{source}" target="n{target}">'
            f"{_data('e', EDGE_KEYS, values)}</edge>\n"
        )
    yield "  </graph>\n</graphml>\n"


def _joined(values: Iterable[Any]) -> str | None:
    known = [str(value) for value in values if value is not None]
    return "|".join(known) if known else None


def _data(scope: str, keys: Iterable[tuple[str, str]], values: dict[str, Any]) -> str:
    return "".join(
        f"<data key={quoteattr(f'{scope}_{name}')}>{_text(values[name])}</data>"
        for name, _ in keys
        if values[name] is not None
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A bare carriage return would be read back as a line feed.
    return escape(_FORBIDDEN.sub("\ufffd", str(value)), {"\r": "&#13;"})
