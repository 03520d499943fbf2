from __future__ import annotations

import time
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH

from coopgraph.knowledge.validate import _graph
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import SHAPES

GOOD = (Path(__file__).parent / "good.ttl").read_text("utf-8")

# A cooperation that lacks only those who take part.
LONELY = """<id/cooperation/e> a coop:Cooperation ; skos:prefLabel "独"@zh ;
    coop:cooperationType <scheme/cooperation-type/docking> ; coop:sector <scheme/sector/steel> ;
    coop:status <scheme/status/planned> ; coop:planTo "2019-12-31"^^xsd:date ;
    dct:source <id/document/d> ;"""

# The shape that must fail, and the words to replace by others.
BROKEN = {
    "ActualFromDate": (
        "<id/org/a> a",
        "<id/project/p> coop:actualFrom '2018' .\n<id/org/a> a",
    ),
    "ActualOrder": ('actualFrom "2018-01-01"', 'actualFrom "2019-01-01"'),
    "ActualToDate": (
        'coop:actualFrom "2018-01-01"^^xsd:date ; coop:actualTo "2018-12-31"^^xsd:date ;',
        'coop:actualTo "2018" ;',
    ),
    "AddresseeIsActor": (
        "coop:addressee <id/group/g> ; coop:promotes",
        "coop:addressee <id/policy/n> ; coop:promotes",
    ),
    "AtMostOneStatus": (
        "<scheme/status/planned> ;",
        "<scheme/status/planned> , <scheme/status/done> ;",
    ),
    "BroaderIsSector": (
        "<id/org/a> a",
        "<scheme/sector/cement> skos:broader <id/org/a> .\n<id/org/a> a",
    ),
    "CarrierIsCarrier": ("coop:hasCarrier <id/carrier/b>", "coop:hasCarrier <id/org/a>"),
    "CooperatesIsDerived": (
        "<id/org/a> a",
        "<id/org/a> coop:cooperatesWith <id/region/CN-GS> .\n<id/org/a> a",
    ),
    "CooperationHasParticipation": (
        "<id/org/a> a",
        LONELY + " coop:targetRegion <id/region/CN-GS> .\n<id/org/a> a",
    ),
    "CooperationHasType": ("coop:cooperationType <scheme/cooperation-type/docking> ;", ""),
    "CooperationReaches": (
        "<id/org/a> a",
        LONELY + " coop:hasParticipation <id/cooperation/e#party-1> .\n"
        "<id/cooperation/e#party-1> a coop:Participation ; coop:participant <id/org/a> ;\n"
        "    coop:role <scheme/role/lead> .\n<id/org/a> a",
    ),
    "CounterpartIsActor": ("coop:counterpart <id/org/a>", "coop:counterpart <id/policy/n>"),
    "DecisionHasAgent": ("    prov:wasAttributedTo <id/agent/x> .", "    dct:date 1 ."),
    "DecisionHasGap": ('coop:decidedGap "r|org/a" ;', ""),
    "DecisionHasReason": ('coop:rationale "why" ;', ""),
    "DecisionHasRule": ('coop:decidedRule "r" ;', ""),
    "DecisionHasSubject": ("coop:decidedSubject <id/org/a> ;", ""),
    "DecisionHasTime": (
        '"2026-01-01T00:00:00Z"^^xsd:dateTime',
        '"2026-01-01"^^xsd:date',
    ),
    "DecisionHasVerdict": ('coop:verdict "confirmed"', 'coop:verdict "perhaps"'),
    "DocumentDate": ('documentDate "2019-02-14"^^xsd:date', 'documentDate "2019年2月14日"'),
    "DoerIsActor": (
        "<id/org/a> a",
        "<id/project/p> coop:statedDoer <id/policy/n> .\n<id/org/a> a",
    ),
    "EngagesIsDerived": (
        "<id/org/a> a",
        "<id/org/a> coop:engagesInSector <scheme/sector/steel> .\n<id/org/a> a",
    ),
    "EvidenceIsEvidence": (
        "coop:evidencedBy <id/evidence/d/p1-0-2> .\n<id/cooperation/c#party-1>",
        "coop:evidencedBy <id/evidence/d/p1-0-2> , <id/document/d> .\n<id/cooperation/c#party-1>",
    ),
    "FeedsIsDerived": (
        "<id/org/a> a",
        "<scheme/sector/cement> coop:feedsDirectly <scheme/sector/steel> .\n<id/org/a> a",
    ),
    "FocusIsSomething": ("coop:focusesOn <id/org/a>", "coop:focusesOn <id/goal/o>"),
    "FulfilsInstrument": (
        "<id/org/a> a",
        "<id/policy/n> coop:fulfils <id/org/a> .\n<id/org/a> a",
    ),
    "GbCode": ('"620000"', '"62000"'),
    "HasExact": ('oa:TextQuoteSelector ; oa:exact "合作"', "oa:TextQuoteSelector"),
    "HasHolder": ("coop:holder <id/region/CN-GS> ;", ""),
    "HasName": ('a coop:ActorGroup ; skos:prefLabel "群"@zh', "a coop:ActorGroup"),
    "HasOffsetEnd": ("oa:start 0 ; oa:end 2", "oa:start 0"),
    "HasOffsetStart": ("oa:start 0 ; oa:end 2", "oa:start -2 ; oa:end 0"),
    "HasParagraph": ("coop:paragraph 1 ;", "coop:paragraph 0 ;"),
    "HasParticipant": (
        "coop:participant <id/org/a> ; coop:role <scheme/role/partner>",
        "coop:participant <id/document/d> ; coop:role <scheme/role/partner>",
    ),
    "HasRationale": ('coop:rationale "因为"@zh ;', ""),
    "HasReader": (
        ' ; coop:rationale "因为"@zh ;\n    prov:wasAttributedTo <id/agent/somebody> .',
        ' ; coop:rationale "因为"@zh .',
    ),
    "HasReading": ('coop:reading "如此"@zh ;', 'coop:reading "如此" ;'),
    "HasRole": ("coop:role <scheme/role/partner>", "coop:role <scheme/role/nobody>"),
    "HasSelectors": ("oa:hasSelector <id/evidence/d/p1-0-2#quote> ,", "oa:hasSelector"),
    "HasSource": ("oa:hasSource <id/document/d> ;", ""),
    "HasStatus": ("coop:status <scheme/status/planned> ;", ""),
    "HasTitle": ('dct:title "文"@zh', 'dct:title "文"@zh , "书"@zh'),
    "ImplementsInstrument": (
        "<id/org/a> a",
        "<id/policy/n> coop:implements <id/org/a> .\n<id/org/a> a",
    ),
    "InScheme": ("<id/org/a> a", "<scheme/x> a coop:Sector ; skos:altLabel 'x'@en .\n<id/org/a> a"),
    "InterpretationLeadsToOne": ("<id/interpretation/i> ;", '<id/interpretation/i> , "旧"@zh ;'),
    "IsoCode": ('coop:iso3166Code "CN-GS"', 'coop:iso3166Code "甘肃"'),
    "IssuedByOrganization": ("coop:issuedBy <id/org/a>", "coop:issuedBy <id/region/CN-GS>"),
    "LinkHasDownstream": ("coop:downstreamSector <scheme/sector/equipment-manufacturing> ;", ""),
    "LinkHasReview": ("coop:reviewStatus <scheme/review-status/unreviewed> ;", ""),
    "LinkHasUpstream": ("coop:upstreamSector <scheme/sector/steel> ;", ""),
    "LinkInChain": ("coop:inChain <id/chain/l> ;", ""),
    "ListIsOpenIsBoolean": ("coop:listIsOpen false", 'coop:listIsOpen "否"'),
    "LocatedInRegion": ("coop:locatedIn <id/region/CN-GS>", "coop:locatedIn <id/org/a>"),
    "MainSectorIsSector": ("coop:mainSector <scheme/sector/steel>", "coop:mainSector <id/org/a>"),
    "MeasureHasType": ("coop:measureType <scheme/measure-type/task> ;", ""),
    "MemberOfGroup": ("coop:memberGroup <id/group/g>", "coop:memberGroup <id/region/CN-GS>"),
    "NbsRegionIsConcept": (
        "<id/org/a> a",
        "<id/region/CN-GS> coop:nbsRegion <id/org/a> .\n<id/org/a> a",
    ),
    "NoChainCycle": (
        "<id/chain-link/x-y> a",
        "<id/chain-link/y-x> a coop:ChainLink ; skos:prefLabel '回'@zh ;\n"
        "    coop:upstreamSector <scheme/sector/equipment-manufacturing> ;\n"
        "    coop:downstreamSector <scheme/sector/steel> ; coop:inChain <id/chain/l> ;\n"
        "    coop:reviewStatus <scheme/review-status/unreviewed> ; dct:source <id/document/d> .\n"
        "<id/chain-link/x-y> a",
    ),
    "NoCycle": (
        "<id/org/a> a",
        "<scheme/sector/cement> skos:broader <scheme/sector/cement> .\n<id/org/a> a",
    ),
    "NoPartOfCycle": (
        "coop:promotes <id/goal/o> ;",
        "coop:promotes <id/goal/o> ; coop:partOf <id/measure/w> ;",
    ),
    "NobodyTwice": (
        "coop:participant <id/org/a> ; coop:role <scheme/role/partner>",
        "coop:participant <id/region/CN-GS> ; coop:role <scheme/role/lead>",
    ),
    "OffsetsFit": ("oa:end 2", "oa:end 3"),
    "OnePreferred": ('skos:prefLabel "甲"@zh', 'skos:prefLabel "甲"@zh , "乙"@zh'),
    "OneRecordADay": (
        'coop:recordDate "2018-01-01"^^xsd:date', 'coop:recordDate "2018-12-31"^^xsd:date',
    ),
    "PartOfMeasure": ("coop:partOf <id/measure/v>", "coop:partOf <id/goal/o>"),
    "PartyIsDerived": (
        "<id/org/a> a",
        "<id/project/p> coop:hasParty <id/org/a> .\n<id/org/a> a",
    ),
    "PlanFromDate": (
        "<id/org/a> a",
        "<id/goal/o> coop:planFrom '2018' .\n<id/org/a> a",
    ),
    "PlanOrder": ('coop:planFrom "2019-01-01"', 'coop:planFrom "2020-01-01"'),
    "PlanToDate": (
        'coop:planTo "2019-12-31"^^xsd:date ;\n    dct:source',
        'coop:planTo "2019" ;\n    dct:source',
    ),
    "ProductIsProduct": ("coop:leadProduct <id/product/x>", "coop:leadProduct <id/carrier/b>"),
    "ProjectParticipation": (
        "coop:hasParticipation <id/project/p#party-1> ;",
        "coop:hasParticipation <id/project/p#party-1> , <id/org/a> ;",
    ),
    "PromotesSomething": ("coop:promotes <id/goal/o>", "coop:promotes <id/org/a>"),
    "Province": ("<id/region/CN-GS>", "<id/region/gansu>"),
    "QuantityDateIsDate": (
        'quantityDate "2018-12-31"^^xsd:date',
        'quantityDate "2018"',
    ),
    "QuantityHasUnit": ('coop:unit "万吨/年" ;', ""),
    "QuantityIsDecimal": ("coop:quantity 12.5 ;", 'coop:quantity "约12万吨" ;'),
    "RecordHasDate": ('coop:recordDate "2018-01-01"^^xsd:date ;', ""),
    "RecordHasStatus": ("coop:status <scheme/status/advancing> ;", ""),
    "RecordIsRecord": (
        "coop:hasStatusRecord <id/project/q#status-2018-01-01> ,",
        "coop:hasStatusRecord <id/org/a> , <id/project/q#status-2018-01-01> ,",
    ),
    "RequiredByInstrument": ("coop:requiredBy <id/policy/n>", "coop:requiredBy <id/org/a>"),
    "SectorIsSector": (
        "coop:sector <scheme/sector/steel> ;\n    coop:sourceRegion",
        "coop:sector <id/org/a> ;\n    coop:sourceRegion",
    ),
    "SectorNotExactMatch": (
        "<id/org/a> a",
        "<scheme/sector/cement> skos:exactMatch <http://example.org/3011> .\n<id/org/a> a",
    ),
    "SetOutInInstrument": ("coop:setOutIn <id/policy/n>", "coop:setOutIn <id/document/d>"),
    "SomebodyHasIt": (
        "<id/org/a> a",
        "<id/cooperation/c#party-9> a coop:Participation ; coop:participant <id/org/a> ;\n"
        "    coop:role <scheme/role/partner> .\n<id/org/a> a",
    ),
    "SourceIsRegion": ("coop:sourceRegion <id/region/CN-GS>", "coop:sourceRegion <id/org/a>"),
    "Sourced": (
        '"2019-12-31"^^xsd:date ;\n    dct:source <id/document/d> .',
        '"2019-12-31"^^xsd:date .',
    ),
    "StatedHasEvidence": (
        "coop:interpretation <id/interpretation/i> ;\n    coop:evidencedBy <id/evidence/d/p1-0-2>",
        "coop:interpretation <id/interpretation/i> ;\n    dct:source <id/document/d>",
    ),
    "StatusIsStatus": (
        "coop:status <scheme/status/done> .\n<id/policy/m>",
        "coop:status <scheme/role/lead> .\n<id/policy/m>",
    ),
    "TargetIsRegion": ("coop:targetRegion <id/region/CN-GS>", "coop:targetRegion <id/org/a>"),
    "UnderInstrument": (
        "<id/org/a> a",
        "<id/project/p> coop:underInstrument <id/org/a> .\n<id/org/a> a",
    ),
    "UpstreamIsDerived": (
        "<id/org/a> a",
        "<scheme/sector/cement> coop:upstreamOf <scheme/sector/steel> .\n<id/org/a> a",
    ),
}  # fmt: skip

# What is only reported, and the words to replace by others.
INCOMPLETE = {
    "CapabilityHasSector": (
        "coop:holder <id/region/CN-GS> ; coop:sector <scheme/sector/steel> ;",
        "coop:holder <id/region/CN-GS> ;",
    ),
    "CooperationHasSector": ("coop:sector <scheme/sector/steel> ;\n    coop:sourceRegion",
                             "coop:sourceRegion"),
    "HasDate": ('coop:documentDate "2019-02-14"^^xsd:date ;', ""),
    "HasEnd": ('; coop:planTo "2019-12-31"^^xsd:date ;\n    dct:source', ";\n    dct:source"),
    "HasNumber": ('; coop:documentNumber "一号" ;', ";"),
    "ListIsClosed": ("coop:listIsOpen false", "coop:listIsOpen true"),
    "MeasureHasAddressee": ("coop:addressee <id/group/g> ; coop:promotes", "coop:promotes"),
    "StatusIsLatest": (
        "coop:status <scheme/status/done> ;\n    dct:source",
        "coop:status <scheme/status/stopped> ;\n    dct:source",
    ),
    "QuantityHasDate": ('coop:quantityDate "2018-12-31"^^xsd:date ;', ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def check(graph_of):
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    vocabulary = graph_of()

    def run(data: rdflib.Graph) -> tuple[rdflib.Graph, dict[str, set[str]]]:
        both = _graph()  # keeps the queries of the shapes parsed
        both += vocabulary
        both += data
        _, report, _ = pyshacl.validate(
            both, shacl_graph=shapes, inference="none", advanced=True, inplace=True
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


@pytest.mark.parametrize("shape", BROKEN)
def test_a_broken_copy_fails_for_its_own_reason(check, shape):
    old, new = BROKEN[shape]
    assert old in GOOD
    report, found = check(rdflib.Graph().parse(data=GOOD.replace(old, new), format="turtle"))
    assert found["Violation"] == {shape}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        messages = {str(m.language): str(m) for m in report.objects(result, SH.resultMessage)}
        assert set(messages) == {"zh", "en"}


@pytest.mark.parametrize("shape", INCOMPLETE)
def test_what_is_only_missing_is_a_warning(check, shape):
    old, new = INCOMPLETE[shape]
    assert old in GOOD
    _, found = check(rdflib.Graph().parse(data=GOOD.replace(old, new), format="turtle"))
    assert found == {"Violation": set(), "Warning": {shape}}


def test_every_shape_has_a_copy_that_breaks_it():
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    told = {str(shape).removeprefix(SHAPES) for shape in set(shapes.subjects(SH.message))}
    warned = {str(s).removeprefix(SHAPES) for s in shapes.subjects(SH.severity, SH.Warning)}
    assert set(INCOMPLETE) == warned
    assert set(BROKEN) == told - warned


def test_every_shape_speaks_both_languages():
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    for subject in set(shapes.subjects(SH.message)):
        assert {m.language for m in shapes.objects(subject, SH.message)} == {"zh", "en"}
    for shape in {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH.target)}:
        assert shapes.value(shape, SH.message), shape
