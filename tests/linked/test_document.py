"""What belongs to a document, on graphs of a few statements."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from coopgraph.errors import BadRequest, NotFound
from coopgraph.linked.document import Document
from coopgraph.linked.names import local_path, resource_iri, spellings
from coopgraph.vocabulary import BASE, DERIVED, GRAPH, ID, LAYERS

STATED = f"""
<{ID}a> a coop:Cooperation ; coop:hasParticipation <{ID}a#1> ; coop:evidencedBy <{ID}e/1> ;
  coop:interpretation <{ID}i/1> ; coop:sector <{BASE}scheme/sector/steel> .
<{ID}a#1> a coop:Participation ; coop:participant <{ID}b> ; coop:evidencedBy <{ID}e/2> .
<{ID}a#loose> coop:note <{ID}a#deeper> . <{ID}a#deeper> coop:note "deep" .
<{ID}e/1> a coop:Evidence ; oa:hasSelector <{ID}e/1#quote> , <{ID}elsewhere> .
<{ID}e/1#quote> oa:exact "words" . <{ID}elsewhere> oa:start 1 .
<{ID}e/2> a coop:Evidence ; oa:hasSelector <{ID}e/2#quote> . <{ID}e/2#quote> oa:exact "more" .
<{ID}e/3> a coop:Evidence . <{ID}e/4> a coop:Evidence ; coop:evidencedBy <{ID}e/5> .
<{ID}e/5> a coop:Evidence .
<{ID}i/1> a coop:Interpretation ; coop:evidencedBy <{ID}e/3> , <{ID}e/4> .
<{ID}b> a coop:Enterprise ; skos:prefLabel "b"@en .
"""
ANALYST = f"""
<{ID}a> coop:evidencedBy <{ID}e/9> . <{ID}e/9> a coop:Evidence .
<{ID}a#2> coop:participant <{ID}c> .
"""


@pytest.fixture
def linked(graph_of):
    return graph_of(stated=STATED, analyst=ANALYST, derived=True).linked_data()


def subjects(document) -> list[str]:
    return list(dict.fromkeys(q.subject.value.removeprefix(ID) for q in document.quads))


def test_it_holds_the_resource_its_parts_and_what_they_cite(linked):
    document = linked.document(ID + "a", ("stated",))
    assert subjects(document)[:4] == ["a", "a#1", "a#deeper", "a#loose"]
    assert set(subjects(document)[4:]) == {
        "e/1", "e/1#quote", "elsewhere", "e/2", "e/2#quote", "i/1", "e/3", "e/4"
    }  # fmt: skip


def test_it_goes_no_further(linked):
    found = subjects(linked.document(ID + "a", LAYERS))
    assert "b" not in found
    assert "e/5" not in found


def test_each_layer_says_its_own(linked):
    document = linked.document(ID + "a", ("analyst",))
    assert subjects(document) == ["a", "a#2", "e/9"]
    with pytest.raises(NotFound):
        linked.document(ID + "b", ("analyst",))


def test_what_rules_derive_is_kept_apart(linked):
    document = linked.document(ID + "a", LAYERS)
    assert document.derived
    assert all(q.graph_name.value.startswith(DERIVED) for q in document.derived)
    assert not {q.triple for q in document.derived} & set(document.triples)
    assert not linked.document(ID + "a", ("analyst",)).derived


def test_blank_nodes_come_along(graph_of):
    linked = graph_of(
        analyst=f"<{ID}a> coop:note [ coop:note [ coop:note 'deep' ] ] ."
    ).linked_data()
    assert len(linked.document(ID + "a", LAYERS).triples) == 3


def test_parts_that_lead_to_each_other_end(graph_of):
    said = f"""<{ID}a> coop:note <{ID}a#1> . <{ID}a#1> coop:note <{ID}a#2> .
               <{ID}a#2> coop:note <{ID}a#1> ."""
    assert len(graph_of(analyst=said).linked_data().document(ID + "a", LAYERS).triples) == 3


def test_evidence_in_a_circle_ends(graph_of):
    said = f"<{ID}a> coop:evidencedBy <{ID}b> . <{ID}b> coop:evidencedBy <{ID}a> , <{ID}b> ."
    assert len(graph_of(analyst=said).linked_data().document(ID + "a", LAYERS).triples) == 3


def test_a_scheme_has_its_concepts_of_the_layers_asked(graph_of):
    scheme = f"{BASE}scheme/mine"
    said = f"<{scheme}> a skos:ConceptScheme . <{scheme}/1> skos:inScheme <{scheme}> ."
    more = f"<{scheme}/2> skos:inScheme <{scheme}> ."
    linked = graph_of(stated=said, analyst=more).linked_data()
    for layers, expected in ((("stated",), 1), (LAYERS, 2)):
        told = {q.subject.value for q in linked.document(scheme, layers).quads} - {scheme}
        assert len(told) == expected


def test_a_large_graph_is_written_like_a_small_one(linked, monkeypatch, tmp_path):
    import coopgraph.linked.graphs as graphs

    dump = linked.document(GRAPH + "stated", LAYERS)
    read = []
    for bound in (50_000, 3):
        monkeypatch.setattr(graphs, "SORTED_UP_TO", bound)
        for form in dump.formats:
            place = tmp_path / "dump"
            with place.open("wb") as file:
                size = dump.write(form, file)
            assert size == place.stat().st_size > 0
            parsed = ox.parse(input=place.read_bytes(), format=form.engine)
            read.append((form.name in ("trig", "nquads"), {str(q) for q in parsed}))
    for named in (True, False):
        assert len({frozenset(quads) for with_graph, quads in read if with_graph == named}) == 1


def test_each_statement_once_however_many_say_it(graph_of):
    fact = f"<{ID}a> skos:prefLabel 'a'@en ."
    document = graph_of(stated=fact, analyst=fact).linked_data().document(ID + "a", LAYERS)
    assert isinstance(document, Document)
    assert (len(document.quads), len(document.triples)) == (2, 1)


@pytest.mark.parametrize(
    "path", ["id/%00", "id/%0A", "id/%C3", "id/%", "id/%G1", "id/<", "a" * 3000]
)
def test_what_can_be_no_name(path):
    with pytest.raises(BadRequest):
        resource_iri(path)


@pytest.mark.parametrize(
    "iri", [ID + "org/baowu", ID + "宝武/一%20号", ID + "a%2Fb", ID + "a'b(c)", ID + "x:y;z=1,2"]
)
def test_a_name_is_a_path_and_back(iri):
    path = local_path(iri)
    assert path.isascii()
    assert resource_iri(path) == iri
    assert spellings(iri)[0] == iri


def test_what_is_elsewhere_has_no_path():
    for iri in ("http://example.org/", BASE + "other", ID + "a?b=c", BASE + "nsx", BASE):
        assert local_path(iri) is None
