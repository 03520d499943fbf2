from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest, NotFound


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"format": "gpx"}, "format"),
        ({"format": ""}, "format"),
        ({"lang": "de"}, "lang"),
        ({"focus": "org/baowu", "depth": 0}, "depth"),
        ({"focus": "org/baowu", "depth": 5}, "depth"),
        ({"layers": "x"}, "layers"),
    ],
)
def test_what_is_not_understood_is_refused_before_anything_is_written(full, asked, parameter):
    with pytest.raises(BadRequest) as caught:
        full.export(**asked)
    assert caught.value.extensions["parameter"] == parameter
    assert caught.value.zh


def test_an_unknown_focus_is_told(full):
    with pytest.raises(NotFound):
        full.export(focus="nobody")
