from __future__ import annotations

import pytest

from coopgraph.errors import Forbidden, QuerySyntaxError
from coopgraph.knowledge.questions import read_questions
from coopgraph.resources import ontology_dir
from coopgraph.store.frames import QueryRequest
from coopgraph.store.remote_exchange import Asked
from coopgraph.store.remote_guard import shape

PREFIX = "PREFIX a: <http://a/> "


@pytest.mark.parametrize(
    ("text", "form", "dataset"),
    [
        ("SELECT * { ?s ?p ?o }", "bindings", False),
        ("select?x{}", "bindings", False),
        ("# INSERT\nASK{}", "boolean", False),
        (PREFIX + "BASE <http://b/> CONSTRUCT { ?s ?p ?o } FROM NAMED a:x WHERE {}", "graph", True),
        ("PREFIX : <http://a/> DESCRIBE :x", "graph", False),
        ("PREFIX a: <http://a/> SELECT * FROM a:g { ?s ?p ?o }", "bindings", True),
        ("SELECT * { ?from ?p 'DELETE; INSERT' }", "bindings", False),
        ("SELECT * {} ORDER BY STR(?s) LIMIT 3 OFFSET 2 VALUES ?s { 1 }", "bindings", False),
    ],
)  # fmt: skip
def test_queries_are_told_by_their_form(text, form, dataset):
    assert shape(text) == (form, dataset)


def test_all_competency_questions_are_handed_on():
    for question in read_questions(ontology_dir() / "questions"):
        assert shape(question.query).form == "bindings"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        PREFIX + "DELETE WHERE { ?s ?p ?o }",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP GRAPH <a:g>",
        "ASK {} ; INSERT DATA { <a:b> <a:b> 1 }",
        "SELECT * {} INSERT DATA { <a:b> <a:b> 1 }",
        "DEFINE get:soft 'replace' SELECT * FROM <http://example.org/> { ?s ?p ?o }",
        "SELECT * FROM <http://example.org/> OPTION (get:soft 'soft') { ?s ?p ?o }",
        "SELECT (bif:http_get('http://example.org/') AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:http_get('http://example.org/') AS ?x) {}",
        "SELECT (<sql:x>() AS ?x) {}",
        "SELECT (<java:java.lang.System.exit>(0) AS ?x) {}",
        r"SELECT (<\u006aava:x>(0) AS ?x) {}",
        r"\u0049NSERT DATA { <a:b> <a:b> 1 }",
        "SELECT * { ?s ?p `bif:now()` }",
    ],
)
def test_what_writes_or_reaches_out_is_refused(text):
    with pytest.raises((Forbidden, QuerySyntaxError)):
        shape(text)


@pytest.mark.parametrize("text", ["", "PREFIX a: <http://a/>", "hello", "{}", "SELECTx"])
def test_what_is_no_query_says_where(text):
    with pytest.raises(QuerySyntaxError) as caught:
        Asked.of(QueryRequest(text, ""), (), 1)
    assert caught.value.extensions["line"] == 1


def test_the_union_is_named_only_where_the_query_does_not_say_itself():
    graphs = ["http://g/1", "http://g/2"]
    plain = Asked.of(QueryRequest("ASK {}", ""), graphs, 1).body
    assert plain.count(b"default-graph-uri=") == plain.count(b"named-graph-uri=") == 2
    own = Asked.of(QueryRequest("ASK FROM <http://g/3> {}", ""), graphs, 1).body
    assert b"graph-uri" not in own
    chosen = Asked.of(QueryRequest("ASK {}", "", ("http://g/3",)), graphs, 1).body
    assert chosen.count(b"graph-uri=") == 1
