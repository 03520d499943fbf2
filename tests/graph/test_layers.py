from __future__ import annotations

from itertools import product

import pytest

from coopgraph.graph.layers import (
    ALL,
    ANYWHERE,
    is_visible,
    layers_of,
    selection_of,
    subsets,
    visibility,
)
from coopgraph.vocabulary import LAYERS


@pytest.mark.parametrize("selection", range(1, ALL + 1))
def test_selection_and_layers_are_inverse(selection):
    assert selection_of(layers_of(selection)) == selection
    assert selection_of(list(reversed(layers_of(selection))) * 2) == selection


@pytest.mark.parametrize(("layer", "selection"), list(product(LAYERS, range(1, ALL + 1))))
def test_what_one_layer_says_is_seen_wherever_that_layer_is_selected(layer, selection):
    bit = selection_of([layer])
    assert is_visible(ANYWHERE[bit], selection) == (layer in layers_of(selection))


@pytest.mark.parametrize("present", range(1, ALL + 1))
def test_layers_that_say_nothing_of_it_do_not_matter(present):
    for wanted in subsets(present):
        byte = visibility(present, [wanted])
        for selection in range(1, ALL + 1):
            assert is_visible(byte, selection) == (selection & present == wanted)


def test_nothing_is_seen_in_no_layers():
    assert not any(is_visible(byte, 0) for byte in ANYWHERE.values())
