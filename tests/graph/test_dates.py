from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import BadRequest
from coopgraph.graph.dates import day_number, iso_date, parse_day


@given(st.dates())
def test_days_and_numbers_are_inverse(day: date):
    number = day_number(day.isoformat())
    assert number is not None
    assert iso_date(number) == day.isoformat()
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("text", ["2019-06-01Z", "2019-06-01T23:59:59", "2019-06-01+08:00"])
def test_times_and_zones_are_left_out(text):
    assert day_number(text) == day_number("2019-06-01")


@pytest.mark.parametrize("text", ["", "spring", "2019", "2019-13-01", "2019-02-29", "二〇一九年"])
def test_no_date_has_no_number(text):
    assert day_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "2019", "2019-6-1", "20190601", "2019-06-01T00:00:00", "2019-02-29", "2019-W23-1",
        "2019-152", "01.06.2019", "２０１９-06-01", "2019-06-0१", "9999999999", "-019-06-01",
        "\x00019-06-01",
    ],
)  # fmt: skip
def test_only_calendar_dates_are_asked_for(text):
    with pytest.raises(BadRequest) as caught:
        parse_day(text)
    assert caught.value.extensions["parameter"] == "as_of"
    assert caught.value.zh
