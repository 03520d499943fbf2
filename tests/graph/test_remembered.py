"""What is remembered of a resource is what the store says of it."""

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.graph import remembered
from coopgraph.graph.remembered import Remembered

NAMES = [ox.NamedNode(f"x:{name}") for name in "abc"]
TERMS = st.sampled_from(
    [*NAMES, ox.Literal("a"), ox.Literal("a", language="zh"), ox.BlankNode("b")]
)
QUADS = st.lists(
    st.builds(
        ox.Quad, st.sampled_from(NAMES), st.sampled_from(NAMES), TERMS, st.sampled_from(NAMES)
    ),
    max_size=12,
)
ANY = [None, *NAMES]


@given(QUADS, st.sampled_from([0, 2, 100]))
def test_it_answers_every_pattern_as_the_store_does(quads, most):
    store = ox.Store()
    store.extend(quads)
    before, remembered.MOST = remembered.MOST, most
    try:
        ours = Remembered(store)
        for _ in range(2):  # read, then remembered
            for subject in ANY:
                for predicate in ANY:
                    for value in (None, NAMES[0]):
                        wanted = set(store.quads_for_pattern(subject, predicate, value, None))
                        found = list(ours.quads_for_pattern(subject, predicate, value, None))
                        assert len(found) == len(wanted)
                        assert set(found) == wanted
    finally:
        remembered.MOST = before
