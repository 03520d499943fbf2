from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import QuerySyntaxError
from coopgraph.store.guard import check
from coopgraph.store.query_syntax import excerpt, syntax_error

CASES = [
    ("SELECT * { ?s foo:bar ?o }", "prefix foo:", "前缀 foo:", 1, 15),
    ("SELECT * { ?s skos:broader ?o }", "http://www.w3.org/2004/02/skos/core#", "未声明", 1, 15),
    ("SELECT *\n{ ?s ?p ?o", "'{' is never closed", "没有闭合", 2, 1),
    ("SELECT * { ?s ?p ?o } }", "closes nothing", "没有对应", 1, 23),
    ("SELECT * { ?s ?p ?o FILTER(STRLANGTH(?o) > 3) }", "'STRLANGTH'", "函数", 1, 28),
    ("SELECT * { ?s ?p ?o OPTINAL { ?s a ?t } }", "OPTIONAL meant", "OPTIONAL", 1, 21),
    ('SELECT * { ?s ?p "abc }', "not ended", "结尾", 1, 18),
    ("SELECT * { ?s ?p ?o\n?a ?b ?c }", "'.'", "缺少", 2, 1),
    ("SELECT * { ?s ?p }", "no object", "宾语", 1, 18),
    ("INSERT DATA { <x:a> <x:b> 1 }", "update", "更新", 1, 1),
    ("PREFIX a: <x SELECT * {}", "IRI is not ended", "IRI", 1, 11),
    ("", "empty", "空", 1, 1),
]


@pytest.mark.parametrize(("text", "words", "zh", "line", "column"), CASES)
def test_it_says_what_is_wrong(text, words, zh, line, column):
    def parse():
        check(text)
        try:
            ox.Store().query(text)
        except SyntaxError as error:
            raise syntax_error(error, text) from None

    with pytest.raises(QuerySyntaxError) as caught:
        parse()
    problem = caught.value.problem()
    assert words in problem["detail"]
    assert zh in problem["detail_zh"]
    assert (problem["line"], problem["column"]) == (line, column)
    shown, mark = problem["excerpt"].split("\n")
    assert shown == (text.split("\n")[line - 1] if text else "")
    assert len(mark) == column
    assert "expected one of" not in problem["detail"]


@given(st.text(alphabet="SELECT {}()<>?.;:'\"\\\n ax宝1", max_size=60))
def test_no_text_breaks_it(text):
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        problem = syntax_error(error, text).problem()
        assert len(problem["detail"]) < 400
        assert problem["excerpt"].count("\n") == 1
    except (ValueError, RuntimeError):
        pass


def test_of_a_long_line_only_a_part_is_shown():
    shown, mark = excerpt("x" * 5000 + "!" + "x" * 5000, 5000).split("\n")
    assert len(shown) < 110
    assert shown[len(mark) - 1] == "!"
