"""Gaps in columns against the same gaps one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.columnar.rows import groups_of_rows
from coopgraph.gaps.find import BY, REST
from coopgraph.gaps.gap_list import GapList, RuleGaps
from coopgraph.gaps.rules import read_rules
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import ID

RULES = list(read_rules([ontology_dir() / "gaps"]).values())
THINGS = [f"{ID}org/a1", f"{ID}org/a10", f"{ID}org/a1-b", "http://example.org/a", f"{ID}region/x"]
ONE = st.sampled_from(THINGS)
MAYBE = st.one_of(st.none(), ONE)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"subject": MAYBE, "sector": MAYBE, "object": MAYBE, "found": MAYBE, "candidate": MAYBE}
    ),
    max_size=25,
)


def _bound(row):
    return {name: value for name, value in row.items() if value is not None}


def _gaps(rows, rule=RULES[0]):
    return RuleGaps(rule, groups_of_rows(map(_bound, rows), BY, REST))


def _wanted(rows):
    found = {}
    for row in rows:
        if row["subject"] is not None:
            key = (row["subject"], row["sector"], row["object"])
            found.setdefault(key, set()).add((row["found"], None, row["candidate"]))
    return dict(sorted(found.items(), key=lambda item: tuple(part or "" for part in item[0])))


@given(ROWS)
def test_each_stands_once_in_the_order_of_what_it_is_about(rows):
    gaps, wanted = _gaps(rows), _wanted(rows)
    assert [gap.key for gap in gaps] == list(wanted)
    assert [gap.order for gap in gaps] == sorted(gap.order for gap in gaps)
    for gap in gaps:
        assert set(gap.rows()) == wanted[gap.key]
        assert gaps.named(gap.id).id == gap.id


@given(ROWS, MAYBE, MAYBE)
def test_what_is_chosen_is_chosen_one_by_one(rows, actor, sector):
    gaps = _gaps(rows)
    every = list(gaps)
    assert [gap.key for gap in gaps.about(actor, sector)] == [
        gap.key for gap in every if gap.is_about(actor, sector)
    ]
    things = [thing for thing in (actor, sector, "http://example.org/none") if thing]
    near = gaps.touching(things)
    assert [gap.key for gap in near] == [gap.key for gap in every if set(gap.key) & set(things)]
    out = {gap.key for gap in every[::2]}
    assert [gap.key for gap in near.without(out)] == [gap.key for gap in near if gap.key not in out]


@given(st.lists(ROWS, max_size=3))
def test_several_rules_stand_one_after_the_other(parts):
    listed = [_gaps(rows, rule) for rows, rule in zip(parts, RULES, strict=False)]
    together = GapList(listed)
    ids = [gap.id for each in listed for gap in each]
    assert [gap.id for gap in together] == ids
    assert [gap.id for gap in together[1:4]] == ids[1:4]
    assert len(together) == len(ids)
    with pytest.raises(IndexError):
        together[len(ids)]


def test_what_is_no_id_names_no_gap():
    gaps = _gaps([dict.fromkeys(("subject", "sector", "object", "found", "candidate"), THINGS[0])])
    for name in ("", "|", f"{RULES[0].id}|", f"{RULES[0].id}|a|b|c|d", f"{RULES[0].id}|org/none"):
        assert gaps.named(name) is None
