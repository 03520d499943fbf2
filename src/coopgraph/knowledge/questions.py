"""Competency questions: what the graph must be able to answer, and the examples people start from.

Each is a SPARQL file whose first lines say the question in Chinese and English and its kind::

    # zh: 中铝集团经由谁与电解铝相连？
    # en: Through whom is Chinalco connected with electrolytic aluminium?
    # kind: paths

and beside it a JSON file with the answer that the shipped data must give: ``layers``, ``columns``,
``rows``. The default graph is the union of those layers and the vocabulary.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coopgraph.errors import BadRequest

KINDS: Final = ("neighbours", "paths", "gaps")
_HEAD = re.compile(r"#\s*(zh|en|kind):\s*(\S.*)")


@dataclass(frozen=True)
class Question:
    """One competency question.

    Attributes
    ----------
    id
        Name of its file.
    kind
        Which of the three questions it is a case of: ``neighbours``, ``paths`` or ``gaps``.
    question
        In words: ``{"zh": …, "en": …}``.
    layers
        The layers that its answer is read from.
    query
        The SPARQL text.
    columns, rows
        The expected answer from the shipped data, IRIs as short ids; rows in any order.
    """

    id: str
    kind: str
    question: dict[str, str]
    layers: tuple[str, ...]
    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def describe(self) -> dict[str, Any]:
        """Return what a client needs to ask it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "question": dict(self.question),
            "layers": list(self.layers),
            "query": self.query,
        }


def read_question(path: Path) -> Question:
    """Read one question.

    Parameters
    ----------
    path
        The ``.rq`` file; its answer lies beside it as ``.json``.

    Raises
    ------
    BadRequest
        If a line of its head is missing or its kind is none of :data:`KINDS`.

    Examples
    --------
    >>> from coopgraph.resources import ontology_dir
    >>> read_question(ontology_dir() / "questions" / "notice.rq").question["en"][:4]
    'What'
    """
    query = path.read_text("utf-8")
    head = {
        match[1]: match[2].strip()
        for line in query.splitlines()
        if line.startswith("#") and (match := _HEAD.match(line))
    }
    missing = [name for name in ("zh", "en", "kind") if name not in head]
    if missing or head["kind"] not in KINDS:
        said = ", ".join(missing) or f"kind {head['kind']}"
        raise BadRequest(f"{path.name}: its head lacks or misnames {said}")
    answer = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Question(
        id=path.stem,
        kind=head["kind"],
        question={"zh": head["zh"], "en": head["en"]},
        layers=tuple(answer["layers"]),
        query=query,
        columns=tuple(answer["columns"]),
        rows=tuple(tuple(row) for row in answer["rows"]),
    )


def read_questions(folder: Path) -> list[Question]:
    """Return all questions of a folder, by kind and name."""
    questions = [read_question(path) for path in sorted(folder.glob("*.rq"))]
    return sorted(questions, key=lambda q: (KINDS.index(q.kind), q.id))
