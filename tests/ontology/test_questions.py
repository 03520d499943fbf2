from __future__ import annotations

import json
from pathlib import Path

import pytest

from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import BASE, ID

QUESTIONS = sorted((ontology_dir() / "questions").glob("*.rq"))


def _short(value: object) -> str | None:
    if value is None:
        return None
    text = str(getattr(value, "value", value))
    return text.removeprefix(ID).removeprefix(BASE)


def _sorted(rows: list[list[str | None]]) -> list[list[str | None]]:
    return sorted(rows, key=lambda row: [str(cell) for cell in row])


def test_there_are_enough_questions():
    assert len(QUESTIONS) >= 15


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_question_says_itself_in_both_languages(path: Path):
    first, second, *_ = path.read_text("utf-8").splitlines()
    assert first.startswith("# zh: ")
    assert second.startswith("# en: ")


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_pyoxigraph_gives_the_expected_answer(path: Path, store_of):
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    result = store_of(*expected["layers"]).query(path.read_text("utf-8"))
    rows = [[_short(row[name]) for name in expected["columns"]] for row in result]
    assert _sorted(rows) == _sorted(expected["rows"])


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_rdflib_gives_the_expected_answer(path: Path, graph_of):
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    result = graph_of(*expected["layers"]).query(path.read_text("utf-8"))
    rows = [[_short(row[name]) for name in expected["columns"]] for row in result]
    assert _sorted(rows) == _sorted(expected["rows"])
