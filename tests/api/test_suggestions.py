"""``/api/v1/gaps/suggestions``."""


def test_suggestions_have_rank_band_and_reasons(client):
    answer = client.get("/api/v1/gaps/suggestions", params={"for": "org/baowu", "limit": 3})
    assert answer.status_code == 200
    body = answer.json()
    assert [item["rank"] for item in body["data"]] == [1, 2, 3]
    assert all(item["reasons"] and item["probability"] is None for item in body["data"])
    assert "cursor=" in body["meta"]["next"]


def test_an_unknown_actor_is_404_and_none_is_422(client):
    unknown = client.get("/api/v1/gaps/suggestions", params={"for": "nobody at all"})
    assert unknown.status_code == 404
    assert client.get("/api/v1/gaps/suggestions").status_code == 422


def test_a_backtest_of_too_few_dates_says_so_and_gives_no_figure(client):
    answer = client.get("/api/v1/gaps/backtest", params={"as_of": "2019-06-01"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"]["possible"] is False
    assert body["data"]["results"] is None
    assert body["data"]["cannot_say"] in body["meta"]["notes"]
    assert body["meta"]["as_of"] == "2019-06-01"


def test_a_backtest_needs_a_day(client):
    assert client.get("/api/v1/gaps/backtest").status_code == 422
    bad = client.get("/api/v1/gaps/backtest", params={"as_of": "soon"})
    assert bad.status_code == 400
    assert bad.json()["parameter"] == "as_of"


def test_suggested_links_stand_among_neighbours_when_asked_for(client):
    params = {"of": "org/baowu", "suggested": "include"}
    body = client.get("/api/v1/neighbours", params=params).json()
    layers = {e["layer"] for n in body["data"]["neighbours"] for e in n["edges"]}
    assert "suggested" in layers
    assert client.get(
        "/api/v1/neighbours", params=params | {"suggested": "yes"}
    ).status_code == 400  # fmt: skip
