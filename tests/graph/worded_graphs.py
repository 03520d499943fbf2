"""Random graphs that are hard to put into words: names, passages and statuses in several layers."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
from hypothesis import strategies as st

from coopgraph.store.graph_columns import GraphColumns
from coopgraph.vocabulary import COOP, DCT, ID, LAYERS, OA, RDFS, SCHEME, SKOS, VOCABULARY_GRAPH

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# What a short id leaves out, and where it must not.
NAMES = [
    ox.NamedNode(iri)
    for iri in (
        "http://x/a", "http://x/a/", "http://x/b&c=d", "urn:x:'q'", f"{ID}org/甘肃", f"{ID}a:b",
        f"{ID}scheme/sector/x", f"{ID}1:b", ID, f"{SCHEME}sector/steel", f"{SCHEME}", "http://x/a#",
    )
]  # fmt: skip
SAYERS = [ox.NamedNode(f"{ID}cooperation/{i}") for i in range(3)]
EVIDENCE = [ox.NamedNode(f"{ID}evidence/{i}") for i in range(4)]
SELECTORS = [ox.NamedNode(f"{ID}evidence/0#{i}") for i in range(2)]
RECORDS = [ox.NamedNode(f"http://x/record-{i}") for i in range(2)]
CLASSES = [
    ox.NamedNode(COOP + name)
    for name in ("Cooperation", "Project", "SurplusCapacity", "Enterprise", "Region", "Sector")
]
ENDS = [ox.NamedNode(COOP + name) for name in ("holder", "sector", "targetRegion", "locatedIn")]
NAMING = [
    ox.NamedNode(iri)
    for iri in (SKOS + "prefLabel", RDFS + "label", COOP + "officialName", DCT + "title",
                SKOS + "altLabel")
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        ["<&\">'", "a b", "a", "a!", 'say "it"', "\ufffe\uffff", "\x07\x00\x1f", "\t\n\r", "甘肃",
         "]]>", "\ud7ff\ue000\ufffd", "𠀀", "", "a|b", "back\\slash", "\x7f\x85\u2028"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)  # fmt: skip
WORDS = st.builds(
    lambda text, tag: ox.Literal(text, language=tag) if tag else ox.Literal(text),
    TEXTS, st.sampled_from(["", "zh", "en", "zh-hans", "en-gb", "fr"]),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 9).map(ox.Literal),
    st.sampled_from([ox.Literal(t) for t in ("007", "x", "-1", "7" * 30, "٣", "²")]),
)
PROPERTIES = st.sampled_from([*ENDS, ox.NamedNode(COOP + "participant"), TYPE])


def _said(subjects, prop: str, values) -> st.SearchStrategy[list[ox.Triple]]:
    return st.builds(
        lambda s, o: [ox.Triple(s, ox.NamedNode(prop), o)], st.sampled_from(subjects), values
    )


@st.composite
def _relators(draw: st.DrawFn) -> list[ox.Triple]:
    who = draw(st.sampled_from(SAYERS))
    said = [ox.Triple(who, TYPE, draw(st.sampled_from(CLASSES[:3])))]
    said += [
        ox.Triple(who, draw(st.sampled_from(ENDS)), draw(st.sampled_from(NAMES)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    for party in range(draw(st.integers(0, 3))):
        part = ox.NamedNode(f"{who.value}#{party}")
        said += [
            ox.Triple(who, ox.NamedNode(COOP + "hasParticipation"), part),
            ox.Triple(part, ox.NamedNode(COOP + "participant"), draw(st.sampled_from(NAMES))),
        ]
    return said


_WHO = [*SAYERS, *SAYERS, *NAMES]
_SAID = st.one_of(
    _relators(),
    st.builds(
        lambda s, p, o: [ox.Triple(s, p, o)], st.sampled_from(NAMES), st.sampled_from(ENDS),
        st.sampled_from(NAMES),
    ),
    _said(NAMES, TYPE.value, st.sampled_from(CLASSES[3:])),
    *(_said(NAMES, prop.value, WORDS) for prop in NAMING),
    _said(_WHO, COOP + "evidencedBy", st.sampled_from([*EVIDENCE, NAMES[0], ox.Literal("e")])),
    _said(_WHO, DCT + "source", st.sampled_from([*NAMES[:5], ox.Literal("d")])),
    _said(_WHO, COOP + "status", st.sampled_from([*NAMES[:5], ox.Literal("signed")])),
    _said(_WHO, COOP + "hasStatusRecord", st.sampled_from(RECORDS)),
    _said(RECORDS, COOP + "recordDate", st.sampled_from([*map(ox.Literal, "123"), NAMES[0]])),
    _said(RECORDS, COOP + "status", st.sampled_from(NAMES[:4])),
    _said(EVIDENCE, COOP + "supports", st.one_of(PROPERTIES, st.sampled_from(NAMING))),
    _said(EVIDENCE, OA + "hasSource", st.sampled_from([*NAMES, ox.Literal("d")])),
    _said([*EVIDENCE, *SELECTORS], OA + "exact", WORDS),
    _said([*EVIDENCE, *SELECTORS], COOP + "paragraph", NUMBERS),
    _said([*EVIDENCE, *SELECTORS], OA + "start", NUMBERS),
    _said(SELECTORS, OA + "end", NUMBERS),
    _said([*EVIDENCE, SELECTORS[0]], OA + "hasSelector",
          st.sampled_from([*SELECTORS, EVIDENCE[3]])),
)  # fmt: skip


@st.composite
def worded_graphs(draw: st.DrawFn) -> dict[str, list[ox.Triple]]:
    """Draw what each layer says; many things are said in more than one."""
    layers: dict[str, list[ox.Triple]] = {layer: [] for layer in LAYERS}
    for said, bits in draw(
        st.lists(st.tuples(_SAID, st.sampled_from([1, 1, 1, 2, 2, 3, 4, 7])), max_size=40)
    ):
        for bit, layer in enumerate(LAYERS):
            if bits >> bit & 1:
                layers[layer] += said
    return {layer: said for layer, said in layers.items() if said}


def kept_of(store: ox.Store) -> Callable[[str], GraphColumns | None]:
    """Return what gives the columns of each layer's graph as a load makes them."""

    def kept(graph: str) -> GraphColumns | None:
        if graph == VOCABULARY_GRAPH:
            return None
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return GraphColumns.of_lines("\n".join(sorted(str(q.triple) for q in quads)).encode())

    return kept
