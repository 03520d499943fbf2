"""Changes by way of a service whose graph lives in a real store of somebody else's."""

from __future__ import annotations

import threading

import httpx
import pytest

from coopgraph import CoopGraph
from coopgraph.errors import BadRequest, DataFolderBusy, DataInvalid, Forbidden, Unavailable
from coopgraph.store.marks import INVALIDATED
from coopgraph.vocabulary import DERIVED, PROVENANCE_GRAPH, graph_iri

MEMO = graph_iri("analyst", "memo")
DIRECT = {"Content-Type": "application/sparql-update"}
BASE = """
    {acme} a coop:Enterprise ; skos:prefLabel '安可'@zh , 'Acme'@en ; coop:locatedIn {gansu} .
    {gansu} a coop:Province ; skos:prefLabel '甘肃省'@zh , 'Gansu'@en .
""".format(
    acme="<https://w3id.org/coopgraph/id/org/acme>",
    gansu="<https://w3id.org/coopgraph/id/region/CN-GS>",
)
FACT = """
    <https://w3id.org/coopgraph/id/org/other> a coop:Enterprise ; skos:prefLabel '其他'@zh ,
        'Other'@en ; coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-GS> .
"""


@pytest.fixture
def insert(prefixes):
    heads = prefixes.replace("@prefix", "PREFIX").replace(" .\n", "\n")

    def text(facts: str, graph: str = MEMO) -> str:
        return f"{heads} INSERT DATA {{ GRAPH <{graph}> {{ {facts} }} }}"

    return text


@pytest.fixture
def based(tmp_path, prefixes):
    """Load a first file, so that there is something to change."""
    file = tmp_path / "base.ttl"
    file.write_text(prefixes + BASE)

    def load(graph: CoopGraph) -> CoopGraph:
        graph.load(file, shacl=False)
        return graph

    return load


@pytest.fixture(params=["graph store", "updates"])
def way(request):
    """What the settings say for each way to write."""
    return {} if request.param == "graph store" else {"store_graph": ""}


def neighbours(graph: CoopGraph) -> set[str]:
    return {row["node"]["id"] for row in graph.neighbours("region/CN-GS").data["neighbours"]}


def test_an_update_is_in_the_store_and_seen_by_others(engine, way, based, insert, tmp_path):
    settings = [engine.settings(tmp_path / name, **way) for name in "ab"]
    with CoopGraph.open(settings=settings[0]) as writer:
        based(writer)
        with CoopGraph.open(settings=settings[1]) as reader:
            before = writer.generation
            written = writer.update(insert(FACT), by="wang")
            assert written.generation == writer.generation == before + 1
            assert neighbours(writer) == {"org/acme", "org/other"}
            assert engine.count(MEMO) == 4
            assert reader.follow()
            assert reader.generation == written.generation
            assert neighbours(reader) == {"org/acme", "org/other"}
            assert writer.update(insert(FACT)).generation == written.generation, "nothing new"
            assert not reader.follow()
            written = writer.update(f"DROP GRAPH <{MEMO}>")
            assert engine.count(MEMO) == 0
            assert reader.follow()
            assert neighbours(reader) == {"org/acme"}
        assert not writer.follow(), "what it wrote itself is not copied again"
    with CoopGraph.open(settings=engine.settings(tmp_path / "c", **way)) as fresh:
        assert fresh.generation == written.generation
        assert neighbours(fresh) == {"org/acme"}


def test_what_follows_from_an_update_is_in_the_store(oxigraph, based, insert, tmp_path):
    facts = (
        "<http://x/tie> coop:hasParticipation <http://x/p> . <http://x/p> coop:participant id:x ."
    )
    about = f"SELECT ?p {{ GRAPH <{PROVENANCE_GRAPH}> {{ <{MEMO}> ?p ?o }} }}"
    with CoopGraph.open(settings=oxigraph.settings(tmp_path / "a")) as graph:
        based(graph)
        assert not oxigraph.select(about)
        graph.update(insert(facts), by="wang")
        assert oxigraph.select(about)
        derived = [g for g in oxigraph.graphs() if g.startswith(DERIVED + "analyst/")]
        assert derived
        ours = {g.value for g in graph.reader.store.named_graphs()}
        assert set(oxigraph.graphs()) == {g for g in ours if oxigraph.count(g)}
        graph.update(f"DROP GRAPH <{MEMO}>")
        assert not [g for g in derived if oxigraph.count(g)]
        assert not oxigraph.select(about)


def test_what_is_refused_changes_nothing(oxigraph, based, insert, tmp_path):
    broken = "<https://w3id.org/coopgraph/id/org/x> a coop:Enterprise ; skos:prefLabel 7 ."
    with CoopGraph.open(settings=oxigraph.settings(tmp_path / "a")) as graph:
        with pytest.raises(Unavailable, match="nothing is loaded yet"):
            graph.update(insert(FACT))
        based(graph)
        before = graph.generation, oxigraph.graphs(), oxigraph.count(PROVENANCE_GRAPH)
        with pytest.raises(DataInvalid):
            graph.update(insert(broken))
        with pytest.raises(Forbidden):
            graph.update(insert(FACT, "http://example.org/g"))
        with pytest.raises(Forbidden):
            graph.update("LOAD <http://example.org/>")
        with pytest.raises(BadRequest):
            graph.update("INSERT DATA { <http://a> <http://b> }")
        now = graph.generation, oxigraph.graphs(), oxigraph.count(PROVENANCE_GRAPH)
        assert now == before
    alone = oxigraph.settings(tmp_path / "b", store_graph="", store_update="")
    with CoopGraph.open(settings=alone) as graph:
        with pytest.raises(Forbidden, match="only reads its store") as caught:
            graph.update(insert(FACT))
        assert "只读取" in caught.value.zh
    oxigraph.stop()
    with (
        CoopGraph.open(settings=oxigraph.settings(tmp_path / "a", store_retries=0)) as graph,
        pytest.raises(Unavailable, match="cannot be reached"),
    ):
        graph.update(insert(FACT))


@pytest.mark.parametrize(
    ("way", "passed"), [("graph store", 1), ("updates", 0), ("updates", 2)], indirect=["way"]
)
def test_what_breaks_off_is_read_by_nobody_and_mended(
    way, gated, gate, based, insert, oxigraph, passed
):
    with CoopGraph.open(settings=gated("a", **way)) as writer:
        based(writer)
        with CoopGraph.open(settings=gated("b", store_recount_seconds=0.001)) as reader:
            seen = []

            def fault(method, path):
                if method in ("PUT", "DELETE") or path.startswith("/update"):
                    seen.append(path)
                    return 500 if len(seen) > passed else None
                return None

            gate.fault = fault
            with pytest.raises(Unavailable, match="broke off"):
                writer.update(insert(FACT))
            assert neighbours(writer) == {"org/acme"}
            gate.fault = lambda method, path: None
            reader.follow()
            assert neighbours(reader) == {"org/acme"}
            writer.update(insert("<http://x/> rdfs:label 'x' .", graph_iri("analyst", "third")))
            assert reader.follow()
            assert neighbours(reader) == {"org/acme"}, "it is as it was before"
            assert oxigraph.count(MEMO) == 0
            writer.update(insert(FACT))
            assert reader.follow()
            assert neighbours(reader) == {"org/acme", "org/other"}
            left = f"SELECT * {{ GRAPH ?g {{ ?s <{INVALIDATED}> ?o }} }}"
            assert oxigraph.select(left) == []


def test_of_two_who_write_at_once_nothing_acknowledged_is_lost(based, insert, oxigraph, tmp_path):
    with (
        CoopGraph.open(settings=oxigraph.settings(tmp_path / "a")) as one,
        CoopGraph.open(settings=oxigraph.settings(tmp_path / "b")) as two,
    ):
        based(one)
        two.follow()
        told = []

        def write(graph: CoopGraph, name: str) -> None:
            for n in range(2):
                facts = f"<http://x/{name}/{n}> rdfs:label 'x' ."
                try:
                    graph.update(insert(facts, graph_iri("analyst", name)))
                except (DataFolderBusy, Unavailable, BadRequest) as error:
                    told.append(error)

        threads = [
            threading.Thread(target=write, args=pair) for pair in ((one, "one"), (two, "two"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name, graph in (("one", one), ("two", two)):
            graph.update(insert("<http://x/last> rdfs:label 'x' .", graph_iri("analyst", name)))
        counts = sum(oxigraph.count(graph_iri("analyst", name)) for name in ("one", "two"))
        # What was told to have broken off may be there; what was acknowledged is there.
        assert 6 - len(told) <= counts <= 6
        one.follow()
        two.follow()
        every = [graph.reader.store.quads_for_pattern(None, None, None) for graph in (one, two)]
        assert set(every[0]) == set(every[1])


def test_over_http_with_a_token(serve, oxigraph, based, insert, tmp_path, prefixes, problem):
    settings = oxigraph.settings(tmp_path / "data", store_default_graph="union")
    with CoopGraph.open(settings=settings) as graph:
        based(graph)
        token = graph.tokens.create("wang")
        with serve(graph) as running, httpx.Client(base_url=running.url, timeout=60) as http:
            assert problem(http.post("/sparql", content=insert(FACT), headers=DIRECT))
            http.headers["Authorization"] = f"Bearer {token}"
            done = http.post("/sparql", content=insert(FACT), headers=DIRECT)
            assert done.status_code == 204, done.text
            asked = http.get("/sparql", params={
                "query": "ASK { <https://w3id.org/coopgraph/id/org/other> ?p ?o }"})  # fmt: skip
            assert asked.json()["boolean"] is True
            found = http.get("/api/v1/neighbours", params={"of": "region/CN-GS"}).json()
            assert found["data"]["total"] == 2
            put = http.put(
                "/store", params={"graph": graph_iri("analyst", "file")},
                content=prefixes + FACT, headers={"Content-Type": "text/turtle"},
            )  # fmt: skip
            assert put.status_code == 201, put.text
            assert oxigraph.count(graph_iri("analyst", "file")) == 4
            gone = http.delete("/store", params={"graph": graph_iri("analyst", "file")})
            assert gone.status_code == 204
            assert oxigraph.count(graph_iri("analyst", "file")) == 0
            described = http.get("/sparql", headers={"Accept": "text/turtle"}).text
            assert "SPARQL11Update" in described


def test_tokens_outlive_the_copy(oxigraph, tmp_path):
    settings = oxigraph.settings(tmp_path / "data")
    with CoopGraph.open(settings=settings) as graph:
        token = graph.tokens.create("wang")
        assert not (graph.folder / "tokens.json").exists()
    assert (tmp_path / "data" / "tokens.json").exists()
    with CoopGraph.open(settings=settings) as graph:
        assert graph.tokens.owner(token) == "wang"


def test_a_gap_is_decided_in_the_store(oxigraph, load_shipped, tmp_path):
    with load_shipped(oxigraph.settings(tmp_path / "a")) as graph:
        gap = graph.gaps(layers="stated").data[0]["id"]
        graph.dismiss_gap(gap, why="没有依据", by="wang", layers="stated")
        with CoopGraph.open(settings=oxigraph.settings(tmp_path / "b")) as other:
            (decision,) = other.gap_decisions().data
            assert (decision["gap"], decision["by"]) == (gap, "wang")
