from __future__ import annotations

import csv
import runpy
import warnings

import pyoxigraph as ox
import pytest

from coopgraph.intake.quotation import expand_file
from coopgraph.resources import data_dir
from coopgraph.vocabulary import COOP, ID, OA, RDF

NAME = "gansu-iit-2019-67"
TEXT = (data_dir() / "sources" / f"{NAME}.txt").read_bytes().decode()
MODELLED = {"O": 7, "R": 10, "S": 14, "C": 7, "P": 3, "K": 5, "J": 6, "X": 22, "D": 4, "L": 5}


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


def test_every_fact_of_the_modelled_kinds_has_a_resource(stated, facts):
    covered = {
        q.object.value for q in stated.quads_for_pattern(None, ox.NamedNode(COOP + "factId"), None)
    }
    assert covered <= set(facts)
    for kind, count in MODELLED.items():
        wanted = {f"{kind}{n:02d}" for n in range(1, count + 1)}
        assert wanted == {fact for fact in facts if fact[0] == kind}
        assert wanted <= covered


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


def test_generated_background_files_are_current():
    folder = data_dir() / "background"
    with warnings.catch_warnings():
        module = runpy.run_path(str(folder / "build.py"))
    for name, turtle in module["build"]().items():
        assert (folder / name).read_text("utf-8") == turtle


@pytest.fixture(scope="module")
def background() -> ox.Store:
    store = ox.Store()
    for path in (data_dir() / "background").glob("*.ttl"):
        store.load(
            path=str(path),
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(f"https://w3id.org/coopgraph/graph/background/{path.stem}"),
        )
    return store


def test_divisions_are_34_in_four_regions(background):
    found = background.query(
        """PREFIX coop: <https://w3id.org/coopgraph/ns#> SELECT ?region (COUNT(?p) AS ?n) FROM
        <https://w3id.org/coopgraph/graph/background/divisions>
        { ?p a coop:Province OPTIONAL { ?p coop:nbsRegion ?region } } GROUP BY ?region"""
    )
    counts = {
        row["region"].value.rsplit("/", 1)[1] if row["region"] else None: int(row["n"].value)
        for row in found
    }
    assert counts == {"east": 10, "central": 6, "west": 12, "northeast": 3, None: 3}


def test_every_background_graph_and_thing_names_its_source(background):
    source = ox.NamedNode("http://purl.org/dc/terms/source")
    day = ox.NamedNode("http://purl.org/dc/terms/date")
    for graph in background.named_graphs():
        assert list(background.quads_for_pattern(graph, source, None, graph))
        assert list(background.quads_for_pattern(graph, day, None, graph))
    for quad in background.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None):
        if quad.object != ox.NamedNode(COOP + "SourceDocument"):
            assert list(background.quads_for_pattern(quad.subject, source, None)), quad.subject


def test_background_never_gives_a_preferred_name(background):
    preferred = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    assert not list(background.quads_for_pattern(None, preferred, None))


def test_an_ambiguous_name_is_nobodys_plain_alias(background):
    def names(term: str) -> set[str]:
        predicate = ox.NamedNode(term)
        return {q.object.value for q in background.quads_for_pattern(None, predicate, None)}

    ambiguous = names(COOP + "ambiguousAlias")
    assert {"中国中车", "中国铝业", "中国建材"} <= ambiguous
    assert not ambiguous & names("http://www.w3.org/2004/02/skos/core#altLabel")
