"""The W3C's SPARQL 1.1 suites, through a real ``coopgraph serve --bare`` over HTTP.

The suites stay outside the project: ``COOPGRAPH_W3C_SUITE`` names their folder. What the engine
passes in process must pass over HTTP; where the engine itself fails stands in ``docs/w3c.md``.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, URIRef
from rdflib.collection import Collection

SUITE = os.environ.get("COOPGRAPH_W3C_SUITE")
PAGE = Path(__file__).parents[2] / "docs" / "w3c.md"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
UPDATE = {"Content-Type": "application/sparql-update"}
SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES,
}  # fmt: skip
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML, ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV, ".csv": ox.QueryResultsFormat.CSV,
}  # fmt: skip
TESTED = {
    "QueryEvaluationTest", "CSVResultFormatTest", "UpdateEvaluationTest", "PositiveSyntaxTest11",
    "NegativeSyntaxTest11", "PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11",
}  # fmt: skip

pytestmark = pytest.mark.skipif(SUITE is None, reason="COOPGRAPH_W3C_SUITE names no folder")


class Refused(Exception):
    """The text does not parse."""


class Policy(Exception):
    """The service refuses what reaches out."""


class Case(NamedTuple):
    """One test of a manifest."""

    name: str
    kind: str
    manifest: rdflib.Graph
    node: Any

    def value(self, *path: URIRef) -> Any:
        node = self.node
        for step in path:
            node = self.manifest.value(node, step) if node is not None else None
        return node

    def data(self, node: Any, plain: URIRef, named: URIRef) -> dict[str | None, list[str]]:
        """Return the files of each graph."""
        found: dict[str | None, list[str]] = {}
        for file in self.manifest.objects(node, plain):
            found.setdefault(None, []).append(str(file))
        for graph in self.manifest.objects(node, named):
            file = self.manifest.value(graph, UT.graph) or graph
            label = self.manifest.value(graph, RDFS.label) or file
            found.setdefault(str(label), []).append(str(file))
        return found


def file_of(iri: str) -> Path:
    return Path(SUITE or "") / iri.removeprefix(BASE)


def text_of(iri: str) -> str:
    return f"BASE <{iri}>\n" + file_of(iri).read_bytes().decode()


def cases() -> Iterator[Case]:
    for path in sorted(Path(SUITE or "/nonexistent").glob("*/manifest.ttl")):
        manifest = rdflib.Graph()
        manifest.parse(path, publicID=f"{BASE}{path.parent.name}/manifest.ttl")
        for entries in manifest.objects(None, MF.entries):
            for node in Collection(manifest, entries):
                kind = str(manifest.value(node, RDF.type)).removeprefix(str(MF))
                if kind in TESTED:
                    name = f"{path.parent.name}/{str(node).split('#')[1]}"
                    yield Case(name, kind, manifest, node)


def triples(files: Iterable[str]) -> list[ox.Triple]:
    found = []
    for iri in files:
        data, kind = file_of(iri).read_bytes(), SUFFIXES[Path(iri).suffix]
        parsed = ox.parse(input=data, format=kind, base_iri=iri, rename_blank_nodes=True)
        found += [quad.triple for quad in parsed]
    return found


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    """Return statements in a form that is equal for equal datasets."""
    store = ox.Store()  # it writes literals in one way
    store.extend(quads)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def table(rows: Iterable[dict[str, Any]]) -> tuple[set[str], int]:
    """Return solutions as statements about their rows, so that blank nodes can be compared."""
    quads, count = [], 0
    for row in rows:
        count += 1
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode("x:is"), ox.Literal("row")))
        quads += [
            ox.Quad(node, ox.NamedNode(f"x:{name}"), value)
            for name, value in row.items()
            if value is not None
        ]
    return canonical(quads), count


def solutions(results: ox.QuerySolutions) -> Iterator[dict[str, Any]]:
    names = [variable.value for variable in results.variables]
    for solution in results:
        yield {name: solution[name] for name in names}


def comparable(results: Any) -> Any:
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QuerySolutions):
        return table(solutions(results))
    return canonical(ox.Quad(*triple) for triple in results)


def expected(iri: str) -> Any:
    suffix = Path(iri).suffix
    if suffix in RESULTS:
        return comparable(ox.parse_query_results(file_of(iri).read_bytes(), RESULTS[suffix]))
    found = triples([iri])
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in found)
    truth = [t.object.value for t in found if t.predicate.value == RS + "boolean"]
    if truth:
        return truth[0] == "true"
    if not any(t.object == ox.NamedNode(RS + "ResultSet") for t in found):
        return canonical(ox.Quad(*triple) for triple in found)
    query = f"""PREFIX rs: <{RS}> SELECT ?r ?n ?v {{ ?s rs:solution ?r
        OPTIONAL {{ ?r rs:binding [ rs:variable ?n ; rs:value ?v ] }} }}"""
    rows: dict[str, dict[str, Any]] = {}
    for solution in store.query(query):
        row = rows.setdefault(str(solution["r"]), {})
        if solution["n"] is not None:
            row[solution["n"].value] = solution["v"]
    return table(rows.values())


class Engine:
    """The engine itself."""

    def reset(self, graphs: dict[str | None, list[ox.Triple]]) -> None:
        self.store = ox.Store()
        for name, content in graphs.items():
            graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
            if name is not None:
                self.store.add_graph(graph)
            self.store.extend(ox.Quad(*triple, graph) for triple in content)

    def parse(self, text: str, *, update: bool) -> None:
        # It parses if it fails only at what it reaches out for, or at a function.
        with contextlib.suppress(OSError, RuntimeError):
            self.update(text) if update else self.query(text)

    def query(self, text: str) -> Any:
        try:
            return comparable(self.store.query(text))
        except SyntaxError as error:
            raise Refused from error

    def csv(self, text: str) -> str:
        results: Any = self.store.query(text)
        return bytes(results.serialize(format=ox.QueryResultsFormat.CSV)).decode()

    def update(self, text: str) -> bool:
        try:
            self.store.update(text)
        except SyntaxError as error:
            raise Refused from error
        except (OSError, RuntimeError):
            return False
        return True

    def dump(self) -> set[str]:
        return canonical(self.store)


class Service:
    """The same over HTTP."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def _judge(self, response: httpx.Response) -> httpx.Response:
        if response.status_code == 403:
            raise Policy
        if response.status_code == 400 and response.json()["type"] == "/problems/query-syntax":
            raise Refused
        return response

    def reset(self, graphs: dict[str | None, list[ox.Triple]]) -> None:
        assert self.client.post("/sparql", content="DROP ALL", headers=UPDATE).status_code == 204
        for name, content in graphs.items():
            where = {"default": ""} if name is None else {"graph": name}
            body = ox.serialize(content, format=ox.RdfFormat.N_TRIPLES)
            kind = {"Content-Type": "application/n-triples"}
            sent = self.client.put("/store", params=where, content=body, headers=kind)
            assert sent.status_code in (201, 204), sent.text

    def _ask(self, text: str, accept: str) -> httpx.Response:
        kinds = {"Content-Type": "application/sparql-query", "Accept": accept}
        return self._judge(self.client.post("/sparql", content=text.encode(), headers=kinds))

    def parse(self, text: str, *, update: bool) -> None:
        if update:
            self.update(text)
        else:
            assert self._ask(text, "*/*").status_code in (200, 400)

    def query(self, text: str) -> Any:
        response = self._ask(text, "application/sparql-results+json, application/n-triples")
        assert response.status_code == 200, response.text
        if response.headers["content-type"].startswith("application/n-triples"):
            parsed = ox.parse(input=response.content, format=ox.RdfFormat.N_TRIPLES)
            return canonical(quad for quad in parsed)
        return comparable(ox.parse_query_results(response.content, ox.QueryResultsFormat.JSON))

    def csv(self, text: str) -> str:
        return self._ask(text, "text/csv").content.decode()

    def update(self, text: str) -> bool:
        sent = self.client.post("/sparql", content=text.encode(), headers=UPDATE)
        return self._judge(sent).status_code == 204

    def dump(self) -> set[str]:
        names = self.client.post("/sparql", data={"query": "SELECT ?g { GRAPH ?g {} }"}).json()
        graphs = [row["g"]["value"] for row in names["results"]["bindings"]]
        quads = []
        for name in (None, *graphs):
            where = {"default": ""} if name is None else {"graph": name}
            got = self.client.get(
                "/store", params=where, headers={"Accept": "application/n-triples"}
            )
            graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
            parsed = ox.parse(input=got.content, format=ox.RdfFormat.N_TRIPLES)
            quads += [ox.Quad(*quad.triple, graph) for quad in parsed]
        return canonical(quads)


def csv_rows(text: str) -> Counter[tuple[str, ...]]:
    rows = list(csv.reader(io.StringIO(text)))
    order = sorted(range(len(rows[0])), key=lambda i: rows[0][i])
    cells = lambda row: tuple(re.sub(r"^_:.*", "_:", row[i]) for i in order)  # noqa: E731
    return Counter(cells(row) for row in rows)


def passes(case: Case, backend: Engine | Service) -> bool:
    """Run a test; return whether what comes out is what the suite expects."""
    if "Syntax" in case.kind:
        text = text_of(str(case.value(MF.action)))
        backend.reset({})
        try:
            backend.parse(text, update="Update" in case.kind)
        except Refused:
            return case.kind.startswith("Negative")
        return case.kind.startswith("Positive")
    action = case.value(MF.action)
    update = case.kind == "UpdateEvaluationTest"
    files = case.data(action, *((UT.data, UT.graphData) if update else (QT.data, QT.graphData)))
    backend.reset({name: triples(iris) for name, iris in files.items()})
    if update:
        backend.update(text_of(str(case.value(MF.action, UT.request))))
        wanted = case.data(case.value(MF.result), UT.data, UT.graphData)
        return backend.dump() == canonical(
            ox.Quad(*t, ox.DefaultGraph() if name is None else ox.NamedNode(name))
            for name, iris in wanted.items()
            for t in triples(iris)
        )
    text = text_of(str(case.value(MF.action, QT.query)))
    result = str(case.value(MF.result))
    try:
        if case.kind == "CSVResultFormatTest":
            return csv_rows(backend.csv(text)) == csv_rows(file_of(result).read_text("utf-8"))
        return bool(backend.query(text) == expected(result))
    except Refused:
        return False


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("bare")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COOPGRAPH_")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("coopgraph"), "serve", "--bare", folder / "data",
             "--port", "0", "--log-level", "info"],
            stdout=subprocess.DEVNULL, stderr=log, env=kept,
        )  # fmt: skip
    try:
        for _ in range(300):
            if found := re.search(r"running on (\S+)", (folder / "log").read_text()):
                break
            time.sleep(0.1)
        with httpx.Client(base_url=found[1], timeout=60) as client:
            yield Service(client)
    finally:
        process.terminate()
        process.wait(timeout=30)


def listed(heading: str) -> set[str]:
    """Return the tests that a section of the page names."""
    section = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


ALL = list(cases()) if SUITE else []


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_the_engine_passes_passes_over_http(case, service):
    alone = passes(case, Engine())
    assert alone != (case.name in listed("Where the engine fails")), "docs/w3c.md is not up to date"
    try:
        served = passes(case, service)
    except Policy:
        assert case.name in listed("What is refused on purpose")
        return
    assert served or not alone
    assert case.name not in listed("What is refused on purpose")


def test_the_suite_is_whole():
    assert len(ALL) > 450
