"""The page of competency questions is written from the questions, and shows each of them whole."""

import importlib.util
import re
from pathlib import Path

import pytest

from coopgraph.knowledge.questions import read_questions

ROOT = Path(__file__).resolve().parents[2]


def _module():
    spec = importlib.util.spec_from_file_location("questions", ROOT / "docs" / "questions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


questions = _module()
PAGE = (ROOT / "docs" / "questions.md").read_text("utf-8")
QUESTIONS = read_questions(questions.FOLDER)
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^##+ ", PAGE, flags=re.M)}


def test_the_page_is_current():
    assert questions.document() == PAGE


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_is_shown_whole(question):
    section = SECTIONS[question.id]
    assert question.question["zh"] in section
    assert question.question["en"] in section
    assert all(layer in section for layer in question.layers)
    (shown,) = re.findall(r"```sparql\n(.*?)\n```", section, re.S)
    assert question.query.strip().endswith(shown)
    assert shown.startswith(("PREFIX ", "SELECT "))
    table = re.findall(r"^\| (.*) \|$", section.split("```")[-1], re.M)
    if question.rows:
        assert table[0].split(" | ") == list(question.columns)
        assert len(table) == 2 + len(question.rows)
    else:
        assert "nothing recorded" in section


def test_links_lead_to_the_questions():
    assert re.findall(r"\]\(#([^)]+)\)", PAGE) == [q.id for q in QUESTIONS]
