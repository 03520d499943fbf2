"""What is put together from pieces is what one writes line by line, byte for byte."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.export import lines as lines_module
from coopgraph.export.graphml import write_graphml, write_yed
from coopgraph.export.lines import Lines
from coopgraph.export.part import Part, of_gaps, whole, with_suggestions
from coopgraph.export.spans import equal, local, short, spans
from coopgraph.export.xml_text import content
from coopgraph.graph.scope import make_scope
from coopgraph.graph.words import Words
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import BASE, ID, SCHEME, local_name, short_id

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))
from line_by_line import nodes_and_edges
from worded_graphs import kept_of, worded_graphs

# Also what no RDF can hold: halves of characters, control characters.
ANY = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=12),
    st.text(
        "<&>\"'\r\n\t\x00\x1f\x7f\ud7ff\ud800\udfff\ue000\uf000\ufffd\ufffe\uffff𐀀", max_size=8
    ),
)


_END = b"  </graph>\n</graphml>\n"


def written(lines: Lines) -> bytes:
    return b"".join(lines.written())


def check(part: Part) -> None:
    for write, drawn in ((write_graphml, False), (write_yed, True)):
        document = b"".join(write(part))
        body = document[document.index(b'  <graph id="coopgraph"') :]
        lines = [li for li in body.splitlines(True) if li.startswith((b"    <node", b"    <edge"))]
        expected = nodes_and_edges(part, drawn)
        assert (
            body[body.index(lines[0]) :] == expected + b"  </graph>\n</graphml>\n"
            if lines
            else not expected
        )


def parts(graph, view="compact", **options):
    p, scope = graph.published, make_scope(view=view, **options)
    for language in ("zh", "en"):
        yield whole(p.store, p.snapshot(view), p.words(view), scope, language, p.number)


@pytest.mark.parametrize("view", ["compact", "full"])
@pytest.mark.parametrize(
    "options", [{}, {"layers": "stated"}, {"layers": "stated,background"}], ids=str
)
def test_what_ships(full, view, options):
    for part in parts(full, view, **options):
        check(part)


def test_what_nobody_recorded(full):
    gaps = full.gaps(limit=1000).data
    for part in parts(full):
        check(with_suggestions(part, gaps))
        check(of_gaps(part, gaps, suggested=True))


@settings(max_examples=30)
@given(worded_graphs())
def test_random_graphs(graph_of, said):
    graph = graph_of(**said)
    kept = kept_of(graph.published.store)
    for view, layers in (("compact", None), ("full", "stated,background")):
        options = {"layers": layers} if layers else {}
        for part in parts(graph, view, **options):
            check(part)
            words = Words(part.store, part.snapshot, kept)
            check(replace(part, words=words))


@given(st.text(st.characters(exclude_categories=[]), max_size=9), st.text(max_size=9))
def test_gaps_may_be_called_anything(graph_of, label, name):
    (part, _) = parts(
        graph_of(stated="<http://x/a> a coop:Enterprise ; coop:locatedIn <http://x/b> .")
    )
    node = {"id": f"gap/{name}", "iri": f"{ID}gap/{name}", "type": "Gap", "assertion": "gap",
            "label": {"zh": label, "en": name}}  # fmt: skip
    edge = {"id": label, "source": node["id"], "target": "http://x/a", "relation": name,
            "label": node["label"], "directed": True, "via": None, "status": None,
            "valid": {"from": None, "to": None}, "evidence": [], "layer": "stated",
            "assertion": "gap"}  # fmt: skip
    document = b"".join(write_graphml(replace(part, more_nodes=[node], more_edges=[edge])))
    assert f'<data key="n_label_zh">{content(label)}</data>'.encode() in document
    assert f'<data key="e_name">{content(label)}</data>'.encode() in document


@settings(max_examples=300)
@given(st.lists(ANY, max_size=20), st.lists(st.integers(-(2**62), 2**62), min_size=1))
def test_every_text_is_escaped_as_one_by_one(texts, numbers):
    table = StringTable.of(texts)
    lines = Lines(len(texts))
    values = np.resize(np.array(numbers, np.int64), len(texts))
    there = values % 2 == 0
    lines.same(b"<")
    lines.text(spans(table, np.arange(len(texts))))
    lines.number(values, there)
    lines.markup([b"no", b"yes"], there)
    expected = [
        f"<{content(text)}{value if value % 2 == 0 else ''}{'no' if value % 2 else 'yes'}"
        for text, value in zip(texts, values.tolist(), strict=True)
    ]
    assert written(lines) == "".join(expected).encode()


@given(st.lists(st.floats(-1e7, 1e7), max_size=20))
def test_tenths_are_written_as_python_writes_them(values):
    rounded = np.round(np.array(values), 1) + 0.0
    lines = Lines(len(values))
    lines.tenths(rounded)
    assert written(lines) == "".join(map(repr, rounded.tolist())).encode()


IRIS = st.builds(
    lambda base, rest: base + rest,
    st.sampled_from(["", BASE, ID, SCHEME, ID[:-1], "http://x/"]),
    st.one_of(
        st.text("aZ09+-.:/#é", max_size=8),
        st.sampled_from(
            ["scheme/", "scheme/a", "scheme", "a+b:c", "1a:b", ":", "a/b:c", "[:", "@:", "{:"]
        ),
    ),
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(IRIS, max_size=12))
def test_short_ids_and_last_parts_are_as_one_by_one(iris):
    every = np.arange(len(iris))
    for cut, one in ((short, short_id), (local, local_name)):
        lines = Lines(len(iris))
        lines.text(cut(spans(StringTable.of(iris), every)))
        assert written(lines) == "".join(content(one(iri)) for iri in iris).encode()


@given(st.lists(st.tuples(IRIS, IRIS), max_size=12))
def test_equal_texts(pairs):
    one, other = (spans(StringTable.of(c), np.arange(len(pairs))) for c in (
        [a for a, _ in pairs], [b for _, b in pairs]))  # fmt: skip
    assert equal(one, other).tolist() == [a == b for a, b in pairs]
    assert equal(one, one).all()


def test_blocks_are_bounded_and_long_lines_come_whole(monkeypatch):
    monkeypatch.setattr(lines_module, "BLOCK", 1000)
    texts = ["short", "&" * 5000, "x" * 400, "", "<" * 300] * 20
    lines = Lines(len(texts))
    lines.text(spans(StringTable.of(texts), np.arange(len(texts))))
    lines.same(b"\n")
    blocks = list(lines.written())
    assert b"".join(blocks) == "".join(content(text) + "\n" for text in texts).encode()
    assert all(block.endswith(b"\n") for block in blocks)
    assert len(blocks) > 10


def test_files_that_are_written_at_once_are_the_same(full):
    part = next(parts(full))
    expected = b"".join(write_graphml(part))
    p = full.published
    for _ in range(5):
        words = Words(p.store, part.snapshot, part.words.kept)
        same = replace(part, words=words)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda part: b"".join(write_graphml(part)), [same] * 4))
        assert all(document == expected for document in found)
