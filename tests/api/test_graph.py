"""``/api/v1``: what HTTP adds to the questions."""

from __future__ import annotations

from itertools import product
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = [
    "宝武集团",
    "寶武集團",
    "org/baowu",
    "https://w3id.org/coopgraph/id/org/baowu",
    "Ｂａｏｗｕ",
]


def get(client: httpx.Client, path: str, **parameters) -> dict:
    response = client.get(f"/api/v1/{path}", params=parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


CALLS = {
    "stats": {},
    "search": {"q": "宝武"},
    "nodes/org/baowu": {},
    "neighbours": {"of": "宝武集团", "depth": 2},
    "paths": {"from": "宝武集团", "to": "广东", "mode": "all", "max_length": 3},
    "gaps/rules": {},
    "gaps": {"match": "broader"},
}


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "scope", [{}, {"layers": "stated"}, {"as_of": "2019-06-01", "view": "full"}]
)
def test_an_answer_has_data_and_what_it_rests_on(client, server, path, scope):
    answer = get(client, path, **CALLS[path], **scope)
    assert list(answer) == ["data", "meta"]
    # What sectors and chains are looked at by is background: without it there is something to say.
    blind = path == "gaps" and scope.get("layers") == "stated"
    assert ("notes" in answer["meta"]) == blind
    assert {**answer["meta"], "notes": None} == {
        "notes": None,
        "generation": server.graph.generation,
        "layers": scope.get("layers", "stated,background,analyst").split(","),
        "view": scope.get("view", "compact"),
        "as_of": scope.get("as_of"),
        "truncated": answer["meta"]["truncated"],
        "next": answer["meta"]["next"],
    }


def test_http_and_python_answer_the_same(client, server):
    graph = server.graph
    assert get(client, "stats")["data"] == graph.stats().data
    assert get(client, "search", q="甘肃")["data"] == graph.search("甘肃").data
    assert get(client, "nodes/org/baowu")["data"] == graph.node("org/baowu").data
    assert get(client, "gaps", limit=1000)["data"] == graph.gaps(limit=1000).data
    assert get(client, "gaps/rules")["data"] == graph.gap_rules().data
    for depth, direction in product((1, 2, 3, 4), ("any", "out", "in")):
        asked = {"depth": depth, "direction": direction, "limit": 1000}
        assert (
            get(client, "neighbours", of="org/baowu", **asked)["data"]
            == graph.neighbours("org/baowu", **asked).data
        )
    for mode in ("shortest", "all-shortest", "k-shortest", "all"):
        assert (
            get(client, "paths", **{"from": "org/baowu", "to": "org/crrc", "mode": mode})["data"]
            == graph.paths("org/baowu", "org/crrc", mode=mode).data
        )


@pytest.mark.parametrize("name", NAMES)
def test_names_travel_in_urls(client, name):
    assert get(client, "neighbours", of=name)["data"]["node"]["id"] == "org/baowu"
    assert get(client, "paths", **{"from": name, "to": name})["data"]["paths"][0]["length"] == 0
    for safe in ("", "/:"):
        response = client.get("/api/v1/nodes/" + quote(name, safe=safe))
        assert response.json()["data"]["id"] == "org/baowu"


def test_a_parameter_may_be_repeated(client):
    via = [
        ("from", "org/baowu"),
        ("to", "region/CN-GD"),
        ("avoid", "goal/gs-2019/substantive-progress"),
        ("avoid", "甘肃省"),
    ]
    response = client.get("/api/v1/paths", params=via)
    assert response.json()["data"]["paths"] == []
    types = client.get(
        "/api/v1/neighbours", params=[("of", "region/CN-GS"), ("type", "Sector"), ("type", "Park")]
    ).json()["data"]["counts"]
    assert "Sector" in types
    assert "Province" not in types
    rules = client.get(
        "/api/v1/gaps",
        params=[("rule", "advantage-unused"), ("rule", "instrument-required-missing")],
    ).json()["data"]
    assert {gap["rule"] for gap in rules} == {"advantage-unused", "instrument-required-missing"}


@pytest.mark.parametrize(
    ("path", "parameters", "key"),
    [
        ("neighbours", [("of", "甘肃省"), ("depth", "2"), ("limit", "7")], "neighbours"),
        ("neighbours", [("of", "甘肃省"), ("limit", "3"), ("type", "Sector"), ("type", "Park"),
                        ("layers", "stated")], "neighbours"),
        ("search", [("q", "中"), ("limit", "2")], None),
        ("gaps", [("limit", "4"), ("as_of", "2019-06-01"), ("layers", "stated,background")], None),
    ],
)  # fmt: skip
def test_next_links_lead_to_the_end_and_back_to_the_same_question(client, path, parameters, key):
    def items(answer):
        return answer["data"][key] if key else answer["data"]

    whole = client.get(
        f"/api/v1/{path}", params=[p for p in parameters if p[0] != "limit"] + [("limit", "1000")]
    ).json()
    seen, url, pages = [], f"/api/v1/{path}?{urlencode(parameters)}", 0
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.text
        answer = response.json()
        seen += items(answer)
        url = answer["meta"]["next"]
        assert answer["meta"]["truncated"] == (url is not None)
        assert url is None or url.startswith(f"/api/v1/{path}?")
        pages += 1
        assert pages < 100
    assert seen == items(whole)
    assert pages > 1


class TestConditionalRequests:
    @pytest.mark.parametrize("path", CALLS)
    def test_the_generation_is_the_tag(self, client, server, path):
        response = client.get(f"/api/v1/{path}", params=CALLS[path])
        assert response.headers["etag"] == f'"{server.graph.generation}"'

    @pytest.mark.parametrize("path", CALLS)
    @pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"0", "{}"', '"a,b" , W/"{}","c"', "*"])
    def test_what_is_known_is_not_sent_again(self, client, server, path, form):
        known = form.format(server.graph.generation)
        response = client.get(
            f"/api/v1/{path}", params=CALLS[path], headers={"If-None-Match": known}
        )
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["etag"] == f'"{server.graph.generation}"'

    @pytest.mark.parametrize("known", ['"0"', '"99"', "1", 'W/"x"', "", '"1', '"11"', '"*"'])
    def test_what_is_not_known_is_sent(self, client, known):
        response = client.get("/api/v1/stats", headers={"If-None-Match": known})
        assert response.status_code == 200

    def test_tags_may_come_in_several_lines(self, client, server):
        headers = [("If-None-Match", '"0"'), ("If-None-Match", f'"{server.graph.generation}"')]
        assert client.get("/api/v1/stats", headers=headers).status_code == 304

    def test_an_error_is_never_unchanged(self, client):
        headers = {"If-None-Match": "*"}
        assert client.get("/api/v1/neighbours?of=nobody", headers=headers).status_code == 404
        assert client.get("/api/v1/stats?layers=x", headers=headers).status_code == 400
        assert client.get("/api/v1/export?format=x", headers=headers).status_code == 400


BASE = {"neighbours": {"of": "org/baowu"}, "paths": {"from": "org/baowu", "to": "org/crrc"},
        "search": {"q": "a"}, "stats": {}, "gaps": {}, "gaps/rules": {}, "export": {},
        "nodes/org/baowu": {}}  # fmt: skip


@pytest.mark.parametrize("path", BASE)
@pytest.mark.parametrize(
    ("name", "value"),
    [("layers", "Stated"), ("layers", ""), ("layers", "stated,"), ("view", "tree"), ("view", ""),
     ("as_of", "2019"), ("as_of", "2019-02-30"), ("dated", "no")],
)  # fmt: skip
def test_a_bad_scope_is_400_everywhere(client, problem, path, name, value):
    response = client.get(f"/api/v1/{path}", params={**BASE[path], name: value})
    assert response.status_code == 400
    document = problem(response)
    assert document["parameter"] == name
    assert document["detail_zh"]


@pytest.mark.parametrize(
    ("path", "name", "values"),
    [
        ("neighbours", "direction", ["up", ""]),
        ("neighbours", "type", ["NoSuch"]),
        ("neighbours", "relation", ["no-such"]),
        ("neighbours", "cursor", ["x", "%00", "9" * 3000]),
        ("neighbours", "depth", ["0", "5", "-1", "99999999999999999999"]),
        ("neighbours", "limit", ["0", "1001", "-1", "99999999999999999999"]),
        ("paths", "mode", ["longest", ""]),
        ("paths", "k", ["0", "1001", "99999999999999999999"]),
        ("paths", "max_length", ["-1", "31", "99999999999999999999"]),
        ("paths", "avoid", ["org/baowu"]),
        ("search", "limit", ["0", "1001"]),
        ("search", "cursor", ["x", "-1"]),
        ("gaps", "match", ["fuzzy"]),
        ("gaps", "limit", ["0", "99999999999999999999"]),
        ("gaps", "cursor", ["x"]),
        ("export", "format", ["gpx", ""]),
        ("export", "lang", ["de"]),
    ],
)
def test_a_bad_value_is_400_and_names_the_parameter(client, problem, path, name, values):
    for value in values:
        response = client.get(f"/api/v1/{path}", params={**BASE[path], name: value})
        assert response.status_code == 400, (value, response.text)
        document = problem(response)
        assert document["parameter"] == name
        assert document["detail_zh"]


@pytest.mark.parametrize(
    ("path", "parameters", "name"),
    [
        ("neighbours", {}, "of"),
        ("paths", {"from": "org/baowu"}, "to"),
        ("paths", {"to": "org/baowu"}, "from"),
        ("search", {}, "q"),
        ("neighbours", {"of": "org/baowu", "depth": "two"}, "depth"),
        ("neighbours", {"of": "org/baowu", "limit": "1.5"}, "limit"),
        ("neighbours", {"of": "org/baowu", "limit": "9" * 5000}, "limit"),
        ("paths", {**BASE["paths"], "k": "many"}, "k"),
        ("export", {"depth": ""}, "depth"),
    ],
)
def test_a_missing_or_unreadable_parameter_is_a_problem_that_names_it(
    client, problem, path, parameters, name
):
    response = client.get(f"/api/v1/{path}", params=parameters)
    assert response.status_code in (400, 422)
    assert name in problem(response)["detail"]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("neighbours", {"of": "nobody"}),
        ("neighbours", {"of": "宝武集国"}),
        ("neighbours", {"of": "org/baowu", "sector": "nothing"}),
        ("paths", {"from": "nobody", "to": "org/baowu"}),
        ("paths", {"from": "org/baowu", "to": "org/baowu2"}),
        ("nodes/org/nobody", {}),
        ("nodes/", {}),
        ("nodes/http://example.org/%3Ca%3E", {}),
        ("export", {"focus": "nobody"}),
        ("gaps", {"rule": "no-such-rule"}),
        ("gaps", {"actor": "nobody"}),
        ("neighbours", {"of": ""}),
        ("neighbours", {"of": "\x00"}),
        ("neighbours", {"of": "x" * 10_000}),
        ("nodes/%00", {}),
        ("nodes/%ff%fe", {}),
    ],
)
def test_what_is_unknown_is_404_with_candidates(client, problem, path, parameters):
    response = client.get(f"/api/v1/{path}", params=parameters)
    assert response.status_code == 404, response.text[:300]
    document = problem(response)
    assert document["detail_zh"]
    assert isinstance(document["candidates"], list)
    assert len(response.content) < 50_000


def test_an_ambiguous_name_is_409_with_candidates(serve, graph_of, problem):
    graph = graph_of(
        stated="""
        <http://x/a> a coop:Park ; skos:prefLabel "园区"@zh .
        <http://x/b> a coop:Park ; skos:prefLabel "園區"@zh ."""
    )
    with serve(graph) as running:
        response = httpx.get(f"{running.url}/api/v1/neighbours", params={"of": "园区"})
    assert response.status_code == 409
    document = problem(response)
    assert [c["id"] for c in document["candidates"]] == ["http://x/a", "http://x/b"]
    assert document["type"] == "/problems/ambiguous-name"


# Nothing a client sends may make the server fail.

SCRAPS = st.one_of(
    st.text(max_size=20),
    st.sampled_from([
        "", "org/baowu", "region/CN-GS", "甘肃省", "stated", "stated,analyst", "full",
         "compact", "-1",
        "0", "1", "4", "5", "1000", "99999999999999999999999", "1e3", "NaN", "inf", "2019-06-01",
        "0001-01-01", "9999-12-31", "only", "any", "in", "out", "shortest", "all", "k-shortest",
        "all-shortest", "Actor", "Sector", "sector", "exact", "broader", "graphml", "zh", "en",
        "\x00", "\u202e", "%00", "<>", '"', "'; --", "https://w3id.org/coopgraph/id/org/baowu",
        "http://", "urn:x", "advantage-unused", "scheme/sector/steel", "true", "null", "[]", "{}",
    ]),
)  # fmt: skip
PARAMETERS = {
    "stats": (), "search": ("q", "type", "limit", "cursor"),
    "neighbours": ("of", "depth", "type", "relation", "sector", "direction", "limit", "cursor"),
    "paths": ("from", "to", "mode", "k", "max_length", "via", "avoid", "type", "relation"),
    "gaps": ("rule", "actor", "sector", "match", "decided", "limit", "cursor"), "gaps/rules": (),
    "export": ("format", "focus", "depth", "lang"),
}  # fmt: skip
SCOPE = ("layers", "view", "as_of", "dated")


@st.composite
def requests(draw):
    path = draw(st.sampled_from(sorted(PARAMETERS)))
    asked = dict(BASE[path])
    names = (*PARAMETERS[path], *SCOPE, draw(st.text(max_size=5)))
    chosen = draw(st.lists(st.sampled_from(names), max_size=5))
    pairs = [(k, v) for k, v in asked.items() if k not in chosen]
    return path, [*pairs, *((name, draw(SCRAPS)) for name in chosen)]


@settings(max_examples=250)
@given(requests())
def test_no_parameters_make_a_call_fail(client, problem, request_):
    path, pairs = request_
    response = client.get(f"/api/v1/{path}", params=pairs)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        problem(response)


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=30))
def test_no_path_makes_a_call_fail(client, problem, name):
    for prefix in ("/api/v1/nodes/", "/problems/", "/static/", "/"):
        response = client.get(prefix + quote(name, safe=""))
        assert response.status_code < 500, response.text
        if response.status_code >= 400:
            problem(response)
