from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from coopgraph.resources import data_dir, ontology_dir


def _files(layers: Iterable[str]) -> list[Path]:
    vocabulary = [
        ontology_dir() / "coopgraph.ttl",
        ontology_dir() / "alignment.ttl",
        *(ontology_dir() / "schemes").glob("*.ttl"),
    ]
    return vocabulary + [path for layer in layers for path in (data_dir() / layer).glob("*.ttl")]


@pytest.fixture(scope="session")
def store_of() -> Callable[..., ox.Store]:
    """A store with the vocabulary and the shipped data of some layers."""
    made: dict[tuple[str, ...], ox.Store] = {}

    def make(*layers: str) -> ox.Store:
        if layers not in made:
            store = made[layers] = ox.Store()
            for path in _files(layers):
                store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        return made[layers]

    return make


@pytest.fixture(scope="session")
def graph_of() -> Callable[..., rdflib.Graph]:
    """The same as one rdflib graph."""
    made: dict[tuple[str, ...], rdflib.Graph] = {}

    def make(*layers: str) -> rdflib.Graph:
        if layers not in made:
            graph = made[layers] = rdflib.Graph()
            for path in _files(layers):
                graph.parse(path, format="turtle")
        return made[layers]

    return make
