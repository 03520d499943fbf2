from __future__ import annotations

import pyoxigraph as ox

from coopgraph.intake.rdf_file import parse_rdf
from coopgraph.intake.skolem import skolemize

GRAPH = "https://w3id.org/coopgraph/graph/analyst/demo"


def read(text: str, graph: str = GRAPH, rdf_format: ox.RdfFormat = ox.RdfFormat.TURTLE):
    return skolemize(parse_rdf(text.encode(), rdf_format), graph)


def test_no_blank_node_is_left_and_lines_stay():
    document = read("_:a <http://x/p> [ <http://x/q> ( 1 _:a ) ] .\n_:b <http://x/p> _:a .")
    assert all(isinstance(t.subject, ox.NamedNode) for t in document.triples)
    assert not any(isinstance(t.object, ox.BlankNode) for t in document.triples)
    assert len(document.lines) == len(document.triples) == 7


def test_one_blank_node_keeps_one_name():
    document = read("_:a <http://x/p> _:b . _:b <http://x/p> _:a .")
    first, second = document.triples
    assert first.subject == second.object
    assert first.object == second.subject
    assert first.subject != first.object


def test_the_same_file_gives_the_same_names():
    text = "[] <http://x/p> 1 . [] <http://x/p> 2 ."
    assert read(text).triples == read(text).triples


def test_labels_do_not_matter():
    assert read("_:x <http://x/p> 1 .").triples == read("_:other <http://x/p> 1 .").triples


def test_other_graphs_have_other_names():
    text = "_:x <http://x/p> 1 ."
    assert read(text).triples != read(text, GRAPH + "2").triples


def test_order_and_format_do_not_matter():
    """The same graph, written in another order or format, must not look like a change."""
    one = '_:a <http://x/p> "1" . _:b <http://x/p> "2" . _:b <http://x/q> _:a .'
    other = '_:u <http://x/q> _:v .\n_:u <http://x/p> "2" .\n_:v <http://x/p> "1" .'
    assert set(read(one).triples) == set(read(other).triples)
    assert set(read(one).triples) == set(read(other, rdf_format=ox.RdfFormat.N_TRIPLES).triples)


def test_names_can_be_cited():
    (triple,) = read("_:x <http://x/p> 1 .").triples
    assert triple.subject.value.startswith(
        "https://w3id.org/coopgraph/.well-known/genid/analyst/demo/"
    )
