from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.graph.kernels.forces import settle


def settled(place, one, other, distance, step, cooling, gravity, rounds):
    """The same in whole arrays."""
    for _ in range(rounds):
        apart = place[:, None, :] - place[None, :, :]
        far = np.maximum((apart**2).sum(axis=2), 1.0)
        push = (apart * (distance**2 / far)[:, :, None]).sum(axis=1) - gravity * place
        along = place[one] - place[other]
        pull = along * (np.sqrt((along**2).sum(axis=1)) / distance)[:, None]
        np.add.at(push, one, -pull)
        np.add.at(push, other, pull)
        length = np.maximum(np.sqrt((push**2).sum(axis=1)), 1e-9)
        place = place + push / length[:, None] * np.minimum(length, step)[:, None]
        step *= cooling
    return place


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(0, 20), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_a_few_rounds_are_those_of_whole_arrays(nodes, edges, rounds, seed):
    # Only a few: what differs in the last digit grows from round to round.
    random = np.random.default_rng(seed)
    place = random.uniform(-300, 300, (nodes, 2))
    one, other = random.integers(0, nodes, (2, edges))
    one, other = one[one != other], other[one != other]
    before = place.copy()
    found = settle(place, one, other, 108.0, 216.0, 0.965, 0.6, rounds)
    assert np.array_equal(place, before)
    wanted = settled(place, one, other, 108.0, 216.0, 0.965, 0.6, rounds)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_what_is_joined_lies_nearer_than_what_is_not():
    ring = np.arange(8)
    angle = ring * 3 % 8 * np.pi / 4  # neighbours of the ring begin far apart
    place = 200 * np.column_stack([np.cos(angle), np.sin(angle)])
    found = settle(place, ring, (ring + 1) % 8, 100.0, 200.0, 0.965, 0.1, 300)
    apart = np.hypot(*(found[:, None] - found[None, :]).T)
    joined = apart[ring, (ring + 1) % 8]
    others = apart[ring, (ring + 4) % 8]
    assert joined.max() < others.min()


def test_nodes_at_one_place_stay_finite():
    found = settle(np.zeros((5, 2)), np.array([0]), np.array([1]), 100.0, 200.0, 0.9, 0.6, 20)
    assert np.isfinite(found).all()
