from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.search.match_key import match_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("寶武集團", "宝武集团"),
        ("中國五礦集團", "中国五矿集团"),
        ("蘭州新區精細化工園區", "兰州新区精细化工园区"),
        ("Ｂａｏｗｕ", "baowu"),
        ("CHINALCO", "Chinalco"),
        ("“一带一路”", "一带一路"),
        ("《甘肃省推进绿色生态产业发展规划》", "甘肃省推进绿色生态产业发展规划"),
        ("中国—白俄罗斯工业园", "中国-白俄罗斯工业园"),
        ("China-Belarus  Industrial\u00a0Park", "china belarus industrial park"),
        ("甘肃省（工信厅）", "甘肃省(工信厅)"),
        ("  甘 肃 ", "甘肃"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
    ],
)
def test_ways_of_writing_one_name_have_one_key(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("中建材", "中建"), ("陕西", "山西"), ("中国铝业", "中铝"), ("a+b", "ab"), ("C#", "C"),
     ("1", "11"),
     ("宝武\x00集团", "宝武"), ("宝武\x00", "宝武集团")],
)  # fmt: skip
def test_other_names_have_other_keys(one, other):
    assert match_key(one) != match_key(other)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Zs"])))
def test_a_key_is_its_own_key(text):
    assert match_key(match_key(text)) == match_key(text)


def test_lone_surrogates_break_nothing():
    """They come from file names and arguments that are not UTF-8."""
    match_key("\ud800")
    match_key("宝武\udcff")
