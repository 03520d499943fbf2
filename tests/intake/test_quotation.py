from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import BadRequest, DataInvalid, NotFound
from coopgraph.intake.quotation import (
    document_of,
    expand,
    expand_file,
    find,
)
from coopgraph.intake.stored_text import stored_texts
from coopgraph.intake.turtle import to_turtle
from coopgraph.vocabulary import COOP, OA

DOCUMENT = "https://w3id.org/coopgraph/id/document/d"
TEXT = "第一段:产业合作\n第二段:合作与合作𠮷"
PREFIX = "@prefix coop: <https://w3id.org/coopgraph/ns#> . @prefix : <http://x/> . "

lines = st.lists(
    st.text(
        st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=30
    ),
    min_size=1,
    max_size=5,
)


def parse(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIX + turtle, format=ox.RdfFormat.TURTLE)]


@given(st.data(), lines)
def test_a_quotation_is_found_again_at_its_offsets(data, paragraphs):
    number = data.draw(st.integers(1, len(paragraphs)))
    line = paragraphs[number - 1]
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    quote = line[start:end]
    occurrence = sum(line.startswith(quote, i) for i in range(start + 1))
    text = "\n".join(paragraphs)

    found = find(text, quote, number, occurrence)

    assert (found.start, found.end) == (start, end)
    assert text[found.document_start :].startswith(quote)
    assert line.startswith(found.prefix + quote + found.suffix, start - len(found.prefix))
    assert text[: found.document_start].count("\n") == number - 1


def test_offsets_count_code_points():
    found = find(TEXT, "𠮷", 2)
    assert (found.start, found.end) == (9, 10)
    assert TEXT[found.document_start] == "𠮷"


@pytest.mark.parametrize(
    ("quote", "paragraph", "occurrence", "words"),
    [
        ("转移", 1, None, "paragraph 1, “转移”: not there"),
        ("", 1, None, "paragraph 1, “”: not there"),
        ("合作", 3, None, "the text has 2 paragraphs"),
        ("合作", 0, None, "the text has 2 paragraphs"),
        ("合作", 2, None, "paragraph 2, “合作”: there 2 times"),
        ("合作", 2, 3, "there is no occurrence 3"),
        ("段:产业合作\n第", 1, None, "not there"),
    ],
)
def test_what_cannot_be_found_is_named(quote, paragraph, occurrence, words):
    with pytest.raises(DataInvalid, match=words) as caught:
        find(TEXT, quote, paragraph, occurrence)
    violation = caught.value.extensions["violations"][0]
    assert violation["paragraph"] == paragraph
    assert violation["quote"] == quote
    assert set(violation["message"]) == {"zh", "en"}


def test_shorthand_becomes_evidence_and_the_rest_stays():
    triples = parse(
        ':a :p "kept" ; coop:evidencedBy [ coop:quote "合作" ; coop:paragraph 2 ;'
        " coop:occurrence 2 ] ."
    )
    expanded = expand(triples, TEXT, DOCUMENT)
    node = ox.NamedNode("https://w3id.org/coopgraph/id/evidence/d/p2-7-9")
    assert (
        ox.Triple(ox.NamedNode("http://x/a"), ox.NamedNode(COOP + "evidencedBy"), node) in expanded
    )
    assert triples[0] in expanded or any(t.object == ox.Literal("kept") for t in expanded)
    offsets = {t.object.value for t in expanded if t.predicate.value in {OA + "start", OA + "end"}}
    assert offsets == {"16", "18"}
    assert not [t for t in expanded if isinstance(t.subject, ox.BlankNode)]


def test_the_same_passage_is_one_node():
    triples = parse(
        ':a coop:evidencedBy [ coop:quote "产业合作" ; coop:paragraph 1 ] .'
        ':b coop:evidencedBy [ coop:quote "产业合作" ; coop:paragraph 1 ] .'
    )
    expanded = expand(triples, TEXT, DOCUMENT)
    cited = [t.object for t in expanded if t.predicate.value == COOP + "evidencedBy"]
    assert len(cited) == 2
    assert len(set(cited)) == 1


def test_what_else_is_said_of_a_quotation_is_kept():
    said = ':a coop:evidencedBy [ coop:quote "产业合作" ; coop:paragraph 1 ; coop:supports :p ] .'
    (kept,) = [
        t for t in expand(parse(said), TEXT, DOCUMENT) if t.predicate.value.endswith("supports")
    ]
    assert kept.subject.value.startswith("https://w3id.org/coopgraph/id/evidence/d/p1-")
    assert kept.object.value == "http://x/p"


def test_statements_without_shorthand_stay_as_they_are():
    triples = parse(":a :p [ coop:paragraph 1 ] .")
    assert set(expand(triples, TEXT, DOCUMENT)) == set(triples)


@pytest.mark.parametrize("paragraph", ["", '; coop:paragraph "eleven"'])
def test_a_quotation_needs_its_paragraph(paragraph):
    triples = parse(f':a coop:evidencedBy [ coop:quote "合作" {paragraph} ] .')
    with pytest.raises(DataInvalid, match="needs coop:paragraph"):
        expand(triples, TEXT, DOCUMENT)


def test_only_source_documents_are_cited():
    with pytest.raises(BadRequest, match="cannot be cited"):
        find(TEXT, "产业", 1).iri("http://example.org/a")


def test_the_document_is_the_one_described():
    one = parse(f"<{DOCUMENT}> a coop:SourceDocument .")
    assert document_of(one) == DOCUMENT
    with pytest.raises(BadRequest, match="describes 0"):
        document_of([])
    with pytest.raises(BadRequest, match="describes 2"):
        document_of([*one, *parse(":x a coop:SourceDocument .")])


def test_turtle_does_not_depend_on_order():
    triples = parse(':b :p "2" , "1" . :a :q :b ; a coop:Project .')
    assert to_turtle(triples, "from\nhere") == to_turtle(reversed(triples), "from\nhere")
    assert to_turtle(triples, "from\nhere").startswith("# from\n# here\n")


class TestSeveralDocuments:
    OTHER = "https://w3id.org/coopgraph/id/document/other"
    SAID = (
        f':a coop:evidencedBy [ coop:quote "产业合作" ; coop:paragraph 1 ] , '
        f'[ coop:quote "有色金属" ; coop:paragraph 2 ; <{OA}hasSource> <{OTHER}> ] .'
    )

    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "d.txt").write_bytes(TEXT.encode())
        (tmp_path / "other.txt").write_bytes("第一段\n有色金属".encode())
        return tmp_path

    @staticmethod
    def cited(triples: list[ox.Triple]) -> set[str]:
        return {t.object.value for t in triples if t.predicate.value == COOP + "evidencedBy"}

    def test_evidence_may_name_its_document(self, folder):
        expanded = expand(parse(self.SAID), TEXT, DOCUMENT, text_of=stored_texts(folder))
        base = "https://w3id.org/coopgraph/id/evidence/"
        assert self.cited(expanded) == {base + "d/p1-4-8", base + "other/p2-0-4"}
        sources = {
            (t.subject.value, t.object.value)
            for t in expanded
            if t.predicate.value == OA + "hasSource"
        }
        assert sources == {(base + "d/p1-4-8", DOCUMENT), (base + "other/p2-0-4", self.OTHER)}

    def test_a_quotation_without_document_needs_one_that_is_meant(self, folder):
        with pytest.raises(DataInvalid, match="产业合作”: needs oa:hasSource"):
            expand(parse(self.SAID), text_of=stored_texts(folder))

    def test_a_document_without_text_is_named(self, folder):
        (folder / "other.txt").unlink()
        with pytest.raises(NotFound, match=r"other.txt is not in"):
            expand(parse(self.SAID), TEXT, DOCUMENT, text_of=stored_texts(folder))
        with pytest.raises(DataInvalid, match="no text is at hand"):
            expand(parse(self.SAID), TEXT, DOCUMENT)

    def test_what_is_not_found_names_the_text(self, folder):
        (folder / "other.txt").write_bytes("第一段\n黑色金属".encode())
        with pytest.raises(DataInvalid, match=r"other.txt, paragraph 2, “有色金属”: not there"):
            expand(parse(self.SAID), TEXT, DOCUMENT, text_of=stored_texts(folder))

    @pytest.mark.parametrize(
        ("twice", "term"),
        [
            ('coop:quote "产业" , "合作" ; coop:paragraph 1', "coop:quote"),
            ('coop:quote "产业" ; coop:paragraph 1 , 2', "coop:paragraph"),
            (f'coop:quote "产业" ; coop:paragraph 1 ; <{OA}hasSource> :b , :c', "oa:hasSource"),
        ],
    )
    def test_nothing_is_said_twice(self, twice, term):
        with pytest.raises(DataInvalid, match=f"says {term} 2 times"):
            expand(parse(f":a coop:evidencedBy [ {twice} ] ."), TEXT, DOCUMENT)

    def test_only_source_documents_have_texts(self, folder):
        with pytest.raises(BadRequest, match="cannot be cited"):
            stored_texts(folder)("http://example.org/a")


class TestFile:
    """``expand_file``, and the command that calls it."""

    DESCRIBED = f"{PREFIX} <{DOCUMENT}> a coop:SourceDocument ."
    OTHER = TestSeveralDocuments.OTHER

    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "d.txt").write_bytes(TEXT.encode())
        (tmp_path / "other.txt").write_bytes("有色金属".encode())
        return tmp_path

    def source(self, folder, turtle: str):
        path = folder / "s.ttl"
        path.write_text(turtle, "utf-8")
        return path

    def test_one_document(self, folder):
        said = self.DESCRIBED + ':a coop:evidencedBy [ coop:quote "产业" ; coop:paragraph 1 ] .'
        turtle = expand_file(self.source(folder, said), folder / "d.txt")
        assert turtle.startswith("# Generated from s.ttl and d.txt: edit those, not this file.\n")
        assert "evidence/d/p1-4-6" in turtle

    @pytest.mark.parametrize("text", ["d.txt", "."])
    def test_texts_of_named_documents_are_found(self, folder, text):
        said = self.DESCRIBED + (
            ':a coop:evidencedBy [ coop:quote "产业" ; coop:paragraph 1 ] ,'
            f'[ coop:quote "金属" ; coop:paragraph 1 ; <{OA}hasSource> <{self.OTHER}> ] .'
        )
        turtle = expand_file(self.source(folder, said), folder / text)
        assert "evidence/d/p1-4-6" in turtle
        assert "evidence/other/p1-2-4" in turtle

    def test_of_several_the_one_of_the_texts_name_is_meant(self, folder):
        said = self.DESCRIBED + (
            f"<{self.OTHER}> a coop:SourceDocument ."
            ':a coop:evidencedBy [ coop:quote "产业" ; coop:paragraph 1 ] .'
        )
        source = self.source(folder, said)
        assert "evidence/d/p1-4-6" in expand_file(source, folder / "d.txt")
        with pytest.raises(DataInvalid, match="needs oa:hasSource"):
            expand_file(source, folder)
        (folder / "third.txt").write_bytes(TEXT.encode())
        with pytest.raises(BadRequest, match="describes 2 source documents"):
            expand_file(source, folder / "third.txt")

    def test_command(self, folder):
        said = self.DESCRIBED + ':a coop:evidencedBy [ coop:quote "产业" ; coop:paragraph 1 ] .'
        source, out = self.source(folder, said), folder / "out.ttl"
        module = "coopgraph.intake.quotation"
        command = [sys.executable, "-m", module, source, folder / "d.txt", out]
        subprocess.run(command, check=True)
        assert out.read_text("utf-8") == expand_file(source, folder / "d.txt")
