from __future__ import annotations

from coopgraph.api.respond import etag


def test_a_tag_is_quoted():
    assert etag(7) == '"7"'


def test_a_next_link_keeps_the_whole_question(client):
    asked = [
        ("of", "甘肃省"),
        ("limit", "1"),
        ("type", "Sector"),
        ("type", "Park"),
        ("x", "a&b=c d+é"),
    ]
    url = client.get("/api/v1/neighbours", params=asked).json()["meta"]["next"]
    assert url.startswith("/api/v1/neighbours?")
    assert url.isascii()
    again = client.build_request("GET", url).url.params.multi_items()
    assert [pair for pair in again if pair[0] != "cursor"] == asked
    assert [name for name, _ in again].count("cursor") == 1
    second = client.get(url).json()["meta"]["next"]
    assert client.build_request("GET", second).url.params.get_list("cursor") != []
    assert len(client.build_request("GET", second).url.params.get_list("cursor")) == 1
