"""After a small change the derived graphs hold what deriving everything anew gives."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.knowledge import derive as deriving
from coopgraph.knowledge.derive import derive, derived_graphs
from coopgraph.vocabulary import COOP, LAYERS, SCHEME, XSD

PREFIX = f"""@prefix coop: <{COOP}> . @prefix role: <{SCHEME}role/> . @base <http://x/> .
@prefix sector: <{SCHEME}sector/> . @prefix xsd: <{XSD}> .
"""


def _statements(chance: random.Random, count: int) -> list[str]:
    found = []
    for _ in range(count):
        i, j = chance.randrange(12), chance.randrange(6)
        found += [
            f"<c{i}> a coop:Cooperation ; coop:hasParticipation <c{i}/{j}> .",
            f"<c{i}/{j}> coop:participant <a{chance.randrange(6)}> .",
            f"<c{i}/{j}> coop:role role:{chance.choice(['lead', 'partner'])} .",
            f"<c{i}> coop:sector sector:{chance.choice(['steel', 'cement', 'copper-smelting'])} .",
            f"<c{i}> coop:hasStatusRecord <c{i}/s{j}> . <c{i}/s{j}> coop:status <s{i % 3}> ; "
            f'coop:recordDate "201{j}-01-01"^^xsd:date .',
            f"<l{i}> coop:upstreamSector <s{j}> ; coop:downstreamSector <s{i}> .",
        ]
    return found


def _derived(store: ox.Store) -> dict[str, set[ox.Triple]]:
    return {
        graph.value: {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
        for graph in derived_graphs(store, LAYERS)
    }


def _anew(store: ox.Store, graph: CoopGraph) -> dict[str, set[ox.Triple]]:
    fresh = ox.Store()
    fresh.bulk_extend(quad for quad in store if "/derived/" not in str(quad.graph_name))
    derive(fresh, graph._ontology.rules)
    return _derived(fresh)


@pytest.mark.parametrize("seed", range(4))
def test_derived_graphs_follow_loads_of_all_sizes(tmp_path, seed, monkeypatch):
    chance = random.Random(seed)  # noqa: S311
    told: list[bool] = []
    change_of = deriving.change_of

    def listened(*arguments):
        made = change_of(*arguments)
        told.append(made is not None)
        return made

    monkeypatch.setattr(deriving, "change_of", listened)
    said = {"one": _statements(chance, 15), "two": _statements(chance, 3)}
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        for step in range(7):
            changed = chance.choice(["one", "two"]) if step else "one"
            lines = said[changed]
            for _ in range(2):
                lines.pop(chance.randrange(len(lines)))
            lines += _statements(chance, 1)[: chance.randrange(4)]
            path = tmp_path / f"{changed}.ttl"
            path.write_text(PREFIX + "\n".join(lines))
            layer = chance.choice(LAYERS[:2]) if changed == "two" else LAYERS[0]
            graph.load(path, layer=layer, shacl=False)
            store = graph.published.store
            assert _derived(store) == _anew(store, graph)
            counts = {name: said["triples"] for name, said in graph.info["derived"].items()}
            assert counts == {name: len(of) for name, of in _derived(store).items()}
            named = (quad for quad in store if quad.graph_name != ox.DefaultGraph())
            union = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
            assert {quad.triple for quad in named} == {quad.triple for quad in union}
    assert sum(told) > 10  # most rules followed the change


def test_derived_on_columns_as_in_the_store(tmp_path, monkeypatch):
    path = tmp_path / "one.ttl"
    chance = random.Random(5)  # noqa: S311
    path.write_text(PREFIX + "\n".join(_statements(chance, 30)))
    monkeypatch.setattr(deriving, "_MANY", 0)
    ran = []
    construct = deriving.construct
    monkeypatch.setattr(
        deriving, "construct", lambda *arguments: ran.append(1) or construct(*arguments)
    )
    with CoopGraph.open(tmp_path / "data", shipped=False) as graph:
        graph.load(path, layer="stated", shacl=False)
        store = graph.published.store
        ours = _derived(store)
        monkeypatch.setattr(deriving, "_MANY", 10**9)
        assert ours == _anew(store, graph)
    rules = len(list(graph._ontology.rules.glob("*.rq")))
    assert len(ran) == len(LAYERS) * rules
    assert len(ours) == rules  # two layers say nothing
