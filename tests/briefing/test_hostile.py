"""Labels and quotations are text in every format, and graphs of any shape have a briefing."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.briefing.plain_text import line, markdown
from coopgraph.errors import NotFound

HOSTILE = '<script>alert(1)</script>|**b** [x](javascript:1) `c` &amp; "q" \\u0007\\u0000{{ 7*7 }}'
PAIR = """
<{id}org/a> a coop:Enterprise ; skos:prefLabel "{a}"@zh .
<{id}org/b> a coop:Enterprise ; skos:prefLabel "{b}"@zh .
<{id}cooperation/c> a coop:Cooperation ;
    coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking> ;
    coop:hasParticipation [ coop:participant <{id}org/a> ;
        coop:role <https://w3id.org/coopgraph/scheme/role/lead> ] ,
      [ coop:participant <{id}org/b> ;
        coop:role <https://w3id.org/coopgraph/scheme/role/partner> ] .
"""


def pair(a: str, b: str) -> str:
    literal = [s.replace('"', '\\"').replace("\n", "\\n") for s in (a, b)]
    named = re.sub(r"\[ coop", "[ a coop:Participation ; coop", PAIR)
    nodes = iter(("id:participation/1", "id:participation/2"))
    # Blank nodes are named when a file is loaded; here they are named at once.
    parts = re.findall(r"\[ (.*?) \]", named, re.S)
    for part in parts:
        node = next(nodes).replace("id:", "https://w3id.org/coopgraph/id/")
        named = named.replace(f"[ {part} ]", f"<{node}>") + f"<{node}> {part} .\n"
    return named.format(id="https://w3id.org/coopgraph/id/", a=literal[0], b=literal[1])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        for name, value in attrs:
            assert name != "href" or value.startswith("#source-")
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def hostile(graph_of):
    return graph_of(stated=pair(HOSTILE, HOSTILE + "乙" * 5000))


def test_html_holds_labels_as_text(hostile):
    html = hostile.brief("org/a", format="html").text
    tags = Tags()
    tags.feed(html)
    assert not tags.open
    assert "script" not in tags.seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "49" not in html.partition("<main>")[2].replace("49%", "")
    assert "乙" * 80 not in html
    assert "…是合作方，但未见其参与任何项目。" in html


def test_markdown_holds_labels_as_text_and_tables_keep_their_columns(hostile):
    text = hostile.brief("org/a").text
    assert "<" not in text
    assert "\x00" not in text
    assert "\x07" not in text
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        columns = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(columns) == 1, block
    assert not re.search(r"(?<!\\)\]\(", text)


def test_word_holds_labels_as_text(hostile):
    document = docx.Document(io.BytesIO(hostile.brief("org/a", format="docx").content))
    assert "<script>alert(1)</script>|**b**" in document.paragraphs[0].text
    assert "{{ 7*7 }}" in document.paragraphs[0].text
    assert document.tables


def test_a_partner_is_found_by_who_is_led_too(hostile):
    for of in ("org/a", "org/b"):
        briefing = hostile.brief(of).briefing
        (row,) = briefing.section("partners").rows
        assert [cell.text for cell in row[1:4]] == ["对接", "未载明", "未载明"]
        assert row[4].text == "文件所述、未注来源"


@given(st.text(max_size=80))
def test_a_line_is_one_line_that_xml_can_hold(text):
    said = line(text, 20)
    assert len(said) <= 20
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e\ud800-\udfff]", said)


@given(st.text(max_size=80))
def test_markdown_has_no_markup_left(text):
    said = markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[|*_`\[\]~]", said)
    assert "<" not in said
    assert ">" not in said


def test_a_node_without_data_and_layers_without_any(graph_of):
    lonely = "<https://w3id.org/coopgraph/id/org/a> a coop:Enterprise ."
    briefing = graph_of(stated=lonely).brief("org/a", lang="en").briefing
    assert "Nothing is recorded of this node" in briefing.section("figures").lead[-1]
    assert briefing.sources == ()
    for name in ("markdown", "html", "docx"):
        assert graph_of(stated=lonely).brief("org/a", format=name).content


def test_an_empty_graph_knows_nobody(graph_of):
    with pytest.raises(NotFound):
        graph_of().brief("region/CN-GS")


def test_a_cooperation_of_many_names_each_party_once(graph_of):
    base = "https://w3id.org/coopgraph/id/"
    parts = "".join(
        f'<{base}org/p{i}> a coop:Enterprise ; skos:prefLabel "P{i}"@en .\n'
        f"<{base}participation/{i}> a coop:Participation ; coop:participant <{base}org/p{i}> ;"
        " coop:role <https://w3id.org/coopgraph/scheme/role/partner> .\n"
        f"<{base}cooperation/many> coop:hasParticipation <{base}participation/{i}> .\n"
        for i in range(30)
    )
    graph = graph_of(stated=parts + f"<{base}cooperation/many> a coop:Cooperation .")
    briefing = graph.brief("org/p0", lang="en").briefing
    (row,) = briefing.section("partners").rows
    assert row[0].text.startswith("P1, P10, P11")
    assert row[0].text.endswith("and 17 more")
    assert "partners: 29 (" in briefing.section("figures").lead[0]
    assert "cooperations: 1;" in briefing.section("figures").lead[0]
