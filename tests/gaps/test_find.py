from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest, NotFound

CAPACITY = """
<http://x/cap> a coop:SurplusCapacity ; coop:holder <http://x/a> ;
  coop:sector <https://w3id.org/coopgraph/scheme/sector/copper-smelting> {dates} .
<http://x/a> a coop:Province ; skos:prefLabel "甲省"@zh .
"""
WORK = """
<http://x/w> a coop:{kind} ; coop:hasParticipation <http://x/p> ;
  coop:sector <https://w3id.org/coopgraph/scheme/sector/{sector}> {dates} .
<http://x/p> coop:participant <http://x/a> ;
  coop:role <https://w3id.org/coopgraph/scheme/role/lead> .
"""
RULE = "capacity-without-outlet"


@pytest.fixture
def gaps(graph_of):
    def gaps(said: str, rule: str = RULE, **asked) -> list[dict]:
        return graph_of(stated=said).gaps(rule=rule, **asked).data

    return gaps


@pytest.mark.parametrize("kind", ["Cooperation", "Project"])
@pytest.mark.parametrize(
    ("sector", "exact", "broader"),
    [
        ("copper-smelting", 0, 0),
        ("nonferrous-metallurgy", 1, 0),
        ("electrolytic-aluminium", 1, 1),
        ("cement", 1, 1),
    ],
)
def test_an_outlet_is_in_that_sector_or_a_broader_one(gaps, kind, sector, exact, broader):
    said = CAPACITY.format(dates="") + WORK.format(kind=kind, sector=sector, dates="")
    assert len(gaps(said)) == len(gaps(said, match="exact")) == exact
    assert len(gaps(said, match="broader")) == broader


def test_the_top_of_the_scheme_is_no_outlet(gaps, full):
    top = [
        q.subject.value.rsplit("/", 1)[-1]
        for q in full.published.store.quads_for_pattern(None, None, None, None)
        if q.predicate.value.endswith("topConceptOf") and "/scheme/sector/" in q.subject.value
    ]
    assert top
    for sector in top:
        said = CAPACITY.format(dates="") + WORK.format(kind="Project", sector=sector, dates="")
        assert len(gaps(said, match="broader")) == 1, sector


def test_an_outlet_of_somebody_else_is_none(gaps):
    said = CAPACITY.format(dates="") + WORK.format(
        kind="Project", sector="copper-smelting", dates=""
    ).replace("http://x/a", "http://x/b")
    assert len(gaps(said)) == 1


def day(name: str, text: str) -> str:
    return f'; coop:{name} "{text}"^^xsd:date'


@pytest.mark.parametrize(
    ("dates", "as_of", "expected"),
    [
        (day("planFrom", "2019-01-01") + day("planTo", "2019-12-31"), "2019-01-01", 0),
        (day("planFrom", "2019-01-01") + day("planTo", "2019-12-31"), "2019-12-31", 0),
        (day("planFrom", "2019-01-01") + day("planTo", "2019-12-31"), "2018-12-31", 1),
        (day("planFrom", "2019-01-01") + day("planTo", "2019-12-31"), "2020-01-01", 1),
        (day("planTo", "2019-12-31") + day("actualTo", "2020-12-31"), "2020-06-01", 0),
        (day("planFrom", "2019-01-01") + day("actualFrom", "2020-01-01"), "2019-06-01", 1),
        (day("planFrom", "2019-01-01"), None, 0),
        ("", "1950-01-01", 0),
    ],
)
def test_an_outlet_counts_on_the_days_it_holds(gaps, dates, as_of, expected):
    said = CAPACITY.format(dates="") + WORK.format(
        kind="Cooperation", sector="copper-smelting", dates=dates
    )
    assert len(gaps(said, as_of=as_of)) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2018-12-31", 0), ("2019-01-01", 1), ("2019-12-31", 1), ("2020-01-01", 0)],
)
def test_a_capacity_counts_on_the_days_it_holds(gaps, as_of, expected):
    dates = day("planFrom", "2019-01-01") + day("planTo", "2019-12-31")
    assert len(gaps(CAPACITY.format(dates=dates), as_of=as_of)) == expected


def test_what_has_no_dates_is_left_out_on_request(gaps):
    """``dated=only`` leaves it out of gaps too: as what is found, and as what fills them."""
    undated = CAPACITY.format(dates="")
    dated = CAPACITY.format(dates=day("planFrom", "2019-01-01"))
    assert gaps(undated, dated="only") == []
    assert len(gaps(dated, dated="only")) == 1
    outlet = WORK.format(kind="Project", sector="copper-smelting", dates="")
    assert gaps(dated + outlet) == []
    assert len(gaps(dated + outlet, dated="only")) == 1


def test_a_gap_comes_in_the_shape_of_the_contract(gaps):
    (gap,) = gaps(CAPACITY.format(dates=""))
    assert list(gap) == [
        "id", "rule", "severity", "subject", "sector", "object", "found", "interpretations",
        "absent", "explanation", "open_world_note", "candidates", "not_shown", "layers", "as_of",
        "decision",
    ]  # fmt: skip
    assert gap["subject"]["id"] == "http://x/a"
    assert gap["subject"]["type"] == "Province"
    assert gap["sector"]["id"] == "scheme/sector/copper-smelting"
    assert gap["object"] is None
    assert "甲省" in gap["explanation"]["zh"]
    assert gap["severity"] in ("high", "medium", "low")


def test_the_note_names_layers_and_day(gaps):
    (gap,) = gaps(CAPACITY.format(dates=""), as_of="2019-06-01", layers="stated,analyst")
    assert "2019-06-01" in gap["open_world_note"]["zh"]
    assert "stated, analyst" in gap["open_world_note"]["en"]


def test_labels_are_not_templates(gaps):
    (gap,) = gaps(CAPACITY.format(dates="").replace("甲省", "{sector}{object}"))
    assert "{sector}{object}" in gap["explanation"]["zh"]


def test_other_layers_fill_a_gap_only_where_they_are_asked(graph_of):
    outlet = WORK.format(kind="Project", sector="copper-smelting", dates="")
    graph = graph_of(stated=CAPACITY.format(dates=""), analyst=outlet)
    assert len(graph.gaps(rule=RULE, layers="stated").data) == 1
    assert graph.gaps(rule=RULE).data == []
    assert graph.gaps(rule=RULE, layers="analyst").data == []


def test_the_worst_come_first_in_a_stable_order(full):
    found = full.gaps(limit=1000).data
    order = {"high": 0, "medium": 1, "low": 2}
    places = [(order[g["severity"]], g["rule"], g["id"]) for g in found]
    assert places == sorted(places)


def test_pages_are_the_whole(full):
    whole = full.gaps(limit=1000).data
    seen, cursor = [], None
    for _ in range(len(whole) + 1):
        page = full.gaps(limit=5, cursor=cursor)
        seen += page.data
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == whole


def test_gaps_of_an_actor_or_in_a_sector(full):
    baowu = full.gaps(actor="寶武集團").data
    assert {g["subject"]["id"] for g in baowu} == {"org/baowu", "region/CN-GS"}
    assert {g["object"]["id"] for g in baowu if g["object"]} == {"org/baowu"}
    steel = full.gaps(sector="钢铁").data
    assert {g["sector"]["id"] for g in steel} == {"scheme/sector/steel"}
    both = full.gaps(actor="宝武集团", sector="钢铁").data
    assert [g["id"] for g in both] == [
        "candidate-partner|region/CN-GS|scheme/sector/steel|org/baowu"
    ]
    assert full.gaps(actor="宝武集团", sector="水泥").data == []
    assert full.gaps(rule=["advantage-unused", "partner-without-project"], limit=1000).data == [
        g for g in full.gaps(limit=1000).data
        if g["rule"] in ("advantage-unused", "partner-without-project")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"rule": "no-such-rule"}, NotFound),
        ({"rule": ["advantage-unused", "x"]}, NotFound),
        ({"actor": "nobody"}, NotFound),
        ({"sector": "nothing"}, NotFound),
        ({"match": "fuzzy"}, BadRequest),
        ({"limit": 0}, BadRequest),
        ({"limit": 10**6}, BadRequest),
        ({"cursor": "x"}, BadRequest),
    ],
)
def test_what_is_not_there_is_told(full, asked, error):
    with pytest.raises(error) as caught:
        full.gaps(**asked)
    assert caught.value.zh
    if "rule" in asked:
        assert "advantage-unused" in caught.value.extensions["candidates"]
