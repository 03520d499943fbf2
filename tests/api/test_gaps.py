from __future__ import annotations

import pytest


def test_a_rule_tells_what_can_be_chosen(client):
    rules = {rule["id"]: rule for rule in client.get("/api/v1/gaps/rules").json()["data"]}
    assert {"capacity-without-outlet", "advantage-unused", "partner-without-project",
            "instrument-required-missing"} <= set(rules)  # fmt: skip
    (parameter,) = rules["capacity-without-outlet"]["parameters"]
    assert (parameter["name"], parameter["default"]) == ("match", "exact")
    assert sorted(parameter["allowed"]) == ["broader", "exact"]
    for rule in rules.values():
        assert set(rule["label"]) == set(rule["definition"]) == {"zh", "en"}


@pytest.mark.parametrize(("match", "count"), [("exact", 4), ("broader", 2)])
def test_match_is_passed_on(client, match, count):
    asked = {"rule": "capacity-without-outlet", "match": match, "layers": "stated"}
    assert len(client.get("/api/v1/gaps", params=asked).json()["data"]) == count


def test_an_unknown_rule_is_404_with_those_there_are(client, problem):
    document = problem(client.get("/api/v1/gaps?rule=no-such"))
    assert document["status"] == 404
    assert "advantage-unused" in document["candidates"]
