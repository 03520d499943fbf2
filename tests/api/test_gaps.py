from __future__ import annotations

import httpx
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


STEEL = "candidate-partner%7Cregion/CN-GS%7Cscheme/sector/steel%7Corg/baowu"


def test_a_gap_has_an_address(client, problem):
    gap = client.get(f"/api/v1/gaps/{STEEL}").json()["data"]
    assert gap["object"]["id"] == "org/baowu"
    assert gap["history"] == []
    whole = client.get(f"/api/v1/gaps/{STEEL.replace('/', '%2F')}").json()["data"]
    assert whole == gap
    assert problem(client.get(f"/api/v1/gaps/{STEEL}x"))["status"] == 404


def test_a_decision_needs_a_token_and_can_be_read_when_acknowledged(serve, fresh, problem):
    token = fresh.tokens.create("wang")
    with serve(fresh) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        where, said = f"/api/v1/gaps/{STEEL}/decision", {"verdict": "confirmed", "why": "=1"}
        refused = client.post(where, json=said)
        assert problem(refused)["status"] == 401
        assert refused.headers["www-authenticate"]
        head = {"Authorization": f"Bearer {token}"}
        assert problem(client.post(where, json={"verdict": "x"}, headers=head))["status"] in (
            400, 422,
        )  # fmt: skip
        made = client.post(where, json=said, headers=head)
        assert made.status_code == 201
        assert made.json()["data"]["by"] == "wang"
        gap = client.get(f"/api/v1/gaps/{STEEL}").json()["data"]
        assert gap["decision"]["why"] == "=1"
        table = client.get("/api/v1/gaps/decisions?format=csv")
        assert "'=1" in table.text
        listed = client.get("/api/v1/gaps/decisions").json()["data"]
        assert [d["verdict"] for d in listed] == ["confirmed"]
