"""What derived what is recorded, and when each graph was loaded."""

from __future__ import annotations

import pyoxigraph as ox

from coopgraph.knowledge.provenance import rule_iri
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import (
    COOP,
    PROV,
    PROVENANCE_GRAPH,
    derived_from,
    derived_graph_iri,
    graph_iri,
)


def _values(graph, subject: str, prop: str) -> set[str]:
    quads = graph.published.store.quads_for_pattern(
        ox.NamedNode(subject), ox.NamedNode(prop), None, ox.NamedNode(PROVENANCE_GRAPH)
    )
    return {quad.object.value for quad in quads}


def test_every_derived_graph_names_its_rule_and_what_it_read(full):
    store = full.published.store
    derived = [g.value for g in store.named_graphs() if "/graph/derived/" in g.value]
    assert derived
    for graph in derived:
        layer, rule = derived_from(graph)
        assert _values(full, graph, COOP + "derivedBy") == {rule}
        read = _values(full, graph, PROV + "wasDerivedFrom")
        assert {g for g in read if f"/graph/{layer}/" in g}
        assert not {g for g in read if "/derived/" in g}
        text = _values(full, rule_iri(rule), PROV + "value")
        assert text == {(ontology_dir() / "rules" / f"{rule}.rq").read_text("utf-8")}


def test_the_recorded_rule_derives_just_what_the_graph_holds(full):
    store = full.published.store
    for graph in list(store.named_graphs()):
        home = derived_from(graph.value)
        if home is None:
            continue
        text = _values(full, rule_iri(home[1]), PROV + "value").pop()
        read = [ox.NamedNode(g) for g in _values(full, graph.value, PROV + "wasDerivedFrom")]
        again = set(store.query(text, default_graph=read))
        assert again == {q.triple for q in store.quads_for_pattern(None, None, None, graph)}


def test_a_load_says_when_and_whether_it_was_validated(fresh, tmp_path, prefixes):
    file = tmp_path / "mine.ttl"
    file.write_text(prefixes + "<http://x/a> a coop:Product ; skos:prefLabel '甲'@zh .", "utf-8")
    fresh.load(file, layer="analyst")
    mine = graph_iri("analyst", "mine")
    assert len(_values(fresh, mine, PROV + "generatedAtTime")) == 1
    assert _values(fresh, mine, "http://purl.org/dc/terms/conformsTo")


def test_what_another_layer_derived_keeps_its_time(fresh, tmp_path, prefixes):
    derivation = derived_graph_iri("stated", "has-party") + "#derivation"
    before = _values(fresh, derivation, PROV + "endedAtTime")
    stated = fresh.info["derived"][derived_graph_iri("stated", "has-party")]
    file = tmp_path / "mine.ttl"
    file.write_text(prefixes + "<http://x/a> a coop:Product ; skos:prefLabel '甲'@zh .", "utf-8")
    fresh.load(file, layer="analyst")
    then = stated["derived_at"].replace("+00:00", "Z")
    assert _values(fresh, derivation, PROV + "endedAtTime") == before == {then}
