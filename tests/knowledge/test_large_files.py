"""A large file is read without an object for each statement, and loads like any other."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.errors import BadRequest, DataInvalid, DocumentSyntaxError
from coopgraph.intake.rdf_file import RdfDocument, UnreadDocument, read_rdf
from coopgraph.knowledge import dataset as datasets
from coopgraph.resources import data_dir
from coopgraph.store.graph_columns import columns_path
from coopgraph.vocabulary import graph_iri

PARK = "https://w3id.org/coopgraph/id/org/acme"
GRAPH = graph_iri("analyst", "mine")


@pytest.fixture
def small_is_large(monkeypatch):
    monkeypatch.setattr(datasets, "LARGE", 1)


def notice() -> list[ox.Triple]:
    """What the notice says, in the order of the file."""
    return read_rdf(next((data_dir() / "stated").glob("*.ttl"))).triples


def write(file: Path, triples: list[ox.Triple], more: str = "") -> Path:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    file.write_bytes(text + more.encode())
    return file


def held(graph: CoopGraph) -> tuple:
    """All statements, and what is recorded of each graph but the time."""
    store = graph.published.store
    told = {
        name: {key: value for key, value in said.items() if key != "loaded_at"}
        for name, said in graph.info["datasets"].items()
    }
    said = {
        graph.value: {q.triple for q in store.quads_for_pattern(None, None, None, graph)}
        for graph in store.named_graphs()
        if not graph.value.endswith("/provenance")
    }
    return said, told


@pytest.mark.parametrize("shacl", [False, True])
def test_it_makes_the_same_graph(tmp_path, monkeypatch, shacl):
    file = write(tmp_path / "mine.nt", notice())
    found = []
    for large in (2**40, 1):
        monkeypatch.setattr(datasets, "LARGE", large)
        with CoopGraph.open(tmp_path / f"data-{large}", shipped=False) as graph:
            report = graph.load(file, layer="stated", shacl=shacl)
            folder = graph.published.reader.generation.path
            name = graph_iri("stated", "mine")
            sha = graph.info["datasets"][name]["sha256"]
            assert columns_path(folder, sha).exists()
            found.append((held(graph), report.triples, graph.neighbours(of="region/CN-GS").data))
    assert found[0] == found[1]


def test_the_same_statements_keep_the_generation_however_they_are_read(
    fresh, tmp_path, monkeypatch
):
    triples = notice()
    file = tmp_path / "mine.nt"
    fresh.load(write(file, triples), shacl=False)
    number = fresh.generation
    monkeypatch.setattr(datasets, "LARGE", 1)
    assert fresh.load(write(file, triples[::-1] + triples[:9]), shacl=False).changed == []
    monkeypatch.setattr(datasets, "LARGE", 2**40)
    assert fresh.load(file, shacl=False).changed == []
    assert fresh.generation == number


@pytest.mark.usefixtures("small_is_large")
def test_it_replaces_and_is_replaced(fresh, tmp_path):
    triples, file = notice(), tmp_path / "mine.nt"
    name = ox.NamedNode(GRAPH)
    before = len(fresh.published.store)
    for part in (triples, triples[::2], triples[1::3], []):
        fresh.load(write(file, part, "# end\n"), shacl=False)
        store = fresh.published.store
        assert {q.triple for q in store.quads_for_pattern(None, None, None, name)} == set(part)
        assert fresh.load(file, shacl=False).changed == []
        union = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
        assert union == {q.triple for q in store if q.graph_name != ox.DefaultGraph()}
    assert len(fresh.published.store) - before < 50  # provenance of one empty dataset


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<http://x/a> <http://x/p> 'no' .\n", 2),
        ("<http://x/a> <http://x/p> <http://x/b>", 2),
        ("<http://x/a> <http://x/p> <http://x/b> <http://x/g> .", 2),
    ],
)
def test_a_file_that_does_not_parse_changes_nothing(fresh, tmp_path, text, line):
    number = fresh.generation
    file = write(tmp_path / "mine.nt", notice()[:1], text)
    with pytest.raises(DocumentSyntaxError) as caught:
        fresh.load(file, shacl=False)
    assert caught.value.extensions["line"] == line
    assert caught.value.extensions["column"]
    assert fresh.generation == number


@pytest.mark.usefixtures("small_is_large")
def test_blank_nodes_still_get_names(fresh, tmp_path):
    fresh.load(write(tmp_path / "mine.nt", [], f"<{PARK}> <http://x/p> _:b ."), shacl=False)
    name = ox.NamedNode(GRAPH)
    [quad] = fresh.published.store.quads_for_pattern(None, None, None, name)
    assert "genid/analyst/mine/" in quad.object.value


@pytest.mark.usefixtures("small_is_large")
def test_what_breaks_a_shape_is_told_with_its_line(fresh, tmp_path):
    text = (
        f"# one\n<{PARK}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/coopgraph/ns#Nonsense> .\n"
    )
    number = fresh.generation
    with pytest.raises(DataInvalid) as caught:
        fresh.load(write(tmp_path / "mine.nt", [], text))
    assert caught.value.extensions["violations"][0]["line"] == 2
    assert fresh.generation == number


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    file = write(tmp_path / "mine.nt", notice()[:3])
    document = UnreadDocument(file)
    file.write_bytes(file.read_bytes()[: -len(b" .\n")] + b" . #\n")
    with pytest.raises(BadRequest, match="changed while"):
        document.triples  # noqa: B018
    assert isinstance(document, RdfDocument)
