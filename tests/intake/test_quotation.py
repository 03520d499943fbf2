from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.errors import BadRequest, DataInvalid
from coopgraph.intake.quotation import document_of, expand, find, to_turtle
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
