"""Notes tell what stands in the way of the rules that were asked, and of no others."""

from __future__ import annotations

import pytest

CHAINS = "no industry chain is recorded"
SECTORS = "no main sectors of enterprises are recorded"


def said(answer) -> str:
    return " ".join(note["en"] for note in answer.notes)


@pytest.mark.parametrize(
    ("rule", "there", "absent"),
    [
        ("chain-break", [CHAINS], []),
        ("candidate-partner", [SECTORS], [CHAINS]),
        ("capacity-without-outlet", [], [CHAINS, SECTORS]),
        ((), [CHAINS, SECTORS], []),
    ],
)
def test_only_what_the_rules_start_from(full, rule, there, absent):
    words = said(full.gaps(rule=rule, layers="stated"))
    assert [text for text in there if text not in words] == []
    assert [text for text in absent if text in words] == []


def test_nothing_stands_in_the_way_where_all_is_recorded(full):
    assert full.gaps().notes == ()
