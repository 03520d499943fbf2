from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import BadRequest
from coopgraph.vocabulary import (
    BASE,
    LAYERS,
    PREFIXES,
    derived_graph_iri,
    graph_iri,
    iri_of,
    layer_of,
    local_name,
    short_id,
)


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (BASE + "id/org/baowu", "org/baowu"),
        (BASE + "id/region/CN-GS", "region/CN-GS"),
        (BASE + "scheme/sector/steel", "scheme/sector/steel"),
        (BASE + "ns#Actor", BASE + "ns#Actor"),
        (BASE + "graph/stated/x", BASE + "graph/stated/x"),
        ("http://example.org/a", "http://example.org/a"),
        ("urn:isbn:123", "urn:isbn:123"),
        ("mailto:a@b.cn", "mailto:a@b.cn"),
        (BASE + "id/http://x", None),
        (BASE + "id/scheme/x", None),
        (BASE + "id/", None),
    ],
)
def test_a_short_id_stands_for_one_iri(iri, short):
    if short is not None:
        assert short_id(iri) == short
    assert iri_of(short_id(iri)) == iri


@given(st.sampled_from(["org", "region", "scheme", "carrier"]), st.text("abcXYZ09-._", min_size=1))
def test_short_ids_and_iris_are_inverse(kind, slug):
    short = f"{kind}/{slug}"
    assert short_id(iri_of(short)) == short


@pytest.mark.parametrize("layer", LAYERS)
def test_a_graph_belongs_to_its_layer(layer):
    assert layer_of(graph_iri(layer, "a.b-c_1")) == layer
    assert layer_of(derived_graph_iri(layer, "has-party")) is None


@pytest.mark.parametrize(
    "graph", ["", "http://x/", BASE + "graph/", BASE + "graph/statedx/a", BASE + "graph/vocabulary",
              "https://w3id.org/coopgraph/graph/derived/stated/has-party"]
)  # fmt: skip
def test_other_graphs_belong_to_no_layer(graph):
    assert layer_of(graph) is None


@pytest.mark.parametrize("name", ["", ".a", "-a", "a b", "a/b", "甲", "a\n", "../a", "a#b", "a?b"])
def test_a_dataset_has_a_plain_name(name):
    with pytest.raises(BadRequest) as caught:
        graph_iri("stated", name)
    assert caught.value.zh


@pytest.mark.parametrize("layer", ["", "Stated", "derived", "vocabulary", "stated/x"])
def test_only_three_layers_are_loaded_into(layer):
    with pytest.raises(BadRequest) as caught:
        graph_iri(layer, "a")
    assert caught.value.zh


def test_prefixes_are_iris():
    for iri in PREFIXES.values():
        assert ox.NamedNode(iri)
        assert iri[-1] in "#/"


def test_local_name_is_the_last_part():
    assert local_name("http://x/a#b") == "b"
    assert local_name("http://x/a/b") == "b"
    assert local_name("plain") == "plain"
