"""Who asks to be told is told every part, in order, and nobody else is."""

import threading

import numpy as np

from coopgraph.prediction.path_rules import mine_rules
from coopgraph.prediction.progress import tell, told_to
from coopgraph.prediction.triples import Triples


def test_mining_tells_each_kind_of_first_step():
    told = []
    facts = np.array([[0, 0, 1], [1, 1, 2], [2, 0, 0]])
    with told_to(lambda *said: told.append(said)):
        mine_rules(Triples(3, 2, facts))
    assert told == [("paths", done, 5) for done in range(6)]
    mine_rules(Triples(3, 2, facts))
    assert len(told) == 6


def test_other_threads_and_the_time_after_are_not_told():
    told = []
    with told_to(lambda *said: told.append(said)):
        thread = threading.Thread(target=tell, args=("paths", 1, 2))
        thread.start()
        thread.join()
        with told_to(lambda *said: None):
            tell("paths", 1, 2)
        assert told == []
        tell("paths", 2, 2)
    tell("paths", 3, 3)
    assert told == [("paths", 2, 2)]
