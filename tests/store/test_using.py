"""An update's dataset, written into its text: the engine reads it as it was meant."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from coopgraph.errors import BadRequest
from coopgraph.store.using import with_dataset

G = "http://x/g"


def outcome(text: str) -> set[str]:
    store = ox.Store()
    store.update(
        f"INSERT DATA {{ <x:d> <x:p> 0 . GRAPH <{G}> {{ <x:a> <x:p> 1 . <x:a> <x:q> 'WHERE' }} }}"
    )
    store.update(text)
    return {str(quad) for quad in store}


HERE = "§"
SAME = [
    "INSERT { ?s <x:n> 1 } § WHERE { ?s <x:p> ?o }",
    "DELETE { ?s ?p ?o } § WHERE { ?s ?p ?o }",
    "DELETE { <x:d> <x:p> 0 } INSERT { ?s <x:n> ?o } § WHERE { ?s <x:p> ?o }",
    "PREFIX x: <x:> INSERT{ ?s x:n 1 }§WHERE{?s x:p ?o};DELETE{<x:d> x:p 0}§WHERE{}",
    "INSERT { ?s <x:n> '} WHERE {' } § WHERE { ?s <x:q> 'WHERE' }",
    "INSERT { ?s <x:n> 1 } # } WHERE {\n § WHERE { { ?s <x:p> ?o } UNION {} }",
    "INSERT DATA { <x:a> <x:b> 'WHERE {' }",
    "CLEAR GRAPH <http://x/g> ; COPY DEFAULT TO <x:c>",
]


@pytest.mark.parametrize("text", SAME)
def test_it_is_what_one_would_have_written(text):
    own = text.replace(HERE, f" USING <{G}> ")
    assert outcome(with_dataset(text.replace(HERE, ""), [G], [])) == outcome(own)


@pytest.mark.parametrize(
    "text",
    ["DELETE WHERE { ?s <x:p> ?o }", "DELETEWHERE{?s <x:p> ?o}", "delete#\nwhere{?s <x:p> ?o}",
     "CLEAR SILENT GRAPH <x:no>;DELETE WHERE { ?s <x:p> ?o . # }\n }"],
)  # fmt: skip
def test_delete_where_is_spelt_out(text):
    own = f"DELETE {{ ?s <x:p> ?o }} USING <{G}> WHERE {{ ?s <x:p> ?o }}"
    assert outcome(with_dataset(text, [G], [])) == outcome(own)


def test_without_parameters_nothing_is_touched():
    text = "WITH <x:g> DELETE { ?s ?p ?o } USING <x:h> WHERE { ?s ?p ?o }"
    assert with_dataset(text, [], []) is text


@pytest.mark.parametrize("iri", ["", "a b", "rel", "x:a>", "x:\\u0041", 'x:"', "x:{", "x:\n"])
def test_what_is_no_iri_is_refused(iri):
    for arguments in (([iri], []), ([], [iri])):
        with pytest.raises(BadRequest) as caught:
            with_dataset("CLEAR ALL", *arguments)
        assert caught.value.zh
