"""The reference of the ontology is written from the ontology, and names every term."""

import importlib.util
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.vocabulary import COOP, RDF, SH, SHAPES, SKOS

ROOT = Path(__file__).resolve().parents[2]


def _module():
    spec = importlib.util.spec_from_file_location("ontology_page", ROOT / "docs/ontology_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


page = _module()
DOCUMENT = (ROOT / "docs" / "ontology.md").read_text("utf-8")


@pytest.fixture(scope="module")
def files():
    return page.Files()


def declared(files) -> set[str]:
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    return {
        iri
        for kind in kinds
        for iri in page.subjects(files.ontology, RDF + "type", page.OWL + kind)
        if iri.startswith(COOP)
    }


def entry(iri: str) -> str:
    start = DOCUMENT.index(f'<a id="{page.anchor(iri)}"></a>')
    end = DOCUMENT.find("\n<a id=", start + 1)
    return DOCUMENT[start:end]


def test_the_document_is_current():
    assert page.page() == DOCUMENT


def test_every_term_is_there_with_labels_and_definitions(files):
    terms = [iri for _, _, iris in files.terms() for iri in iris]
    assert len(terms) == len(set(terms))
    assert set(terms) == declared(files)
    for iri in terms:
        text = entry(iri)
        for prop in (page.RDFS + "label", SKOS + "definition"):
            said = page.words(files.ontology, iri, prop)
            assert set(said) == {"zh", "en"}
            assert all(words in text for words in said.values()), iri
        assert "- Example: " in text, iri


def test_every_scheme_and_concept_is_there(files):
    stems = {path.stem for path in (ROOT / "ontology" / "schemes").glob("*.ttl")}
    assert set(page.SCHEMES) == stems
    for name, store in files.schemes.items():
        start = DOCUMENT.index(f'<a id="scheme-{name}"></a>')
        text = DOCUMENT[start : DOCUMENT.find("\n<a id=", start + 1)]
        (iri,) = page.subjects(store, RDF + "type", SKOS + "ConceptScheme")
        concepts = page.subjects(store, SKOS + "inScheme", iri)
        assert concepts
        for concept in concepts:
            label = page.words(store, concept, SKOS + "prefLabel")
            row = f"| `{concept.removeprefix(iri + '/')}` | {label['zh']} · {label['en']} |"
            assert row in text


def test_every_shape_with_a_message_is_there(files):
    for quad in files.shapes.quads_for_pattern(None, ox.NamedNode(SH + "message"), None):
        name = quad.subject.value.removeprefix(SHAPES)
        assert f'<a id="shape-{name.lower()}"></a>`{name}`' in DOCUMENT
        assert quad.object.value.replace("|", "\\|") in DOCUMENT


def test_every_alignment_is_there(files):
    for quad in files.alignment:
        assert f"`{page.curie(quad.object.value)}`" in entry(quad.subject.value)


def test_every_derived_property_names_its_rule(files):
    for quad in files.ontology.quads_for_pattern(None, ox.NamedNode(COOP + "derivedBy"), None):
        assert f"derivation-rules.md#{quad.object.value})" in entry(quad.subject.value)


def test_every_example_of_the_notice_has_its_words():
    text = (ROOT / "data" / "sources" / f"{page.NOTICE}.txt").read_bytes().decode()
    paragraphs = text.split("\n")
    found = re.findall(r"“([^ ]*)” \(¶(\d+)\)", DOCUMENT)
    assert len(found) > 60
    for words, paragraph in found:
        assert words in paragraphs[int(paragraph) - 1]


def test_links_lead_somewhere():
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', DOCUMENT))
    anchors |= {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
        for title in re.findall(r"^#+ (.+)$", DOCUMENT, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", DOCUMENT):
        path, _, anchor = target.partition("#")
        if path:
            assert (ROOT / "docs" / path).exists(), target
        else:
            assert anchor in anchors, target


def test_anchors_are_unique():
    anchors = re.findall(r'<a id="([^"]+)"></a>', DOCUMENT)
    assert len(anchors) == len(set(anchors))


def test_what_the_conventions_say_of_the_profile_holds(files):
    kinds = [quad.object.value for quad in files.ontology if quad.predicate.value == RDF + "type"]
    assert kinds.count(page.OWL + "SymmetricProperty") == 1
    assert kinds.count(page.OWL + "TransitiveProperty") == 1
    assert page.OWL + "Restriction" not in kinds
    used = {quad.predicate.value for quad in files.ontology}
    assert not used & {page.OWL + "inverseOf", page.OWL + "imports"}
