"""Backtests on generated dated graphs: what can be said is measured, what cannot is not."""

import random

import pytest

from coopgraph.errors import BadRequest


def dated(pairs, others=""):
    """Cooperations of two that lead from the first to the second from a day on."""
    lines = [others]
    for number, (a, b, day) in enumerate(pairs):
        lines.append(
            f"id:cooperation\\/{number} a coop:Cooperation ; "
            f"coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking> ; "
            f"coop:hasParticipation id:part\\/{number}a, id:part\\/{number}b ; "
            + (f'coop:actualFrom "{day}"^^xsd:date .\n' if day else ".\n")
            + f"id:part\\/{number}a coop:participant id:org\\/{a} ; "
            f"coop:role <https://w3id.org/coopgraph/scheme/role/lead> .\n"
            f"id:part\\/{number}b coop:participant id:org\\/{b} ; "
            f"coop:role <https://w3id.org/coopgraph/scheme/role/partner> ."
        )
    return "\n".join(lines)


def actors(names):
    return "\n".join(f"id:org\\/{name} a coop:Enterprise ." for name in names)


@pytest.fixture(scope="module")
def clustered(graph_of):
    """Four groups of ten; pairs within a group sign, in random order of time."""
    draw = random.Random(3)  # noqa: S311
    pairs = []
    for group in range(4):
        names = [f"g{group}n{i}" for i in range(10)]
        pairs += [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    draw.shuffle(pairs)
    pairs = pairs[:160]
    days = [f"{2001 + i * 15 // len(pairs)}-06-{1 + i % 28:02}" for i in range(len(pairs))]
    names = sorted({name for pair in pairs for name in pair})
    return graph_of(
        stated=dated([(*p, d) for p, d in zip(pairs, days, strict=True)], actors(names))
    )


def test_what_follows_from_the_past_is_found(clustered):
    answer = clustered.backtest("2012-01-01")
    found = answer.data
    assert found["possible"]
    assert answer.scope.as_of.isoformat() == "2012-01-01"
    assert found["facts_dated_before"] + found["facts_dated_after"] == 160
    results = found["results"]
    assert results["combined"]["auc"] > 0.9 > 0.6 > results["constant"]["auc"]
    assert results["constant"]["auc"] == 0.5
    assert results["combined"]["mrr"] > 3 * results["constant"]["mrr"]
    low, high = results["combined"]["auc_interval"]
    assert low <= results["combined"]["auc"] <= high
    # 40 actors; candidates are pairs not joined before, each asked from either end.
    before = found["facts_dated_before"]
    assert found["candidates"] == 40 * 39 - 2 * before
    assert found["came_true"] == 2 * found["facts_dated_after"]
    assert found["base_rate"] == found["came_true"] / found["candidates"]
    bands = found["bands"]
    assert sum(b["candidates"] for b in bands.values()) == found["candidates"]
    assert sum(b["came_true"] for b in bands.values()) == found["came_true"]
    assert bands["strong"]["rate"] is None or bands["strong"]["rate"] > found["base_rate"]
    assert found["calibration"]["brier_skill"] <= 1
    assert clustered.backtest("2012-01-01").data == found


def test_rates_stand_beside_suggestions(clustered):
    answer = clustered.suggest("org/g0n0", limit=5)
    assert answer.data
    for item in answer.data:
        rate = item["rate"]
        assert 0 <= rate["came_true"] <= rate["candidates"]
        assert str(rate["came_true"]) in rate["words"]["en"]
        assert item["probability"] is None


def test_chance_is_not_predicted(graph_of):
    draw = random.Random(5)  # noqa: S311
    names = [f"n{i}" for i in range(30)]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    chosen = draw.sample(pairs, 160)
    said = [(a, b, f"{2001 + draw.randrange(10)}-03-01") for a, b in chosen]
    found = graph_of(stated=dated(said, actors(names))).backtest("2007-01-01").data
    assert 0.3 < found["results"]["combined"]["auc"] < 0.7
    skill = found["calibration"]["brier_skill"]
    assert skill < 0.1
    assert found["percentages"] == (skill > 0)


@pytest.mark.parametrize("day", ["1990-01-01", "2030-01-01"])
def test_where_nothing_lies_on_one_side_no_figure_is_given(clustered, day):
    answer = clustered.backtest(day)
    assert not answer.data["possible"]
    assert answer.data["results"] is None
    assert set(answer.data["cannot_say"]) == {"zh", "en"}
    assert answer.notes == (answer.data["cannot_say"],)


def test_without_dates_no_figure_is_given(graph_of):
    names = [f"n{i}" for i in range(9)]
    pairs = [(a, b, None) for i, a in enumerate(names) for b in names[i + 1 :]]
    graph = graph_of(stated=dated(pairs, actors(names)))
    found = graph.backtest("2010-01-01").data
    assert not found["possible"]
    assert found["facts_undated"] == 36
    assert "figure" in found["cannot_say"]["en"]
    answer = graph.suggest("org/n0")
    assert all(item["rate"] is None for item in answer.data)


def test_new_actors_alone_cannot_be_found(graph_of):
    old = [(f"a{i}", f"a{i + 1}", "2001-01-01") for i in range(20)]
    new = [(f"b{i}", f"b{i + 1}", "2011-01-01") for i in range(20)]
    names = [f"{g}{i}" for g in "ab" for i in range(21)]
    found = graph_of(stated=dated(old + new, actors(names))).backtest("2005-01-01").data
    assert not found["possible"]
    assert found["facts_with_new_ends"] == 20
    assert found["results"] is None


def test_what_comes_later_does_not_change_what_was_known(graph_of, clustered):
    """A renewed fact is none to be found."""
    pairs = [("a", f"b{i}", "2001-01-01") for i in range(15)]
    again = [("a", f"b{i}", "2011-01-01") for i in range(15)]
    names = ["a", *(f"b{i}" for i in range(15))]
    found = graph_of(stated=dated(pairs + again, actors(names))).backtest("2005-01-01").data
    assert not found["possible"]
    assert found["facts_to_find"] == 0


def test_a_day_that_is_none_is_refused(clustered):
    with pytest.raises(BadRequest):
        clustered.backtest("soon")
