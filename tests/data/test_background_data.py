from __future__ import annotations

import csv
import runpy
import warnings
from itertools import pairwise

import networkx as nx
import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.intake.quotation import CONTEXT
from coopgraph.intake.stored_text import slug_of
from coopgraph.resources import data_dir, ontology_dir
from coopgraph.vocabulary import COOP, DCT, ID, OA, PROV, RDF, SCHEME, SKOS

BACKGROUND, SOURCES = data_dir() / "background", data_dir() / "sources"
XKOS = "http://rdf-vocabulary.ddialliance.org/xkos#"
LANGUAGES = {"zh", "en"}
MATCHES = {"closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}
CLASSIFICATIONS = {"gbt-4754-2017", "isic-rev4"}


def rows(name: str) -> list[dict[str, str]]:
    with (BACKGROUND / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DOCUMENTS = {row["slug"]: row for row in rows("documents.csv")}


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def values(store: ox.Store, subject: str, predicate: str) -> list:
    return [q.object for q in store.quads_for_pattern(node(subject), node(predicate), None)]


def instances(store: ox.Store, type_iri: str) -> set[str]:
    return {
        q.subject.value for q in store.quads_for_pattern(None, node(RDF + "type"), node(type_iri))
    }


def languages(store: ox.Store, subject: str, predicate: str) -> list[str]:
    said = {(term.language, term.value) for term in values(store, subject, predicate)}
    return sorted(language for language, _ in said)


@pytest.fixture(scope="module")
def background() -> ox.Store:
    store = ox.Store()
    for path in BACKGROUND.glob("*.ttl"):
        store.load(
            path=str(path),
            format=ox.RdfFormat.TURTLE,
            to_graph=node(f"https://w3id.org/coopgraph/graph/background/{path.stem}"),
        )
    return store


@pytest.fixture(scope="module")
def vocabulary() -> ox.Store:
    store = ox.Store()
    for path in (ontology_dir() / "schemes").glob("*.ttl"):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def graph(full) -> CoopGraph:
    return full


@pytest.fixture(scope="module")
def build() -> dict:
    with warnings.catch_warnings():
        return runpy.run_path(str(BACKGROUND / "build.py"))


class TestGeneratedFiles:
    def test_background_is_current(self, build):
        files = build["build"]()
        assert {path.name for path in BACKGROUND.glob("*.ttl")} == set(files)
        for name, turtle in files.items():
            assert (BACKGROUND / name).read_text("utf-8") == turtle, name

    def test_classifications_are_current(self, build):
        files = build["build_schemes"]()
        assert {f"{name}.ttl" for name in CLASSIFICATIONS} == set(files)
        for name, turtle in files.items():
            assert (ontology_dir() / "schemes" / name).read_text("utf-8") == turtle, name


class TestTexts:
    """The stored excerpts."""

    @pytest.fixture(params=sorted(p.stem for p in SOURCES.glob("*.txt") if p.stem in DOCUMENTS))
    def text(self, request) -> tuple[str, str]:
        return request.param, (SOURCES / f"{request.param}.txt").read_bytes().decode()

    def test_lines_are_paragraphs_and_none_is_empty(self, text):
        _, words = text
        assert "\r" not in words
        assert all(line.strip() for line in words.split("\n"))

    def test_an_excerpt_says_so_and_whence(self, text):
        slug, words = text
        heading = words.split("\n", 1)[0]
        assert heading.startswith("【摘录 Excerpt】")
        assert heading.endswith(DOCUMENTS[slug]["source"])
        assert DOCUMENTS[slug]["read"]

    def test_every_excerpt_is_cited(self, text, background):
        slug, _ = text
        cited = background.quads_for_pattern(
            None, node(OA + "hasSource"), node(f"{ID}document/{slug}")
        )
        assert list(cited)


class TestQuotations:
    def test_every_quotation_stands_at_its_offsets(self, background):
        found = list(
            background.query(
                f"""PREFIX oa: <{OA}> PREFIX coop: <{COOP}>
                SELECT DISTINCT * {{
                    ?e a coop:Evidence ; coop:paragraph ?paragraph ; oa:hasSource ?document ;
                        oa:hasSelector ?words , ?place .
                    ?words oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
                    ?place oa:start ?start ; oa:end ?end }}""",
                use_default_graph_as_union=True,
            )
        )
        assert len(found) == len(instances(background, COOP + "Evidence")) > 60
        for row in found:
            slug = slug_of(row["document"].value)
            text = (SOURCES / f"{slug}.txt").read_bytes().decode()
            start, end = int(row["start"].value), int(row["end"].value)
            exact, number = row["exact"].value, int(row["paragraph"].value)
            assert text[start:end] == exact
            assert text[:start].count("\n") == number - 1
            assert number > 1, "the first paragraph is our own heading"
            before = start - (text.rfind("\n", 0, start) + 1)
            name = f"{slug}/p{number}-{before}-{before + len(exact)}"
            assert row["e"].value == f"{ID}evidence/{name}"
            assert text[:start].endswith(row["prefix"].value)
            assert text[end:].startswith(row["suffix"].value)
            assert max(len(row["prefix"].value), len(row["suffix"].value)) <= CONTEXT

    def test_all_evidence_is_cited_and_supports_what_is_said(self, background):
        evidence = instances(background, COOP + "Evidence")
        cited: dict[str, set[str]] = {}
        for quad in background.quads_for_pattern(None, node(COOP + "evidencedBy"), None):
            cited.setdefault(quad.object.value, set()).add(quad.subject.value)
        assert set(cited) == evidence
        for item, subjects in cited.items():
            for prop in values(background, item, COOP + "supports"):
                for subject in subjects:
                    assert values(background, subject, prop.value), (item, prop, subject)

    @pytest.mark.parametrize("layers", ["background", "stated,background"])
    def test_every_edge_answers_where_it_says_so(self, graph, layers):
        drawn = graph.to_networkx(layers=layers.split(","))
        edges = [
            (key, edge)
            for _, _, key, edge in drawn.edges(keys=True, data=True)
            if edge["layer"] == "background"
        ]
        relations = {edge["relation"] for _, edge in edges}
        assert {"memberGroup", "locatedIn", "mainSector", "feedsDirectly"} <= relations
        for key, edge in edges:
            quoted = [e for e in edge["evidence"] if e["quote"]]
            assert quoted, key
            for item in quoted:
                assert item["document"].startswith("document/")
                assert item["paragraph"] > 1
                text = (SOURCES / f"{item['document'].removeprefix('document/')}.txt").read_bytes()
                assert text.decode()[item["start"] : item["end"]] == item["quote"]

    def test_the_quotation_of_an_edge_is_about_that_edge(self, graph):
        near = graph.neighbours("org/baowu", layers="background").data["neighbours"]
        quotes = {
            edge["relation"]: [e["quote"] for e in edge["evidence"] if e["quote"]]
            for neighbour in near
            for edge in neighbour["edges"]
        }
        assert set(quotes) == {"memberGroup", "mainSector"}
        assert "中国宝武钢铁集团有限公司" in quotes["memberGroup"]
        assert quotes["mainSector"] == [
            "China Baowu Steel Group Corp., Ltd., commonly known as Baowu, is a state-owned iron "
            "and steel company"
        ]


class TestSources:
    def test_every_graph_and_thing_names_its_source(self, background):
        source, day = node(DCT + "source"), node(DCT + "date")
        for name in background.named_graphs():
            assert list(background.quads_for_pattern(name, source, None, name))
            assert list(background.quads_for_pattern(name, day, None, name))
        # A document may be known by its title only; evidence and its parts name their document;
        # a reading names who read it so.
        parts = {
            COOP + "Interpretation": PROV + "wasAttributedTo",
            PROV + "Agent": SKOS + "prefLabel",
            COOP + "Evidence": OA + "hasSource",
            OA + "TextQuoteSelector": OA + "exact",
            OA + "TextPositionSelector": OA + "start",
        }
        for quad in background.quads_for_pattern(None, node(RDF + "type"), None):
            kind, subject = quad.object.value, quad.subject
            if kind == COOP + "SourceDocument":
                assert values(background, subject.value, DCT + "title")
            else:
                needed = node(parts.get(kind, DCT + "source"))
                assert list(background.quads_for_pattern(subject, needed, None, quad.graph_name)), (
                    subject
                )

    def test_every_source_is_described_in_the_same_graph(self, background):
        for predicate in (DCT + "source", OA + "hasSource"):
            for quad in background.quads_for_pattern(None, node(predicate), None):
                if quad.object.value.startswith(ID):
                    described = background.quads_for_pattern(
                        quad.object,
                        node(RDF + "type"),
                        node(COOP + "SourceDocument"),
                        quad.graph_name,
                    )
                    assert list(described), quad

    def test_what_has_neither_address_nor_text_is_cited_for_names_only(self, background):
        for slug, row in DOCUMENTS.items():
            if row["source"]:
                continue
            assert not (SOURCES / f"{slug}.txt").exists()
            document = node(f"{ID}document/{slug}")
            for quad in background.quads_for_pattern(None, node(DCT + "source"), document):
                if quad.subject.value.startswith(ID):
                    names = (COOP + "officialName", SKOS + "altLabel")
                    assert any(values(background, quad.subject.value, name) for name in names)
                    others = values(background, quad.subject.value, DCT + "source")
                    edges = (COOP + "locatedIn", COOP + "memberGroup", COOP + "mainSector")
                    if any(values(background, quad.subject.value, edge) for edge in edges):
                        assert len(others) > 1, quad.subject

    def test_documents_have_titles_in_both_languages(self, background):
        for document in instances(background, COOP + "SourceDocument"):
            titles = {term.language for term in values(background, document, DCT + "title")}
            assert titles == LANGUAGES, document

    def test_every_identifier_has_a_source(self, background):
        identifiers = ("gbt2260Code", "iso3166Code")
        predicates = [*(COOP + name for name in identifiers), SKOS + "exactMatch"]
        for predicate in predicates:
            for quad in background.quads_for_pattern(None, node(predicate), None):
                assert values(background, quad.subject.value, DCT + "source")

    def test_no_machine_path_and_no_package_host(self):
        paths = [*BACKGROUND.iterdir(), *SOURCES.iterdir(), *(ontology_dir() / "schemes").iterdir()]
        for path in paths:
            if path.is_file():
                words = path.read_text("utf-8")
                for wrong in ("/work/", "/tmp/", "/root/", "/home/", "//pypi", "//registry"):  # noqa: S108
                    assert wrong not in words, (path.name, wrong)


class TestNames:
    def test_only_chains_and_readings_have_a_preferred_name_of_their_own(self, background):
        own = instances(background, COOP + "IndustryChain")
        own |= instances(background, COOP + "ChainLink")
        own |= instances(background, COOP + "Interpretation")
        own |= instances(background, PROV + "Agent")
        assert own
        for subject in own:
            assert languages(background, subject, SKOS + "prefLabel") == ["en", "zh"]
        named = background.quads_for_pattern(None, node(SKOS + "prefLabel"), None)
        assert {quad.subject.value for quad in named} == own

    def test_an_ambiguous_name_is_nobodys_plain_alias(self, background):
        def names(term: str) -> set[str]:
            return {q.object.value for q in background.quads_for_pattern(None, node(term), None)}

        ambiguous = names(COOP + "ambiguousAlias")
        assert {"中国中车", "中国铝业", "中国建材"} <= ambiguous
        assert not ambiguous & names(SKOS + "altLabel")


def test_divisions_are_34_in_four_regions(background):
    found = background.query(
        """PREFIX coop: <https://w3id.org/coopgraph/ns#> SELECT ?region (COUNT(?p) AS ?n) FROM
        <https://w3id.org/coopgraph/graph/background/divisions>
        { ?p a coop:Province OPTIONAL { ?p coop:nbsRegion ?region } } GROUP BY ?region"""
    )
    counts = {
        row["region"].value.rsplit("/", 1)[1] if row["region"] else None: int(row["n"].value)
        for row in found
    }
    assert counts == {"east": 10, "central": 6, "west": 12, "northeast": 3, None: 3}


def test_main_sectors_are_those_that_the_texts_name(background):
    found = {
        (q.subject.value.removeprefix(ID), q.object.value.removeprefix(SCHEME))
        for q in background.quads_for_pattern(None, node(COOP + "mainSector"), None)
    }
    assert found == {
        ("org/chinalco", "chain-stage/alumina-refining"),
        ("org/chinalco", "sector/electrolytic-aluminium"),
        ("org/baowu", "sector/steel"),
        ("org/cnbm", "sector/cement"),
        ("org/minmetals", "chain-stage/metals-and-minerals"),
        ("org/crrc", "chain-stage/rail-transport-equipment"),
    }


def test_every_sector_used_is_typed_in_this_layer(background, vocabulary):
    known = instances(vocabulary, COOP + "Sector")
    used = {
        term.value
        for quad in background.quads_for_pattern(None, None, None)
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.NamedNode) and term.value in known
    }
    assert used == instances(background, COOP + "Sector")


@pytest.fixture(scope="module")
def links(background) -> nx.DiGraph:
    graph = nx.DiGraph()
    for link in instances(background, COOP + "ChainLink"):
        (up,) = values(background, link, COOP + "upstreamSector")
        (down,) = values(background, link, COOP + "downstreamSector")
        (chain,) = values(background, link, COOP + "inChain")
        ends = [end.value.rsplit("/", 1)[1] for end in (up, down)]
        graph.add_edge(*ends, chain=chain.value.rsplit("/", 1)[1], link=link)
    return graph


class TestChains:
    def test_five_chains_and_no_circle(self, links):
        assert {chain for *_, chain in links.edges(data="chain")} == {
            "aluminium", "copper", "steel", "cement", "petrochemicals",
        }  # fmt: skip
        assert nx.is_directed_acyclic_graph(links)
        stages = ["bauxite-mining", "alumina-refining", "electrolytic-aluminium",
                  "aluminium-rolling"]  # fmt: skip
        assert all(links.has_edge(*pair) for pair in pairwise(stages))

    def test_a_link_is_named_by_its_ends(self, links):
        for up, down, link in links.edges(data="link"):
            assert link == f"{ID}chain-link/{up}-{down}"

    def test_links_are_unreviewed_and_evidenced(self, links, background):
        for *_, link in links.edges(data="link"):
            (status,) = values(background, link, COOP + "reviewStatus")
            assert status.value == SCHEME + "review-status/unreviewed"
            assert values(background, link, COOP + "evidencedBy")


class TestClassifications:
    @pytest.mark.parametrize("scheme", sorted(CLASSIFICATIONS))
    def test_scheme_says_edition_source_and_what_it_holds(self, vocabulary, scheme):
        iri = SCHEME + scheme
        assert values(vocabulary, iri, DCT + "identifier")
        assert values(vocabulary, iri, DCT + "source")
        for predicate in (DCT + "title", SKOS + "definition", SKOS + "note"):
            assert languages(vocabulary, iri, predicate) == ["en", "zh"]

    @pytest.mark.parametrize("scheme", ["chain-stage", *sorted(CLASSIFICATIONS)])
    def test_concepts(self, vocabulary, scheme):
        iri = SCHEME + scheme
        concepts = {
            q.subject.value
            for q in vocabulary.quads_for_pattern(None, node(SKOS + "inScheme"), node(iri))
        }
        kind = COOP + "Sector" if scheme == "chain-stage" else SKOS + "Concept"
        assert len(concepts) > 10
        for concept in concepts:
            (notation,) = values(vocabulary, concept, SKOS + "notation")
            assert concept == f"{iri}/{notation.value}"
            assert [t.value for t in values(vocabulary, concept, RDF + "type")] == [kind]
            for predicate in (SKOS + "prefLabel", SKOS + "definition"):
                assert languages(vocabulary, concept, predicate) == ["en", "zh"]
            above = [
                broader
                for broader in values(vocabulary, concept, SKOS + "broader")
                if broader.value.startswith(iri)
            ]
            tops = values(vocabulary, iri, SKOS + "hasTopConcept")
            assert (node(concept) in tops) is not bool(above)
            if scheme in CLASSIFICATIONS:
                assert all(
                    notation.value.startswith(broader.value.rsplit("/", 1)[1]) for broader in above
                )

    def test_all_codes_are_used(self):
        held = {(row["scheme"], row["code"]) for row in rows("classifications.csv")}
        assert held == {
            (row["scheme"], row["code"]) for row in rows("sector-mapping.csv") if row["code"]
        }
        assert len(held) < 70


class TestMapping:
    def test_every_sector_has_a_code_or_a_reason(self, vocabulary):
        listed = {SCHEME + row["sector"] for row in rows("sector-mapping.csv")}
        assert listed == instances(vocabulary, COOP + "Sector")
        for row in rows("sector-mapping.csv"):
            assert bool(row["code"]) is bool(row["relation"]) is bool(row["scheme"])
            assert row["reason_zh"]
            assert row["reason_en"]

    def test_relations_are_allowed_and_none_is_exact(self, background):
        for sector in instances(background, COOP + "Sector"):
            for quad in background.quads_for_pattern(node(sector), None, None):
                name = quad.predicate.value.removeprefix(SKOS)
                if name.endswith("Match"):
                    assert name in MATCHES, quad
                    scheme = quad.object.value.removeprefix(SCHEME).split("/")[0]
                    assert scheme in CLASSIFICATIONS

    def test_a_pair_has_one_relation_and_one_association(self, background, vocabulary):
        pairs = [
            (q.subject, q.object)
            for match in MATCHES
            for q in background.quads_for_pattern(None, node(SKOS + match), None)
        ]
        associations = instances(background, XKOS + "ConceptAssociation")
        described = []
        for association in associations:
            (source,) = values(background, association, XKOS + "sourceConcept")
            (target,) = values(background, association, XKOS + "targetConcept")
            described.append((source, target))
            scheme, code = target.value.removeprefix(SCHEME).split("/")
            name = f"{source.value.rsplit('/', 1)[1]}-{scheme}-{code}"
            assert association == f"{ID}mapping/{name}"
            (status,) = values(background, association, COOP + "reviewStatus")
            assert status.value == SCHEME + "review-status/unreviewed"
            assert languages(background, association, SKOS + "note") == ["en", "zh"]
            assert target.value in instances(vocabulary, SKOS + "Concept")
        assert len(pairs) == len(set(pairs)) > 50
        assert set(pairs) == set(described)
        assert len(described) == len(associations)


def test_what_the_project_concluded_itself_says_so_in_answers(full):
    chains = full.neighbours(
        "scheme/sector/cement", relation="feedsDirectly", layers="background"
    ).data["neighbours"]
    main = full.neighbours("org/baowu", relation="mainSector").data["neighbours"]
    assert chains
    assert main
    for item in [*chains, *main]:
        for edge in item["edges"]:
            (reading,) = edge["interpretations"]
            assert "nobody has reviewed it" in reading["reading"]["en"]
            assert edge["evidence"][0]["quote"]
    members = full.neighbours("org/baowu", relation="memberGroup").data["neighbours"]
    assert members[0]["edges"][0]["interpretations"] == []
