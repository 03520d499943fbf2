from __future__ import annotations

import pytest

from coopgraph.store.query_traits import form_of, is_deterministic


@pytest.mark.parametrize(
    "query",
    ["SELECT (NOW() AS ?t) {}", "ASK {FILTERrand()<1}", "SELECT (uUiD() AS ?u) {}",
     "SELECT (STRUUID() AS ?u) {}", "SELECT (BNODE() AS ?b) {}", "ASK { SERVICE <http://x/> {} }",
     "ASK { trueSERVICESILENTex:a{} }", r"SELECT (\u004EOW() AS ?t) {}",
     "ASK { # x\n FILTER(NOW() > 1) }"],
)  # fmt: skip
def test_what_changes_from_call_to_call(query):
    assert not is_deterministic(query)


@pytest.mark.parametrize(
    "query",
    ["ASK { ?s ?p 'NOW() RAND()' }", "ASK {} # UUID()", "ASK { ?now <http://x/service> 1 }",
     'ASK { ?s ?p """a NOW() \'b""" }'],
)  # fmt: skip
def test_what_does_not(query):
    assert is_deterministic(query)


@pytest.mark.parametrize(
    ("query", "form"),
    [("SELECT * {}", "bindings"), ("ask{}", "boolean"), ("CONSTRUCT WHERE {}", "graph"),
     ("BASE <http://select/> PREFIX ask: <x:> DESCRIBE ask:me", "graph"),
     ("# SELECT\nASK {}", "boolean"), ("nonsense", None), ("]", None), ("", None)],
)  # fmt: skip
def test_the_form(query, form):
    assert form_of(query) == form
