"""Each query of ontology/hygiene finds nothing in what ships, and finds what is broken."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.resources import data_dir, ontology_dir
from coopgraph.vocabulary import COOP, DCT, GRAPH, PREFIXES, SCHEME, VOCABULARY_GRAPH, graph_iri

HYGIENE = ontology_dir() / "hygiene"
QUERIES = {path.stem: path.read_text("utf-8") for path in sorted(HYGIENE.glob("*.rq"))}
HEADER = re.compile(
    r"# (?P<what>.+)\n# severity: (?P<severity>error|warning)\n# like: (?P<like>.+)\n"
)
README = (HYGIENE / "README.md").read_text("utf-8")
FIXTURES = Path(__file__).with_name("hygiene_fixtures")
GOOD = (FIXTURES / "good.trig").read_text("utf-8")
BROKEN = tomllib.loads((FIXTURES / "broken.toml").read_text("utf-8"))
ACCEPTED = list(csv.DictReader((HYGIENE / "accepted.csv").read_text("utf-8").splitlines()))
REFERENCES = ox.NamedNode(DCT + "references")

COMMENT = re.compile(r"(?m)(?:^|\s)#[^\n]*")
NAMED = re.compile(rf"(?<![\w:])coop:([A-Za-z]\w*)|<{re.escape(COOP)}(\w+)>")
ROLE = re.compile(r"(?<![\w:])role:([a-z][\w-]*)")


def _mentions(path: Path) -> set[str]:
    """Terms and concepts that a file names where no RDF does: in a query, or in the table."""
    text = path.read_text("utf-8")
    found = {COOP + (plain or whole) for plain, whole in NAMED.findall(COMMENT.sub("", text))}
    if path.suffix == ".csv":
        for row in csv.DictReader(text.splitlines()):
            names = {row["class"], row["relation"]} - {"", "class"}
            found |= {COOP + name for name in names if ":" not in name}
        found |= {f"{SCHEME}role/{name}" for name in ROLE.findall(text)}
    return found


def _parse(store: ox.Store, path: Path, graph: str) -> None:
    store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    """What ships, each part in its graph, and in graph/uses what files name beside."""
    folder, store = ontology_dir(), ox.Store()
    gaps = list((folder / "gaps").glob("*.ttl"))
    for path in [folder / "coopgraph.ttl", *(folder / "schemes").glob("*.ttl")]:
        _parse(store, path, VOCABULARY_GRAPH)
    for path in folder.glob("*.ttl"):
        if path.stem != "coopgraph":
            _parse(store, path, GRAPH + path.stem)
    for path in gaps:
        _parse(store, path, GRAPH + "gaps")
    for layer in ("stated", "background"):
        for path in (data_dir() / layer).glob("*.ttl"):
            _parse(store, path, graph_iri(layer, path.stem))
    queries = [path for kind in ("rules", "questions") for path in (folder / kind).glob("*.rq")]
    # Shorthand evidence stands in the sources only: its terms are used there and never stored.
    sources = list((data_dir() / "sources").glob("*.ttl"))
    for path in [*queries, *gaps, *sources, folder / "shapes.ttl", folder / "projection.csv"]:
        place = ox.NamedNode(f"urn:file:{path.parent.name}/{path.name}")
        for term in _mentions(path):
            store.add(ox.Quad(place, REFERENCES, ox.NamedNode(term), ox.NamedNode(GRAPH + "uses")))
    return store


def _run(store: ox.Store, name: str) -> list[str]:
    found = store.query(QUERIES[name], use_default_graph_as_union=True)
    return sorted(row["error"].value if row["error"] else "a blank node" for row in found)


def _header(name: str) -> tuple[str, ...]:
    """What a query checks, how severe it is, and what it is like."""
    header = HEADER.match(QUERIES[name])
    assert header, name
    return header.groups()


@pytest.mark.parametrize("name", QUERIES)
def test_what_ships_is_clean(name: str, shipped: ox.Store):
    accepted = [f"<{row['about']}>" for row in ACCEPTED if row["check"] == name]
    errors = _run(shipped, name)
    assert not [error for error in errors if not any(iri in error for iri in accepted)]
    assert not [iri for iri in accepted if not any(iri in error for error in errors)], (
        "no longer so"
    )


def test_only_warnings_are_accepted_and_each_for_a_reason():
    for row in ACCEPTED:
        assert _header(row["check"])[1] == "warning"
        assert row["reason"].endswith(".")


CASES = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name, cases in BROKEN.items()
    for number, case in enumerate(cases, 1)
]


def _reporting(trig: str) -> set[str]:
    store = ox.Store()
    lines = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store.load(input=(lines + trig).encode(), format=ox.RdfFormat.TRIG)
    return {name for name in QUERIES if _run(store, name)}


def test_good_is_good():
    assert _reporting(GOOD) == set()


@pytest.mark.parametrize(("name", "case"), CASES)
def test_what_is_broken_is_found_by_its_query(name: str, case: dict):
    if "old" in case:
        assert case["old"] in GOOD
        broken = GOOD.replace(case["old"], case["new"])
    else:
        broken = GOOD + case["add"]
    assert _reporting(broken) == {name, *case.get("also", [])}


def test_every_query_can_fail():
    assert set(BROKEN) == set(QUERIES)


def test_the_readme_lists_every_query_as_its_header_does():
    listed = re.findall(r"(?m)^\| `([a-z-]+)` \| (.+) \| (.+) \| (.+) \|$", README)
    assert sorted(listed) == [(name, *_header(name)) for name in QUERIES]


def test_the_readme_says_of_every_pitfall_what_becomes_of_it():
    pitfalls = {f"P{number:02}" for number in range(1, 42)}
    assert set(re.findall(r"(?m)^\| (P\d\d) ", README)) == pitfalls
    for pitfall, checks in re.findall(r"(?m)^\| (P\d\d) .+ \| (.+) \|$", README):
        named = set(re.findall(r"`([a-z-]+)`", checks))
        assert named == {name for name in QUERIES if pitfall in _header(name)[2]}
