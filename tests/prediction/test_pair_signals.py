"""Agreements of many are no cliques; capabilities against brute force."""

import numpy as np

from coopgraph.prediction.pair_signals import Ties, complementarity, pair_signals


def _ties(larger):
    two = np.array([[0, 1, 1990], [1, 2, 1995]])
    return Ties(two, larger, np.array([[3.0, 0, 1], [0, 2, 0], [1, 1, 1], [0, 0, 4]]), 2000)


def test_an_agreement_of_many_is_shared_out_and_makes_no_neighbours():
    alone = pair_signals(_ties([]))
    with_it = pair_signals(_ties([(np.arange(4), 1999)]))
    assert with_it["shared agreements"].sum() - np.trace(with_it["shared agreements"]) == 4
    for name in set(alone) - {"shared agreements"}:
        assert np.array_equal(alone[name], with_it[name]), name


def test_what_is_later_is_not_known():
    assert len(_ties([(np.arange(4), 1999)]).until(1992).two_party) == 1
    assert not _ties([(np.arange(4), 1999)]).until(1992).larger


def test_complementarity_is_what_one_has_and_the_other_is_near_to():
    has = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0]], float)
    counts, together = has.sum(0), has.T @ has
    related = together / np.maximum.outer(counts, counts)
    np.fill_diagonal(related, 0)
    wanted = np.zeros((3, 3))
    for a in range(3):
        for b in range(3):
            for p in range(3):

                def density(who, p=p):
                    return has[who] @ related[:, p] / related[:, p].sum()

                wanted[a, b] += has[a, p] * (1 - has[b, p]) * density(b)
                wanted[a, b] += has[b, p] * (1 - has[a, p]) * density(a)
    assert np.allclose(complementarity(has), wanted)
