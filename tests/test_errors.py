from __future__ import annotations

import inspect
import json
import re

import pytest

from coopgraph import errors
from coopgraph.errors import CoopgraphError

KINDS = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, CoopgraphError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestEveryKind:
    def test_has_a_slug_titles_and_a_status(self, kind):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)
        assert kind.title.isascii()
        assert not kind.title_zh.isascii()
        assert 400 <= kind.status <= 599
        assert kind.exit_code in (1, 2, 3)
        assert inspect.getdoc(kind)

    def test_has_a_slug_and_titles_of_its_own(self, kind):
        if kind is not CoopgraphError:
            assert {"slug", "title", "title_zh"} <= set(vars(kind))

    def test_is_a_problem_document(self, kind):
        document = kind("what is wrong", zh="出错", line=3, column=None).problem()
        assert document == {
            "type": f"/problems/{kind.slug}",
            "title": kind.title,
            "title_zh": kind.title_zh,
            "status": kind.status,
            "detail": "what is wrong",
            "detail_zh": "出错",
            "line": 3,
        }
        json.dumps(document)
        assert "detail_zh" not in kind("alone").problem()
        assert str(kind("what is wrong")) == "what is wrong"

    def test_stands_in_the_tree_that_opens_the_module(self, kind):
        line = re.search(rf"\b{kind.__name__} +(\d+)?", errors.__doc__)
        assert line or kind is CoopgraphError
        if line and line[1]:
            assert int(line[1]) == kind.status


def test_slugs_are_unique():
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


def test_statuses_are_those_of_the_contract():
    assert {kind.status for kind in KINDS} <= {
        400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429, 500, 502, 503, 504
    }  # fmt: skip


def test_extensions_never_hide_the_members_of_the_standard():
    document = CoopgraphError("a", zh="b", candidates=[]).problem()
    assert list(document)[:5] == ["type", "title", "title_zh", "status", "detail"]
    assert document["candidates"] == []
