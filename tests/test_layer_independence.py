"""``layers=stated`` answers as if the other layers had never been loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coopgraph import CoopGraph
from coopgraph.errors import CoopgraphError
from coopgraph.graph.layers import layers_of
from coopgraph.vocabulary import COOP, ID, LAYERS, RDF, RDFS, SCHEME, SKOS, XSD

PAIRS = [
    ("org/chinalco", "scheme/sector/electrolytic-aluminium"),
    ("org/baowu", "region/CN-GD"),
    ("carrier/china-belarus-park", "org/crrc"),
    ("region/CN-TJ", "scheme/sector/petrochemicals"),
    ("org/gansu-iit", "carrier/export-processing-base"),
]
MODES = [
    {"mode": "shortest"},
    {"mode": "all-shortest"},
    {"mode": "k-shortest", "k": 7},
    {"mode": "all", "max_length": 3},
]
SCOPES = [
    {},
    {"as_of": "2019-06-01"},
    {"as_of": "2020-01-01"},
    {"as_of": "2019-06-01", "dated": "only"},
    {"view": "full"},
]


def scope_id(scope):
    return " ".join(scope.values()) or "plain"


@pytest.fixture(scope="module")
def attacked(published_dir, notice_file, tmp_path_factory) -> Iterator[CoopGraph]:
    """Everything that ships, and an analyst who says all sorts of things of stated resources."""
    folder = tmp_path_factory.mktemp("attack")
    file = folder / "attack.ttl"
    file.write_bytes(ox.serialize(_attack(notice_file), format=ox.RdfFormat.TURTLE))
    with CoopGraph.open(shutil.copytree(published_dir, folder / "data"), shipped=False) as graph:
        graph.load(file, layer="analyst", shacl=False)
        yield graph


def _attack(notice_file) -> list[ox.Triple]:
    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    def coop(name: str) -> ox.NamedNode:
        return node(COOP + name)

    subjects = sorted(
        {q.subject for q in ox.parse(path=notice_file, format=ox.RdfFormat.TURTLE)}, key=str
    )
    steel, lead = node(SCHEME + "sector/steel"), node(SCHEME + "role/lead")
    alien = node("http://example.org/ns#Alien")
    said = []
    for i, s in enumerate(subjects):
        other = subjects[(i * 7 + 3) % len(subjects)]
        part = node(f"http://example.org/part/{i}")
        kinds = ("Cooperation", "Project", "SurplusCapacity", "IndustrialAdvantage", "PolicyPlan")
        said += [
            *(ox.Triple(s, node(RDF + "type"), coop(kind)) for kind in kinds),
            ox.Triple(s, node(RDF + "type"), alien),
            ox.Triple(s, coop("hasParticipation"), part),
            ox.Triple(s, coop("participant"), other),
            ox.Triple(s, coop("role"), lead),
            ox.Triple(part, coop("participant"), node(ID + "region/CN-GS")),
            ox.Triple(part, coop("participant"), other),
            ox.Triple(part, coop("role"), lead),
            ox.Triple(part, coop("role"), node(SCHEME + "role/partner")),
            ox.Triple(s, coop("sector"), steel),
            ox.Triple(s, coop("sector"), node(SCHEME + "sector/petrochemicals")),
            ox.Triple(s, coop("targetRegion"), node(ID + "region/CN-XZ")),
            ox.Triple(s, coop("locatedIn"), node(ID + "region/CN-XZ")),
            ox.Triple(s, coop("holder"), node(ID + "org/baowu")),
            ox.Triple(s, coop("fulfils"), other),
            ox.Triple(s, coop("memberGroup"), other),
            ox.Triple(s, coop("status"), node(SCHEME + "status/cancelled")),
            ox.Triple(s, coop("evidencedBy"), other),
            ox.Triple(s, node("http://purl.org/dc/terms/source"), other),
            ox.Triple(s, node("http://example.org/ns#unheard"), other),
            ox.Triple(s, node(SKOS + "prefLabel"), ox.Literal("!假名", language="zh")),
            ox.Triple(s, node(SKOS + "prefLabel"), ox.Literal("!alias", language="en")),
            ox.Triple(s, node(SKOS + "altLabel"), ox.Literal("宝武集团", language="zh")),
            ox.Triple(s, node(SKOS + "broader"), steel),
            *(
                ox.Triple(s, coop(name), ox.Literal(day, datatype=node(XSD + "date")))
                for name, day in (
                    ("planFrom", "1900-01-01"),
                    ("planTo", "1900-12-31"),
                    ("actualFrom", "1901-01-01"),
                    ("actualTo", "1901-12-31"),
                    ("documentDate", "1901-12-31"),
                )
            ),
        ]
    said += [
        ox.Triple(alien, node(RDFS + "subClassOf"), coop("Actor")),
        ox.Triple(coop("Organization"), node(RDFS + "subClassOf"), coop("Project")),
        ox.Triple(coop("sector"), node(RDFS + "label"), ox.Literal("!sector", language="en")),
        ox.Triple(steel, node(SKOS + "topConceptOf"), node(SCHEME + "sector")),
    ]
    return said


@pytest.fixture(scope="module", params=["background", "attack"])
def others_loaded(request, full: CoopGraph) -> CoopGraph:
    return full if request.param == "background" else request.getfixturevalue("attacked")


def _suggested(graph, name, scope):
    try:
        answer = graph.suggest(name, layers="stated", limit=1000, **scope)
    except CoopgraphError as error:
        return error.problem()
    return [answer.data, list(answer.notes)]


@pytest.fixture(scope="module")
def suggested(stated_alone):
    """What is suggested where nothing else was loaded: asked once, compared with all others."""
    kept = {}

    def ask(name, scope):
        key = (name, *sorted(scope.items()))
        if key not in kept:
            kept[key] = _suggested(stated_alone, name, scope)
        return kept[key]

    return ask


@pytest.mark.parametrize("scope", SCOPES, ids=scope_id)
class TestStated:
    def test_stats(self, stated_alone, others_loaded, difference, scope):
        scope = {"layers": "stated", **scope}
        assert not difference(stated_alone.stats(**scope).data, others_loaded.stats(**scope).data)

    def test_nodes_and_edges_with_all_that_is_said_of_them(
        self, stated_alone, others_loaded, difference, scope
    ):
        scope = {"layers": "stated", **scope}
        ours, theirs = (g.to_networkx(**scope) for g in (stated_alone, others_loaded))
        assert not difference(dict(ours.nodes(data=True)), dict(theirs.nodes(data=True)))
        edges = [list(g.edges(keys=True, data=True)) for g in (ours, theirs)]
        assert not difference(*edges)

    def test_node_details(self, stated_alone, others_loaded, difference, outcome, scope):
        scope = {"layers": "stated", **scope}
        nodes = list(stated_alone.to_networkx(**scope))
        for name in nodes if len(scope) == 1 else nodes[::5]:
            answers = [outcome(g.node, name, **scope) for g in (stated_alone, others_loaded)]
            assert not difference(*answers), name

    @pytest.mark.parametrize(
        ("depth", "direction"), [(1, "any"), (1, "in"), (2, "any"), (2, "out")]
    )
    def test_neighbours(self, stated_alone, others_loaded, difference, scope, depth, direction):
        asked = {"layers": "stated", "depth": depth, "direction": direction, "limit": 1000, **scope}
        nodes = list(stated_alone.to_networkx(layers="stated"))
        for name in nodes if direction == "any" and not scope else nodes[::5]:
            answers = [g.neighbours(name, **asked).data for g in (stated_alone, others_loaded)]
            assert not difference(*answers), name

    @pytest.mark.parametrize(
        "sector", ["steel", "equipment-manufacturing", "supporting-industries"]
    )
    def test_neighbours_in_a_sector(
        self, stated_alone, others_loaded, difference, outcome, scope, sector
    ):
        asked = {"layers": "stated", "depth": 2, "sector": f"scheme/sector/{sector}", **scope}
        graphs = (stated_alone, others_loaded)
        assert not difference(*(outcome(g.neighbours, "region/CN-GS", **asked) for g in graphs))

    @pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode["mode"])
    def test_paths(self, stated_alone, others_loaded, difference, outcome, scope, mode):
        for source, target in PAIRS:
            asked = {"layers": "stated", **mode, **scope}
            if "view" in scope and mode["mode"] == "all":
                asked["max_length"] = 2
            graphs = (stated_alone, others_loaded)
            assert not difference(*(outcome(g.paths, source, target, **asked) for g in graphs))

    @pytest.mark.parametrize("match", [None, "exact", "broader"])
    def test_gaps(self, stated_alone, others_loaded, difference, scope, match):
        asked = {"layers": "stated", "limit": 1000, "match": match, **scope}
        assert not difference(stated_alone.gaps(**asked).data, others_loaded.gaps(**asked).data)

    def test_suggestions(self, stated_alone, suggested, others_loaded, difference, scope):
        nodes = list(stated_alone.to_networkx(layers="stated"))
        for name in nodes if len(scope) == 0 else nodes[::10]:
            answers = suggested(name, scope), _suggested(others_loaded, name, scope)
            assert not difference(*answers), name

    @pytest.mark.parametrize("q", ["宝武集团", "baowu", "甘肃", "a", "中", "!", "steel", "g"])
    def test_search(self, stated_alone, others_loaded, difference, scope, q):
        asked = {"layers": "stated", "limit": 1000, **scope}
        answers = [g.search(q, **asked).data for g in (stated_alone, others_loaded)]
        assert not difference(*answers)

    def test_graphml(self, stated_alone, others_loaded, difference, scope):
        scope = {"layers": "stated", **scope}
        ours, theirs = (b"".join(g.export(**scope).chunks) for g in (stated_alone, others_loaded))
        assert not difference(ours.decode().splitlines(), theirs.decode().splitlines())


@pytest.mark.parametrize(
    "asked",
    [
        {"of": "中国五矿集团"},
        {"of": "寶武集團"},
        {"of": "Baowu"},
        {"of": "中国中车集团有限公司"},
        {"of": "Tibet"},
        {"of": "region/CN-XZ"},
        {"of": "西藏自治区"},
        {"of": "!假名"},
        {"of": "nobody at all"},
        {"of": "region/CN-GS", "type": "Alien"},
        {"of": "region/CN-GS", "type": "Country"},
        {"of": "region/CN-GS", "type": "NoSuchClass"},
        {"of": "region/CN-GS", "relation": "unheard", "view": "full"},
        {"of": "region/CN-GS", "relation": "memberGroup"},
        {"of": "region/CN-GS", "relation": "no-such-relation"},
    ],
    ids=lambda asked: " ".join(asked.values()),
)
def test_answers_and_errors_to_names_are_the_same(
    stated_alone, others_loaded, difference, outcome, asked
):
    asked = {"layers": "stated", **asked}
    graphs = (stated_alone, others_loaded)
    assert not difference(*(outcome(g.neighbours, **asked) for g in graphs))


def test_a_relator_is_described_the_same(stated_alone, others_loaded, difference, outcome):
    vias = {e["via"] for _, _, e in stated_alone.to_networkx().edges(data=True)} - {None}
    for via in [*sorted(vias), "document/gansu-iit-2019-67", "scheme/status/required"]:
        graphs = (stated_alone, others_loaded)
        assert not difference(*(outcome(g.node, via, layers="stated") for g in graphs)), via


def test_what_a_layer_adds_is_seen_when_it_is_asked_for(full, attacked):
    assert attacked.stats().data["edges"] > full.stats().data["edges"]
    assert full.stats().data["nodes"] > full.stats(layers="stated").data["nodes"]


# Any small graph over three layers.

A = [ox.NamedNode(ID + f"org/a{i}") for i in range(4)]
WORKS = [ox.NamedNode(ID + f"work/{i}") for i in range(2)]
PARTS = [ox.NamedNode(ID + f"part/{i}") for i in range(3)]
SECTORS = [ox.NamedNode(SCHEME + f"sector/{name}") for name in ("steel", "cement")]
ROLES = [ox.NamedNode(SCHEME + f"role/{name}") for name in ("lead", "partner")]
KINDS = [ox.NamedNode(SCHEME + f"cooperation-type/{name}") for name in ("docking", "exchange")]


def _c(name: str) -> ox.NamedNode:
    return ox.NamedNode(COOP + name)


def _date(day: str) -> ox.Literal:
    return ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))


POOL = [
    *(
        ox.Triple(a, ox.NamedNode(RDF + "type"), _c(kind))
        for a, kind in product(A, ("Enterprise", "Province"))
    ),
    *(
        ox.Triple(w, ox.NamedNode(RDF + "type"), _c(kind))
        for w, kind in product(WORKS, ("Cooperation", "Project", "SurplusCapacity"))
    ),
    *(ox.Triple(w, _c("hasParticipation"), p) for w, p in product(WORKS, PARTS)),
    *(ox.Triple(p, _c("participant"), a) for p, a in product(PARTS, A)),
    *(ox.Triple(p, _c("role"), r) for p, r in product(PARTS, ROLES)),
    *(ox.Triple(w, _c("sector"), s) for w, s in product(WORKS, SECTORS)),
    *(ox.Triple(w, _c("cooperationType"), k) for w, k in product(WORKS, KINDS)),
    *(ox.Triple(w, _c("holder"), a) for w, a in product(WORKS, A[:2])),
    *(ox.Triple(a, _c("locatedIn"), b) for a, b in product(A[:2], A[2:])),
    *(
        ox.Triple(w, _c(name), _date(day))
        for w in WORKS
        for name, day in (
            ("planFrom", "2019-01-01"),
            ("planTo", "2019-12-31"),
            ("actualFrom", "2019-06-01"),
            ("actualTo", "2020-06-01"),
            ("actualTo", "2018-01-01"),
        )
    ),
    *(ox.Triple(w, _c("status"), ox.NamedNode(SCHEME + "status/required")) for w in WORKS),
    *(
        ox.Triple(a, ox.NamedNode(SKOS + name), ox.Literal(label, language="zh"))
        for a in A[:3]
        for name, label in (("prefLabel", "甲"), ("altLabel", "乙"), ("prefLabel", "丙"))
    ),
    *(ox.Triple(w, _c("evidencedBy"), ox.NamedNode(ID + "evidence/e")) for w in WORKS),
]
GRAPHS = st.lists(
    st.tuples(st.integers(0, len(POOL) - 1), st.integers(1, 7)), min_size=12, max_size=60
).map(dict)


def answers(graph: CoopGraph, selection: int, outcome) -> dict[str, object]:
    layers = layers_of(selection)
    found: dict[str, object] = {}
    for view in ("compact", "full"):
        scope = {"layers": layers, "view": view}
        drawn = graph.to_networkx(**scope)
        found[view] = (
            dict(drawn.nodes(data=True)),
            list(drawn.edges(keys=True, data=True)),
        )
        stats = graph.stats(**scope).data
        found[f"{view} stats"] = stats
        for name in ("甲", "乙", "org/a0", "scheme/sector/steel"):
            found[f"{view} {name}"] = [
                outcome(graph.neighbours, name, depth=2, **scope),
                outcome(graph.search, name, **scope),
                outcome(graph.node, name, **scope),
                outcome(graph.paths, name, "org/a1", mode="all", max_length=3, **scope),
                outcome(
                    graph.neighbours, name, as_of="2019-03-01", sector="scheme/sector/steel",
                    **scope,
                ),
            ]  # fmt: skip
        found[f"{view} typed"] = outcome(
            graph.neighbours, "org/a0", type="Province", depth=3, **scope
        )
    found["gaps"] = outcome(graph.gaps, layers=layers, limit=1000)
    found["suggest"] = [outcome(graph.suggest, name, layers=layers) for name in ("org/a0", "甲")]
    return found


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(GRAPHS)
def test_any_selection_answers_as_if_the_other_layers_were_not_there(
    graph_of, outcome, difference, said
):
    by_layer = {
        layer: [POOL[i] for i, mask in said.items() if mask >> bit & 1]
        for bit, layer in enumerate(LAYERS)
    }
    whole = graph_of(**by_layer)
    for selection in range(1, 8):
        part = graph_of(**{layer: by_layer[layer] for layer in layers_of(selection)})
        expected, got = answers(part, selection, outcome), answers(whole, selection, outcome)
        for key, value in expected.items():
            assert not difference(value, got[key]), (layers_of(selection), key)


def test_an_edge_names_a_layer_that_was_asked_for(graph_of):
    said = r"""
        id:org\/a a coop:Enterprise ; coop:locatedIn id:region\/CN-GS .
        id:region\/CN-GS a coop:Province .
    """
    graph = graph_of(stated=said, background=said)
    for layer in ("stated", "background"):
        for view in ("compact", "full"):
            near = graph.neighbours("org/a", layers=layer, view=view).data["neighbours"]
            assert {e["layer"] for n in near for e in n["edges"]} == {layer}
            counts = graph.stats(layers=layer, view=view).data
            assert counts["layers"][layer]["edges"] == counts["edges"]


@pytest.mark.parametrize("said", ["oa:exact '假'", "oa:start 1", "oa:end 9", "coop:paragraph 99",
                                  "oa:hasSource id:other", "oa:hasSelector id:other"])  # fmt: skip
def test_another_layer_cannot_forge_a_quotation(graph_of, notice_file, said):
    text = notice_file.read_text("utf-8")
    evidence = "<https://w3id.org/coopgraph/id/evidence/gansu-iit-2019-67/p11-133-138>"
    forged = f"{evidence} {said} .  id:other oa:exact '假' ; oa:start 1 ; oa:end 9 ."
    alone, both = graph_of(stated=text), graph_of(stated=text, background=forged, analyst=forged)
    quotes = [
        g.node("carrier/china-belarus-park", layers="stated").data["evidence"]
        for g in (alone, both)
    ]
    assert quotes[0] == quotes[1]


def test_networkx_names_only_the_layers_asked_for(full):
    graph = full.to_networkx(layers="stated")
    assert isinstance(graph, nx.MultiDiGraph)
    assert {edge["layer"] for _, _, edge in graph.edges(data=True)} == {"stated"}
