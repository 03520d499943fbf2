"""A snapshot that follows a change is, byte by byte, the one that is built from nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.graph import redraw as redrawing
from coopgraph.graph import touched
from coopgraph.graph.build import build_snapshot
from coopgraph.graph.projection import read_projection
from coopgraph.graph.redraw import redraw
from coopgraph.graph.saved import read_snapshot, save_snapshot
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, LAYERS, VOCABULARY_GRAPH, graph_iri, layer_of

sys.path.insert(0, str(Path(__file__).parent))
from test_build_same import CLASSES, NAMES, TRIPLES, TYPE, cooperations

TABLE = read_projection(ontology_dir() / "projection.csv")
Quads = set[ox.Quad]
SAID = st.tuples(
    st.one_of(TRIPLES.map(lambda t: [t]), cooperations()),
    st.sampled_from(LAYERS),
    st.sampled_from(["one", "two"]),
)


def quads(said) -> Quads:
    return {
        ox.Quad(*triple, ox.NamedNode(graph_iri(layer, name)))
        for triples, layer, name in said
        for triple in triples
    }


def difference(one: Quads, other: Quads) -> set[ox.Triple]:
    """Return what a layer says in one and not in the other."""
    mine, theirs = (
        {(layer_of(q.graph_name.value), q.triple) for q in found} for found in (one, other)
    )
    return {triple for _, triple in mine ^ theirs}


@pytest.fixture(scope="module")
def vocabulary(ontology) -> list[ox.Quad]:
    return [ox.Quad(*t, ox.NamedNode(VOCABULARY_GRAPH)) for t in ontology.vocabulary]


@pytest.fixture(scope="module")
def follows(vocabulary, tmp_path_factory):
    """Compare following a change with building from nothing; say whether it was followed."""
    folder = tmp_path_factory.mktemp("snapshots")
    stores = {}

    def store_of(found: Quads) -> ox.Store:
        key = frozenset(map(str, found))
        if key not in stores:
            stores.clear() if len(stores) > 4 else None
            stores[key] = ox.Store()
            stores[key].extend([*vocabulary, *found])
        return stores[key]

    def compare(before: Quads, after: Quads) -> bool:
        old, new = store_of(before), store_of(after)
        path = folder / "old"
        save_snapshot(path, {}, build_snapshot(old, "compact", TABLE))
        kept = read_snapshot(path, {})  # as a service has it: from arrays
        found = redraw(kept, old, new, difference(before, after), TABLE)
        if found is None:
            return False
        for name, snapshot in (("a", found), ("b", build_snapshot(new, "compact", TABLE))):
            save_snapshot(folder / name, {}, snapshot)
        if (folder / "a").read_bytes() != (folder / "b").read_bytes():
            one, other = (read_snapshot(folder / name, {}) for name in "ab")
            for name in vars(other):
                assert str(getattr(one, name)) == str(getattr(other, name)), name
            raise AssertionError("files differ")
        return True

    return compare


def test_random_changes_of_random_graphs(follows):
    told: list[bool] = []

    @settings(max_examples=250, deadline=None, derandomize=True)
    @given(
        st.lists(SAID, min_size=3, max_size=20),
        st.lists(SAID, max_size=2),
        st.randoms(use_true_random=False),
    )
    def compare(said, added, random):
        before = quads(said)
        gone = random.sample(sorted(before, key=str), min(len(before), random.randint(0, 3)))
        told.append(follows(before, (before - set(gone)) | quads(added)))

    compare()
    assert sum(told) > len(told) // 4  # the rest brings or takes a class


def _said(*triples: tuple[ox.NamedNode, str, object], layer: str = "stated") -> Quads:
    graph = ox.NamedNode(graph_iri(layer, "one"))
    return {ox.Quad(s, TYPE if p == "a" else ox.NamedNode(COOP + p), o, graph)
            for s, p, o in triples}  # fmt: skip


A, B, C, D, *_ = NAMES
COOPERATION, ENTERPRISE = CLASSES[0], CLASSES[5]
BASE = _said(
    (A, "a", ENTERPRISE), (B, "a", ENTERPRISE), (C, "a", COOPERATION), (C, "participant", A),
    (C, "hasParticipation", NAMES[5]), (NAMES[5], "participant", A),
    (C, "hasParticipation", NAMES[6]), (NAMES[6], "participant", B),
    (NAMES[5], "role", ox.NamedNode("https://w3id.org/coopgraph/scheme/role/lead")),
    (NAMES[6], "role", ox.NamedNode("https://w3id.org/coopgraph/scheme/role/partner")),
    (D, "a", COOPERATION), (D, "sector", NAMES[7]), (D, "hasParticipation", NAMES[8]),
    (NAMES[8], "participant", A),
    (NAMES[8], "role", ox.NamedNode("https://w3id.org/coopgraph/scheme/role/lead")),
)  # fmt: skip
DAY = ox.Literal("2020-05-01")


@pytest.mark.parametrize("change", [
    _said((C, "sector", NAMES[7])), _said((C, "planFrom", DAY)), _said((B, "a", COOPERATION)),
    _said((A, "a", COOPERATION)), _said((NAMES[6], "participant", D)), _said((C, "unheard", A)),
    _said((C, "planFrom", DAY), layer="analyst"), _said((NAMES[7], "a", ENTERPRISE)),
    _said((C, "targetRegion", A), layer="background"),
], ids=str)  # fmt: skip
def test_what_is_added_and_taken_back_is_followed(follows, change):
    assert follows(BASE, BASE | change)
    assert follows(BASE | change, BASE)


@pytest.mark.parametrize("quad", sorted(BASE, key=str), ids=str)
def test_the_loss_of_every_statement(follows, quad):
    follows(BASE, BASE - {quad})


def test_a_class_that_comes_is_left_to_building_anew(follows):
    assert not follows(BASE, BASE | _said((NAMES[4], "a", CLASSES[9])))


def test_a_wide_change_is_left_to_building_anew(follows, monkeypatch):
    monkeypatch.setattr(touched, "MOST", 1)
    change = _said((C, "sector", B), (D, "sector", B))
    assert not follows(BASE, BASE | change)
    monkeypatch.setattr(touched, "MOST", 2)
    assert follows(BASE, BASE | change)
    monkeypatch.setattr(touched, "MOST_SEEN", 3)
    assert not follows(BASE, BASE | change)
    assert redrawing.TooMuch is touched.TooMuch
