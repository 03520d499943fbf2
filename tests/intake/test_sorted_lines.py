"""Large N-Triples files give the same lines, whichever way they are read."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.intake.rdf_file import UnreadDocument, parse_rdf, read_rdf
from coopgraph.intake.sorted_lines import sorted_lines
from coopgraph.knowledge.dataset import Dataset
from coopgraph.knowledge.kept_columns import written
from coopgraph.vocabulary import XSD

GRAPH = "https://w3id.org/coopgraph/graph/analyst/x"

IRIS = st.sampled_from(["http://x/a", "http://x/b", "http://x/甲", "http://x/c#d"]).map(
    ox.NamedNode
)
TYPES = st.sampled_from(
    ["integer", "decimal", "date", "dateTime", "boolean", "string", "double", "gYear", "duration"]
).map(lambda name: ox.NamedNode(XSD + name))
FORMS = st.one_of(
    st.text(max_size=6),
    st.sampled_from([
        "01", "+1", "1.00", "2019-01-02", "2019-01-02T03:04:05.000Z", "true", "1", "INF", "1e3",
        "P1D", "\t\n\r\b\f\"\\", "\x7f", "\x00", "\u2028", " . ",
    ]),
)  # fmt: skip
LITERALS = st.one_of(
    FORMS.map(ox.Literal),
    st.tuples(FORMS, TYPES).map(lambda pair: ox.Literal(pair[0], datatype=pair[1])),
    st.tuples(FORMS, st.sampled_from(["zh", "en", "zh-Hant", "EN-gb"])).map(
        lambda pair: ox.Literal(pair[0], language=pair[1])
    ),
)
TRIPLES = st.tuples(IRIS, IRIS, st.one_of(IRIS, LITERALS)).map(lambda t: ox.Triple(*t))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("lines")


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(TRIPLES, max_size=12), st.integers(1, 400), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_the_lines_are_those_of_the_statements(folder, triples, portion, mark):
    data = mark + (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    file = folder / "a.nt"
    file.write_bytes(data)
    dataset = Dataset(GRAPH, parse_rdf(data, ox.RdfFormat.N_TRIPLES))
    lines = sorted_lines(file, portion)
    if b"_:" in data or b"<<" in data:
        assert lines is None
    else:
        assert lines == written(dataset.triples)
        large = Dataset(GRAPH, UnreadDocument(file), (), lines)
        assert large.size == len(dataset.triples)
        assert large.document.triples == dataset.document.triples
        assert large.document.lines == dataset.document.lines


SAID = '<http://x/a> <http://x/p> "一" .\n'


@pytest.mark.parametrize(
    "text",
    [
        SAID + "_:a <http://x/p> _:b .",
        SAID + "<http://x/a> <http://x/p> <<( <http://x/a> <http://x/p> <http://x/b> )>> .",
        SAID + "<http://x/a> <http://x/p> no .",
        SAID + '<http://x/a> <http://x/p> "open .\n',
        SAID + "<http://x/a> <x:b c> <http://x/p> .",
        SAID.replace('"一"', "<relative>"),
        SAID[:-3],
    ],
)
def test_what_is_wrong_or_wants_names_is_left_to_the_reader(tmp_path, text):
    file = tmp_path / "a.nt"
    file.write_text(text, encoding="utf-8")
    assert sorted_lines(file) is None


def test_bytes_that_are_no_text_are_left_to_the_reader(tmp_path):
    file = tmp_path / "a.nt"
    file.write_bytes(SAID.encode()[:-5] + b'\xff" .')
    assert sorted_lines(file) is None


def test_there_may_be_comments_blank_lines_and_no_last_line_feed(tmp_path):
    file = tmp_path / "a.nt"
    file.write_text(f"# one\n\n{SAID}\r\n  {SAID.strip()} # again", encoding="utf-8")
    assert sorted_lines(file) == SAID.strip().removesuffix(" .").encode()
    file.write_text("# nothing\n", encoding="utf-8")
    assert sorted_lines(file) == b""


def test_a_file_that_is_not_there_is_left_to_the_reader(tmp_path):
    assert sorted_lines(tmp_path / "none.nt") is None
    assert sorted_lines(tmp_path) is None


def test_a_document_is_read_when_it_is_asked_for(tmp_path):
    file = tmp_path / "a.nt"
    file.write_text(SAID, encoding="utf-8")
    document = UnreadDocument(file)
    assert document.name == "a.nt"
    assert document.line_of("http://x/a") == 1
    assert document.triples == read_rdf(file).triples
    with pytest.raises(AttributeError):
        document.other  # noqa: B018
