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
