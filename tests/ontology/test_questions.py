"""Every competency question has the answer that was worked out by hand, and the set is complete."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.knowledge.questions import KINDS, Question, read_questions
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import BASE, COOP, ID, OWL, RDF

FOLDER = ontology_dir() / "questions"
QUESTIONS = read_questions(FOLDER)
# What needs the published graphs by name is asked of the service; the rest of two engines too.
NAMED_GRAPHS = "# needs: named graphs"
PUBLISHED = [q for q in QUESTIONS if NAMED_GRAPHS in q.query.splitlines()]
PLAIN = [q for q in QUESTIONS if q not in PUBLISHED]

UNASKED = Path(__file__).with_name("unasked_terms.csv")
PREFIX = re.compile(r"^PREFIX (\w+): <([^>]+)>$", re.M)
IRI = re.compile(r"<(http[^>\s]+)>")
NAME = re.compile(r"(?<![\w:-])([a-z]+):([A-Za-z0-9_-]*)")


def of(questions: list[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[q.id for q in questions])


def body(question: Question) -> str:
    """The query without prefixes, strings, IRIs and comments."""
    text = PREFIX.sub("", question.query)
    return re.sub(r'"[^"\n]*"|<http[^>\s]+>|^\s*#.*$', "", text, flags=re.M)


def named(question: Question) -> set[str]:
    """The IRIs that stand in the query."""
    prefixes = dict(PREFIX.findall(question.query))
    found = {prefixes[prefix] + local for prefix, local in NAME.findall(body(question))}
    return found | set(IRI.findall(PREFIX.sub("", question.query)))


def short(value: object) -> str | None:
    if value is None:
        return None
    text = str(getattr(value, "value", value))
    return text.removeprefix(ID).removeprefix(BASE)


def in_order(rows) -> list[list[str | None]]:
    return sorted((list(row) for row in rows), key=lambda row: [str(cell) for cell in row])


# The set


def test_there_are_enough_questions_of_every_kind():
    assert len(QUESTIONS) >= 40
    kinds = Counter(q.kind for q in QUESTIONS)
    assert all(kinds[kind] >= 10 for kind in KINDS)


def test_every_query_has_its_answer_and_no_answer_is_left_over():
    files = {path.name for path in FOLDER.iterdir()}
    assert files == {f"{q.id}.{ending}" for q in QUESTIONS for ending in ("rq", "json")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_question_is_asked_twice(lang):
    asked = Counter(q.question[lang] for q in QUESTIONS)
    assert [words for words, times in asked.items() if times > 1] == []


@pytest.fixture(scope="module")
def terms(store_of) -> set[str]:
    """The classes and properties of the ontology."""
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    pattern = [(None, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + kind)) for kind in kinds]
    found = {q.subject.value for p in pattern for q in store_of().quads_for_pattern(*p)}
    return {iri for iri in found if iri.startswith(COOP)}


def test_every_class_and_property_is_asked_for_or_the_reason_is_given(terms):
    with UNASKED.open(encoding="utf-8", newline="") as file:
        unasked = {COOP + row["term"]: row["reason"] for row in csv.DictReader(file)}
    asked = {iri for q in QUESTIONS for iri in named(q) if iri.startswith(COOP)}
    assert len(terms) > 100
    assert terms - asked == set(unasked)
    assert all(unasked.values())


# Each question


@of(QUESTIONS)
def test_the_question_is_short_and_says_itself(question):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.id)
    lines = question.query.splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) <= 140
    assert [line.split(":")[0] for line in lines[:3]] == ["# zh", "# en", "# kind"]
    assert question.question["zh"].endswith("？")
    assert re.search("[\u4e00-\u9fff]", question.question["zh"])
    assert question.question["en"].endswith("?")
    assert not re.search("[\u4e00-\u9fff]", question.question["en"])


@of(QUESTIONS)
def test_the_prefixes_are_those_used_in_order(question):
    declared = [name for name, _ in PREFIX.findall(question.query)]
    assert declared == sorted({prefix for prefix, _ in NAME.findall(body(question))})


@of(QUESTIONS)
def test_columns_are_words_and_the_answer_fits_them(question):
    selected = re.search(r"SELECT (?:DISTINCT )?(.*?) WHERE", question.query)
    assert selected
    assert tuple(re.findall(r"\?(\w+)(?=\)| |$)(?! AS|\) AS)", selected[1])) == question.columns
    assert all(re.fullmatch(r"[a-z]+", column) for column in question.columns)
    assert all(len(row) == len(question.columns) for row in question.rows)
    assert set(question.layers) <= {"stated", "background"}


@of(QUESTIONS)
def test_the_answer_is_written_in_order_and_has_no_row_twice(question):
    rows = json.loads((FOLDER / f"{question.id}.json").read_text("utf-8"))["rows"]
    assert rows == in_order({tuple(row) for row in rows})


def test_questions_of_named_graphs_say_so():
    assert {q.id for q in PUBLISHED} == {q.id for q in QUESTIONS if "GRAPH " in body(q)}
    assert len(PUBLISHED) >= 5


# The answers


@of(PLAIN)
def test_pyoxigraph_gives_the_expected_answer(question, store_of):
    result = store_of(*question.layers).query(question.query)
    rows = [[short(row[name]) for name in question.columns] for row in result]
    assert in_order(rows) == in_order(question.rows)


@of(PLAIN)
def test_rdflib_gives_the_expected_answer(question, graph_of):
    result = graph_of(*question.layers).query(question.query)
    rows = [[short(row[name]) for name in question.columns] for row in result]
    assert in_order(rows) == in_order(question.rows)


@of(QUESTIONS)
def test_the_service_gives_the_expected_answer(question, full):
    # Its default graph holds every layer and what is derived: nobody who copies a question from
    # the page of examples is to get another answer than the one shown with it.
    rows = _ask(full, question)
    assert in_order(rows) == in_order(question.rows)


def _ask(graph, question: Question) -> list[list[str | None]]:
    media_type, text = graph.sparql(question.query, "json")
    assert "json" in media_type
    answer = json.loads(text)
    assert tuple(answer["head"]["vars"]) == question.columns
    return [
        [short(row.get(name, {}).get("value")) for name in question.columns]
        for row in answer["results"]["bindings"]
    ]
