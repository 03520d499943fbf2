"""What is cited must stand where it is said to, as far as the text is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coopgraph.errors import DataInvalid
from coopgraph.resources import data_dir

NOTICE = data_dir() / "stated" / "gansu-iit-2019-67.ttl"
CHALCO = "evidence/gansu-iit-2019-67/p11-222-226"


def _told(graph, path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(DataInvalid) as caught:
        graph.load(path)
    return [
        (v["focus"], v["message"]["en"], v["message"]["zh"])
        for v in caught.value.extensions["violations"]
        if v["shape"] == "QuotationStands"
    ]


def _broken(tmp_path: Path, old: str, new: str) -> Path:
    before = NOTICE.read_text("utf-8")
    after, count = re.subn(old, new, before, count=1)
    assert count == 1
    copy = tmp_path / "stated" / NOTICE.name
    copy.parent.mkdir()
    copy.write_text(after, "utf-8")
    return copy


def test_a_word_changed_for_one_as_long_is_told(fresh, tmp_path):
    copy = _broken(tmp_path, 'oa:exact "中铝集团" ', 'oa:exact "中铅集团" ')
    ((focus, english, chinese),) = _told(fresh, copy)
    assert focus.startswith("evidence/gansu-iit-2019-67/p11-")
    assert english.startswith("“中铅集团” does not stand at ")
    assert "不在原文" in chinese


def test_another_paragraph_is_told_with_the_right_one(fresh, tmp_path):
    copy = _broken(tmp_path, r"coop:paragraph 11 ([;.])", r"coop:paragraph 10 \1")
    ((_, english, _),) = _told(fresh, copy)
    assert "stands in paragraph 11" in english


def test_other_words_around_it_are_told(fresh, tmp_path):
    copy = _broken(tmp_path, 'oa:suffix "、中建材', 'oa:suffix "、中铁建')
    assert "stands between other words" in _told(fresh, copy)[0][1]


EVIDENCE = """
<https://w3id.org/coopgraph/id/document/memo> a coop:SourceDocument ; dct:title "备忘"@zh .
<https://w3id.org/coopgraph/id/evidence/memo/p1-0-2> a coop:Evidence ; coop:paragraph 1 ;
    oa:hasSource <https://w3id.org/coopgraph/id/document/memo> ;
    oa:hasSelector <https://w3id.org/coopgraph/id/evidence/memo/p1-0-2#q> ,
        <https://w3id.org/coopgraph/id/evidence/memo/p1-0-2#p> .
<https://w3id.org/coopgraph/id/evidence/memo/p1-0-2#q> a oa:TextQuoteSelector ; oa:exact "合作" .
<https://w3id.org/coopgraph/id/evidence/memo/p1-0-2#p> a oa:TextPositionSelector ;
    oa:start 0 ; oa:end 2 .
"""


def test_a_text_beside_the_file_is_compared_with_and_without_one_nothing_is(
    fresh, tmp_path, prefixes
):
    file = tmp_path / "memo.ttl"
    file.write_text(prefixes + EVIDENCE, "utf-8")
    assert not [v for v in fresh.validate(file) if v.severity == "Violation"]
    (tmp_path / "memo.txt").write_text("对接", "utf-8")
    assert [v.shape for v in fresh.validate(file)] == ["QuotationStands"]
    (tmp_path / "memo.txt").write_text("合作共赢", "utf-8")
    assert not fresh.validate(file)


def test_no_document_can_name_a_file_elsewhere(fresh, tmp_path, prefixes):
    (tmp_path / "secret.txt").write_text("机密", "utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    file = folder / "memo.ttl"
    file.write_text(prefixes + EVIDENCE.replace("document/memo", "document/../secret"), "utf-8")
    assert "QuotationStands" not in {v.shape for v in fresh.validate(file)}
