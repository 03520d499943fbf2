"""The copy of a real store: made once, then only what changed, and never half of anything."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.errors import Unavailable
from coopgraph.knowledge.remote import describe
from coopgraph.store.generations import Generations
from coopgraph.store.marks import INVALIDATED
from coopgraph.store.mirror import Mirror
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.union import RdfFile, count_graph, replace_graph_by_files
from coopgraph.vocabulary import COOP, PROVENANCE_GRAPH, VOCABULARY_GRAPH, graph_iri

MEMO = graph_iri("analyst", "memo")
OTHER = graph_iri("analyst", "other")
ACME = "<https://w3id.org/coopgraph/id/org/acme>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


def numbers(first: int, count: int) -> str:
    return "".join(
        f"<http://x/{i}> {LABEL} '同名'@zh , '同名'@en .\n" for i in range(first, first + count)
    )


class Copy:
    """A mirror, what it was told to do, and what is in it."""

    def __init__(self, settings, folder) -> None:
        self.client = RemoteClient(settings)
        self.generations = Generations(folder)
        self.mirror = Mirror(self.client, self.generations, describe, settings.store_page_size)
        self.steps: list[tuple[str, int, int]] = []

    def sync(self, **options) -> bool:
        self.steps.clear()
        return self.mirror.sync(progress=lambda *step: self.steps.append(step), **options)

    @property
    def copied(self) -> set[str]:
        return {graph for graph, _, _ in self.steps}

    def counts(self) -> dict[str, int]:
        reader = self.generations.reader()
        found = {g.value: count_graph(reader.store, g.value) for g in reader.store.named_graphs()}
        union = reader.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        found["union"] = sum(1 for _ in union)
        reader.close()
        return found

    def close(self) -> None:
        self.client.close()
        self.generations.close()


@pytest.fixture
def copy(tmp_path):
    made = []

    def make(settings, folder="mirror") -> Copy:
        made.append(Copy(settings, tmp_path / folder))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_nothing_there_is_nothing_copied(copy, engine, tmp_path):
    one = copy(engine.settings(tmp_path))
    assert not one.sync()
    assert one.mirror.known is None


def test_changes_behind_our_back_are_found_by_counting(copy, engine, tmp_path):
    engine.put(MEMO, numbers(0, 10))
    engine.put(OTHER, numbers(5, 10))
    engine.put("http://example.org/not-ours", numbers(0, 3))
    one = copy(engine.settings(tmp_path))
    assert one.sync()
    assert one.counts() == {MEMO: 20, OTHER: 20, "union": 30}
    assert one.steps[-1][1:] == (40, 40)
    assert not one.sync()
    engine.put(MEMO, numbers(2, 9))
    assert not one.sync(), "the mark is as it was"
    assert one.sync(recount=True)
    assert one.copied == {MEMO}
    assert one.counts() == {MEMO: 18, OTHER: 20, "union": 26}
    engine.delete(OTHER)
    assert one.sync(recount=True)
    assert one.copied == set()
    assert one.counts() == {MEMO: 18, "union": 18}
    assert not one.sync(recount=True)
    engine.delete("http://example.org/not-ours")


def test_counting_is_due_after_a_while(copy, oxigraph, tmp_path):
    oxigraph.put(MEMO, numbers(0, 1))
    one = copy(oxigraph.settings(tmp_path))
    assert one.mirror.due(300)
    assert not one.mirror.due(0), "0 is never"
    one.sync()
    assert not one.mirror.due(300)
    stamp = one.generations.folder / "recounted"
    os.utime(stamp, (time.time() - 301,) * 2)
    assert one.mirror.due(300)


@pytest.mark.parametrize("size", [7, 100, 1500])
def test_pages_give_all_also_where_a_server_gives_less_than_asked(copy, engine, tmp_path, size):
    # Virtuoso is set to 1000 rows here, also for its graph store.
    engine.put(MEMO, numbers(0, 60 if size == 7 else 1200))
    expected = 120 if size == 7 else 2400
    for more in ({"store_graph": ""}, {}):
        one = copy(engine.settings(tmp_path, store_page_size=size, **more), f"m{len(more)}")
        assert one.sync()
        assert one.counts() == {MEMO: expected, "union": expected}


def test_a_server_that_cuts_everything_short_is_told(copy, gated, gate, oxigraph):
    oxigraph.put(MEMO, numbers(0, 10))
    page = (200, {"Content-Type": "application/n-triples"}, b"<http://x/1> <http://b> '1' .\n")
    pages = iter([page])

    def cut(method, path):
        if method == "GET":
            return page
        return next(pages, (200, {"Content-Type": "application/n-triples"}, b""))

    one = copy(gated())
    query = RemoteClient.construct

    def construct(self, text, file):
        gate.fault = cut
        return query(self, text, file)

    one.client.construct = construct.__get__(one.client)
    gate.fault = lambda method, path: page if method == "GET" else None
    with pytest.raises(Unavailable, match="1 of the 20 statements"):
        one.sync()
    assert one.mirror.known is None


def test_while_a_load_is_not_finished_nothing_is_copied(copy, oxigraph, tmp_path):
    oxigraph.put(MEMO, numbers(0, 10))
    one, late = copy(oxigraph.settings(tmp_path)), copy(oxigraph.settings(tmp_path), "late")
    one.sync()
    oxigraph.put(PROVENANCE_GRAPH, f"<{PROVENANCE_GRAPH}> <{INVALIDATED}> 'now' .")
    oxigraph.put(MEMO, numbers(0, 3))
    assert not one.sync(recount=True)
    assert one.counts()[MEMO] == 20
    with pytest.raises(Unavailable, match="broke off"):
        late.sync()
    assert late.sync(unfinished=True)


def test_what_moves_while_it_is_copied_is_copied_again(copy, gated, gate, oxigraph):
    oxigraph.put(MEMO, numbers(0, 10))
    one = copy(gated())
    moved = []

    def fault(method, path):
        if method == "GET" and not moved:
            moved.append(path)
            version = "<http://www.w3.org/2002/07/owl#versionInfo>"
            oxigraph.put(PROVENANCE_GRAPH, f"<{PROVENANCE_GRAPH}> {version} '5 x' .")

    gate.fault = fault
    assert one.sync()
    assert one.generations.current().number == 5, "as the mark says"
    assert one.mirror.known.head.mark == "5 x"
    assert list(one.generations.folder.glob("download-*")) == []


def test_what_killed_copiers_left_is_removed(copy, oxigraph, tmp_path):
    oxigraph.put(MEMO, numbers(0, 1))
    one = copy(oxigraph.settings(tmp_path))
    left = one.generations.folder / "download-4194305-x"
    left.mkdir()
    one.sync()
    assert not left.exists()


def test_a_load_of_somebody_else_is_followed(gated, tmp_path, prefixes, gate):
    file = tmp_path / "memo.ttl"
    file.write_text(prefixes + f"{ACME} a coop:Enterprise ; skos:prefLabel '一'@zh .")
    with CoopGraph.open(settings=gated("a")) as loader:
        loader.load(file, shacl=False)
        with CoopGraph.open(settings=gated("b")) as reader:
            assert reader.search("一").data[0]["id"] == "org/acme"
            assert (reader.generation, reader.info["datasets"][MEMO]["validated"]) == (1, False)
            gate.seen.clear()
            assert not reader.follow()
            assert len(gate.seen) == 1, "one small query"
            file.write_text(file.read_text().replace("一", "二"))
            loader.load(file, shacl=False)
            old = reader.published
            gate.seen.clear()
            assert reader.follow()
            assert not [path for method, path, _ in gate.seen if "vocabulary" in path]
            assert reader.search("二").data[0]["id"] == "org/acme"
            assert reader.generation == loader.generation == 2
            assert old.store.query("ASK { ?s ?p '一'@zh }"), "who was reading goes on"
            for graph, said in reader.info["datasets"].items():
                assert said["sha256"] == loader.info["datasets"][graph]["sha256"]


def test_two_mirrors_of_two_stores_do_not_meet(gated, oxigraph, tmp_path):
    oxigraph.put(MEMO, numbers(0, 1))
    with CoopGraph.open(settings=gated()) as one, CoopGraph.open(settings=oxigraph.settings(
            tmp_path / "data")) as other:  # fmt: skip
        assert one._generations.folder != other._generations.folder
    with CoopGraph.open(settings=gated().model_copy(update={"data_dir": ":memory:"})) as third:
        assert third.generation
        folder = third._generations.folder
    assert not folder.exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 1)])
def test_replacing_by_files_is_replacing(tmp_path, order):
    texts = [numbers(0, 4), numbers(2, 5)]
    store = ox.Store()
    for i in order:
        file = tmp_path / f"{i}.ttl"
        file.write_text(texts[i])
        count = replace_graph_by_files(store, MEMO, [RdfFile(file, ox.RdfFormat.TURTLE)])
        assert count == texts[i].count("@en") * 2
    expected = {q.triple for q in ox.parse(input=texts[order[1]], format=ox.RdfFormat.TURTLE)}
    for home in (ox.NamedNode(MEMO), ox.DefaultGraph()):
        quads = store.quads_for_pattern(None, None, None, home)
        assert {quad.triple for quad in quads} == expected
    assert replace_graph_by_files(store, MEMO, []) == 0
    assert len(store) == 0


def test_the_vocabulary_is_only_an_other_graph(copy, oxigraph, tmp_path):
    oxigraph.put(VOCABULARY_GRAPH, f"<{COOP}X> {LABEL} 'x' .")
    one = copy(oxigraph.settings(Path(tmp_path)))
    assert one.sync()
    assert one.generations.current().info["datasets"] == {}
