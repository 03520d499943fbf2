from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest, NotFound


def cells(graph, **asked):
    data = graph.gap_matrix(limit=200, **asked).data
    assert len(data["cells"]) == len(data["rows"]) * len(data["columns"])
    return {(c["row"], c["column"].removeprefix("scheme/sector/")): c for c in data["cells"]}


def test_a_gap_is_not_the_same_as_nothing_recorded(full):
    found = cells(full, rows="Province", layers="stated")
    assert found["region/CN-GS", "steel"]["state"] == "gap"
    assert found["region/CN-GS", "steel"]["gaps"] == [
        "capacity-without-outlet|region/CN-GS|scheme/sector/steel"
    ]
    covered = found["region/CN-GS", "mineral-exploration"]
    assert covered["state"] == "covered"
    assert covered["counts"] == {"cooperations": 1, "capabilities": 1}
    assert covered["cooperations"] == ["cooperation/gs-2019/technology-eastern-leaders"]
    assert found["region/CN-GX", "steel"]["state"] == "none-recorded"
    for cell in found.values():
        assert (cell["state"] == "gap") == bool(cell["counts"].get("gaps"))
        assert (cell["state"] == "none-recorded") == (not cell["counts"])


def test_no_enterprise_has_a_sector_in_the_notice(full):
    stated = cells(full, rows="Enterprise", layers="stated")
    assert {cell["state"] for cell in stated.values()} == {"none-recorded"}
    both = cells(full, rows="Enterprise")
    assert both["org/baowu", "steel"]["state"] == "gap"


def test_a_broader_sector_covers_where_it_is_asked_for(full):
    exact = cells(full, rows="Province", layers="stated")
    broader = cells(full, rows="Province", layers="stated", match="broader")
    assert exact["region/CN-GS", "copper-smelting"]["state"] == "gap"
    assert broader["region/CN-GS", "copper-smelting"]["state"] == "covered"
    assert broader["region/CN-GS", "cement"]["state"] == "gap"


def test_carriers_and_days(full):
    found = cells(full, rows="Carrier", layers="stated")
    park = found["carrier/china-belarus-park", "international-capacity"]
    assert park["counts"] == {"projects": 1, "carriers": 1}
    then = cells(full, rows="Carrier", layers="stated", as_of="2018-01-01")
    assert then["carrier/china-belarus-park", "international-capacity"]["counts"] == {"carriers": 1}


def test_pages_are_the_whole_and_gaps_come_first(full):
    whole = full.gap_matrix(rows="Actor", limit=200).data
    rows, cursor = [], None
    for _ in range(200):
        page = full.gap_matrix(rows="Actor", limit=7, cursor=cursor)
        rows += page.data["rows"]
        cursor = page.cursor
        if cursor is None:
            break
    assert rows == whole["rows"]
    assert len(rows) == whole["total_rows"]
    with_gap = {c["row"] for c in whole["cells"] if c["state"] == "gap"}
    assert {row["id"] for row in rows[: len(with_gap)]} == with_gap


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"rows": "Nothing"}, NotFound), ({"rows": "> } #"}, NotFound), ({"cols": "x"}, NotFound),
        ({"cols": "> } #"}, NotFound), ({"match": "x"}, BadRequest), ({"limit": 0}, BadRequest),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told(full, asked, error):
    with pytest.raises(error) as caught:
        full.gap_matrix(**asked)
    assert caught.value.zh
