from __future__ import annotations

import csv
import re

import pyoxigraph as ox
import pytest

from coopgraph.intake.quotation import expand_file
from coopgraph.resources import data_dir, ontology_dir
from coopgraph.vocabulary import COOP, ID, OA, RDF, SCHEME, SKOS

NAME = "gansu-iit-2019-67"
TEXT = (data_dir() / "sources" / f"{NAME}.txt").read_bytes().decode()
KINDS = {
    "D": 4, "O": 7, "T": 15, "R": 10, "S": 14, "C": 7, "P": 3, "K": 5, "J": 6, "L": 5, "G": 15,
    "M": 17, "X": 22, "N": 5, "A": 16,
}  # fmt: skip
READINGS = [
    "01-party-or-doer", "02-open-lists", "03-no-sector-stated",
    "04-china-belarus-park-under-belt-and-road", "05-advantaged-is-not-surplus-capacity",
    "06-equipment-manufacturing-thrice", "07-two-clauses-one-cooperation",
    "08-fields-of-technology-cooperation", "09-central-enterprises-may-overlap",
    "10-ten-industries-not-listed",
]  # fmt: skip


@pytest.fixture(scope="module")
def stated() -> ox.Store:
    store = ox.Store()
    path = data_dir() / "stated" / f"{NAME}.ttl"
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, str]]:
    path = data_dir() / "sources" / f"{NAME}.facts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_text_is_eleven_lines_without_a_last_newline():
    assert TEXT.count("\n") == 10
    assert not TEXT.endswith("\n")
    assert len(TEXT) == 1618
    assert "\r" not in TEXT


def test_every_quotation_stands_at_its_offsets(stated):
    found = list(
        stated.query(
            f"""PREFIX oa: <{OA}> PREFIX coop: <{COOP}>
            SELECT * {{ ?e a coop:Evidence ; coop:paragraph ?paragraph ;
                oa:hasSelector ?words , ?place .
                ?words oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
                ?place oa:start ?start ; oa:end ?end }}"""
        )
    )
    assert len(found) > 60
    for row in found:
        start, end = int(row["start"].value), int(row["end"].value)
        exact = row["exact"].value
        assert TEXT[start:end] == exact
        paragraph = TEXT[:start].count("\n") + 1
        assert paragraph == int(row["paragraph"].value)
        before = start - (TEXT.rfind("\n", 0, start) + 1)
        slug = f"evidence/{NAME}/p{paragraph}-{before}-{before + len(exact)}"
        assert row["e"].value == ID + slug
        assert TEXT[:start].endswith(row["prefix"].value)
        assert TEXT[end:].startswith(row["suffix"].value)
        assert max(len(row["prefix"].value), len(row["suffix"].value)) <= 12


def test_every_fact_stands_at_its_offsets(facts):
    paragraphs = TEXT.split("\n")
    assert len(facts) == 151
    for fact in facts.values():
        line = paragraphs[int(fact["paragraph"]) - 1]
        assert line[int(fact["start"]) : int(fact["end"])] == fact["quote"]


def test_every_fact_of_every_kind_has_a_resource(stated, facts):
    covered = {
        q.object.value for q in stated.quads_for_pattern(None, ox.NamedNode(COOP + "factId"), None)
    }
    assert covered == set(facts)
    assert set(facts) == {f"{k}{n:02d}" for k, count in KINDS.items() for n in range(1, count + 1)}


@pytest.mark.parametrize(
    ("class_name", "kinds", "others"),
    [("Goal", "G", "TX"), ("Measure", "MNAX", "GLKT"), ("Need", "N", ""), ("Circumstance", "N", ""),
     ("ActorGroup", "T", ""), ("Product", "P", ""), ("Cooperation", "X", "TGKMLCA"),
     ("CooperationType", "A", "")],
)  # fmt: skip
def test_a_class_stems_from_the_facts_of_its_kind(stated, class_name, kinds, others):
    """Rows of other kinds say more of it: to whom, with whom, by way of what."""
    rows = list(
        stated.query(
            f"""PREFIX coop: <{COOP}> SELECT ?thing (GROUP_CONCAT(?fact) AS ?facts)
            {{ ?thing a coop:{class_name} ; coop:factId ?fact }} GROUP BY ?thing"""
        )
    )
    assert rows
    for row in rows:
        found = {fact[0] for fact in row["facts"].value.split()}
        assert found & set(kinds), row["thing"]
        assert found <= set(kinds + others), row["thing"]


def test_each_goal_has_a_fact_of_its_own_and_something_that_promotes_it(stated):
    rows = list(
        stated.query(
            f"""PREFIX coop: <{COOP}> SELECT ?goal ?fact (COUNT(?by) AS ?n)
            {{ ?goal a coop:Goal ; coop:factId ?fact . ?by coop:promotes ?goal
               FILTER(STRSTARTS(?fact, "G")) }} GROUP BY ?goal ?fact"""
        )
    )
    assert sorted(row["fact"].value for row in rows) == [f"G{n:02d}" for n in range(1, 16)]


def test_what_promotes_cites_words_that_say_so(stated):
    """Either its own words, or a clause that names the property it is evidence for."""
    goals = stated.query(
        f"""PREFIX coop: <{COOP}> SELECT ?by ?goal ?said ?cited ?own
        {{ ?by coop:promotes ?goal . ?goal a coop:Goal ; coop:evidencedBy ?said .
           OPTIONAL {{ ?by coop:evidencedBy ?said . ?said coop:supports coop:promotes
               BIND(true AS ?cited) }}
           OPTIONAL {{ ?by coop:evidencedBy/<{OA}hasSelector>/<{OA}exact> ?more .
               ?said <{OA}hasSelector>/<{OA}exact> ?words
               FILTER(CONTAINS(?more, ?words)) BIND(true AS ?own) }} }}"""
    )
    for row in goals:
        assert row["cited"] or row["own"], (row["by"], row["goal"])


def test_whoever_is_to_do_it_is_named_or_an_interpretation_says_how_it_was_read(stated):
    rows = list(
        stated.query(
            f"""PREFIX coop: <{COOP}> SELECT ?measure ?who (SAMPLE(?reading) AS ?read)
            (GROUP_CONCAT(DISTINCT STR(?cited); SEPARATOR="\\n") AS ?evidence)
            {{ ?measure a coop:Measure ; coop:addressee ?who ;
                   coop:evidencedBy/<{OA}hasSelector>/<{OA}exact> ?cited .
               OPTIONAL {{ ?measure coop:interpretation ?reading .
                   ?reading coop:concerns coop:addressee }} }} GROUP BY ?measure ?who"""
        )
    )
    assert len(rows) == 35
    named = {"全省各级工信部门要积极引导,创新机制", "2019年,甘肃省工信领域在产业合作方面"}
    for row in rows:  # two rows of the list of facts have the subject in them
        assert row["read"] or named & set(row["evidence"].value.split("\n")), row["measure"]


def test_the_evidence_of_a_fact_is_its_quotation(stated, facts):
    rows = stated.query(
        f"""PREFIX coop: <{COOP}>
        SELECT ?thing (GROUP_CONCAT(DISTINCT ?fact) AS ?facts)
            (GROUP_CONCAT(DISTINCT STR(?e)) AS ?evidence)
        {{ ?thing coop:factId ?fact ; coop:evidencedBy ?e }} GROUP BY ?thing"""
    )
    for row in rows:
        wanted = {
            f"{ID}evidence/{NAME}/p{f['paragraph']}-{f['start']}-{f['end']}"
            for f in (facts[key] for key in row["facts"].value.split())
        }
        assert set(row["evidence"].value.split()) == wanted, row["thing"]


@pytest.mark.parametrize("number", [*range(1, 11)])
def test_no_sector_is_stated_for_a_named_partner(stated, number):
    thing = next(
        stated.quads_for_pattern(None, ox.NamedNode(COOP + "factId"), ox.Literal(f"X{number:02d}"))
    ).subject
    assert not list(stated.quads_for_pattern(thing, ox.NamedNode(COOP + "sector"), None))


def test_membership_of_the_enterprises_is_not_stated(stated):
    assert not list(stated.quads_for_pattern(None, ox.NamedNode(COOP + "memberGroup"), None))


def test_generated_stated_file_is_current():
    sources = data_dir() / "sources"
    expected = expand_file(sources / f"{NAME}.ttl", sources / f"{NAME}.txt")
    assert (data_dir() / "stated" / f"{NAME}.ttl").read_text("utf-8") == expected


def test_no_interpretation_is_a_literal(stated):
    found = list(stated.quads_for_pattern(None, ox.NamedNode(COOP + "interpretation"), None))
    assert len(found) > 150
    assert all(isinstance(quad.object, ox.NamedNode) for quad in found)


def test_every_interpretation_says_how_why_and_who_and_is_used(stated):
    rows = {
        row["i"].value.removeprefix(f"{ID}interpretation/{NAME}/"): row
        for row in stated.query(
            f"""PREFIX coop: <{COOP}> PREFIX prov: <http://www.w3.org/ns/prov#>
            PREFIX skos: <{SKOS}> PREFIX dct: <http://purl.org/dc/terms/>
            SELECT ?i (COUNT(DISTINCT ?thing) AS ?used) (COUNT(DISTINCT ?agent) AS ?agents)
            (COUNT(DISTINCT ?day) AS ?days)
            (GROUP_CONCAT(DISTINCT CONCAT(STRAFTER(STR(?p), "#"), "@", LANG(?text))) AS ?texts)
            {{ ?i a coop:Interpretation ; prov:wasAttributedTo ?agent ; dct:created ?day ;
                   ?p ?text .
               ?agent a prov:Agent ; skos:prefLabel ?name . ?thing coop:interpretation ?i .
               VALUES ?p {{ skos:prefLabel coop:reading coop:rationale }} }} GROUP BY ?i"""
        )
    }
    declared = stated.quads_for_pattern(
        None, ox.NamedNode(RDF + "type"), ox.NamedNode(COOP + "Interpretation")
    )
    assert len(rows) == len(list(declared))
    for name, row in rows.items():
        wanted = {f"{p}@{x}" for p in ("prefLabel", "reading", "rationale") for x in ("zh", "en")}
        assert set(row["texts"].value.split()) == wanted, name
        assert int(row["used"].value) >= 1
        assert int(row["agents"].value) == int(row["days"].value) == 1
    assert [name for name in sorted(rows) if name.startswith("reading-")] == [
        f"reading-{name}" for name in READINGS
    ]


@pytest.mark.parametrize(
    ("reading", "facts", "count"),
    [
        ("03-no-sector-stated", {f"X{n:02d}" for n in range(1, 11)}, 10),
        ("04-china-belarus-park-under-belt-and-road", {"J03", "J04", "K02", "L03"}, 3),
        ("05-advantaged-is-not-surplus-capacity", {"C02", "C05", "X12"}, 6),
        ("06-equipment-manufacturing-thrice", {"C01", "P02", "X20", "S04", "J02"}, 5),
        ("07-two-clauses-one-cooperation", {"X14", "X15"}, 1),
        ("08-fields-of-technology-cooperation", {"X18", "C03"}, 1),
        ("09-central-enterprises-may-overlap", {"T08", "T10"}, 2),
        ("10-ten-industries-not-listed", {"S11"}, 1),
    ],
)
def test_a_reading_is_linked_from_what_it_concerns(stated, reading, facts, count):
    node = ox.NamedNode(f"{ID}interpretation/{NAME}/reading-{reading}")
    things = {
        quad.subject
        for quad in stated.quads_for_pattern(None, ox.NamedNode(COOP + "interpretation"), node)
    }
    assert len(things) == count
    found = {
        quad.object.value
        for thing in things
        for quad in stated.quads_for_pattern(thing, ox.NamedNode(COOP + "factId"), None)
    }
    assert facts <= found
    assert found - facts <= {"G13"}


def test_what_an_open_list_concerns_says_so(stated):
    """What cites a list that ends in 等 is open, and what is open names that reading."""
    open_list = re.compile(
        "等(?:省市|企业|多层面|产业优势|相对富裕|领域|优势产品|一批|工作|省内有)"
    )
    reading = ox.NamedNode(f"{ID}interpretation/{NAME}/reading-02-open-lists")
    rows = stated.query(
        f"""PREFIX coop: <{COOP}> PREFIX oa: <{OA}>
        SELECT ?thing (GROUP_CONCAT(?exact) AS ?words) (SAMPLE(?open) AS ?is)
        {{ ?thing coop:factId ?f ; coop:evidencedBy ?e . ?e oa:hasSelector/oa:exact ?exact .
           OPTIONAL {{ ?thing coop:listIsOpen ?open }}
           # Words cited for something else, such as with whom, are no list of this thing.
           FILTER(EXISTS {{ ?e coop:supports coop:listIsOpen }}
               || NOT EXISTS {{ ?e coop:supports ?property . ?thing ?property ?value }}) }}
        GROUP BY ?thing"""
    )
    open_things, park = set(), f"{ID}carrier/lanzhou-fine-chemical-park"
    for row in rows:
        if row["is"]:
            open_things.add(row["thing"])
        elif open_list.search(row["words"].value):
            # A province or a park is no list, only named in one.
            assert row["thing"].value.startswith((f"{ID}region/", park)), row["thing"]
    read = {
        quad.subject
        for quad in stated.quads_for_pattern(None, ox.NamedNode(COOP + "interpretation"), reading)
    }
    assert open_things <= read
    assert {thing.value for thing in read - open_things} == {
        f"{ID}region/CN-{code}" for code in ("GX", "SC", "GD", "FJ", "TJ")
    }


def test_the_wording_of_a_status_is_in_the_table(stated):
    table = ox.Store()
    table.load(path=str(ontology_dir() / "schemes" / "status.ttl"), format=ox.RdfFormat.TURTLE)
    notes = {
        quad.subject.value: quad.object.value
        for quad in table.quads_for_pattern(None, ox.NamedNode(SKOS + "scopeNote"), None)
        if quad.object.language == "zh"
    }
    rows = stated.query(
        f"PREFIX coop: <{COOP}> SELECT * {{ ?x coop:status ?status ; coop:statusWording ?words }}"
    )
    for row in rows:
        known = re.sub("（[^）]*）", "", notes[row["status"].value].removeprefix("原文用词："))
        assert row["words"].value in known.rstrip("。").split("、"), row["x"]


# Words of the text that say the end of an edge otherwise than by its name.
SAID_OTHERWISE = {
    ("group/central-soes-in-gansu", "region/CN-GS"): "在甘",
    ("cooperation/gs-2019/international-capacity", "scheme/sector/international-capacity"):
        "国际产能合作",
    ("project/international-capacity-batch", "scheme/sector/international-capacity"):
        "国际产能合作",
    ("measure/gs-2019/build-environment", "goal/gs-2019/good-environment"):
        "为产业合作营造良好环境",
}  # fmt: skip


def test_every_edge_is_said_by_its_words_or_a_reading_says_how_it_was_read(stated, stated_alone):
    """The words quoted for an edge name its end, or a reading of the resource bears on it."""
    readings: dict[str, set[str]] = {}
    for row in stated.query(
        f"""PREFIX coop: <{COOP}> SELECT ?thing ?property
        {{ ?thing coop:interpretation/coop:concerns ?property }}"""
    ):
        property_name = row["property"].value.removeprefix(COOP)
        readings.setdefault(row["thing"].value.removeprefix(ID), set()).add(property_name)
    graph = stated_alone.to_networkx(layers="stated")
    names = {name: {node["label_zh"]} for name, node in graph.nodes(data=True)}
    for quad in stated.quads_for_pattern(None, ox.NamedNode(SKOS + "altLabel"), None):
        if quad.object.language == "zh":
            names.setdefault(quad.subject.value.removeprefix(ID), set()).add(quad.object.value)
    assert graph.number_of_edges() > 230
    for source, target, edge in graph.edges(data=True):
        subject = edge["via"] or source
        # An edge that is a role, a type or a class comes of the parties.
        concept = "/" in edge["relation"] or edge["relation"][0].isupper()
        bearing = {"hasParticipation", "holder"} if concept else {edge["relation"]}
        said = "".join(item["quote"] for item in edge["evidence"]).replace(",", "，")
        otherwise = SAID_OTHERWISE.get((subject, target))
        assert (
            bearing & readings.get(subject, set())
            or (otherwise and otherwise in said)
            or any(name in said for name in names[target])
        ), (subject, edge["relation"], target, said)


# Where the wording is not in the words of the rows: the list of facts cuts the sentence off.
WORDING_BEFORE_THE_ROW = {
    "cooperation/gs-2019/international-capacity-and-equipment": "结合 is in row X19",
    "measure/gs-2019/undertake-as-a-whole": "在空间上要 stands before 以工业园区为主要载体",
    "measure/gs-2019/act-on-actual-conditions": "要 stands at the head of the sentence (row A14)",
    "measure/gs-2019/work-of-2019": "将 comes right after the row",
}


def test_the_wording_of_a_status_stands_in_the_words_quoted(stated):
    rows = stated.query(
        f"""PREFIX coop: <{COOP}> SELECT ?x ?words (GROUP_CONCAT(?exact) AS ?quoted)
        {{ ?x coop:statusWording ?words ;
               coop:evidencedBy/<{OA}hasSelector>/<{OA}exact> ?exact }} GROUP BY ?x ?words"""
    )
    missing = {
        row["x"].value.removeprefix(ID)
        for row in rows
        # 要 in 主要 and 重要 is another word
        if row["words"].value not in re.sub("[主重]要", "", row["quoted"].value)
    }
    assert missing == set(WORDING_BEFORE_THE_ROW)


def test_the_same_wording_is_the_same_status_and_a_reading_says_how(stated):
    rows = list(
        stated.query(
            f"""PREFIX coop: <{COOP}> SELECT ?x ?status ?words ?reading
            {{ ?x coop:status ?status ; coop:statusWording ?words
               OPTIONAL {{ ?x coop:interpretation ?reading
                   FILTER(STRENDS(STR(?reading), "/status-read-from-the-verb")) }} }}"""
        )
    )
    assert len(rows) > 70
    assert all(row["reading"] for row in rows)
    pairs = {(row["words"].value, row["status"].value) for row in rows}
    assert len(pairs) == len({words for words, _ in pairs})


def test_every_role_of_gansu_is_read_from_the_words(stated):
    rows = list(
        stated.query(
            f"""PREFIX coop: <{COOP}> SELECT ?x ?role (COUNT(DISTINCT ?reading) AS ?n)
            {{ ?x coop:hasParticipation ?part .
               ?part coop:participant <{ID}region/CN-GS> ; coop:role ?role .
               OPTIONAL {{ ?x coop:interpretation ?reading .
                   ?reading coop:concerns coop:hasParticipation }} }} GROUP BY ?x ?role"""
        )
    )
    assert all(int(row["n"].value) >= 1 for row in rows)
    roles: dict[str, set[str]] = {}
    for row in rows:
        role = row["role"].value.removeprefix(f"{SCHEME}role/")
        roles.setdefault(role, set()).add(row["x"].value.removeprefix(ID))
    # 支持, 推动, 推进, 抓住, 引导: the text does not say that Gansu leads there
    assert roles["supporter"] == {
        "project/china-belarus-park", "project/international-capacity-batch",
        "project/key-projects", "project/lanzhou-fine-chemical-park",
        "cooperation/gs-2019/docking-central-eastern-transfer",
    }  # fmt: skip
    assert roles["undertaker"] == {"cooperation/gs-2019/transfer-central-eastern"}  # 承接
    assert set(roles) == {"lead", "supporter", "undertaker"}


def test_whatever_is_said_of_a_resource_has_words_for_it(stated):
    """Words that support other properties alone are no evidence for this one."""
    own = {COOP + name for name in ("factId", "evidencedBy", "interpretation")}
    supports: dict[ox.NamedNode, set[str]] = {}
    for quad in stated.quads_for_pattern(None, ox.NamedNode(COOP + "supports"), None):
        supports.setdefault(quad.subject, set()).add(quad.object.value)
    things = {
        q.subject for q in stated.quads_for_pattern(None, ox.NamedNode(COOP + "factId"), None)
    }
    for thing in things:
        said = {q.predicate.value for q in stated.quads_for_pattern(thing, None, None)}
        cited = [
            supports.get(q.object, set()) & said
            for q in stated.quads_for_pattern(thing, ox.NamedNode(COOP + "evidencedBy"), None)
        ]
        for prop in said - own:
            if prop.startswith(COOP):
                assert any(prop in names or not names for names in cited), (thing, prop)


def test_no_name_that_only_the_background_knows_is_stated(stated):
    names = set()
    for path in (data_dir() / "background").glob("*.ttl"):
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if triple.predicate.value in {
                SKOS + "altLabel", COOP + "officialName", COOP + "ambiguousAlias",
            } and triple.object.language == "zh":  # fmt: skip
                names.add(triple.object.value)
    foreign = {name for name in names if name not in TEXT}
    assert len(foreign) > 20
    for quad in stated:
        if isinstance(quad.object, ox.Literal) and quad.object.language == "zh":
            assert not [name for name in foreign if name in quad.object.value], quad


def test_industrial_transfer_is_a_kind_of_industrial_cooperation(stated):
    transfer = ox.NamedNode(SCHEME + "cooperation-type/industrial-transfer")
    broader = ox.NamedNode(SKOS + "broader")
    scheme = ox.Store()
    path = ontology_dir() / "schemes" / "cooperation-type.ttl"
    scheme.load(path=str(path), format=ox.RdfFormat.TURTLE)
    for store in (stated, scheme):
        (found,) = store.quads_for_pattern(transfer, broader, None)
        assert found.object.value == SCHEME + "cooperation-type/industrial-cooperation"
