"""The start page in a real browser, over a real server."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

Watch = Any  # what `conftest.py` gives: requests, complaints, expected statuses

pytestmark = pytest.mark.browser

HOSTILE_NAME = '<img src=x onerror="window.hurt=1">'
DOCKING = "继续与中铝集团、中建材、宝武集团、中国五矿集团、中车集团等企业开展全方位深层次对接"
SURPLUS = "铜冶炼、电解铝、钢铁、水泥等相对富裕产能"


def visit(page: Page, address: str = "/?lang=zh") -> None:
    page.goto(address)
    expect(page.locator("html[data-ready]")).to_have_count(1)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def neighbours(page: Page, name: str = "宝武集团的相邻节点") -> Locator:
    return page.get_by_role("table", name=name)


def look_up(page: Page, text: str) -> Locator:
    box = page.locator("#q")
    box.fill(text)
    return box


# Languages


def test_the_browser_chooses_the_language(browser: Browser, origin: str, watch: Watch) -> None:
    for locale, lang, heading in (
        ("zh-TW", "zh-Hans", "三个问题，当场作答"),
        ("de-DE", "en", "Three questions, answered live"),
    ):
        context = browser.new_context(base_url=origin, locale=locale)
        page = context.new_page()
        watch.follow(page)
        visit(page, "/")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        context.close()
    watch.check()


def test_the_switch_changes_every_text_and_the_address(page: Page) -> None:
    visit(page, "/?lang=zh&of=org/baowu")
    page.get_by_role("navigation", name="语言").get_by_role("link", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Baowu Group")).to_be_visible()
    expect(neighbours(page, "Neighbours of Baowu Group")).to_be_visible()
    expect(page).to_have_title(re.compile("Baowu Group"))
    assert query(page) == {"lang": ["en"], "of": ["org/baowu"]}
    own = page.locator("main h1, main h2, main h3, main h4, main label, main button, main legend")
    chinese = [text for text in own.all_inner_texts() if re.search(r"[\u4e00-\u9fff]", text)]
    assert chinese == []


# Search


def test_traditional_script_leads_to_the_neighbours_with_their_quotation(page: Page) -> None:
    visit(page)
    look_up(page, "寶武集團")
    page.get_by_role("listbox", name="检索结果").get_by_role(
        "option", name=re.compile("宝武集团")
    ).click()
    row = neighbours(page).get_by_role("row").filter(has_text="甘肃省")
    expect(row).to_be_visible()
    cells = [cell.inner_text() for cell in row.get_by_role("cell").all()]
    relation, valid, layer, source = cells
    assert "对接" in relation
    assert "持续" in relation
    assert valid.split() == ["2019-01-01", "–", "2019-12-31"]
    assert layer == "文件所述"
    assert DOCKING in source
    assert "中金网关于《推进产业合作有关工作的通知》的报道 · 第 11 段" in source
    assert query(page)["of"] == ["org/baowu"]
    expect(page.get_by_role("heading", name="宝武集团")).to_be_focused()


def test_the_listbox_by_keyboard(page: Page) -> None:
    visit(page)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name=re.compile("检索"))
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("中")
    options = page.get_by_role("listbox", name="检索结果").get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options).to_have_count(8)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(options.nth(7)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(options.nth(0)).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("中")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(8)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen-title")).to_be_focused()
    assert query(page)["of"][0].startswith(("org/", "region/"))


def test_typing_goes_on_while_an_older_search_is_slow(page: Page) -> None:
    visit(page)
    page.route("**/api/v1/search?q=%E5%AE%9D*", lambda route: route.abort())
    look_up(page, "宝")
    look_up(page, "甘肃")
    expect(
        page.get_by_role("listbox", name="检索结果").get_by_role(
            "option", name=re.compile("甘肃省 Gansu Province")
        )
    ).to_be_visible()


def test_a_name_that_nothing_has(page: Page, watch: Watch) -> None:
    watch.expected_status = {404}
    visit(page)
    look_up(page, "宝武集团公司")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("没有以")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("未找到 · 404")
    alert.get_by_role("link", name=re.compile("宝武集团")).click()
    expect(neighbours(page)).to_contain_text(DOCKING)


# Chosen node


def test_a_link_restores_the_same_state(page: Page, browser: Browser, origin: str) -> None:
    visit(page, "/?of=region/CN-GS&type=Province&layers=stated&lang=en")
    table = neighbours(page, "Neighbours of Gansu Province")
    expect(table.get_by_role("rowheader")).to_have_count(5)
    expect(table).to_contain_text("Fujian")
    expect(page.get_by_role("link", name="province 5")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("radio", name="Stated only")).to_be_checked()
    expect(page.get_by_role("link", name="EN", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    other = browser.new_context(base_url=origin, locale="zh-CN").new_page()
    visit(other, page.url)
    assert other.locator("#chosen").aria_snapshot() == page.locator("#chosen").aria_snapshot()
    other.context.close()


def test_back_and_forward(page: Page) -> None:
    visit(page)
    page.locator("#neighbours").get_by_role("link", name=re.compile("中铝集团")).click()
    expect(neighbours(page, "中铝集团的相邻节点")).to_be_visible()
    page.locator("#chosen").get_by_role("table").get_by_role(
        "link", name=re.compile("甘肃省")
    ).click()
    expect(neighbours(page, "甘肃省的相邻节点")).to_be_visible()
    page.go_back()
    expect(neighbours(page, "中铝集团的相邻节点")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#chosen")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    assert query(page) == {"lang": ["zh"]}


def test_narrowing_by_type_and_the_files_to_take(page: Page) -> None:
    visit(page, "/?lang=zh&of=region/CN-GS")
    chip = page.get_by_role("link", name="中央企业 5")
    chip.press("Enter")
    expect(chip).to_be_focused()
    table = neighbours(page, "甘肃省的相邻节点")
    expect(table.get_by_role("rowheader")).to_have_count(5)
    json = page.get_by_role("link", name="关系 JSON").get_attribute("href")
    assert json == "/api/v1/neighbours?of=region/CN-GS&type=CentralEnterprise"
    answer = page.request.get(json)
    assert answer.json()["data"]["total"] == 5
    graphml = page.get_by_role("link", name="周边 GraphML").get_attribute("href")
    assert graphml is not None
    assert "中铝集团" in page.request.get(graphml).text()
    statements = page.get_by_role("link", name="节点全部陈述 JSON").get_attribute("href")
    assert statements is not None
    assert page.request.get(statements).json()["data"]["id"] == "region/CN-GS"


def test_an_ambiguous_name_offers_its_candidates(page: Page, watch: Watch) -> None:
    watch.expected_status = {409}
    visit(page, "/?lang=zh&of=孪生公司")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("名称不唯一 · 409")
    candidates = alert.get_by_role("listitem").get_by_role("link")
    expect(candidates).to_have_count(2)
    candidates.first.click()
    expect(page.get_by_role("heading", name="孪生公司")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert query(page)["of"][0].startswith("org/hostile-twin")


def test_what_has_no_relation_in_the_layers_is_not_said_to_have_none(page: Page) -> None:
    visit(page, "/?lang=zh&of=region/CN-AH")
    expect(page.locator("#chosen")).to_contain_text("未见记录不等于不存在")


# Worked questions


def test_who_works_with_gansu(page: Page) -> None:
    visit(page)
    rows = page.get_by_role("table", name="甘肃与哪些央企和省份合作？").get_by_role("row")
    expect(rows).to_have_count(3)
    docking = rows.filter(has_text=DOCKING)
    for name in ("中铝集团", "中建材", "宝武集团", "中国五矿集团", "中车集团"):
        expect(docking.get_by_role("link", name=re.compile(name)).first).to_be_visible()
    strategic = rows.filter(has=page.locator(".relation", has_text="战略合作"))
    provinces = strategic.get_by_role("rowheader").get_by_role("listitem")
    assert {text.split()[0] for text in provinces.all_inner_texts()} >= {"广西", "四川", "天津"}
    expect(provinces).to_have_count(5)


def test_how_chinalco_is_connected_to_electrolytic_aluminium(page: Page) -> None:
    visit(page)
    chain = page.locator("#paths .chain").first
    names = chain.locator(".chain-node .node-name")
    expect(names).to_have_text(["中铝集团", "电解铝"])  # by background knowledge, and it says so
    expect(chain.locator(".chain-step")).to_contain_text("主营领域")
    expect(chain.locator(".chain-step .layer")).to_have_text("背景资料")
    page.get_by_role("radio", name="仅文件所述").check()
    expect(names).to_have_text(["中铝集团", "甘肃省", "电解铝"])
    steps = chain.locator(".chain-step")
    expect(steps.nth(0)).to_contain_text("对接")
    expect(steps.nth(0)).to_contain_text(DOCKING)
    expect(steps.nth(1)).to_contain_text("富裕产能")
    expect(steps.nth(1)).to_contain_text(SURPLUS)
    expect(steps.nth(1).locator(".step-on")).to_have_count(1)


def test_which_capacity_has_no_outlet_never_looks_like_a_fact(page: Page) -> None:
    visit(page)
    part = page.get_by_role("article", name="哪些富裕产能还没有出路的记录？")
    expect(part).to_contain_text("未见记录不等于不存在")
    expect(part.locator(".gap-found")).to_contain_text(SURPLUS)
    items = part.locator(".gap-absent").get_by_role("listitem")
    expect(items).to_have_count(4)
    for text in items.all_inner_texts():
        assert "未见记录：该领域的合作或项目" in text
        assert "重要程度：高" in text
    names = [text.split()[0] for text in part.locator(".gap-absent .node").all_inner_texts()]
    assert sorted(names) == sorted(["铜冶炼", "电解铝", "钢铁", "水泥"])
    assert items.first.evaluate("e => getComputedStyle(e).borderTopStyle") == "dashed"
    expect(part.locator(".gap-absent .mark-hollow")).to_have_count(4)


def test_each_question_has_its_command_line_and_its_json(page: Page, origin: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    visit(page, "/?lang=zh&layers=stated")
    for name in ("neighbours", "paths", "gaps"):
        part = page.locator(f"#{name}")
        part.get_by_role("button", name="复制").click()
        expect(part.get_by_role("status").filter(has_text="已复制")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        call = part.get_by_role("link", name="查看 JSON").get_attribute("href")
        assert copied == f"curl -s '{origin}{call}'"
        answer = page.request.get(str(call)).json()
        assert answer["data"]
        assert answer["meta"]["layers"] == ["stated"]


# Layers and what is loaded


def test_stated_only_applies_to_search_neighbours_and_questions(page: Page, watch: Watch) -> None:
    visit(page, "/?lang=zh&of=org/baowu")
    expect(neighbours(page).get_by_role("rowheader")).to_have_count(3)
    look_up(page, "安徽")
    expect(page.get_by_role("listbox", name="检索结果").get_by_role("option")).to_have_count(1)
    page.get_by_role("radio", name="仅文件所述").check()
    expect(neighbours(page).get_by_role("rowheader")).to_have_count(1)
    expect(page.get_by_role("radio", name="仅文件所述")).to_be_focused()
    assert query(page)["layers"] == ["stated"]
    for name in ("neighbours", "paths", "gaps"):
        expect(page.locator(f"#{name} code")).to_contain_text("layers=stated")
    look_up(page, "安徽")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("没有以")
    page.get_by_role("radio", name="全部").check()
    expect(neighbours(page).get_by_role("rowheader")).to_have_count(3)
    assert "layers" not in query(page)


def test_what_is_loaded(page: Page) -> None:
    visit(page)
    stats = page.request.get("/api/v1/stats").json()
    part = page.locator("#loaded")
    figures = part.get_by_role("definition").all_inner_texts()
    assert figures == [
        str(stats["data"]["nodes"]),
        str(stats["data"]["edges"]),
        str(stats["meta"]["generation"]),
    ]
    for layer, meaning in (
        ("文件所述", "文件原文所说"),
        ("背景资料", "公开来源"),
        ("分析补充", "分开存放"),
    ):
        card = part.get_by_role("listitem").filter(has_text=meaning)
        expect(card).to_contain_text(layer)
        expect(card).to_contain_text("条关系")
    province = part.locator(".classes li").filter(has_text="省级行政区")
    expect(province).to_contain_text("34")


# SPARQL


def test_a_query_gives_a_table(page: Page) -> None:
    visit(page)
    page.get_by_label("SPARQL 查询").press("Control+Enter")
    result = page.get_by_role("region", name="查询结果").get_by_role("table")
    expect(result.get_by_role("row")).to_have_count(6)
    expect(result.get_by_role("row").filter(has_text="宝武集团").first).to_contain_text(DOCKING)
    link = result.get_by_role("link", name="org/baowu")
    expect(link).to_have_attribute("href", "/?of=org/baowu&lang=zh")
    csv = page.get_by_role("link", name="下载 CSV").get_attribute("href")
    assert page.request.get(str(csv)).text().startswith("enterprise,name,paragraph,quote")


def test_other_forms_of_query(page: Page) -> None:
    visit(page)
    for text, said in (
        ("ASK { ?s ?p ?o }", "是"),
        ("SELECT * WHERE { <http://example.org/none> ?p ?o }", "没有结果"),
        ("CONSTRUCT WHERE { ?s a <https://w3id.org/coopgraph/ns#Park> }", "china-belarus-park"),
    ):
        page.get_by_label("SPARQL 查询").fill(text)
        page.get_by_role("button", name="运行").click()
        expect(page.locator("#sparql .result")).to_contain_text(said)


def test_a_syntax_error_shows_its_place(page: Page, watch: Watch) -> None:
    watch.expected_status = {400}
    visit(page)
    area = page.get_by_label("SPARQL 查询")
    area.fill("# 𠮷\nSELECT * WHERE {\n ?s ?p ")
    page.get_by_role("button", name="运行").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("SPARQL 语法错误 · 400")
    alert.get_by_role("button", name="转到第 2 行第 16 列").click()
    expect(area).to_be_focused()
    start = area.evaluate("e => [e.selectionStart, e.value.length]")
    assert start == [20, 29]


# Safety


def test_hostile_names_are_inert_everywhere(page: Page) -> None:
    visit(page, "/?lang=zh&of=org/hostile-works")
    expect(page.get_by_role("heading", name=HOSTILE_NAME)).to_be_visible()
    visit(page, "/?lang=zh&of=region/CN-GS&type=Enterprise")
    expect(page.locator("#chosen").get_by_role("table")).to_contain_text(HOSTILE_NAME)
    look_up(page, "<img")
    expect(
        page.get_by_role("listbox", name="检索结果").get_by_role("option", name=re.compile("<img"))
    ).to_be_visible()
    page.get_by_label("SPARQL 查询").fill(
        "SELECT * WHERE { <https://w3id.org/coopgraph/id/org/hostile-works> ?p ?o }"
    )
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("region", name="查询结果")).to_contain_text(HOSTILE_NAME)
    assert page.evaluate("window.hurt") is None
    expect(page.locator("main img")).to_have_count(0)


def test_hostile_addresses_are_inert(page: Page, watch: Watch) -> None:
    watch.expected_status = {404}
    visit(page, "/?lang=<b>&of=<img src=nobody onerror=window.hurt=1>&layers='\"")
    expect(page.get_by_role("alert")).to_contain_text("<img src=nobody")
    assert page.evaluate("window.hurt") is None
    expect(page.locator("main img")).to_have_count(0)


def test_only_web_addresses_become_links(page: Page) -> None:
    visit(page)
    hostile = "<javascript:alert(1)> <data:text/html,x>"
    page.get_by_label("SPARQL 查询").fill(
        f"SELECT * WHERE {{ VALUES ?x {{ {hostile} <http://a.example/> }} }}"
    )
    page.get_by_role("button", name="运行").click()
    links = page.get_by_role("region", name="查询结果").get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "http://a.example/")


def test_the_policy_forbids_inline_script(page: Page) -> None:
    response = page.goto("/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "<script>" not in response.text()


# When things go wrong


def test_the_service_going_away_is_said_and_can_be_retried(page: Page, watch: Watch) -> None:
    visit(page)
    page.route("**/api/v1/**", lambda route: route.abort())
    page.get_by_role("radio", name="仅文件所述").check()
    alert = page.locator("#gaps").get_by_role("alert")
    expect(alert).to_contain_text("连接不上服务")
    page.unroute("**/api/v1/**")
    alert.get_by_role("button", name="重试").click()
    expect(page.locator("#gaps")).to_contain_text(SURPLUS)
    watch.complaints[:] = [text for text in watch.complaints if "ERR_FAILED" not in text]


def test_without_javascript_there_are_links(page: Page) -> None:
    source = page.request.get("/").text()
    hint = source.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "本页需要 JavaScript" in hint
    assert "This page needs JavaScript" in hint
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', hint)]
    assert len(links) == 6
    assert [link for link in links if not page.request.get(link).ok] == []


# Shape


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_never_scrolls_sideways(page: Page, lang: str) -> None:
    visit(page, f"/?lang={lang}&of=policy/gansu-iit-2019-67")
    for width in (360, 390, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_roles_and_names(page: Page) -> None:
    visit(page, "/?lang=en&of=org/baowu")
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_be_visible()
    levels = page.locator("h1, h2, h3, h4").evaluate_all("es => es.map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = page.locator("[id]").evaluate_all("es => es.map(e => e.id)")
    assert len(ids) == len(set(ids))
    expect(page.locator("#neighbours")).to_match_aria_snapshot("""
        - article "Which central enterprises and provinces does Gansu work with?":
          - paragraph: 1 · Neighbours
          - heading "Which central enterprises and provinces does Gansu work with?" [level=3]
          - table
          - group "Command line"
          - link "See the JSON"
    """)
    expect(page.locator("#layers")).to_match_aria_snapshot("""
        - group "Layers":
          - radio "All" [checked]
          - radio "Stated only"
    """)


def test_a_narrow_table_is_still_a_table(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    visit(page, "/?lang=en&of=org/baowu")
    table = neighbours(page, "Neighbours of Baowu Group")
    expect(table).to_match_aria_snapshot("""
        - table "Neighbours of Baowu Group":
          - rowgroup:
            - row:
              - columnheader "Neighbour"
              - columnheader "Relation"
              - columnheader "Valid"
              - columnheader "Layer"
              - columnheader "Source"
          - rowgroup:
            - row /central enterprises/
            - row /Gansu Province/
    """)


def test_every_link_of_the_page_answers(page: Page) -> None:
    visit(page, "/?lang=en&of=org/baowu")
    hrefs = page.locator("a[href^='/']").evaluate_all("es => es.map(e => e.getAttribute('href'))")
    assert len(set(hrefs)) > 15
    broken = [href for href in set(hrefs) if not page.request.get(href).ok]
    assert broken == []


# The API's documentation


def test_the_documentation_renders_from_this_host_alone(page: Page) -> None:
    page.goto("/docs")
    expect(page.locator(".opblock").filter(has_text="/api/v1/neighbours").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("合作图谱"))).to_have_attribute("href", "/")
    page.locator(".opblock-summary-path").filter(has_text="/api/v1/stats").first.click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text('"generation"')


def test_a_step_says_how_open_words_were_read_by_whom_and_why(page: Page) -> None:
    visit(page)
    part = page.get_by_role("article", name="中铝集团与电解铝如何相连？")
    readings = part.locator(".readings").first
    expect(readings.locator("li").first).not_to_be_visible()  # folded: no source says it
    readings.locator("summary").click()
    expect(readings.locator("li").first).to_be_visible()
    expect(readings).to_contain_text("理由")
    expect(readings).to_contain_text("coopgraph 项目组")


def test_the_competency_questions_are_examples_to_run(page: Page) -> None:
    visit(page)
    form = page.locator("#sparql")
    choice = form.get_by_label("示例问题")
    expect(choice.locator("option")).not_to_have_count(1)
    assert choice.locator("option").count() > 40
    choice.select_option("docking-enterprises")
    expect(form.locator("textarea")).to_have_value(re.compile("cooperation-type"))
    form.get_by_role("button", name="运行").click()
    expect(form.locator(".result")).to_contain_text("org/chinalco")
