from __future__ import annotations

import re

import pytest

from coopgraph.export.style import OTHER, style_of


def test_every_node_of_the_compact_view_has_a_style(full):
    snapshot = full.published.snapshot("compact")
    for name in snapshot.types:
        style = style_of(snapshot.superclasses.get(name, frozenset()))
        assert re.fullmatch("#[0-9A-F]{6}", style.color)
        assert style.shape


@pytest.mark.parametrize("classes", [frozenset(), frozenset({"NoSuch"})])
def test_an_unknown_type_has_a_style_too(classes):
    assert style_of(classes) is OTHER
