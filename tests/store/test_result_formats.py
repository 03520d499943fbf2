from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest
from coopgraph.store.result_formats import (
    BY_FORM,
    BY_NAME,
    DEFAULT_ACCEPTED,
    Accepted,
    not_acceptable,
)


def test_names_suffixes_and_media_types_are_each_their_own():
    formats = list(BY_NAME.values())
    assert len(formats) == 10
    for attribute in ("name", "media_type", "suffix"):
        assert len({getattr(f, attribute) for f in formats}) == len(formats)


def test_the_media_types_are_those_of_the_specifications():
    assert {name: f.media_type for name, f in BY_NAME.items()} == {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "turtle": "text/turtle",
        "ntriples": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdfxml": "application/rdf+xml",
        "trig": "application/trig",
        "nquads": "application/n-quads",
    }


def test_the_engine_means_the_same_format():
    for f in BY_NAME.values():
        assert f.media_type in (f.engine.media_type, "text/csv", "text/tab-separated-values")
        assert f.engine.media_type.split(";")[0] == f.media_type


def test_ask_has_no_tables():
    assert [f.name for f in BY_FORM["boolean"]] == ["json", "xml"]
    assert DEFAULT_ACCEPTED.boolean == ("json", "xml")


def test_text_names_its_charset():
    assert BY_NAME["csv"].content_type == "text/csv; charset=utf-8"
    assert BY_NAME["turtle"].content_type == "text/turtle; charset=utf-8"
    assert BY_NAME["json"].content_type == "application/sparql-results+json"


def test_short_names():
    assert Accepted.of("turtle", "json") == (("json",), ("json",), ("turtle",))
    with pytest.raises(BadRequest, match="unknown format 'rdf'"):
        Accepted.of("rdf")


def test_a_refusal_lists_what_there_is():
    error = not_acceptable(BY_FORM["graph"])
    assert error.status == 406
    assert error.extensions["available"][0] == "text/turtle"
