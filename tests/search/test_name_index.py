from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.errors import BadRequest
from coopgraph.graph.layers import BIT
from coopgraph.search.match_key import match_key
from coopgraph.search.name_index import AMBIGUOUS, NAMING, PREFERRED, Name, NameIndex
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.string_table import StringTable
from coopgraph.vocabulary import graph_iri


def ids(answer):
    return [hit["id"] for hit in answer.data]


@pytest.mark.parametrize(
    ("q", "first"),
    [("宝武集团", "org/baowu"), ("寶武", "org/baowu"), ("baow", "org/baowu"), ("中铝",
     "org/chinalco"),
     ("电解铝", "scheme/sector/electrolytic-aluminium"), ("甘肃省", "region/CN-GS")],
)  # fmt: skip
def test_a_name_or_its_beginning_finds_the_node(full, q, first):
    assert ids(full.search(q))[0] == first


def test_a_hit_is_a_node_with_its_score_and_the_name_that_fits(full):
    hit = full.search("宝武集团").data[0]
    assert list(hit) == ["id", "iri", "type", "label", "score", "matched"]
    assert (hit["score"], hit["matched"], hit["type"]) == (1.0, "宝武集团", "CentralEnterprise")


def test_the_best_comes_first_and_each_node_once(full):
    hits = full.search("甘", limit=1000).data
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit["id"] for hit in hits}) == len(hits) > 1
    assert all(0 < score <= 1 for score in scores)


def test_types_take_in_their_subclasses(full):
    assert ids(full.search("甘肃", type="Province")) == ["region/CN-GS"]
    actors = ids(full.search("甘肃", type="Actor", limit=1000))
    assert "region/CN-GS" in actors
    assert set(ids(full.search("甘肃", type=["Sector", "Province"]))) >= {"region/CN-GS"}
    assert ids(full.search("甘肃", type="Sector")) == []


def test_an_unknown_type_is_refused_as_everywhere(full):
    with pytest.raises(BadRequest):
        full.search("甘肃", type="NoSuchClass")


def test_layers_have_names_of_their_own(full):
    assert "org/baowu" not in ids(full.search("中国宝武钢铁集团有限公司", layers="stated"))
    assert ids(full.search("中国宝武钢铁集团有限公司"))[0] == "org/baowu"


@pytest.mark.parametrize("q", ["", " ", "·", "——", "()"])
def test_nothing_but_punctuation_finds_nothing(full, q):
    assert full.search(q).data == []


def test_pages_are_the_whole(full):
    whole = ids(full.search("中", limit=1000))
    seen, cursor = [], None
    for _ in range(len(whole) + 1):
        page = full.search("中", limit=2, cursor=cursor)
        assert page.truncated == (page.cursor is not None)
        seen += ids(page)
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == whole
    assert len(whole) > 2


def test_a_longer_text_than_any_name_is_not_cut_into_one(full):
    assert full.search("宝武集团" + "·" * 300 + "x").data == []


def test_a_long_name_is_found_whole(graph_of):
    name = "甲" * 500
    graph = graph_of(stated=f'<http://x/a> a coop:Enterprise ; skos:prefLabel "{name}"@zh .')
    assert graph.node(name).data["id"] == "http://x/a"
    assert ids(graph.search(name)) == ["http://x/a"]
    assert ids(graph.search("甲")) == ["http://x/a"]


@pytest.mark.parametrize(
    "prop", ["skos:prefLabel", "skos:altLabel", "coop:officialName", "rdfs:label", "dct:title"]
)
@pytest.mark.parametrize("tag", ["@zh", "@en", "@de", ""])
def test_every_naming_property_names(graph_of, prop, tag):
    graph = graph_of(analyst=f'<http://x/a> a coop:Enterprise ; {prop} "Nomen"{tag} .')
    assert graph.neighbours("nomen").data["node"]["id"] == "http://x/a"


@pytest.mark.parametrize("layers", ["stated", None])
def test_in_the_full_view_every_node_has_its_name(full, layers):
    """A capability is a node of the full view, so its name finds it there."""
    name = "甘肃省钢铁相对富裕产能"
    found = full.neighbours(name, view="full", layers=layers).data["node"]
    assert found["type"] == "SurplusCapacity"
    assert found["id"] in ids(full.search(name, view="full", layers=layers))


def test_an_alias_that_its_source_marks_as_ambiguous_does_not_decide(graph_of):
    graph = graph_of(
        background="""
        <http://x/a> a coop:Enterprise ; coop:ambiguousAlias "五矿"@zh ; skos:prefLabel "甲"@zh ."""
    )
    assert ids(graph.search("五矿")) == ["http://x/a"]
    from coopgraph.errors import AmbiguousName

    with pytest.raises(AmbiguousName):
        graph.neighbours("五矿")


NAMED = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(NAMING),
        st.sampled_from(
            ["甘肃", "甘 肅", "Gansu", "GANSU", "ﬁ", "", "\x01", "a\x01b", "\ud800", "é"]
        )
        | st.text(max_size=4),
        st.sampled_from(["stated", "background", "analyst"]),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(NAMED)
def test_names_are_read_as_one_by_one(said):
    store, found = ox.Store(), {}
    nodes = StringTable.of(f"http://x/{i}" for i in range(4))
    for who, prop, text, layer in said:
        text = text.encode("utf-8", "replace").decode()
        iri, graph = f"http://x/{who}", ox.NamedNode(graph_iri(layer, "x"))
        store.add(ox.Quad(ox.NamedNode(iri), ox.NamedNode(prop), ox.Literal(text), graph))
        if who < 4:
            found[iri, text, prop] = found.get((iri, text, prop), 0) | BIT[layer]
    wanted = NameIndex.of(
        (
            Name(match_key(text), text, iri, layers, prop == PREFERRED, prop == AMBIGUOUS)
            for (iri, text, prop), layers in found.items()
        ),
        nodes,
    )

    def kept(graph):
        return GraphColumns.of_store(store, graph, None)

    def rank(name):
        return name.key, name.ambiguous, not name.preferred, name.iri, name.text

    for index in (NameIndex.read(store, nodes), NameIndex.read(store, nodes, kept)):
        names = [index._name(i) for i in range(len(index))]
        assert names == sorted(names, key=rank)
        # Two properties may give a node one name.
        assert Counter(names) == Counter(wanted._name(i) for i in range(len(wanted)))
