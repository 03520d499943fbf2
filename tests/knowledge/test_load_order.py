"""What is published does not depend on the order in which, or in how many loads, it came."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.knowledge.dataset import Dataset, read_dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.publish import publish
from coopgraph.knowledge.shipped import shipped_datasets
from coopgraph.store.generations import Generations
from coopgraph.vocabulary import GRAPH, XSD, graph_iri, layer_of

Graphs = dict[str, frozenset[ox.Triple]]

MEMO = """
<https://w3id.org/coopgraph/id/cooperation/memo/solar> a coop:Cooperation ;
    skos:prefLabel "甘肃与宝武光伏合作"@zh , "Gansu and Baowu on solar power"@en ;
    dct:source <http://example.org/memo> ;
    coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking> ;
    coop:status <https://w3id.org/coopgraph/scheme/status/planned> ;
    coop:sector <https://w3id.org/coopgraph/scheme/sector/steel> ;
    coop:hasParticipation <https://w3id.org/coopgraph/id/cooperation/memo/solar#party-1> ,
        <https://w3id.org/coopgraph/id/cooperation/memo/solar#party-2> .
<https://w3id.org/coopgraph/id/cooperation/memo/solar#party-1> a coop:Participation ;
    coop:participant <https://w3id.org/coopgraph/id/region/CN-GS> ;
    coop:role <https://w3id.org/coopgraph/scheme/role/partner> .
<https://w3id.org/coopgraph/id/cooperation/memo/solar#party-2> a coop:Participation ;
    coop:participant <https://w3id.org/coopgraph/id/org/baowu> ;
    coop:role <https://w3id.org/coopgraph/scheme/role/partner> .
"""


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory, prefixes: str) -> list[Dataset]:
    """What ships, and a memo of an analyst's."""
    memo = tmp_path_factory.mktemp("order") / "memo.ttl"
    memo.write_text(prefixes + MEMO, encoding="utf-8")
    return [*shipped_datasets(), read_dataset(memo, "analyst")]


def _published(
    ontology: Ontology, loads: Iterable[Sequence[Dataset]], shacl: bool = False
) -> Graphs:
    """Publish load after load; return all graphs, without when it was."""
    with closing(Generations(":memory:")) as generations:
        for load in loads:
            publish(generations, ontology, load, shacl=shacl)
        reader = generations.reader()
        assert reader
        with closing(reader):
            graphs: dict[str, set[ox.Triple]] = {}
            for quad in reader.store:
                said_when = getattr(quad.object, "datatype", None) == ox.NamedNode(XSD + "dateTime")
                if not said_when:
                    graphs.setdefault(str(quad.graph_name), set()).add(quad.triple)
            return {name: frozenset(triples) for name, triples in graphs.items()}


@pytest.fixture(scope="module")
def at_once(ontology: Ontology, datasets: list[Dataset]) -> Graphs:
    return _published(ontology, [datasets])


def _names(graphs: Graphs, beginning: str) -> list[str]:
    return [name for name in graphs if name.startswith(f"<{GRAPH}{beginning}")]


def test_everything_is_there(datasets, at_once):
    for dataset in datasets:
        assert at_once[f"<{dataset.graph}>"] == dataset.triples
    assert {layer_of(dataset.graph) for dataset in datasets} == {"stated", "background", "analyst"}
    assert sum(len(at_once[name]) for name in _names(at_once, "derived/")) > 100
    assert any(at_once[name] for name in _names(at_once, "derived/analyst"))


def test_the_order_in_one_load_does_not_matter(ontology, datasets, at_once):
    assert _published(ontology, [datasets[::-1]]) == at_once


@pytest.mark.parametrize("first", range(3))
def test_the_order_of_loads_does_not_matter(ontology, datasets, at_once, first):
    by_layer = {
        layer: [dataset for dataset in datasets if layer_of(dataset.graph) == layer]
        for layer in ("stated", "background", "analyst")
    }
    orders = list(itertools.permutations(by_layer))
    for order in orders[first::3]:
        assert _published(ontology, [by_layer[layer] for layer in order]) == at_once


@pytest.mark.parametrize("step", [1, -1])
def test_one_by_one_is_as_good_as_at_once(ontology, datasets, at_once, step):
    assert _published(ontology, [[dataset] for dataset in datasets[::step]]) == at_once


def test_what_is_replaced_and_put_back_leaves_no_trace(ontology, datasets, at_once):
    stated = next(dataset for dataset in datasets if layer_of(dataset.graph) == "stated")
    memo = next(dataset for dataset in datasets if layer_of(dataset.graph) == "analyst")
    other = Dataset(stated.graph, memo.document)
    assert _published(ontology, [datasets, [other], [stated]]) == at_once


def test_each_shipped_layer_is_valid_whichever_comes_first(ontology, datasets):
    # An analyst's data name what is published, so they come last; refused otherwise.
    orders = [("stated", "background", "analyst"), ("background", "stated", "analyst")]
    one, other = (
        _published(
            ontology,
            [[d for d in datasets if layer_of(d.graph) == layer] for layer in order],
            shacl=True,
        )
        for order in orders
    )
    assert one == other


def test_a_dataset_loaded_alone_has_its_graph_and_no_other(ontology, datasets, at_once):
    memo = next(dataset for dataset in datasets if layer_of(dataset.graph) == "analyst")
    alone = _published(ontology, [[memo]])
    assert alone[f"<{graph_iri('analyst', Path(memo.document.name).stem)}>"] == memo.triples
    assert not _names(alone, "stated") + _names(alone, "background")
    # What a rule derives from a layer depends on that layer and on nothing else.
    names = _names(at_once, "derived/analyst")
    assert names
    assert {name: alone[name] for name in names} == {name: at_once[name] for name in names}
