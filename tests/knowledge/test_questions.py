from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest
from coopgraph.knowledge.questions import KINDS, read_question

HEAD = "# zh: 问？\n# en: Why?\n# kind: gaps\nSELECT * {}\n"


def _write(folder, text: str):
    (folder / "q.json").write_text('{"layers": ["stated"], "columns": [], "rows": []}')
    path = folder / "q.rq"
    path.write_text(text, "utf-8")
    return path


def test_a_question_says_itself_its_kind_and_its_answer(tmp_path):
    question = read_question(_write(tmp_path, HEAD))
    assert question.describe() == {
        "id": "q",
        "kind": "gaps",
        "question": {"zh": "问？", "en": "Why?"},
        "layers": ["stated"],
        "query": HEAD,
    }


@pytest.mark.parametrize("broken", ["zh: 问？", "en: Why?", "kind: gaps"])
def test_a_head_that_lacks_a_line_is_told(tmp_path, broken):
    with pytest.raises(BadRequest, match=r"q\.rq: .*" + broken.split(":")[0]):
        read_question(_write(tmp_path, HEAD.replace("# " + broken + "\n", "")))


def test_a_kind_that_is_none_is_told(tmp_path):
    with pytest.raises(BadRequest, match="kind riddles"):
        read_question(_write(tmp_path, HEAD.replace("kind: gaps", "kind: riddles")))


def test_the_questions_are_served_as_examples(full):
    served = full.questions().data
    assert len(served) >= 40
    assert {q["kind"] for q in served} == set(KINDS)
    for question in served:
        kind, _ = full.sparql(question["query"], "json")
        assert "json" in kind
