"""Write the background graphs that are kept as tables.

``divisions.csv`` gives ``divisions.ttl``, ``central-enterprises.csv`` gives
``central-enterprises.ttl``. Edit the table, then run ``python data/background/build.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from coopgraph.intake.quotation import to_turtle
from coopgraph.vocabulary import COOP, DCT, GRAPH, ID, RDF, SCHEME, SKOS, XSD

HERE = Path(__file__).parent
DCAT = "http://www.w3.org/ns/dcat#"
WIKIDATA = "http://www.wikidata.org/entity/"

Value = ox.NamedNode | ox.Literal


def _statement(subject: str, predicate: str, value: Value) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _text(value: str, language: str) -> ox.Literal:
    return ox.Literal(value, language=language)


def _day(value: str) -> ox.Literal:
    datatype = "date" if len(value) == len("2019-04-01") else "gYearMonth"
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _dataset(name: str, zh: str, en: str, day: str, sources: list[str]) -> Iterator[ox.Triple]:
    graph = f"{GRAPH}background/{name}"
    yield _statement(graph, RDF + "type", ox.NamedNode(DCAT + "Dataset"))
    yield _statement(graph, DCT + "title", _text(zh, "zh"))
    yield _statement(graph, DCT + "title", _text(en, "en"))
    yield _statement(graph, DCT + "date", _day(day))
    for source in sources:
        yield _statement(graph, DCT + "source", ox.NamedNode(source))


def _document(slug: str, zh: str, en: str, day: str, where: str) -> Iterator[ox.Triple]:
    document = f"{ID}document/{slug}"
    yield _statement(document, RDF + "type", ox.NamedNode(COOP + "SourceDocument"))
    yield _statement(document, DCT + "title", _text(zh, "zh"))
    yield _statement(document, DCT + "title", _text(en, "en"))
    yield _statement(document, DCT + "date", _day(day))
    yield _statement(document, DCT + "source", ox.NamedNode(where))


def divisions() -> Iterator[ox.Triple]:
    """Yield the province-level divisions of China: codes, names, statistical region."""
    codes = ID + "document/gb2260-2019-04"
    nbs = ID + "document/nbs-regions-2011"
    names = ID + "document/iso-codes-26-2"
    yield from _dataset("divisions", "省级行政区", "Province-level divisions", "2026-02-16", [
        codes, nbs, names,
    ])  # fmt: skip
    yield from _document(
        "gb2260-2019-04",
        "民政部行政区划代码（2019年4月）",
        "Codes of administrative divisions, Ministry of Civil Affairs, April 2019",
        "2019-04",
        "https://github.com/cn/GB2260",
    )
    yield from _document(
        "nbs-regions-2011",
        "国家统计局：东西中部和东北地区划分方法",
        "National Bureau of Statistics: how east, west, centre and northeast are divided",
        "2011-06-13",
        "http://www.stats.gov.cn/tjzs/t20110613_402731597.htm",
    )
    yield from _document(
        "iso-codes-26-2",
        "ISO 3166-2 代码与名称（pycountry 26.2.16 所载）",
        "Codes and names of ISO 3166-2 as in pycountry 26.2.16",
        "2026-02-16",
        "pkg:pypi/pycountry@26.2.16",
    )
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
        for source in (codes, names):
            yield _statement(province, DCT + "source", ox.NamedNode(source))
        if row["nbs_region"]:
            region = ox.NamedNode(f"{SCHEME}nbs-region/{row['nbs_region']}")
            yield _statement(province, COOP + "nbsRegion", region)
            yield _statement(province, DCT + "source", ox.NamedNode(nbs))


def central_enterprises() -> Iterator[ox.Triple]:
    """Yield the central enterprises: registered names, aliases, membership."""
    listed = ID + "document/sasac-list-2025-07-29"
    group = ID + "group/central-soes"
    yield from _dataset(
        "central-enterprises",
        "中央企业名称",
        "Names of central enterprises",
        "2025-07-29",
        [listed],
    )
    yield from _document(
        "sasac-list-2025-07-29",
        "国务院国资委央企名录",
        "List of central enterprises, SASAC of the State Council",
        "2025-07-29",
        "http://www.sasac.gov.cn/n2588045/n27271785/n27271792/c14159097/content.html",
    )
    yield _statement(group, RDF + "type", ox.NamedNode(COOP + "ActorGroup"))
    yield _statement(group, COOP + "officialName", _text("中央企业", "zh"))
    yield _statement(group, SKOS + "altLabel", _text("central state-owned enterprises", "en"))
    yield _statement(group, DCT + "source", ox.NamedNode(listed))
    for row in _rows("central-enterprises.csv"):
        enterprise = ID + row["entity"]
        if row["ambiguous"] == "yes":
            naming = COOP + "ambiguousAlias"
        elif row["kind"] == "registered" and row["lang"] == "zh":
            naming = COOP + "officialName"
        else:
            naming = SKOS + "altLabel"
        yield _statement(enterprise, RDF + "type", ox.NamedNode(COOP + "CentralEnterprise"))
        yield _statement(enterprise, naming, _text(row["name"], row["lang"]))
        yield _statement(enterprise, COOP + "memberGroup", ox.NamedNode(group))
        yield _statement(enterprise, DCT + "source", ox.NamedNode(listed))


def build() -> dict[str, str]:
    """Return the Turtle of each generated graph by its file's name."""
    return {
        f"{name}.ttl": to_turtle(
            set(triples), f"Generated from {name}.csv by build.py: edit the table, not this file."
        )
        for name, triples in (
            ("divisions", divisions()),
            ("central-enterprises", central_enterprises()),
        )
    }


if __name__ == "__main__":
    for file_name, turtle in build().items():
        (HERE / file_name).write_text(turtle, encoding="utf-8", newline="\n")
