"""The briefing on Gansu says what the notice says: the counts are those of the list of facts."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import docx
import pytest

from coopgraph.errors import AmbiguousName, BadRequest, NotFound
from coopgraph.resources import data_dir

GANSU = "region/CN-GS"
CITE = re.compile(r"\[(\d+)\]")


@pytest.fixture(scope="module")
def stated(full):
    return full.brief(GANSU, layers="stated", limit=100).briefing


def names(section, row):
    return set(section.rows[row][0].text.split("、"))


def rows_of(section):
    return {row[0].text: [cell.text for cell in row[1:]] for row in section.rows}


def test_the_named_partners_are_the_five_provinces_and_the_five_enterprises(stated):
    # X01–X05 战略合作, to be accelerated; X06–X10 对接, continuing; both in the plan for 2019.
    partners = stated.section("partners")
    found = {frozenset(names(partners, i)): row for i, row in enumerate(partners.rows)}
    provinces = found[frozenset({"广西", "四川", "广东", "福建", "天津"})]
    enterprises = found[frozenset({"中铝集团", "中建材", "宝武集团", "中国五矿集团", "中车集团"})]
    assert [cell.text for cell in provinces[1:]] == ["战略合作", "推进", "2019 年", "文件所述"]
    assert [cell.text for cell in enterprises[1:]] == ["对接", "持续", "2019 年", "文件所述"]


def test_every_line_of_what_is_recorded_cites_a_passage_of_the_notice(stated, notice_text):
    paragraphs = notice_text.split("\n")
    sources = {source.number: source for source in stated.sources}
    assert sorted(sources) == list(range(1, len(sources) + 1))
    for source in stated.sources:
        assert source.id == "document/gansu-iit-2019-67"
        assert "甘工信发〔2019〕67号" in source.document
        assert source.layer == "文件所述"
        paragraph = int(re.fullmatch(r"第 (\d+) 段", source.place)[1])
        assert source.quote.rstrip("…") in paragraphs[paragraph - 1]
    for name in ("partners", "projects", "fields", "others", "gaps"):
        for row in stated.section(name).rows:
            assert row[-1].cites, row
            assert set(row[-1].cites) <= set(sources)


def test_partners_cite_the_words_the_facts_have(stated):
    with (data_dir() / "sources" / "gansu-iit-2019-67.facts.csv").open(encoding="utf-8") as file:
        quotes = {row["id"]: row["quote"] for row in csv.DictReader(file)}
    sources = {source.number: source.quote for source in stated.sources}
    partners = stated.section("partners")
    for row in partners.rows:
        cited = {sources[n] for n in row[-1].cites}
        if "广西" in row[0].text:
            assert cited == {quotes["X01"]}
        if "宝武集团" in row[0].text:
            assert cited == {quotes["X06"]}


def test_projects_and_capabilities(stated):
    assert {"中白工业园建设", "出口加工基地建设", "兰州新区精细化工园区建设"} < set(
        rows_of(stated.section("projects"))
    )
    assert len(stated.section("projects").rows) == 6  # J01–J06
    fields = {row[0].text: set(row[1].text.split("、")) for row in stated.section("fields").rows}
    assert fields["富裕产能"] == {"铜冶炼", "电解铝", "钢铁", "水泥"}
    assert fields["产业优势"] == {"石油化工", "有色冶金", "装备制造"}
    assert fields["技术能力"] == {"矿产资源勘探", "有色冶金"}


def test_gaps_are_those_that_docs_gaps_lists(stated):
    found = {row[1].text: row for row in stated.section("gaps").rows}
    assert {label: row[0].text for label, row in found.items()} == {
        "富裕产能无出路（4）": "高",
        "要求的文件未见（2）": "高",
        "优势未用": "中",
        "面向市场无转移": "中",
        "有合作方无项目（10）": "中",
        "项目无合作方（6）": "中",
        "合作未载领域（16）": "低",
    }
    assert "不等于不存在" in stated.section("gaps").lead[0]
    assert "不是文件陈述" in stated.section("gaps").lead[0]
    # X22, of which Gansu is no party, is the one that is left out.
    assert stated.section("gaps").more.startswith("图谱中另有 1 处缺口与本对象无直接关系")


def test_the_summary_counts_what_the_sections_hold(stated):
    (said,) = stated.section("figures").lead
    assert said.startswith("合作方 16 个（")
    for part in ("中央企业 5", "省级行政区 5", "项目 6 个", "缺口 40 处（高 6、中 18、低 16）"):
        assert part in said


def test_chains_are_background_and_say_what_is_not_recorded(full):
    with pytest.raises(KeyError):
        full.brief(GANSU, layers="stated").briefing.section("chains")
    chains = rows_of(full.brief(GANSU, limit=100).briefing.section("chains"))
    assert chains["水泥产业链"][0] == "○石灰石开采 → ●水泥 → ○水泥制品"
    assert chains["钢铁产业链"][0].startswith("○炼焦、○铁矿采选 → ●钢铁 → ")
    for stages, source in chains.values():
        assert "背景资料" in source
        assert stages.count("●") in (1, 2)  # "one stage, or two next to each other"


def test_suggestions_are_apart_and_called_statistics(full):
    for lang, words in (("zh", "不是陈述"), ("en", "not statements")):
        briefing = full.brief(GANSU, lang=lang).briefing
        assert [s.name for s in briefing.sections if s.suggested] == ["suggestions"]
        section = briefing.section("suggestions")
        assert words in section.lead[0]
        assert section.rows
        assert all(row[2].text and not any(cell.cites for cell in row) for row in section.rows)


def test_readings_are_marked_and_say_what_they_bear_on(stated):
    readings = [item.text for item in stated.section("readings").items]
    assert any(text.startswith("合作方与实施方（涉及 [") for text in readings)
    assert all(row[-1].read for row in stated.section("partners").rows)
    assert len(readings) <= 50


def test_limits_tell_how_much_is_left_out_and_where_it_is(full):
    small, large = (full.brief(GANSU, limit=n).briefing for n in (2, 100))
    for section in large.sections:
        assert "……另有" not in section.more or section.name in ("suggestions", "others", "readings")
    left = len(large.section("partners").rows) - 2
    assert small.section("partners").more == f"……另有 {left} 项，见 /api/v1/neighbours?of={GANSU}。"
    assert len(small.section("partners").rows) == 2
    shown = sum(int((re.search(r"（(\d+)）", row[1].text) or [0, 1])[1])
                for row in small.section("gaps").rows)  # fmt: skip
    assert f"……另有 {43 - shown} 项" in small.section("gaps").more


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("format", ["markdown", "html", "docx"])
def test_stated_is_the_same_whatever_else_is_loaded(full, stated_alone, format, lang):
    asked = {"layers": "stated", "lang": lang, "format": format}
    ours, theirs = full.brief(GANSU, **asked), stated_alone.brief(GANSU, **asked)
    assert ours.briefing.sections == theirs.briefing.sections
    assert ours.briefing.sources == theirs.briefing.sources
    if full.generation == stated_alone.generation:
        assert ours.content == theirs.content


@pytest.mark.parametrize("format", ["markdown", "html", "docx"])
def test_the_bytes_are_the_same_each_time(full, format):
    assert full.brief(GANSU, format=format).content == full.brief(GANSU, format=format).content


def test_english_has_no_chinese_but_in_quotations_and_numbers(full):
    text = full.brief(GANSU, lang="en").text.partition("## Sources")[0]
    assert not re.search("[\u4e00-\u9fff]", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_word_document_says_what_the_markdown_says(full, lang):
    file = full.brief(GANSU, format="docx", lang=lang)
    document = docx.Document(io.BytesIO(file.content))
    tables = [section for section in file.briefing.sections if section.rows]
    assert len(document.tables) == len(tables)
    for table, section in zip(document.tables, tables, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == list(section.columns)
        for row, said in zip(table.rows[1:], section.rows, strict=True):
            for cell, one in zip(row.cells, said, strict=True):
                assert cell.text.startswith(one.text)
                assert CITE.findall(cell.text) == [str(n) for n in one.cites]
                assert cell.text.endswith("※") == one.read
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == file.briefing.title
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == [s.heading for s in file.briefing.sections] + [
        {"zh": "依据", "en": "Sources"}[lang]
    ]
    for source in file.briefing.sources:
        assert any(f"[{source.number}] {source.place}" in text for text in paragraphs)


def test_the_word_document_is_a4_with_fonts_for_chinese_and_no_date(full):
    content = full.brief(GANSU, format="docx").content
    document = docx.Document(io.BytesIO(content))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    runs = document.element.body.iter(f"{w}rFonts")
    assert {fonts.get(f"{w}eastAsia") for fonts in runs} == {"宋体", "黑体"}
    assert document.core_properties.created.year == 2000
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "of",
    ["org/baowu", "carrier/china-belarus-park", "scheme/sector/nonferrous-metallurgy",
     "policy/gansu-iit-2019-67", "region/BY", "goal/gs-2019/substantive-progress",
     "project/export-processing-base", "group/central-soes"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_any_node_has_a_briefing(full, of, lang):
    briefing = full.brief(of, lang=lang).briefing
    assert briefing.title
    assert {"figures", "gaps", "suggestions"} <= {section.name for section in briefing.sections}
    numbers = {source.number for source in briefing.sources}
    for section in briefing.sections:
        for cell in [cell for row in section.rows for cell in row] + list(section.items):
            assert set(cell.cites) <= numbers


def test_a_node_of_which_little_is_recorded(full):
    briefing = full.brief("region/CN-XJ", layers="stated,background").briefing
    assert briefing.title.startswith("新疆")
    assert "未见记录不等于不存在" in "".join(briefing.section("figures").lead) or any(
        section.rows for section in briefing.sections
    )


def test_the_day_is_told_and_counts(full):
    assert ("日期", "不限日期") in full.brief(GANSU).briefing.facts
    later = full.brief(GANSU, as_of="2020-06-01").briefing
    assert later.facts[0][1].startswith("2020-06-01 当日有效")
    assert not any("宝武集团" in row[0].text for row in later.section("partners").rows)


def test_what_somebody_dismissed_is_left_out_and_what_is_confirmed_is_marked(fresh):
    before = fresh.brief(GANSU, limit=100).briefing
    sector = "|region/CN-GS|scheme/sector/"
    fresh.dismiss_gap(f"advantage-unused{sector}petrochemicals", why="有项目", by="王")
    fresh.confirm_gap(f"capacity-without-outlet{sector}steel", why="已核", by="王")
    after = fresh.brief(GANSU, limit=100).briefing
    labels = [row[1].text for row in after.section("gaps").rows]
    assert "优势未用" in [row[1].text for row in before.section("gaps").rows]
    assert "优势未用" not in labels
    assert "另有 1 处已由人工否定，未列入。" in after.section("gaps").more
    assert after.section("gaps").rows[0][2].text.endswith("其中已由人工确认 1 处。")
    # Without the layer in which decisions are, nothing is decided.
    stated = fresh.brief(GANSU, layers="stated", limit=100).briefing.section("gaps")
    assert "优势未用" in [row[1].text for row in stated.rows]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [({"format": "pdf"}, "format"), ({"lang": "fr"}, "lang"), ({"limit": 0}, "limit"),
     ({"limit": 101}, "limit"), ({"view": "full"}, "view"), ({"layers": "rumour"}, "layers")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(full, asked, parameter):
    with pytest.raises(BadRequest) as refused:
        full.brief(GANSU, **asked)
    assert refused.value.extensions["parameter"] == parameter


def test_who_is_unknown_or_ambiguous(full):
    with pytest.raises(NotFound) as unknown:
        full.brief("宝武集")
    assert unknown.value.extensions["candidates"]
    assert issubclass(AmbiguousName, Exception)
