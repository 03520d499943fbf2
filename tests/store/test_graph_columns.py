"""Columns say what the statements say: in which language, and in any order of rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.store import graph_columns
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Places

GRAPH = ox.NamedNode("x:g")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXT, language=st.sampled_from(["zh", "en", "zh-hans", "fr-ca", "x-a"])),
    TEXT.map(ox.Literal),
    st.integers(-9, 9).map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.sampled_from(["@en", '"@zh', "a\n@en", '\\"@fr'])
    .map(ox.Literal),
    st.builds(ox.Literal, TEXT, datatype=st.just(ox.NamedNode("x:d"))),
)  # fmt: skip
NAMES = st.sampled_from([ox.NamedNode(f"x:{c}") for c in "abc"])
TRIPLES = st.builds(ox.Triple, NAMES, NAMES, st.one_of(NAMES, LITERALS))


def said(columns: GraphColumns) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for prop, (subject, value) in columns.words.items():
        assert len(columns.language[prop]) == len(subject)
        for s, v, tag in zip(subject.tolist(), value.tolist(), columns.language[prop].tolist(),
                             strict=True):  # fmt: skip
            found[columns.terms[s], prop, columns.texts[v], columns.languages[tag]] += 1
    return found


@given(st.sets(TRIPLES, max_size=12))
def test_texts_keep_their_language(tmp_path_factory, triples):
    store = ox.Store()
    store.extend(ox.Quad(*triple, GRAPH) for triple in triples)
    expected = Counter(
        (q.subject.value, q.predicate.value, q.object.value, q.object.language or "")
        for q in store
        if isinstance(q.object, ox.Literal)
    )
    lines = "\n".join(sorted(str(q.triple) for q in store)).encode()
    path = tmp_path_factory.mktemp("columns") / "file"
    columns = GraphColumns.of_lines(lines)
    columns.save(path, "abc")
    saved = GraphColumns.saved(path, "abc")
    assert saved is not None
    for made in (columns, saved, GraphColumns.of_store(store, GRAPH.value, None)):
        assert said(made) == expected


def test_columns_of_an_older_form_are_not_trusted(tmp_path, monkeypatch):
    columns, path = GraphColumns.of_lines(b'<x:a> <x:p> "b"'), tmp_path / "file"
    monkeypatch.setattr(graph_columns, "FORMAT", 1)
    columns.save(path, "abc")
    assert GraphColumns.saved(path, "abc") is not None
    monkeypatch.undo()
    assert GraphColumns.saved(path, "abc") is None


@given(st.sets(TEXT), st.lists(TEXT), st.randoms(use_true_random=False))
def test_places(table, asked, random):
    table = sorted(table, key=lambda _: random.random())
    asked += table
    places = {text: i for i, text in enumerate(table)}
    texts = StringTable.of(asked)
    found = Places(StringTable.of(table))
    assert found.of(texts).tolist() == [places.get(text, -1) for text in asked]
    chosen = np.array([i for i in range(len(table)) if i % 2], np.int64)
    some = Places(StringTable.of(table), chosen)
    odd = [place if (place := places.get(text, -1)) % 2 else -1 for text in asked]
    assert some.of(texts).tolist() == odd


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_empty_table_has_no_place(count):
    texts = StringTable.of(map(str, range(count)))
    assert Places(StringTable.of([])).of(texts).tolist() == [-1] * count
