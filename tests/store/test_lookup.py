from __future__ import annotations

import pytest

from coopgraph.store.lookup import is_lookup


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { <a> ?p ?o }",
        "DESCRIBE <a>",
        "DESCRIBE ?x { ?x <p> <b> }",
        "CONSTRUCT WHERE { <a> ?p ?o }",
        "CONSTRUCT { ?s <p> ?o } { ?s ?p <o> ; ?q ?o }",
        'SELECT * { ?a <n> "x"@zh ; <l> ?y }',
        "SELECT * { VALUES ?k {<a> <b>} ?k ?p ?o }",
        "SELECT ?o { GRAPH ?g { <a> <p> ?o, ?z OPTIONAL { $o <l> ?n FILTER(lang(?n) = 'zh') } } }",
    ],
)
def test_lookups(query):
    assert is_lookup(query)


@pytest.mark.parametrize(
    "query",
    [
        "", "}", "ASK {}", "DESCRIBE ?x",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { <a> ?p ?o . ?x ?y ?z }",
        "SELECT * { ?s <p> ?o }",
        "SELECT * { <a> <p>* ?o }",
        "SELECT * { <a> <p>/<q> ?o }",
        "SELECT (COUNT(*) AS ?n) { <a> <p> ?o }",
        "SELECT * { <a> <p> ?o } ORDER BY ?o",
        "SELECT * { <a> <p> ?o FILTER(REGEX(?o, 'x')) }",
        "SELECT * { <a> <p> ?o { SELECT * { ?o ?q <b> } } }",
        "CONSTRUCT { ?s <p> <c> } WHERE { ?s ?p ?o }",
        "SELECT * { " + " . ".join(f"<a> ?p ?o{i}" for i in range(7)) + " }",
        "SELECT * { <a> ?p ?o }" + " " * 5000,
    ],
)  # fmt: skip
def test_others(query):
    assert not is_lookup(query)
