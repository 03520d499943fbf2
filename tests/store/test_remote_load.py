"""Loading into a real store: all of it, or told plainly and mended by the next load."""

from __future__ import annotations

import pytest

from coopgraph import CoopGraph
from coopgraph.errors import BadRequest, CoopgraphError, DataFolderBusy, DataInvalid, Unavailable
from coopgraph.knowledge.shipped import shipped_files
from coopgraph.store.marks import INVALIDATED, VERSION
from coopgraph.vocabulary import PROVENANCE_GRAPH, VOCABULARY_GRAPH, graph_iri

ACME = "<https://w3id.org/coopgraph/id/org/acme>"


@pytest.fixture
def memo(tmp_path, prefixes):
    def write(name: str, label: str) -> str:
        file = tmp_path / f"{name}.ttl"
        file.write_text(
            prefixes + f"<https://w3id.org/coopgraph/id/org/{name}> a coop:Enterprise ; "
            f"skos:prefLabel '{label}'@zh ."
        )
        return str(file)

    return write


@pytest.fixture(params=["graph store", "updates"])
def way(request, gated):
    """Settings for each way to write, and what of a request is a write of data."""
    if request.param == "graph store":
        return gated, lambda method, path: method in ("PUT", "DELETE")
    return (
        lambda folder="data", **more: gated(folder, **{"store_graph": "", **more}),
        lambda method, path: path.startswith("/update"),
    )


def after(writes, count: int, fault):
    """Let so many writes pass, then fail."""
    seen = []

    def decide(method, path):
        if writes(method, path):
            seen.append(path)
            if len(seen) > count:
                return fault
        return None

    return decide


def label(graph: CoopGraph, name: str) -> str:
    return graph.node(f"org/{name}").data["label"]["zh"]


@pytest.mark.parametrize(
    ("way", "passed"),
    [("graph store", 0), ("graph store", 1), ("graph store", 2), ("updates", 1), ("updates", 2),
     ("updates", 5)],
    indirect=["way"],
)  # fmt: skip
def test_what_breaks_off_is_read_by_nobody_and_mended(way, gate, memo, passed, oxigraph):
    settings, writes = way
    with CoopGraph.open(settings=settings("a")) as loader:
        loader.load([memo("acme", "旧"), memo("other", "旧")], shacl=False)
        with CoopGraph.open(settings=settings("b", store_recount_seconds=0.001)) as reader:
            mark = loader._remote._mirror.known.head
            gate.fault = after(writes, passed, 500)
            with pytest.raises(Unavailable) as caught:
                loader.load(memo("acme", "新"), shacl=False)
            gate.fault = lambda method, path: None
            assert "broke off" in caught.value.detail
            assert graph_iri("analyst", "acme") in caught.value.detail
            assert "载入中断" in caught.value.zh
            assert loader._remote._mirror.known.head == mark
            assert label(loader, "acme") == "旧"
            reader.follow()
            assert label(reader, "acme") == "旧"
            assert reader.generation == 1
            # Another file is loaded; what was left half written is as it was before.
            assert loader.load(memo("other", "新"), shacl=False).generation == 2
            assert reader.follow()
            assert (label(reader, "acme"), label(reader, "other")) == ("旧", "新")
            # The same file again.
            loader.load(memo("acme", "新"), shacl=False)
            assert reader.follow()
            assert label(reader, "acme") == "新"
            left = f"SELECT * {{ GRAPH ?g {{ ?s <{INVALIDATED}> ?o }} }}"
            assert oxigraph.select(left) == []
    with CoopGraph.open(settings=settings("c")) as fresh:
        assert (label(fresh, "acme"), label(fresh, "other")) == ("新", "新")
        assert fresh.generation == 3


def test_a_first_load_that_breaks_off_is_mended_by_those_who_have_the_files(way, gate, memo):
    settings, writes = way
    files = [memo("acme", "一"), memo("other", "二")]
    gate.fault = after(writes, 2, 500)
    with CoopGraph.open(settings=settings("a")) as loader, pytest.raises(Unavailable):
        loader.load(files, shacl=False)
    gate.fault = lambda method, path: None
    with CoopGraph.open(settings=settings("b")) as other:
        with pytest.raises(Unavailable, match="broke off"):
            other.stats()
        with pytest.raises(BadRequest, match="half written"):
            other.load(files[0], shacl=False)
        other.load(files, shacl=False)
        assert (label(other, "acme"), label(other, "other")) == ("一", "二")


def test_a_statement_that_the_store_lost_is_missed(gated, gate, memo, oxigraph):
    def lose(method, path):
        return (204, {}, b"") if method == "PUT" and "acme" in path else None

    gate.fault = lose
    with (
        CoopGraph.open(settings=gated()) as graph,
        pytest.raises(Unavailable, match="holds 0 statements"),
    ):
        graph.load(memo("acme", "一"), shacl=False)


def test_somebody_else_loads_at_the_same_time(gated, gate, memo, oxigraph):
    with CoopGraph.open(settings=gated()) as graph:
        graph.load(memo("acme", "一"), shacl=False)

        def overtake(method, path):
            if method == "PUT" and "acme" in path:
                text = f"<{PROVENANCE_GRAPH}> <{VERSION}> '9 x' ; <{INVALIDATED}> 'now' ."
                oxigraph.put(PROVENANCE_GRAPH, text)

        gate.fault = overtake
        with pytest.raises(DataFolderBusy, match="somebody else"):
            graph.load(memo("acme", "二"), shacl=False)


def test_only_what_changed_is_written(gated, gate, memo):
    with CoopGraph.open(settings=gated()) as graph:
        graph.load([memo("acme", "一"), memo("other", "一")], shacl=False)
        gate.seen.clear()
        assert graph.load(memo("acme", "二"), shacl=False).changed == [graph_iri("analyst", "acme")]
        written = [path.rsplit("graph%2F")[-1] for method, path, _ in gate.seen if method == "PUT"]
        assert written == ["provenance", "analyst%2Facme", "provenance"]
        gate.seen.clear()
        assert graph.load(memo("acme", "二"), shacl=False).changed == []
        assert set(gate.methods()) <= {"POST", "GET"}


def test_invalid_data_never_reaches_the_store(gated, gate, prefixes, tmp_path):
    file = tmp_path / "bad.ttl"
    file.write_text(prefixes + f"{ACME} a coop:Cooperation .")
    with CoopGraph.open(settings=gated()) as graph, pytest.raises(DataInvalid):
        graph.load(file)
    assert set(gate.methods()) <= {"POST", "GET"}


def test_what_others_loaded_is_validated_against(gated, prefixes, tmp_path, full, load_shipped):
    load_shipped(gated("a")).close()
    with CoopGraph.open(settings=gated("b")) as graph:
        report = graph.load([f for f in shipped_files() if "public-bodies" in f.name])
        assert report.changed == []
        assert graph.info["datasets"].keys() == full.info["datasets"].keys()


def test_without_a_url_to_write_to_it_says_which_setting(gated, memo):
    with CoopGraph.open(settings=gated(store_graph="", store_update="")) as graph:
        with pytest.raises(BadRequest, match="store_graph"):
            graph.load(memo("acme", "一"))
        with pytest.raises(Unavailable, match="nothing is loaded yet"):
            graph.stats()


def test_opening_writes_nothing(gated, gate, oxigraph):
    CoopGraph.open(settings=gated()).close()
    assert set(gate.methods()) == {"POST"}
    assert oxigraph.graphs() == []


def test_a_store_that_is_away_takes_no_load(gated, memo, oxigraph):
    with CoopGraph.open(settings=gated()) as graph:
        graph.load(memo("acme", "一"), shacl=False)
        oxigraph.stop()
        with pytest.raises(CoopgraphError, match=r"cannot be reached|failed"):
            graph.load(memo("acme", "二"), shacl=False)
        assert label(graph, "acme") == "一"


def test_a_graph_that_nothing_is_derived_into_any_more_is_removed(
    gated, oxigraph, tmp_path, prefixes
):
    # The vocabulary of another version: everything is derived anew.
    with CoopGraph.open(settings=gated()) as graph:
        graph.load(shipped_files(), shacl=False)
        before = oxigraph.graphs()
        notice = next(f for f in shipped_files() if "gansu-iit" in f.name)
        empty = tmp_path / "stated" / notice.name
        empty.parent.mkdir()
        empty.write_text(prefixes + f"{ACME} a coop:Enterprise ; skos:prefLabel '一'@zh .")
        graph.load(empty, shacl=False)
        gone = set(before) - set(oxigraph.graphs())
        assert {g.rsplit("/graph/")[1] for g in gone} >= {"derived/stated/has-party"}
        assert VOCABULARY_GRAPH in oxigraph.graphs()
        assert graph.generation == 2
