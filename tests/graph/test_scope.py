from __future__ import annotations

from datetime import date

import pytest

from coopgraph.errors import BadRequest
from coopgraph.graph.scope import choice, make_scope


def test_everything_is_asked_by_default():
    scope = make_scope()
    assert scope.layers == ("stated", "background", "analyst")
    assert (scope.view, scope.as_of, scope.day, scope.dated_only) == ("compact", None, None, False)


@pytest.mark.parametrize(
    "layers", ["analyst, stated", ["stated", "analyst"], "stated,analyst,stated"]
)
def test_layers_come_in_the_order_of_trust(layers):
    assert make_scope(layers).layers == ("stated", "analyst")


def test_a_day_may_be_text_or_a_date():
    assert make_scope(as_of="2019-06-01") == make_scope(as_of=date(2019, 6, 1))
    assert make_scope(as_of="1970-01-03").day == 2


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"layers": "Stated"}, "layers"),
        ({"layers": ""}, "layers"),
        ({"layers": "stated,,analyst"}, "layers"),
        ({"layers": "derived"}, "layers"),
        ({"view": "COMPACT"}, "view"),
        ({"view": ""}, "view"),
        ({"dated": "yes"}, "dated"),
        ({"as_of": "today"}, "as_of"),
    ],
)
def test_what_is_not_understood_is_named(parameters, name):
    with pytest.raises(BadRequest) as caught:
        make_scope(**parameters)
    assert caught.value.extensions["parameter"] == name
    assert caught.value.zh


def test_a_choice_lists_what_may_be_chosen():
    with pytest.raises(BadRequest) as caught:
        choice("mode", "longest", ["shortest", "all"])
    assert caught.value.extensions["candidates"] == ["shortest", "all"]
