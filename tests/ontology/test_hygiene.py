from __future__ import annotations

from collections import Counter

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS

from coopgraph.resources import data_dir, ontology_dir
from coopgraph.vocabulary import BASE, COOP

DATA = [p for layer in ("stated", "background") for p in (data_dir() / layer).glob("*.ttl")]
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN = {str(RDF.type), str(RDFS.label)}


@pytest.fixture(scope="module")
def vocabulary(graph_of) -> rdflib.Graph:
    return graph_of()


def _own_terms(graph: rdflib.Graph) -> set[rdflib.URIRef]:
    return {t for kind in KINDS for t in graph.subjects(RDF.type, kind) if str(t).startswith(COOP)}


def test_every_term_has_labels_and_definition_in_both_languages(vocabulary):
    for term in _own_terms(vocabulary):
        for predicate in (RDFS.label, SKOS.definition):
            languages = [value.language for value in vocabulary.objects(term, predicate)]
            assert sorted(languages) == ["en", "zh"], (term, predicate)


def test_every_concept_has_labels_definition_and_scheme(vocabulary):
    concepts = set(vocabulary.subjects(SKOS.inScheme))
    assert len(concepts) > 40
    for concept in concepts:
        for predicate in (SKOS.prefLabel, SKOS.definition):
            languages = [value.language for value in vocabulary.objects(concept, predicate)]
            assert sorted(languages) == ["en", "zh"], (concept, predicate)
        scheme = vocabulary.value(concept, SKOS.inScheme)
        assert str(concept) == f"{scheme}/{vocabulary.value(concept, SKOS.notation)}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_terms_of_a_kind_have_one_label(vocabulary, language):
    for kinds in (KINDS[:1], KINDS[1:]):
        labels = Counter(
            str(label).casefold()
            for kind in kinds
            for term in vocabulary.subjects(RDF.type, kind)
            for label in vocabulary.objects(term, RDFS.label)
            if label.language == language
        )
        assert not [label for label, count in labels.items() if count > 1]


def test_names_are_camel_case_and_classes_capital(vocabulary):
    for term in _own_terms(vocabulary):
        name = str(term).removeprefix(COOP)
        assert name.isalnum()
        assert name[0].isupper() is ((term, RDF.type, OWL.Class) in vocabulary)


def test_everything_belongs_to_the_ontology_and_nothing_is_imported(vocabulary):
    ontology = rdflib.URIRef(COOP.removesuffix("#"))
    assert vocabulary.value(ontology, OWL.versionIRI)
    assert vocabulary.value(ontology, rdflib.DCTERMS.license)
    assert not list(vocabulary.triples((None, OWL.imports, None)))
    assert not list(vocabulary.triples((None, OWL.inverseOf, None)))
    assert not list(vocabulary.subjects(RDF.type, OWL.Restriction))
    assert rdflib.XSD.date not in set(vocabulary.objects(None, RDFS.range))
    for term in _own_terms(vocabulary):
        assert vocabulary.value(term, RDFS.isDefinedBy) == ontology


def test_no_class_is_its_own_subclass(vocabulary):
    for term in vocabulary.subjects(RDF.type, OWL.Class):
        assert term not in set(vocabulary.transitive_objects(term, RDFS.subClassOf)) - {term}
        for parent in vocabulary.objects(term, RDFS.subClassOf):
            assert term not in set(vocabulary.transitive_objects(parent, RDFS.subClassOf))


def test_disjoint_classes_have_no_common_subclass(vocabulary):
    for a, b in vocabulary.subject_objects(OWL.disjointWith):
        below_a = set(vocabulary.transitive_subjects(RDFS.subClassOf, a))
        assert not below_a & set(vocabulary.transitive_subjects(RDFS.subClassOf, b)), (a, b)


def test_domain_and_range_lead_to_declared_terms(vocabulary):
    declared = set(vocabulary.subjects(RDF.type, OWL.Class))
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf):
        for value in vocabulary.objects(None, predicate):
            assert value in declared or str(value).startswith(str(rdflib.XSD)), value


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
class TestData:
    @pytest.fixture
    def data(self, path) -> rdflib.Graph:
        return rdflib.Graph().parse(path, format="turtle")

    def test_no_blank_nodes(self, data):
        assert not [t for t in data.all_nodes() if isinstance(t, rdflib.BNode)]

    def test_no_undeclared_terms(self, data, vocabulary):
        declared = {str(t) for kind in KINDS for t in vocabulary.subjects(RDF.type, kind)}
        assert {str(p) for p in data.predicates()} <= declared | BUILT_IN
        assert {str(c) for c in data.objects(None, RDF.type)} <= declared

    def test_every_concept_used_is_in_a_scheme(self, data, vocabulary):
        used = {t for t in data.all_nodes() if str(t).startswith(BASE + "scheme/")}
        assert used <= set(vocabulary.subjects(SKOS.inScheme))

    def test_every_thing_is_typed_in_its_own_layer(self, path, data):
        layer = rdflib.Graph()
        for sibling in path.parent.glob("*.ttl"):
            layer.parse(sibling, format="turtle")
        for term in data.all_nodes():
            if str(term).startswith(BASE + "id/"):
                assert layer.value(term, RDF.type) or (term, RDF.type, None) in layer, term

    def test_iris_are_latin_and_without_extension(self, data):
        for term in data.all_nodes():
            if isinstance(term, rdflib.URIRef) and str(term).startswith(BASE):
                text = str(term).removeprefix(BASE)
                assert text.isascii()
                assert "." not in text
                assert " " not in text

    def test_literals_have_no_stray_blanks_and_plain_language_tags(self, data):
        for term in data.objects():
            if isinstance(term, rdflib.Literal):
                assert term.language in {None, "zh", "en"}
                if term.datatype is None:
                    assert str(term) == str(term).strip() or str(term.language) == "None"


def test_a_preferred_name_means_one_thing(graph_of):
    named: dict[str, set[str]] = {}
    for subject, label in graph_of("stated", "background").subject_objects(SKOS.prefLabel):
        if not str(subject).startswith(BASE + "scheme/") or "/scheme/sector/" in str(subject):
            named.setdefault(str(label).casefold(), set()).add(str(subject))
    assert not {label: found for label, found in named.items() if len(found) > 1}


def test_shapes_use_declared_terms_only(vocabulary):
    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    used = {str(t) for t in shapes.all_nodes() if str(t).startswith(COOP)} - {COOP}
    assert used <= {str(t) for t in _own_terms(vocabulary)}
