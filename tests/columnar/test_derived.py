"""What rules derive is one thing: by the store, on columns, or following a change."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.columnar import local, table
from coopgraph.columnar.construct import construct
from coopgraph.columnar.local import LocalRule
from coopgraph.columnar.rows import properties_named
from coopgraph.columnar.search import State, TooWide
from coopgraph.columnar.table import TooManyRows, Unsupported
from coopgraph.resources import ontology_dir
from coopgraph.store.statements import Statements
from coopgraph.vocabulary import COOP, RDF, SCHEME, XSD

RULES = {p.stem: p.read_text("utf-8") for p in sorted((ontology_dir() / "rules").glob("*.rq"))}
PREFIX = "PREFIX x: <http://x/> "
MORE = {
    "optional": "CONSTRUCT { ?a x:q ?b } { ?t x:p ?a OPTIONAL { ?t x:r ?b } }",
    "least": """CONSTRUCT { ?t x:q ?least }
        { SELECT ?t (MIN(?a) AS ?least) { ?t x:p ?a } GROUP BY ?t }""",
    "counted": """CONSTRUCT { ?t x:q ?a } { ?t x:p ?a
        { SELECT ?t { ?t x:p ?b } GROUP BY ?t HAVING (COUNT(DISTINCT ?b) > 1) } }""",
    "inverse": "CONSTRUCT { ?a x:q ?b . ?b x:q ?a } { ?a ^x:p/x:r ?b FILTER(?a != ?b) }",
    "constant": "CONSTRUCT { x:0 x:q ?a } { ?t x:p ?a ; x:r x:1 }",
    "same": "CONSTRUCT { ?a x:q ?a } { ?a x:p ?a }",
    "chain": "CONSTRUCT { ?a x:q ?c } { ?a x:p ?b . ?b x:p ?c }",
}  # fmt: skip
EVERY = {**RULES, **{name: PREFIX + text for name, text in MORE.items()}}
GRAPH = ox.NamedNode("http://x/graph")
IDS = st.integers(0, 5)


def _thing(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"http://x/{number}")


def _said(prop: str, value: ox.NamedNode | ox.Literal):
    name = prop if ":" in prop else COOP + prop
    return IDS.map(lambda i: ox.Triple(_thing(i), ox.NamedNode(name), value))


LINKS = [
    "hasParticipation", "participant", "holder", "sector", "upstreamSector", "downstreamSector",
    "feedsDirectly", "hasStatusRecord", "status", "http://x/p", "http://x/r",
]  # fmt: skip
TRIPLES = st.one_of(
    st.tuples(st.sampled_from(LINKS), IDS.map(_thing)).flatmap(lambda said: _said(*said)),
    st.just(ox.NamedNode(COOP + "Cooperation")).flatmap(lambda c: _said(RDF + "type", c)),
    st.sampled_from(["role/lead", "role/partner"]).flatmap(
        lambda role: _said("role", ox.NamedNode(SCHEME + role))
    ),
    IDS.flatmap(
        lambda i: _said(
            "recordDate", ox.Literal(f"201{i}-05-01", datatype=ox.NamedNode(XSD + "date"))
        )
    ),
)
GRAPHS = st.lists(TRIPLES, min_size=5, max_size=60)


def _store(triples) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*triple, GRAPH) for triple in triples)
    return store


def _asked(store: ox.Store, text: str):
    return store.query(text, default_graph=[GRAPH])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(GRAPHS)
def test_columns_derive_what_the_store_does(triples):
    store = _store(triples)
    named = set().union(*(properties_named(text) for text in EVERY.values()))
    statements = Statements.read(store, {GRAPH.value: 1}, named)
    for name, text in EVERY.items():
        found = construct(statements, text, 1)
        lines = found.splitlines()
        assert lines == sorted(set(lines)), name
        theirs = {str(triple) for triple in _asked(store, text)}
        assert {line.decode().removesuffix(" .") for line in lines} == theirs, name


def test_what_is_too_much_at_once_is_derived_in_portions(monkeypatch):
    triples = []
    for i in range(60):
        part, other = (ox.NamedNode(f"http://x/{i}-{j}") for j in (1, 2))
        triples += [
            ox.Triple(_thing(i), ox.NamedNode(RDF + "type"), ox.NamedNode(COOP + "Cooperation")),
            *(ox.Triple(_thing(i), ox.NamedNode(COOP + "hasParticipation"), p)
              for p in (part, other)),
            ox.Triple(part, ox.NamedNode(COOP + "participant"), _thing(i % 7)),
            ox.Triple(other, ox.NamedNode(COOP + "participant"), _thing(i % 5)),
            ox.Triple(part, ox.NamedNode(COOP + "role"), ox.NamedNode(SCHEME + "role/lead")),
            ox.Triple(_thing(i), ox.NamedNode(COOP + "sector"), _thing(i % 3)),
        ]  # fmt: skip
    store = _store(triples)
    for name in ("has-party", "engages-in-sector", "cooperates-with"):
        statements = Statements.read(store, {GRAPH.value: 1}, properties_named(RULES[name]))
        whole = construct(statements, RULES[name], 1)
        monkeypatch.setattr(table, "MOST_ROWS", 40)
        assert construct(statements, RULES[name], 1) == whole
        monkeypatch.setattr(table, "MOST_ROWS", 0)
        with pytest.raises(TooManyRows):
            construct(statements, RULES[name], 1)
        monkeypatch.undo()
        assert whole


@settings(max_examples=80, deadline=None, derandomize=True)
@given(GRAPHS, st.lists(TRIPLES, max_size=4), st.randoms(use_true_random=False))
def test_a_change_derives_what_deriving_everything_anew_does(triples, added, random):
    before = set(triples)
    removed = set(random.sample(sorted(before, key=str), min(len(before), random.randint(0, 3))))
    after = (before - removed) | set(added)
    old, new = _store(before), _store(after)
    looked_at = 0
    for name, text in EVERY.items():
        if name == "upstream-of":
            continue
        made = LocalRule(text).change(before ^ after, State(old, (GRAPH,)), State(new, (GRAPH,)))
        looked_at += 1
        was, wanted = set(_asked(old, text)), set(_asked(new, text))
        assert made.added <= wanted, name
        assert not made.removed & wanted, name
        assert (was | made.added) - made.removed == wanted, name
    assert looked_at == len(EVERY) - 1


@pytest.mark.parametrize("text", [
    RULES["upstream-of"],
    PREFIX + "CONSTRUCT { ?a x:q ?b } { { ?a x:p ?c } UNION { ?d x:r ?b } }",
    PREFIX + "CONSTRUCT { ?a x:q ?b } { ?a ?p ?b }",
    PREFIX + "CONSTRUCT { ?a x:q 1 } { { SELECT (COUNT(?b) AS ?a) { ?b x:p ?c } } }",
    "no query",
])  # fmt: skip
def test_a_rule_that_speaks_of_more_than_one_thing_is_not_local(text):
    with pytest.raises(Unsupported):
        LocalRule(text)


def test_what_bears_on_too_much_is_left_to_deriving_anew(monkeypatch):
    monkeypatch.setattr(local, "MOST", 3)
    triples = [ox.Triple(_thing(i), ox.NamedNode("http://x/p"), _thing(9)) for i in range(5)]
    store = _store(triples)
    change = ox.Triple(_thing(9), ox.NamedNode("http://x/r"), _thing(8))
    rule = LocalRule(PREFIX + "CONSTRUCT { ?t x:q ?b } { ?t x:p ?a ; x:s ?c . ?a x:r ?b }")
    store.extend(ox.Quad(_thing(i), ox.NamedNode("http://x/s"), _thing(7), GRAPH) for i in range(5))
    with pytest.raises(TooWide):
        rule.change({change}, State(store, (GRAPH,)), State(store, (GRAPH,)))
