from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.api.negotiation import accepted_formats, choose, rank
from coopgraph.errors import BadRequest, CoopgraphError, NotAcceptable
from coopgraph.store.result_formats import DEFAULT_ACCEPTED

TURTLE, NTRIPLES, JSONLD = "text/turtle", "application/n-triples", "application/ld+json"
GRAPHS = [TURTLE, NTRIPLES, JSONLD]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, GRAPHS),
        ("", GRAPHS),
        ([], GRAPHS),
        ("*/*", GRAPHS),
        ("*", GRAPHS),
        ("text/turtle;q=0.1, */*;q=0.9", [NTRIPLES, JSONLD, TURTLE]),
        ("*/*;q=0.9, text/turtle;q=0.1", [NTRIPLES, JSONLD, TURTLE]),
        ("application/*", [NTRIPLES, JSONLD]),
        ("application/*;q=0.2, */*;q=0.1", [NTRIPLES, JSONLD, TURTLE]),
        ("text/turtle;q=0, */*", [NTRIPLES, JSONLD]),
        ("text/*;q=0, */*;q=0.1", [NTRIPLES, JSONLD]),
        ("text/*;q=0, text/turtle", [TURTLE]),
        ("*/*;q=0", []),
        ("image/png", []),
        ("text/turtle;charset=utf-8", [TURTLE]),
        ("TEXT/Turtle ; Charset=UTF-8 ; q=0.5", [TURTLE]),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', [JSONLD]),
        ('application/ld+json;profile="a, b;q=0";q=0.4, text/turtle;q=0.3', [JSONLD, TURTLE]),
        ("application/n-triples, application/ld+json", [NTRIPLES, JSONLD]),
        ("application/ld+json, application/n-triples", [NTRIPLES, JSONLD]),
        (["text/turtle;q=0.4", "application/ld+json;q=0.5"], [JSONLD, TURTLE]),
        ("text/html, application/xhtml+xml, */*;q=0.8", GRAPHS),
        ("text/turtle;q=0.001", [TURTLE]),
    ],
)
def test_ranks_by_specificity_then_quality(accept, expected):
    assert rank(accept, GRAPHS) == expected


@pytest.mark.parametrize("accept", ["garbage", ";;;,,,", "text/turtle;q=abc", "*/turtle", "/", ","])
def test_what_is_malformed_is_passed_over(accept):
    assert rank(accept, GRAPHS) == GRAPHS
    assert rank(f"{accept}, {JSONLD}", GRAPHS) == [JSONLD]


def test_choose_says_what_can_be_had():
    assert choose("text/*", GRAPHS) == TURTLE
    with pytest.raises(NotAcceptable) as refused:
        choose("image/png", GRAPHS)
    assert refused.value.extensions["available"] == GRAPHS


@pytest.mark.parametrize(
    ("accept", "bindings", "boolean", "graph"),
    [
        ("application/json", ("json",), ("json",), ("jsonld",)),
        ("application/xml", ("xml",), ("xml",), ("rdfxml",)),
        ("text/csv", ("csv",), (), ()),
        ("text/csv, application/sparql-results+json;q=0.5", ("csv", "json"), ("json",), ()),
        ("text/plain", (), (), ("ntriples",)),
        (
            "application/sparql-results+json;q=0, */*",
            ("xml", "csv", "tsv"),
            ("xml",),
            ("turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"),
        ),
        ("text/turtle, text/csv;q=0.1", ("csv",), (), ("turtle",)),
    ],
)
def test_every_form_of_query_has_its_own_choice(accept, bindings, boolean, graph):
    assert accepted_formats(accept) == (bindings, boolean, graph)


def test_nothing_asked_is_everything():
    assert accepted_formats(None) == accepted_formats("*/*") == DEFAULT_ACCEPTED


def test_format_wins_over_accept():
    assert accepted_formats("text/turtle", "csv") == (("csv",), (), ())
    with pytest.raises(BadRequest, match="unknown format 'excel'"):
        accepted_formats(None, "excel")


def test_what_no_form_satisfies_is_refused_at_once():
    with pytest.raises(NotAcceptable) as refused:
        accepted_formats("image/png, text/html")
    assert "text/turtle" in refused.value.extensions["available"]


@given(st.text() | st.text(alphabet='*/;,=q01."\\ abtextur-+'))
def test_no_header_breaks_it(header):
    try:
        accepted_formats(header)
    except CoopgraphError as error:
        assert error.status == 406  # noqa: PT017
    assert set(rank(header, GRAPHS)) <= set(GRAPHS)
