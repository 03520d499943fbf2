from __future__ import annotations

RECORD = """
<http://x/p> coop:hasStatusRecord <http://x/r{day}> .
<http://x/r{day}> a coop:StatusRecord ; coop:status <http://x/{status}> ;
    coop:recordDate "{day}"^^<http://www.w3.org/2001/XMLSchema#date> .
"""
PROJECT = "<http://x/p> a coop:Project ; coop:locatedIn <http://x/r> . <http://x/r> a coop:Area . "


def _status(graph, **scope) -> str | None:
    found = graph.neighbours("http://x/p", **scope).data["neighbours"]
    return found[0]["edges"][0]["status"]


def test_the_status_is_that_of_the_latest_record_of_all_layers_asked(graph_of):
    graph = graph_of(
        stated=PROJECT + RECORD.format(day="2019-02-14", status="planned"),
        analyst=RECORD.format(day="2021-05-01", status="done"),
    )
    assert _status(graph) == "http://x/done"
    assert _status(graph, layers="stated") == "http://x/planned"


def test_without_records_the_most_trusted_layer_has_the_word(graph_of):
    graph = graph_of(
        stated=PROJECT + "<http://x/p> coop:status <http://x/planned> .",
        analyst="<http://x/p> coop:status <http://x/done> .",
    )
    assert _status(graph) == "http://x/planned"
    assert _status(graph_of(stated=PROJECT)) is None
