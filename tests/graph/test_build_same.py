"""What is built by joining columns is what drawing one cooperation after the other gives."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.graph.build import build_snapshot
from coopgraph.graph.projection import read_projection
from coopgraph.graph.snapshot import Snapshot
from coopgraph.resources import ontology_dir
from coopgraph.store.graph_columns import GraphColumns
from coopgraph.vocabulary import COOP, LAYERS, SCHEME, VOCABULARY_GRAPH, graph_iri, layer_of

sys.path.insert(0, str(Path(__file__).parent))
from one_by_one import build_snapshot as build_one_by_one

VIEWS = ("compact", "full")
TABLE = read_projection(ontology_dir() / "projection.csv")


def plain(snapshot: Snapshot) -> dict[str, object]:
    """Return a snapshot as data that can be compared; who is in a sector has no order."""
    found: dict[str, object] = {}
    for member in dataclasses.fields(snapshot):
        value = getattr(snapshot, member.name)
        if member.name == "adjacency":
            for column in ("source", "target", "subject", "relation", "directed", "visible",
                           "interval", "interval_from", "interval_to"):  # fmt: skip
                values = np.asarray(getattr(snapshot, column)[:])
                found[column] = (str(values.dtype), values.tolist())
            continue
        if isinstance(value, np.ndarray):
            value = (str(value.dtype), value.tolist())
        elif member.name in ("nodes", "subjects"):
            value = list(value)
        elif member.name == "sector_subjects":
            value = {
                sector: sorted(zip(who.tolist(), layers.tolist(), strict=True))
                for sector, (who, layers) in value.items()
                if len(who)
            }
        found[member.name] = value
    return found


def kept_of(store: ox.Store):
    """Return what gives the columns of each graph as they are made when it is published."""

    def kept(graph: str) -> GraphColumns:
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        lines = sorted(str(quad.triple) for quad in quads)
        return GraphColumns.of_lines("\n".join(lines).encode())

    return kept


def assert_same(store: ox.Store) -> None:
    for view in VIEWS:
        expected = plain(build_one_by_one(store, view, TABLE))
        for kept in (lambda _: None, kept_of(store)):
            built = plain(build_snapshot(store, view, TABLE, kept))
            for name, value in expected.items():
                assert built[name] == value, (view, name)


def test_the_shipped_graph(full):
    assert_same(full.published.store)


def test_nothing_at_all():
    assert_same(ox.Store())


NAMES = [ox.NamedNode(f"http://x/{i}") for i in range(9)]
CLASSES = [
    ox.NamedNode(COOP + name)
    for name in ("Cooperation", "Project", "Capability", "SurplusCapacity", "Need", "Enterprise",
                 "Actor", "Organization", "Region", "Sector", "Measure", "Participation",
                 "ChainLink", "Goal", "PolicyInstrument", "Carrier")
] + [ox.NamedNode("http://other/Thing")]  # fmt: skip
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
ROLES = [ox.NamedNode(f"{SCHEME}role/{name}") for name in ("lead", "partner", "investor")]
PROPERTIES = [
    ox.NamedNode(COOP + name)
    for name in ("hasParticipation", "participant", "sector", "targetRegion", "holder",
                 "locatedIn", "promotes", "cooperationType", "upstreamSector",
                 "downstreamSector", "mainSector", "addressee", "unheardOf")
]  # fmt: skip
DATES = [ox.NamedNode(COOP + n) for n in ("planFrom", "planTo", "actualFrom", "actualTo")]
TEXTS = [
    ox.Literal("2019-06-01"), ox.Literal("2020-01-01T00:00:00"), ox.Literal("1950-02-03"),
    ox.Literal("soon"), ox.Literal('so "it" is\n\t\\', language="en"), ox.Literal(7),
    ox.Literal(True), ox.Literal(1.5),
]  # fmt: skip
NAMED = st.sampled_from(NAMES)
# Six classes and participations at most, so that statements meet.
TRIPLES = st.one_of(
    st.builds(ox.Triple, NAMED, st.just(TYPE), st.sampled_from(CLASSES)),
    st.builds(ox.Triple, NAMED, st.sampled_from(PROPERTIES), NAMED),
    st.builds(ox.Triple, NAMED, st.just(ox.NamedNode(COOP + "role")), st.sampled_from(ROLES)),
    st.builds(ox.Triple, NAMED, st.sampled_from(DATES + PROPERTIES), st.sampled_from(TEXTS)),
)


@st.composite
def cooperations(draw: st.DrawFn) -> list[ox.Triple]:
    """Draw a relator with some parties, so that many are whole."""
    said = []
    for number in range(draw(st.integers(1, 3))):
        who = NAMES[number]
        said.append(ox.Triple(who, TYPE, draw(st.sampled_from(CLASSES[:5]))))
        for party in range(draw(st.integers(0, 4))):
            part = ox.NamedNode(f"http://x/part-{number}-{party}")
            said += [
                ox.Triple(who, PROPERTIES[0], part),
                ox.Triple(part, PROPERTIES[1], draw(NAMED)),
                ox.Triple(part, ox.NamedNode(COOP + "role"), draw(st.sampled_from(ROLES))),
            ]
    return said


@settings(max_examples=120)
@given(
    st.lists(
        st.tuples(st.one_of(TRIPLES.map(lambda t: [t]), cooperations()), st.integers(1, 7)),
        max_size=25,
    )
)
def test_random_graphs_in_every_combination_of_layers(ontology_graph, said):
    store = ox.Store()
    store.extend(ontology_graph)
    for triples, layers in said:
        for bit, layer in enumerate(LAYERS):
            if layers >> bit & 1:
                # Two graphs of one layer may say the same.
                for name in ("one", "two")[: 1 + layers % 2]:
                    graph = ox.NamedNode(graph_iri(layer, name))
                    store.extend(ox.Quad(*triple, graph) for triple in triples)
    assert_same(store)


@pytest.fixture(scope="module")
def ontology_graph(ontology) -> list[ox.Quad]:
    return [ox.Quad(*t, ox.NamedNode(VOCABULARY_GRAPH)) for t in ontology.vocabulary]


def test_kept_columns_are_as_those_read_from_the_store(full, tmp_path: Path):
    store = full.published.store
    graph = next(g.value for g in store.named_graphs() if layer_of(g.value) == "stated")
    columns = kept_of(store)(graph)
    path = tmp_path / "columns"
    columns.save(path, "abc")
    assert GraphColumns.saved(path, "other") is None
    saved = GraphColumns.saved(path, "abc")
    assert saved is not None

    def written(c: GraphColumns) -> set[tuple[str, str, str, str]]:
        return {
            (kind, prop, c.terms[s], values[v])
            for kind, found, values in (("link", c.links, c.terms), ("words", c.words, c.texts))
            for prop, (subject, value) in found.items()
            for s, v in zip(subject.tolist(), value.tolist(), strict=True)
        }

    expected = written(GraphColumns.of_store(store, graph, None))
    assert written(columns) == written(saved) == expected
    assert len(expected) > 100
