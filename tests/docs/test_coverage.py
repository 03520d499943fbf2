"""The coverage of the notice is written from the published data, and all it names is there."""

import csv
import importlib.util
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.vocabulary import COOP, OA, RDF, iri_of, local_name

ROOT = Path(__file__).resolve().parents[2]
NAME = "gansu-iit-2019-67"
SOURCES = ROOT / "data" / "sources"
TEXT = (SOURCES / f"{NAME}.txt").read_bytes().decode()
ROW = re.compile(
    r"^\| ([A-Z]\d\d) \| (.+) \| P(\d+), (\d+)–(\d+) \| (.*) \| (.*) \| (.*) \|$", re.M
)


def _module():
    spec = importlib.util.spec_from_file_location("coverage", ROOT / "docs" / "coverage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage = _module()
DOCUMENT = (ROOT / "docs" / "coverage.md").read_text("utf-8")
ROWS = {row[0]: row for row in ROW.findall(DOCUMENT)}
FACTS = {row["id"]: row for row in coverage.read_rows(coverage.FACTS)}
OMITTED = {row["id"]: row["reason"] for row in coverage.read_rows(coverage.NOT_STATED)}


def ids(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.load(path=str(coverage.STATED), format=ox.RdfFormat.TURTLE)
    return store


def values(store: ox.Store, subject: str, prop: str) -> set[str]:
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(prop), None, None)
    return {quad.object.value for quad in found}


def test_the_document_is_current():
    assert coverage.coverage() == DOCUMENT


def test_every_fact_is_covered_or_the_reason_is_given():
    assert len(FACTS) == 151
    assert list(ROWS) == [i for kind in coverage.KINDS for i in FACTS if i[0] == kind]
    assert {i for i, row in ROWS.items() if not ids(row[5])} == set(OMITTED)
    assert all(OMITTED.values())


def test_the_counts_at_the_head_add_up():
    found = re.findall(r"^\| ([A-Z]) \| [^|]+ \| (\d+) \| (\d+) \|$", DOCUMENT, re.M)
    assert [kind for kind, _, _ in found] == list(coverage.KINDS)
    for kind, rows, there in found:
        assert int(rows) == sum(fact[0] == kind for fact in FACTS)
        assert int(there) == int(rows) - sum(fact[0] == kind for fact in OMITTED)
    total = f"| **{len(FACTS)}** | **{len(FACTS) - len(OMITTED)}** |"
    assert total in DOCUMENT


@pytest.mark.parametrize("fact", sorted(set(FACTS) - set(OMITTED)))
def test_what_a_row_names_is_in_the_graph(store, fact):
    _, quote, paragraph, start, end, resources, evidence, readings = ROWS[fact]
    written = {"quote": quote, "paragraph": paragraph, "start": start, "end": end}
    assert {"id": fact, **written} == FACTS[fact]
    line = TEXT.split("\n")[int(paragraph) - 1]
    assert line[int(start) : int(end)] == quote

    (cited,) = (iri_of(name) for name in ids(evidence))
    assert cited.endswith(f"/p{paragraph}-{start}-{end}")
    assert values(store, cited, COOP + "paragraph") == {paragraph}
    place = {
        part: value
        for selector in values(store, cited, OA + "hasSelector")
        for part in ("exact", "start", "end")
        for value in values(store, selector, OA + part)
    }
    assert place["exact"] == quote == TEXT[int(place["start"]) : int(place["end"])]
    assert TEXT[: int(place["start"])].count("\n") + 1 == int(paragraph)

    named = re.findall(r"`([^`]+)` (\w+)", resources)
    assert named
    for name, class_name in named:
        assert class_name in {local_name(c) for c in values(store, iri_of(name), RDF + "type")}
        assert fact in values(store, iri_of(name), COOP + "factId")
        assert cited in values(store, iri_of(name), COOP + "evidencedBy")
    for name in ids(readings):
        reading = iri_of(coverage.READING + name)
        assert COOP + "Interpretation" in values(store, reading, RDF + "type")
        assert any(
            reading in values(store, iri_of(thing), COOP + "interpretation") for thing, _ in named
        )


def test_the_ten_readings_stand_in_full(store):
    ten, further = DOCUMENT.split("## Further readings")
    sections = ten.split("\n### ")[-10:]
    for number, section in enumerate(sections, 1):
        (iri,) = re.findall(rf"^`({coverage.READING}reading-{number:02d}-[a-z-]+)`$", section, re.M)
        for prop in ("reading", "rationale"):
            texts = values(store, iri_of(iri), COOP + prop)
            assert len(texts) == 2
            assert all(text in section for text in texts)
        assert "the coopgraph project" in section
        assert ids(section.split("资源 · resources")[1])
    assert "reading-" not in "".join(re.findall(r"^`.*`$", further, re.M))


def test_no_reason_is_given_for_a_row_that_is_represented():
    if coverage.NOT_STATED.exists():
        with coverage.NOT_STATED.open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file))
    assert set(OMITTED) <= set(FACTS)
