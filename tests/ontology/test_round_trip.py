"""Turtle of ``to_turtle`` reads back as the same graph, and one graph has one text."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from coopgraph.intake.turtle import to_turtle
from coopgraph.resources import data_dir, ontology_dir

SHIPPED = sorted([*ontology_dir().rglob("*.ttl"), *data_dir().rglob("*.ttl")])


def _read(text: bytes) -> list[ox.Triple]:
    quads = ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri="urn:base:")
    return [quad.triple for quad in quads]


def _graph(text: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle", publicID="urn:base:")


def _shuffled(triples: list[ox.Triple], seed: int) -> list[ox.Triple]:
    return random.Random(seed).sample(triples, len(triples))  # noqa: S311


def _is_ground(triples: list[ox.Triple]) -> bool:
    return not any(isinstance(node, ox.BlankNode) for triple in triples for node in triple)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
class TestShipped:
    def test_written_and_read_again_it_is_the_same_graph(self, path: Path):
        text = path.read_bytes()
        written = to_turtle(_read(text), header="Two lines\nof a header").encode()
        if _is_ground(_read(text)):
            assert set(_read(written)) == set(_read(text))
        # Another parser than the writer's own agrees, up to the names of blank nodes.
        assert isomorphic(_graph(written), _graph(text))

    def test_the_order_of_statements_does_not_show(self, path: Path):
        triples = _read(path.read_bytes())
        texts = {to_turtle(_shuffled(triples, seed)) for seed in range(5)}
        assert len(texts) == 1

    def test_what_is_generated_is_as_it_would_be_written_now(self, path: Path):
        header, _, body = path.read_bytes().decode().partition("@base")
        if header.startswith("# Generated"):
            assert to_turtle(_read(path.read_bytes())) == "@base" + body


NODES = st.integers(0, 5).map(lambda number: ox.NamedNode(f"urn:node:{number}"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LITERALS = st.one_of(
    TEXT.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), TEXT, st.sampled_from(["zh", "en"])
    ),
    st.integers().map(ox.Literal),
)
TRIPLES = st.lists(st.builds(ox.Triple, NODES, NODES, NODES | LITERALS), unique=True, max_size=20)


@given(TRIPLES, st.integers(0, 1000))
def test_any_graph_has_one_text_and_the_text_is_that_graph(triples, seed):
    text = to_turtle(triples)
    assert text == to_turtle(_shuffled(triples, seed))
    assert set(_read(text.encode())) == set(triples)
