"""What is evaluated on columns is what the store's engine answers."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.columnar import table
from coopgraph.columnar.plan import read_plan
from coopgraph.columnar.rows import properties_named, rows_of, select
from coopgraph.columnar.table import Unsupported
from coopgraph.errors import QueryOutOfMemory
from coopgraph.gaps import find
from coopgraph.gaps.find import ask_columns, ask_here, bind, graphs_of, terms_of
from coopgraph.gaps.rules import read_rules
from coopgraph.graph.marks import mark_graphs, marks_of
from coopgraph.graph.scope import make_scope
from coopgraph.resources import ontology_dir
from coopgraph.store.statements import Statements
from coopgraph.vocabulary import COOP, RDF, SCHEME, VOCABULARY_GRAPH, XSD, graph_iri

RULES = read_rules([ontology_dir() / "gaps"])
SCOPES = [
    {}, {"as_of": "2019-06-30"}, {"dated": "only"}, {"as_of": "2020-06-30", "dated": "only"},
    {"layers": "stated"}, {"layers": "background,analyst"},
]  # fmt: skip


def both(store, statements, text, terms, layers=("stated", "background", "analyst")):
    """Return the rows from columns and those of the store; unbound is None."""
    found, reader = select(statements, text, terms, marks_of(layers))
    names = [v.value for v in ox.Store().query(bind(text, terms)).variables]
    theirs = ask_here(store, bind(text, terms), graphs_of(store, list(layers)))
    return set(rows_of(found, reader, names)), {tuple(map(r.get, names)) for r in theirs}


@pytest.fixture(scope="module")
def notice(full):
    return full.published.store, full.published.statements


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("match", ["exact", "broader"])
@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_every_rule_on_the_notice(notice, rule, match, scope):
    scope = make_scope(**scope)
    terms = terms_of(RULES[rule], scope, {"match": match})
    ours, theirs = both(*notice, RULES[rule].select, terms, scope.layers)
    assert ours == theirs


IDS = st.integers(0, 4)
KINDS = [
    "Cooperation", "Project", "SurplusCapacity", "Need", "IndustrialAdvantage", "Enterprise",
    "Province", "Participation", "ChainLink", "PolicyInstrument", "Carrier",
]  # fmt: skip
LINKS = [
    "hasParticipation", "participant", "holder", "locatedIn", "targetRegion", "inChain",
    "hasCarrier", "fulfils", "requiredBy",
]  # fmt: skip
SECTORS = ["steel", "nonferrous-metallurgy", "copper-smelting", "cement"]
TERMS = {
    "sector": [f"sector/{s}" for s in SECTORS], "mainSector": [f"sector/{s}" for s in SECTORS],
    "upstreamSector": [f"sector/{s}" for s in SECTORS],
    "downstreamSector": [f"sector/{s}" for s in SECTORS],
    "role": ["role/lead", "role/partner", "role/source"], "status": ["status/required"],
    "cooperationType": [f"cooperation-type/{t}" for t in ("industrial-transfer", "docking")],
}  # fmt: skip
DAYS = ["planFrom", "planTo", "actualFrom", "actualTo", "documentDate"]


def _thing(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"http://x/{number}")


def _day(number: int) -> ox.Literal:
    return ox.Literal(f"{2017 + number}-05-01", datatype=ox.NamedNode(XSD + "date"))


def _coop(name: str) -> ox.NamedNode:
    return ox.NamedNode(COOP + name)


STATEMENTS = st.one_of(
    st.tuples(IDS.map(_thing), st.just(ox.NamedNode(RDF + "type")),
              st.sampled_from(KINDS).map(_coop)),
    st.tuples(IDS.map(_thing), st.sampled_from(LINKS).map(_coop), IDS.map(_thing)),
    st.tuples(IDS.map(_thing), st.sampled_from(DAYS).map(_coop), IDS.map(_day)),
    st.sampled_from([(p, v) for p, values in TERMS.items() for v in values]).flatmap(
        lambda said: st.tuples(
            IDS.map(_thing), st.just(_coop(said[0])), st.just(ox.NamedNode(SCHEME + said[1]))
        )
    ),
)  # fmt: skip
QUADS = st.tuples(STATEMENTS, st.sampled_from(["stated", "background", "analyst"]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(QUADS, min_size=5, max_size=60), st.sampled_from(SCOPES), st.booleans())
def test_every_rule_on_whatever_is_said(ontology, quads, scope, broader):
    store = ox.Store()
    vocabulary = ox.NamedNode(VOCABULARY_GRAPH)
    store.extend(ox.Quad(*triple, vocabulary) for triple in ontology.vocabulary)
    for triple, layer in quads:
        store.add(ox.Quad(*triple, ox.NamedNode(graph_iri(layer, "x"))))
    named = set().union(*(properties_named(rule.select) for rule in RULES.values()))
    statements = Statements.read(store, mark_graphs(store), named)
    scope = make_scope(**scope)
    for rule in RULES.values():
        terms = terms_of(rule, scope, {"match": "broader"} if broader else {})
        ours, theirs = both(store, statements, rule.select, terms, scope.layers)
        assert ours == theirs, rule.id


SAID = """
PREFIX x: <http://x/>
INSERT DATA { GRAPH <https://w3id.org/coopgraph/graph/stated/x> {
  x:a x:p x:b , x:c ; x:q 7 , "b\\tc" , "e"@en , x:a . x:b x:p x:c ; x:d "2019-01-02"^^xsd:date .
  x:c x:q 12 ; x:d "2020-01-02"^^xsd:date . _:n x:p x:a ; x:q _:m . x:e x:d "2021"^^xsd:gYear
} }"""
QUERIES = [
    "SELECT * { ?a x:p ?b }",
    "SELECT ?a { ?a x:p ?a }",
    "SELECT * { ?a x:p x:c }",
    "SELECT * { ?a x:q ?v FILTER(?v = 7) }",
    "SELECT * { ?a x:p/x:p ?b }",
    "SELECT * { ?a ^x:p/x:q ?b }",
    "SELECT * { ?a x:p+ ?b }",
    "SELECT * { VALUES ?a { x:a x:c } ?a x:p* ?b }",
    "SELECT * { VALUES ?b { x:c } ?a x:p* ?b }",
    "SELECT * { ?a x:p|x:q ?b }",
    "SELECT * { VALUES ?a { x:a } ?a x:p? ?b }",
    "SELECT * { ?a x:p ?b OPTIONAL { ?b x:q ?v } FILTER(!BOUND(?v)) }",
    "SELECT ?a ?v { ?a x:p ?b OPTIONAL { ?a x:q ?v FILTER(?v != ?b) } }",
    "SELECT * { { ?a x:p ?b } UNION { ?a x:q ?v } OPTIONAL { ?a x:d ?v } }",
    "SELECT * { ?a x:d ?v . ?b x:d ?w FILTER(?v < ?w) }",
    "SELECT * { ?a x:p ?b FILTER(?a IN (x:a, x:n)) }",
    "SELECT * { ?a x:p ?b FILTER(?a NOT IN (x:a)) }",
    "SELECT * { ?a x:p ?b . ?c x:p ?d FILTER(STR(?a) < STR(?c)) }",
    "SELECT ?a ?k { ?a x:q ?v OPTIONAL { ?a x:p ?b } BIND(IF(BOUND(?b), x:yes, ?v) AS ?k) }",
    "SELECT ?a ?k { ?a x:p ?b OPTIONAL { ?a x:d ?v } BIND(COALESCE(?v, ?b) AS ?k) }",
    "SELECT ?b { { SELECT ?a { ?a x:q 7 } } ?a x:p ?b }",
    "SELECT ?a ?b { ?a x:p ?b VALUES (?a ?b) { (x:a UNDEF) (UNDEF x:c) } }",
]


@pytest.fixture(scope="module")
def small():
    store = ox.Store()
    store.update("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>" + SAID)
    named = [f"http://x/{p}" for p in "pqd"]
    return store, Statements.read(store, mark_graphs(store), named)


@pytest.mark.parametrize("query", QUERIES)
def test_each_part_of_a_query(small, query):
    try:
        ours, theirs = both(*small, "PREFIX x: <http://x/> " + query, {})
    except Unsupported:
        # Only what compares terms of unlike kinds may be left to the store.
        assert "FILTER(?v" in query
        assert "x:d" in query or "!=" in query or "= 7" in query
        return
    assert ours == theirs


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(?a) AS ?n) { ?a x:p ?b }", "SELECT * { ?a ?p ?b }",
        "SELECT * { ?a !x:p ?b }", "SELECT * { ?a x:p* ?b }", "SELECT * { ?a x:other ?b }",
        "SELECT * { ?a x:p ?b FILTER NOT EXISTS { ?a x:q ?v } }", "SELECT * { ?a x:p ?b } LIMIT 1",
        "SELECT * { ?a x:p ?b FILTER(REGEX(STR(?a), 'x')) }", "ASK { ?a x:p ?b }",
        "SELECT * { ?a x:p ?b MINUS { ?a x:q ?v } }", "SELECT * { SERVICE <x:y> { ?a x:p ?b } }",
    ],
)  # fmt: skip
def test_the_rest_is_left_to_the_store(small, query):
    with pytest.raises(Unsupported):
        select(small[1], "PREFIX x: <http://x/> " + query, {}, 255)


def test_a_rule_that_is_left_to_the_store_gives_the_same(full, monkeypatch):
    p, rule = full.published, RULES["capacity-without-outlet"]
    layers = ["stated", "background"]

    def told():
        groups, _ = ask_columns(lambda: p.statements, p.store, rule, {"match": '"exact"'}, layers)
        return {key: set(rows()) for key, rows in groups}

    ours = told()

    def refuse(text):
        raise Unsupported(text)

    monkeypatch.setattr("coopgraph.columnar.rows.read_plan", refuse)
    assert told() == ours
    assert len(ours) == 4


def _wide(graph_of):
    """Return a graph in which candidate-partner finds 60 enterprises for each of 60 actors."""
    return graph_of(
        stated="".join(
            f"<http://x/c{i}> a coop:SurplusCapacity ; coop:holder <http://x/a{i}> ; "
            "coop:sector <https://w3id.org/coopgraph/scheme/sector/steel> . "
            f"<http://x/e{i}> a coop:Enterprise ; "
            "coop:mainSector <https://w3id.org/coopgraph/scheme/sector/steel> . "
            for i in range(60)
        )
    )


def _told(answer):
    return [(gap["id"], [e["id"] for e in gap["found"]], gap["candidates"]) for gap in answer.data]


@pytest.mark.parametrize("most", [7500, 3000, 130])
def test_what_is_too_wide_at_once_is_found_for_some_subjects_after_the_others(
    graph_of, monkeypatch, most
):
    whole = [_wide(graph_of).gaps(rule="candidate-partner", limit=1000, cursor=c)
             for c in ("0", "1000", "2000", "3000")]  # fmt: skip
    assert sum(len(answer.data) for answer in whole) == 3600
    graph = _wide(graph_of)
    monkeypatch.setattr(table, "MOST_ROWS", most)
    for cursor, wanted in zip(("0", "1000", "2000", "3000"), whole, strict=True):
        answer = graph.gaps(rule="candidate-partner", limit=1000, cursor=cursor)
        assert _told(answer) == _told(wanted)
        assert not any("candidate-partner" in note["en"] for note in answer.notes)


def test_a_list_that_is_cut_says_so_and_is_whole_for_one_actor(graph_of, monkeypatch):
    whole = _wide(graph_of)
    of_one = whole.gaps(rule="candidate-partner", actor="http://x/e31")
    graph = _wide(graph_of)
    monkeypatch.setattr(table, "MOST_ROWS", 3000)
    monkeypatch.setattr(find, "MOST_LISTED", 400)
    answer = graph.gaps(rule="candidate-partner", limit=1000)
    assert 200 <= len(answer.data) < 3600
    assert any("candidate-partner finds too many" in note["en"] for note in answer.notes)
    alone = graph.gaps(rule="candidate-partner", actor="http://x/e31")
    assert len(alone.data) == 60
    assert _told(alone) == _told(of_one)
    assert not any("candidate-partner" in note["en"] for note in alone.notes)
    last = "candidate-partner|http://x/a59|scheme/sector/steel|http://x/e59"
    assert last not in {gap["id"] for gap in answer.data}
    assert graph.gap(last).data["object"]["iri"] == "http://x/e59"


def test_what_is_too_wide_for_one_subject_is_left_out_and_an_error_by_name(graph_of, monkeypatch):
    graph = _wide(graph_of)
    monkeypatch.setattr(table, "MOST_ROWS", 60)
    answer = graph.gaps(limit=500)
    assert "candidate-partner" not in {gap["rule"] for gap in answer.data}
    assert any("rule candidate-partner" in note["en"] for note in answer.notes)
    with pytest.raises(QueryOutOfMemory, match="candidate-partner"):
        graph.gaps(rule="candidate-partner")


def test_a_plan_is_made_once():
    text = RULES["chain-break"].select
    assert read_plan(text) is read_plan(text)
