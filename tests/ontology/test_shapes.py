from __future__ import annotations

import time

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH

from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import SHAPES

GOOD = """
@base <https://w3id.org/coopgraph/> .
@prefix coop: <https://w3id.org/coopgraph/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix shapes: <https://w3id.org/coopgraph/shapes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<id/org/a> a coop:Enterprise ; skos:prefLabel "甲"@zh .
<id/region/CN-GS> a coop:Province ; coop:officialName "甘肃省"@zh ;
    coop:gbt2260Code "620000" ; coop:iso3166Code "CN-GS" .
<id/document/d> a coop:SourceDocument ; dct:title "文"@zh .
<id/cooperation/c> a coop:Cooperation ; skos:prefLabel "合作"@zh ;
    shapes:inLayer <graph/stated> ;
    coop:cooperationType <scheme/cooperation-type/docking> ;
    coop:hasParticipation <id/cooperation/c#party-1> , <id/cooperation/c#party-2> ;
    coop:sector <scheme/sector/steel> ;
    coop:status <scheme/status/continuing> ;
    coop:planFrom "2019-01-01"^^xsd:date ; coop:planTo "2019-12-31"^^xsd:date ;
    coop:evidencedBy <id/evidence/d/p1-0-2> .
<id/cooperation/c#party-1> a coop:Participation ;
    coop:participant <id/region/CN-GS> ; coop:role <scheme/role/lead> .
<id/cooperation/c#party-2> a coop:Participation ;
    coop:participant <id/org/a> ; coop:role <scheme/role/partner> .
<id/capability/k> a coop:SurplusCapacity ; skos:prefLabel "产能"@zh ;
    coop:holder <id/region/CN-GS> ; coop:sector <scheme/sector/steel> ;
    coop:evidencedBy <id/evidence/d/p1-0-2> .
<id/project/p> a coop:Project ; skos:prefLabel "项目"@zh ;
    coop:status <scheme/status/planned> ; coop:planTo "2019-12-31"^^xsd:date ;
    dct:source <id/document/d> .
<id/evidence/d/p1-0-2> a coop:Evidence ; oa:hasSource <id/document/d> ; coop:paragraph 1 ;
    oa:hasSelector <id/evidence/d/p1-0-2#quote> , <id/evidence/d/p1-0-2#position> .
<id/evidence/d/p1-0-2#quote> a oa:TextQuoteSelector ; oa:exact "合作" .
<id/evidence/d/p1-0-2#position> a oa:TextPositionSelector ; oa:start 0 ; oa:end 2 .
"""

# The shape that must fail, and the words to replace by others.
BROKEN = {
    "CooperationHasParticipation": (
        "coop:hasParticipation <id/cooperation/c#party-1> , <id/cooperation/c#party-2> ;",
        "coop:targetRegion <id/region/CN-GS> ;",
    ),
    "CooperationHasType": ("coop:cooperationType <scheme/cooperation-type/docking> ;", ""),
    "CooperationReaches": (" , <id/cooperation/c#party-2> ;", " ;"),
    "NobodyTwice": (
        "coop:participant <id/org/a> ; coop:role <scheme/role/partner>",
        "coop:participant <id/region/CN-GS> ; coop:role <scheme/role/lead>",
    ),
    "HasStatus": ("coop:status <scheme/status/planned> ;", ""),
    "HasStatus two": (
        "<scheme/status/planned> ;",
        "<scheme/status/planned> , <scheme/status/done> ;",
    ),
    "HasParticipant": ("coop:participant <id/org/a>", "coop:participant <id/document/d>"),
    "HasRole": ("coop:role <scheme/role/partner>", "coop:role <scheme/role/nobody>"),
    "PlanOrder": ('coop:planFrom "2019-01-01"', 'coop:planFrom "2020-01-01"'),
    "PlanToDate": (
        'coop:planTo "2019-12-31"^^xsd:date ;\n    dct:source',
        'coop:planTo "2019" ;\n    dct:source',
    ),
    "SectorIsSector": (
        "coop:sector <scheme/sector/steel> ;\n    coop:status",
        "coop:sector <id/org/a> ;\n    coop:status",
    ),
    "HasHolder": ("coop:holder <id/region/CN-GS> ;", ""),
    "Sourced": ("dct:source <id/document/d> .", "coop:listIsOpen false ."),
    "StatedHasEvidence": (
        'coop:planTo "2019-12-31"^^xsd:date ;\n    coop:evidencedBy <id/evidence/d/p1-0-2> .',
        'coop:planTo "2019-12-31"^^xsd:date ;\n    dct:source <id/document/d> .',
    ),
    "HasSource": ("oa:hasSource <id/document/d> ;", ""),
    "HasParagraph": ("coop:paragraph 1 ;", "coop:paragraph 0 ;"),
    "HasSelectors": ("oa:hasSelector <id/evidence/d/p1-0-2#quote> ,", "oa:hasSelector"),
    "OffsetsFit": ("oa:end 2", "oa:end 3"),
    "HasExact": ('oa:TextQuoteSelector ; oa:exact "合作"', "oa:TextQuoteSelector"),
    "HasOffsetStart": ("oa:start 0 ; oa:end 2", "oa:start -2 ; oa:end 0"),
    "HasTitle": ('dct:title "文"@zh', 'dct:title "文"@zh , "书"@zh'),
    "HasName": ('skos:prefLabel "甲"@zh', "coop:memberGroup <id/group/g>"),
    "OnePreferred": ('skos:prefLabel "甲"@zh', 'skos:prefLabel "甲"@zh , "乙"@zh'),
    "GbCode": ('"620000"', '"62000"'),
    "IsoCode": ('coop:iso3166Code "CN-GS"', 'coop:iso3166Code "甘肃"'),
    "Province": ("<id/region/CN-GS>", "<id/region/gansu>"),
    "InScheme": ("<id/org/a> a", "<scheme/x> a coop:Sector ; skos:altLabel 'x'@en .\n<id/org/a> a"),
    "NoCycle": (
        "<id/org/a> a",
        "<scheme/sector/cement> skos:broader <scheme/sector/cement> .\n<id/org/a> a",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def check(graph_of):
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    vocabulary = graph_of()

    def run(data: rdflib.Graph) -> tuple[rdflib.Graph, dict[str, set[str]]]:
        _, report, _ = pyshacl.validate(
            vocabulary + data,
            shacl_graph=shapes,
            ont_graph=vocabulary,
            inference="none",
            advanced=True,
        )
        found: dict[str, set[str]] = {"Violation": set(), "Warning": set()}
        for result in report.subjects(RDF.type, SH.ValidationResult):
            severity = str(report.value(result, SH.resultSeverity)).split("#")[1]
            source = report.value(result, SH.sourceShape)
            found[severity].add(str(source).removeprefix(SHAPES))
        return report, found

    return run


def test_shipped_data_conforms_and_quickly(check, graph_of):
    start = time.perf_counter()
    _, found = check(graph_of("stated", "background"))
    assert time.perf_counter() - start < 5
    assert not found["Violation"]
    assert found["Warning"] == {
        "ListIsClosed",
        "CooperationHasSector",
        "HasEnd",
        "CapabilityHasSector",
    }


def test_the_good_copy_conforms_without_a_warning(check):
    _, found = check(rdflib.Graph().parse(data=GOOD, format="turtle"))
    assert found == {"Violation": set(), "Warning": set()}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_copy_fails_for_its_own_reason(check, case):
    old, new = BROKEN[case]
    assert old in GOOD
    report, found = check(rdflib.Graph().parse(data=GOOD.replace(old, new), format="turtle"))
    assert found["Violation"] == {case.split()[0]}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        messages = {str(m.language): str(m) for m in report.objects(result, SH.resultMessage)}
        assert set(messages) == {"zh", "en"}


@pytest.mark.parametrize(
    ("shape", "old"),
    [
        ("CooperationHasSector", "coop:sector <scheme/sector/steel> ;\n    coop:status"),
        ("CapabilityHasSector", "coop:sector <scheme/sector/steel> ;\n    coop:evidencedBy"),
        ("HasEnd", 'coop:planTo "2019-12-31"^^xsd:date ;\n    dct:source'),
    ],
)
def test_what_is_only_missing_is_a_warning(check, shape, old):
    kept = old.split("\n")[1]
    assert old in GOOD
    _, found = check(rdflib.Graph().parse(data=GOOD.replace(old, kept), format="turtle"))
    assert found == {"Violation": set(), "Warning": {shape}}


def test_every_shape_speaks_both_languages():
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    for subject in set(shapes.subjects(SH.message)):
        assert {m.language for m in shapes.objects(subject, SH.message)} == {"zh", "en"}
    for shape in {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH.target)}:
        assert shapes.value(shape, SH.message), shape
