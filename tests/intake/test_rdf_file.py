from __future__ import annotations

import pyoxigraph as ox
import pytest

from coopgraph.errors import BadRequest, DocumentSyntaxError, NotFound, UnsupportedMediaType
from coopgraph.intake.rdf_file import FORMATS, parse_rdf, read_rdf

SAME = {
    ".ttl": "@prefix x: <http://x/> .\nx:a x:b x:c .",
    ".nt": "<http://x/a> <http://x/b> <http://x/c> .",
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
    '<rdf:Description rdf:about="http://x/a"><x:b rdf:resource="http://x/c"/>'
    "</rdf:Description></rdf:RDF>",
    ".jsonld": '{"@id": "http://x/a", "http://x/b": {"@id": "http://x/c"}}',
    ".trig": "<http://x/a> <http://x/b> <http://x/c> .",
    ".nq": "<http://x/a> <http://x/b> <http://x/c> .",
}
SAME[".owl"] = SAME[".rdf"]
TRIPLE = ox.Triple(*(ox.NamedNode(f"http://x/{name}") for name in "abc"))


def test_every_ending_is_tried_here():
    assert set(SAME) == set(FORMATS)


@pytest.mark.parametrize("ending", SAME)
@pytest.mark.parametrize("shout", [False, True])
def test_the_format_is_known_by_the_ending(tmp_path, ending, shout):
    file = tmp_path / f"data{ending.upper() if shout else ending}"
    file.write_text(SAME[ending], encoding="utf-8")
    document = read_rdf(file)
    assert document.triples == [TRIPLE]
    assert len(document.lines) == 1
    assert document.name == file.name


@pytest.mark.parametrize("name", ["data", "data.csv", "data.ttl.gz", ".ttl"])
def test_another_ending_is_refused(tmp_path, name):
    (tmp_path / name).write_text(SAME[".ttl"])
    with pytest.raises(UnsupportedMediaType) as caught:
        read_rdf(tmp_path / name)
    assert ".ttl" in caught.value.detail
    assert caught.value.zh


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotFound, match=r"none\.ttl"):
        read_rdf(tmp_path / "none.ttl")
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(NotFound):
        read_rdf(tmp_path / "folder.ttl")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_statement_has_its_line(end):
    text = end.join(
        ["@prefix x: <http://x/> .", "", "# remark", "x:a x:b 1 ;", "  x:c 2 ,", "    3 .",
         'x:d x:e """two', 'lines""" .', "x:f x:g x:h ."]
    )  # fmt: skip
    document = parse_rdf(text.encode(), ox.RdfFormat.TURTLE)
    assert document.lines == [4, 5, 6, 8, 9]
    assert document.line_of("http://x/a") == 4
    assert document.line_of("http://x/a", "http://x/c") == 5
    assert document.line_of("http://x/a", "http://x/c", "3") == 6
    assert document.line_of("http://x/a", "http://x/none", "3") == 4
    assert document.line_of("http://x/none") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@prefix x: <http://x/> .\nx:a x:b .", 2),
        ("@prefix x: <http://x/> .\nx:a x:b x:c ;\n\n  oops", 4),
        ("x:a x:b x:c .", 1),
        ('<http://x/a> <http://x/b> "open', 1),
        ("<http://x/a> <http://x/b> <http://x/c>", 1),
        ("<http://x/a b> <http://x/b> 1 .", 1),
        ("\n\n\x00", 3),
    ],
)
def test_broken_turtle_is_told_with_line_and_column(text, line):
    with pytest.raises(DocumentSyntaxError) as caught:
        parse_rdf(text.encode(), ox.RdfFormat.TURTLE, name="broken.ttl")
    error = caught.value
    assert error.extensions["line"] == line
    assert error.extensions["column"] >= 1
    assert f"broken.ttl, line {line}" in error.detail
    assert "Nothing was loaded" in error.detail
    assert f"第 {line} 行" in error.zh
    assert error.exit_code == 1


@pytest.mark.parametrize(
    "data", [b"\xff\xfe<http://x/a>", b'<http://x/a> <http://x/b> "\xe5\xae" .', b"\xed\xa0\x80"]
)
def test_what_is_not_utf8_is_told(data):
    for rdf_format in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES):
        with pytest.raises(DocumentSyntaxError) as caught:
            parse_rdf(data, rdf_format)
        assert caught.value.extensions["line"] == 1


@pytest.mark.parametrize(("ending", "text"), [(".jsonld", "{"), (".jsonld", "[1"), (".rdf", "<a>"),
                                              (".nt", "<http://x/a> .")])  # fmt: skip
def test_other_formats_are_told_too(ending, text):
    with pytest.raises(DocumentSyntaxError):
        parse_rdf(text.encode(), FORMATS[ending])


def test_a_byte_order_mark_is_passed_over():
    assert parse_rdf(b"\xef\xbb\xbf" + SAME[".ttl"].encode(), ox.RdfFormat.TURTLE).triples == [
        TRIPLE
    ]


@pytest.mark.parametrize("rdf_format", [ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS])
def test_named_graphs_are_refused(rdf_format):
    text = "<http://x/a> <http://x/b> <http://x/c> <http://x/g> ."
    if rdf_format == ox.RdfFormat.TRIG:
        text = "\n<http://x/g> { <http://x/a> <http://x/b> <http://x/c> }"
    with pytest.raises(BadRequest) as caught:
        parse_rdf(text.encode(), rdf_format)
    assert "http://x/g" in caught.value.detail
    assert caught.value.zh


def test_an_empty_file_has_no_statements():
    assert parse_rdf(b"", ox.RdfFormat.TURTLE).triples == []


def test_nothing_is_fetched_for_a_remote_context():
    with pytest.raises(DocumentSyntaxError):
        parse_rdf(b'{"@context": "http://127.0.0.1:9/context", "name": "a"}', ox.RdfFormat.JSON_LD)
