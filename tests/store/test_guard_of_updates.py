"""The guard on updates: data is no pattern, and nothing passes for data that is none."""

from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest, Forbidden
from coopgraph.settings import Settings
from coopgraph.store.guard import QueryLimits, check

LIMITS = QueryLimits.for_updates(Settings(query_max_patterns=20, update_max_triples=1000))
MANY = "?s ?p ?o . " * 30
DATA = "<x:a> <x:b> 1 . " * 900


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ {DATA} }}",
        f"insertdata{{{DATA}}}",
        f"INSERT#c\nDATA#c\n{{ {DATA} }}",
        f"DELETE DATA {{ {DATA} }}",
        f"INSERT DATA {{ GRAPH <x:g> {{ {DATA} }} }}",
        f"CLEAR ALL ; INSERT DATA {{ {DATA} }} ; DELETE WHERE {{ ?s ?p ?o }}",
        "INSERT DATA { <x:a> <x:b> " + ", ".join("'SERVICE <x> {'" for _ in range(500)) + " }",
        "PREFIX load: <x:> INSERT DATA { load:a load:service load:b }",
    ],
)
def test_data_has_a_limit_of_its_own(text):
    check(text, LIMITS, update=True)


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ {DATA} {DATA} }}",
        f"INSERT DATA {{ {DATA} }} ; INSERT DATA {{ {DATA} }}",
        f"INSERT DATA {{ GRAPH <x:g> {{ {DATA} }} GRAPH <x:h> {{ {DATA} }} }}",
        f"INSERT {{}} WHERE {{ {MANY} }}",
        f"INSERT {{ {MANY} }} WHERE {{}}",
        f"DELETE WHERE {{ {MANY} }}",
        f"INSERT DATA {{}} ; DELETE {{}} WHERE {{ {MANY} }}",
        f"PREFIX x: <x:> INSERT {{}} USING x:data WHERE {{ {MANY} }}",
        f"INSERT {{}} WHERE {{ {{ SELECT * {{ {MANY} }} }} }}",
        f"INSERT {{}} WHERE {{ ?s ?data {{ {MANY} }} }}",
        "INSERT DATA { <x:a> <x:b> " + "(" * 200 + ")" * 200 + " }",
        "INSERT DATA { <x:a> <x:b> " + "[ <x:p> " * 200 + "]" * 200 + " }",
    ],
)
def test_too_much_is_refused_with_its_place(text):
    with pytest.raises(BadRequest) as caught:
        check(text, LIMITS, update=True)
    assert caught.value.extensions["line"] >= 1
    assert caught.value.zh


def test_a_query_has_no_data():
    with pytest.raises(BadRequest):
        check(f"SELECT * DATA {{ {MANY} }}", QueryLimits(max_patterns=20))


def test_an_allowed_endpoint_is_for_queries():
    settings = Settings(service_allow=("http://x/sparql",))
    call = "{ SERVICE <http://x/sparql> { ?s ?p ?o } }"
    check(f"SELECT * {call}", QueryLimits.from_settings(settings))
    with pytest.raises(Forbidden):
        check(f"INSERT {{}} WHERE {call}", QueryLimits.for_updates(settings), update=True)
