"""Turtle and TriG are read back as they were meant, whatever stands in them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from coopgraph.linked.formats import FORMATS, formats_for, serialize
from coopgraph.vocabulary import BASE

IRIS = [
    BASE, BASE + "id/a:b", BASE + "a:b", BASE + "id/../x", BASE + "id/宝武", BASE + "//x",
    BASE + "?q",
    "https://w3id.org/coopgraph", "https://w3id.org/other", "https://schema.org/Thing",
    "https://creativecommons.org/licenses/by/4.0/", "http://example.org/a", "urn:x:y",
]  # fmt: skip
TEXTS = ["</a> <//b>", 'a "</q" \\', "\\", '\\"</', "", "line\nbreak </x>", "<//", '"']


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_is_written_is_what_is_read(form):
    said = {
        ox.Quad(ox.NamedNode(iri), ox.NamedNode("https://schema.org/name"), value)
        for iri in IRIS
        for value in (*(ox.Literal(text) for text in TEXTS), *(ox.NamedNode(i) for i in IRIS))
    }
    assert form in formats_for(said)
    body = serialize(sorted(said, key=str), form)
    assert set(ox.parse(input=body, format=form.engine)) == said


def test_only_what_is_below_the_base_is_relative():
    about = ox.NamedNode("https://schema.org/about")
    said = [ox.Triple(ox.NamedNode(iri), about, ox.NamedNode(iri)) for iri in IRIS]
    turtle = serialize(said, FORMATS[0]).decode()
    assert "<https://creativecommons.org/licenses/by/4.0/>" in turtle
    assert "<https://w3id.org/other>" in turtle
    assert "@prefix schema: <https://schema.org/> ." in turtle
    assert "<id/a:b>" in turtle or "<https://w3id.org/coopgraph/id/a:b>" in turtle
