"""``/backtest``: a form, an answer in both languages, and what is wrong."""


def test_the_form_stands_without_a_day(client):
    answer = client.get("/backtest")
    assert answer.status_code == 200
    assert 'name="as_of"' in answer.text
    assert "<table" not in answer.text


def test_what_cannot_be_said_is_said_in_both_languages(client):
    asked = {"as_of": "2019-06-01"}
    text = client.get("/backtest", params=asked).text
    assert "无法回测" in text
    assert "<table" not in text
    text = client.get("/backtest", params={**asked, "lang": "en"}).text
    assert '<html lang="en">' in text
    assert "no backtest is possible" in text
    assert 'href="?as_of=2019-06-01&amp;lang=zh"' in text


def test_what_is_wrong_is_said_and_nothing_is_taken_for_markup(client):
    answer = client.get("/backtest", params={"as_of": "<script>x</script>"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    answer = client.get("/backtest", params={"as_of": "2019-06-01", "layers": '"><b>'})
    assert answer.status_code == 400
    assert "<b>" not in answer.text
    assert "未知图层" in answer.text


def test_a_backtest_is_shown_as_tables():
    import numpy as np

    from coopgraph.api.backtest_page import render
    from coopgraph.prediction.outcomes import Outcomes

    scores = np.tile(np.array([[0.9], [0.1]]), (1, 6))
    names = ("constant", "frequency", "degree", "rules", "analogues", "combined")
    some = Outcomes(names, scores, np.array([True, False]), [2], 1)
    data = {
        "possible": True, "candidates": 2, "came_true": 1, "base_rate": 0.5,
        "results": some.results(), "calibration": None,
        "bands": some.bands("rules", ((0.5, "strong"), (0.2, "moderate"), (0.0, "weak"))),
    }  # fmt: skip
    for lang, words in (("zh", "其后有记录的 1 个"), ("en", "1 came true")):
        text = render({"data": data, "meta": {}}, as_of="2020-01-01", lang=lang)
        assert text.count("<table>") == 2
        assert "50.00%" in text
        assert words in text
