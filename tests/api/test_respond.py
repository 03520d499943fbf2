from __future__ import annotations

from types import SimpleNamespace

from coopgraph.api.respond import etag, knows, origin_of, weak_etag
from coopgraph.bare import BareStore


def test_tags_hold_the_generation_and_differ_by_variant():
    request = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(origin="-ab")))
    assert etag(7) == '"7"'
    tags = {weak_etag(request, 7, *variant) for variant in ((), ("json",), ("csv",), ("c", "sv"))}
    assert len(tags) == 4
    assert all(tag.startswith('W/"7-ab') for tag in tags)
    assert knows(f'"x", {etag(7)}', 'W/"7"')
    assert knows(f'"x", {weak_etag(request, 7)}', '"7-ab"')


def test_two_stores_in_memory_have_no_tag_in_common():
    origins = set()
    for _ in range(2):
        with BareStore(":memory:") as store:
            assert store.generation == 1
            origins.add(origin_of(store))
    assert len(origins) == 2


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
