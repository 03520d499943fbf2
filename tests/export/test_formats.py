"""Every format but GraphML, read back by those who will read it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import networkx as nx
import numpy as np
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from ndex2.cx2 import CX2Network

from coopgraph.errors import BadRequest
from coopgraph.export.csv_pair import harmless
from coopgraph.export.graph_file import FORMATS
from coopgraph.export.layout import FORCED, lay_out
from coopgraph.vocabulary import layer_of

ASKED = [
    {},
    {"layers": "stated", "lang": "en"},
    {"view": "full"},
    {"focus": "org/baowu", "depth": 2},
    {"source": "中铝集团", "target": "电解铝", "mode": "all-shortest"},
    {"gaps": "all", "suggested": "include"},
    {"layers": "analyst"},  # nothing at all
]
# rdflib's own parsers use what it has deprecated.
RDFLIB_WARNS = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write(graph, file_format, **asked) -> bytes:
    return b"".join(graph.export(file_format, **asked).chunks)


def graphml(graph, **asked) -> nx.MultiDiGraph:
    return nx.read_graphml(io.BytesIO(write(graph, "graphml", **asked)), force_multigraph=True)


def printable(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)


@pytest.fixture(scope="session")
def gexf_grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("gexf-1.3-subset.rng")))


def csv_tables(data: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }


def sheets(data: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Cells of each sheet as (kind, text)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        found = {}
        for number, sheet in enumerate(book.iter(SHEET + "sheet"), 1):
            root = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            assert root.find(f".//{SHEET}f") is None
            found[sheet.get("name")] = [
                [(c.get("t", "n"), "".join(c.itertext())) for c in row]
                for row in root.iter(SHEET + "row")
            ]
        return found


def unescaped(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


@pytest.fixture(scope="module")
def written(full):
    """Write a file of what ships once, for all who read it."""
    kept: dict[str, bytes] = {}

    def once(file_format, **asked) -> bytes:
        key = json.dumps([file_format, asked], sort_keys=True)
        if key not in kept:
            kept[key] = write(full, file_format, **asked)
        return kept[key]

    return once


@pytest.fixture(scope="module")
def drawn(written):
    """The same for GraphML as networkx reads it; nobody changes it."""
    kept: dict[str, nx.MultiDiGraph] = {}

    def once(**asked) -> nx.MultiDiGraph:
        key = json.dumps(asked, sort_keys=True)
        if key not in kept:
            file = io.BytesIO(written("graphml", **asked))
            kept[key] = nx.read_graphml(file, force_multigraph=True)
        return kept[key]

    return once


@pytest.mark.parametrize("asked", ASKED, ids=str)
class TestAllFormats:
    def test_gexf(self, written, drawn, asked, gexf_grammar):
        document, same = written("gexf", **asked), drawn(**asked)
        root = etree.fromstring(document)
        gexf_grammar.assertValid(root)
        read = nx.read_gexf(io.BytesIO(document))
        assert set(read) == set(same)
        assert read.number_of_edges() == same.number_of_edges()
        for node, data in read.nodes(data=True):
            other = same.nodes[node]
            assert (data["label"], data["iri"]) == (other["label"], other["iri"])
            assert data["viz"]["size"] == other["size"]
            assert data["viz"]["position"]["x"] == other["x"]
        names = [{d["name"]: d.get("quote") for *_, d in g.edges(data=True)} for g in (read, same)]
        assert names[0] == names[1]

    def test_parallel_edges_differ_in_kind_unless_layers_say_the_same(self, written, asked):
        root = etree.fromstring(written("gexf", **asked))
        ns = "{http://gexf.net/1.3}"
        ids = [e.get("id") for e in root.iter(ns + "edge")]
        assert len(ids) == len(set(ids))

    def test_cx2(self, written, drawn, asked):
        aspects = json.loads(written("cx2", **asked))
        assert aspects[0] == {"CXVersion": "2.0", "hasFragments": False}
        assert aspects[-1] == {"status": [{"success": True}]}
        names = [next(iter(a)) for a in aspects[1:-1]]
        assert len(names) == len(set(names))
        content = {name: a[name] for name, a in zip(names, aspects[1:-1], strict=True)}
        counts = {m["name"]: m["elementCount"] for m in content["metaData"]}
        assert counts == {k: len(v) for k, v in content.items() if k != "metaData" and v}
        (declared,) = content["attributeDeclarations"]
        kinds = {"string": str, "double": float, "boolean": bool, "integer": int}
        nodes = {n["id"] for n in content["nodes"]}
        assert len(nodes) == len(content["nodes"])
        assert len({e["id"] for e in content["edges"]}) == len(content["edges"])
        for aspect in ("nodes", "edges"):
            for item in content[aspect]:
                assert isinstance(item["id"], int)
                for name, value in item["v"].items():
                    assert isinstance(value, kinds[declared[aspect][name]["d"]])
        assert all(e["s"] in nodes and e["t"] in nodes for e in content["edges"])
        same = drawn(**asked)
        assert {n["v"]["iri"] for n in content["nodes"]} == {d["iri"] for _, d in same.nodes.data()}
        assert len(content["edges"]) == same.number_of_edges()

    def test_cx2_as_the_library_of_ndex_reads_it(self, written, drawn, asked):
        same = drawn(**asked)
        network = CX2Network()
        network.create_from_raw_cx2(json.loads(written("cx2", **asked)))
        nodes, edges = network.get_nodes(), network.get_edges()
        names = {n: data["v"]["short_id"] for n, data in nodes.items()}
        for data in nodes.values():
            drawn_so = same.nodes[f"n{data['id']}"]
            assert (data["v"]["name"], data["v"]["iri"]) == (drawn_so["label"], drawn_so["iri"])
            assert (data["x"], data["y"]) == (drawn_so["x"], drawn_so["y"])
        wanted = sorted(
            (same.nodes[s]["name"], d["name"], same.nodes[t]["name"], d.get("quote"))
            for s, t, d in same.edges.data()
        )
        read = (
            (names[e["s"]], e["v"]["short_id"], names[e["t"]], e["v"].get("quote"))
            for e in edges.values()
        )
        assert sorted(read) == wanted
        assert network.get_network_attributes()["layers"] == same.graph["layers"]
        again = CX2Network()
        again.create_from_raw_cx2(network.to_cx2())
        assert again.get_edges() == edges

    def test_csv(self, written, drawn, asked):
        tables, same = csv_tables(written("csv", **asked)), drawn(**asked)
        ids = {row["id"] for row in tables["nodes.csv"]}
        assert ids == {d["name"] for _, d in same.nodes.data()}
        edges = tables["edges.csv"]
        assert all(e["source"] in ids and e["target"] in ids for e in edges)
        wanted = sorted((d["name"], d.get("quote", "")) for *_, d in same.edges.data())
        assert sorted((e["id"], e["quote"]) for e in edges) == wanted
        about = {row["key"]: row["value"] for row in tables["about.csv"]}
        assert about["content"]

    def test_xlsx(self, written, drawn, asked):
        found, same = sheets(written("xlsx", **asked)), drawn(**asked)
        assert list(found) == ["about", "nodes", "edges", "evidence"]
        assert len(found["nodes"]) == same.number_of_nodes() + 1
        assert len(found["edges"]) == same.number_of_edges() + 1
        about = {row[0][1]: row[1][1] for row in found["about"] if len(row) > 1}
        assert about["edges"] == str(same.number_of_edges())
        assert about["layers"] == same.graph["layers"]

    @RDFLIB_WARNS
    def test_rdf(self, full, written, asked):
        trig = set(ox.parse(input=written("trig", **asked), format=ox.RdfFormat.TRIG))
        for quad in trig:
            assert quad in full.published.store
            layer = layer_of(quad.graph_name.value)
            assert layer in asked.get("layers", "stated,background,analyst")
        turtle = set(ox.parse(input=written("turtle", **asked), format=ox.RdfFormat.TURTLE))
        assert {q.triple for q in turtle} == {q.triple for q in trig}
        jsonld = written("jsonld", **asked)
        assert set(ox.parse(input=jsonld, format=ox.RdfFormat.JSON_LD)) == trig
        dataset = rdflib.Dataset()
        dataset.parse(data=jsonld, format="json-ld")
        assert len(list(dataset.quads())) == len(trig)
        graph = rdflib.Graph().parse(data=written("turtle", **asked), format="turtle")
        assert len(graph) == len({q.triple for q in trig})

    @pytest.mark.parametrize("file_format", FORMATS)
    def test_the_bytes_are_always_the_same(self, full, written, asked, file_format):
        assert write(full, file_format, **asked) == written(file_format, **asked)


def test_paths_hold_what_the_question_answers(full):
    asked = {"mode": "all-shortest", "layers": "stated"}
    answer = full.paths("中铝集团", "电解铝", **asked).data["paths"]
    read = graphml(full, source="中铝集团", target="电解铝", **asked)
    assert {d["name"] for _, d in read.nodes.data()} == {
        n["id"] for path in answer for n in path["nodes"]
    }
    assert sorted({d["name"] for *_, d in read.edges.data()}) == sorted(
        {e["id"] for path in answer for step in path["edges"] for e in step}
    )


@pytest.mark.parametrize(
    "restricted",
    [
        {"sector": "scheme/sector/steel"},
        {"status": ["advancing", "continuing"]},
        {"cost": "informative"},
        {"relation": "cooperatesWith"},
        {"avoid": "region/CN-GS"},
    ],
)
def test_paths_are_restricted_as_in_the_question(full, restricted):
    ends, asked = ("org/chinalco", "org/crrc"), {"mode": "k-shortest", "k": 4}
    answer = full.paths(*ends, **asked, **restricted).data["paths"]
    read = graphml(full, source=ends[0], target=ends[1], **asked, **restricted)
    nodes = {d["name"] for _, d in read.nodes.data()}
    assert nodes == {*ends, *(n["id"] for path in answer for n in path["nodes"])}
    free = graphml(full, source=ends[0], target=ends[1], **asked)
    assert nodes != {d["name"] for _, d in free.nodes.data()}


def test_a_list_of_gaps_is_marked(full):
    found = full.gaps(limit=1000).data
    read = graphml(full, gaps="all")
    drawn = {d["name"]: d for _, d in read.nodes.data() if d["assertion"] == "gap"}
    assert set(drawn) == {f"gap/{gap['id']}" for gap in found}
    assert {d["assertion"] for *_, d in read.edges.data()} == {"gap"}
    more = graphml(full, gaps="all", suggested="include")
    candidates = sum(len(gap["candidates"]) for gap in found)
    marked = [d for *_, d in more.edges.data() if d["assertion"] == "suggested"]
    assert len(marked) == candidates


def test_nothing_is_suggested_unless_asked(full):
    assert {d["assertion"] for *_, d in graphml(full).edges.data()} == {"recorded"}
    plain, more = graphml(full), graphml(full, suggested="include")
    recorded = [d["name"] for *_, d in more.edges.data() if d["assertion"] == "recorded"]
    assert sorted(recorded) == sorted(d["name"] for *_, d in plain.edges.data())


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"flavour": "x"}, "flavour"),
        ({"format": "gexf", "flavour": "yed"}, "flavour"),
        ({"focus": "org/baowu", "gaps": "all"}, "focus"),
        ({"source": "org/baowu"}, "to"),
        ({"suggested": "yes"}, "suggested"),
        ({"source": "org/baowu", "target": "org/crrc", "mode": "x"}, "mode"),
        ({"source": "org/baowu", "target": "org/crrc", "cost": "x"}, "cost"),
    ],
)
def test_what_contradicts_itself_is_refused(full, asked, parameter):
    with pytest.raises(BadRequest) as caught:
        full.export(**asked)
    assert caught.value.extensions["parameter"] == parameter


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1", '=A"B']


@pytest.mark.parametrize("label", FORMULAS)
def test_no_formula_is_smuggled_in(graph_of, label):
    assert harmless(label) == f"'{label}"
    graph = labelled(graph_of, label)
    for table in csv_tables(write(graph, "csv")).values():
        for row in table:
            for name, cell in row.items():
                if name not in ("x", "y"):
                    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝"}
    for rows in sheets(write(graph, "xlsx")).values():
        for row in rows:
            assert {kind for kind, _ in row} <= {"inlineStr", "s", "n", "b"}


def labelled(graph_of, label: str):
    literal = "".join(f"\\U{ord(c):08X}" for c in label)
    return graph_of(
        stated=f"""
        <http://x/a> a coop:Enterprise ; skos:prefLabel "{literal}"@zh ;
          coop:evidencedBy <http://x/e> ; coop:locatedIn <http://x/r> .
        <http://x/r> a coop:Area .
        <http://x/e> oa:hasSource <http://x/d> ; oa:exact "{literal}" ; coop:paragraph 1 ."""
    )


@RDFLIB_WARNS
@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_label_can_be_read_back(graph_of, gexf_grammar, label):
    graph, wanted = labelled(graph_of, label), printable(label)
    root = etree.fromstring(write(graph, "gexf"))
    gexf_grammar.assertValid(root)
    assert wanted in {n.get("label") for n in root.iter("{http://gexf.net/1.3}node")}
    (nodes,) = [a["nodes"] for a in json.loads(write(graph, "cx2")) if "nodes" in a]
    assert wanted in {n["v"]["name"] for n in nodes}
    rows = csv_tables(write(graph, "csv"))["nodes.csv"]
    texts = {row["label"] for row in rows}
    assert wanted in texts | {text[1:] for text in texts if text.startswith("'")}
    for name, form in (("turtle", "turtle"), ("jsonld", "json-ld")):
        said = rdflib.Dataset().parse(data=write(graph, name), format=form)
        assert rdflib.Literal(label, lang="zh") in {o for _, _, o, _ in said.quads()}
    cells = {unescaped(c) for row in sheets(write(graph, "xlsx"))["nodes"] for _, c in row}
    assert {c.replace("\r\n", "\n") for c in cells} & {wanted, wanted.replace("\r", "\n")} or (
        "_x" in wanted or "\r" in wanted
    )


def test_what_has_no_edge_stands_below_the_rest():
    source, target = np.array([0, 1, 2, 7]), np.array([1, 2, 0, 7])  # 7 has itself alone
    place = lay_out(source, target, 30)
    joined, alone = place[:3], place[3:]
    assert alone[:, 1].min() > joined[:, 1].max()
    assert len({tuple(p) for p in place.tolist()}) == 30
    assert np.ptp(alone[:, 0]) < 1500
    assert abs((alone[:12, 0].mean()) - (joined[:, 0].min() + joined[:, 0].max()) / 2) < 1


@pytest.mark.parametrize("count", [0, 1, 2, 50, FORCED, FORCED + 1, 5000])
def test_a_layout_has_a_place_of_its_own_for_each_node(count):
    random = np.random.default_rng(1)
    ends = random.integers(0, max(count, 1), (2, 2 * count)) if count else np.zeros((2, 0), int)
    place = lay_out(*ends, count)
    assert place.shape == (count, 2)
    assert np.isfinite(place).all()
    assert len(np.unique(place, axis=0)) == count
    assert np.array_equal(place, lay_out(*ends, count))
