"""Every shipped query has the same answer in Apache Jena, an engine that is not ours.

Jena comes as a Debian package (``libapache-jena-java``); a JDK runs ``JenaQueries.java`` as it is.
Without either the test is skipped, except where COOPGRAPH_REQUIRE_JENA says that it must not be.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.gaps.rules import read_rules
from coopgraph.knowledge.questions import read_questions
from coopgraph.resources import ontology_dir

JARS = Path("/usr/share/java")
WANTED = (
    "jena-arq", "jena-base", "jena-core", "jena-iri", "commons-cli", "commons-codec",
    "commons-compress", "commons-csv", "commons-io", "commons-lang3", "gson", "guava",
    "httpclient", "httpcore", "jackson-annotations", "jackson-core", "jackson-databind",
    "jcl-over-slf4j", "jsonld-java", "protobuf", "slf4j-api", "slf4j-nop", "thrift",
    "titanium-json-ld", "xercesImpl",
)  # fmt: skip
# The package says that these lie elsewhere than where its classes look for them.
MESSAGES = "org/apache/jena/ext/"

QUERIES = {
    **{f"question {q.id}": q.query for q in read_questions(ontology_dir() / "questions")},
    **{f"rule {r.id}": r.select for r in read_rules([ontology_dir() / "gaps"]).values()},
}

Rows = Counter[tuple[tuple[str, str], ...]]


def _java() -> str:
    java = shutil.which("javac") and shutil.which("java")
    if java and (JARS / "jena-arq.jar").exists():
        return java
    reason = "no Jena: install a JDK and libapache-jena-java"
    if os.environ.get("COOPGRAPH_REQUIRE_JENA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def theirs(full: CoopGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Jena answers to each query, in one run."""
    java, folder = _java(), tmp_path_factory.mktemp("jena")
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(MESSAGES) and name.endswith(".properties"):
                path = folder / name.removeprefix(MESSAGES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    full.published.store.dump(str(folder / "all.nq"), format=ox.RdfFormat.N_QUADS)
    path = ":".join([str(folder), *(str(JARS / f"{name}.jar") for name in WANTED)])
    program = Path(__file__).with_name("JenaQueries.java")
    sent = "".join(base64.b64encode(q.encode()).decode() + "\n" for q in QUERIES.values())
    done = subprocess.run(
        [java, "-cp", path, str(program), str(folder / "all.nq")],
        input=sent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [base64.b64decode(line) for line in done.stdout.split()]
    return dict(zip(QUERIES, map(json.loads, lines), strict=True))


def rows(answer: dict[str, Any]) -> Rows:
    """An answer as rows of name and value, in no order."""
    return Counter(
        tuple(sorted((name, term["value"]) for name, term in row.items()))
        for row in answer["results"]["bindings"]
    )


@pytest.mark.parametrize("name", QUERIES)
def test_has_the_same_answer(name: str, full: CoopGraph, theirs: dict[str, Any]) -> None:
    found = full.published.store.query(QUERIES[name])
    assert isinstance(found, ox.QuerySolutions)
    ours = json.loads(found.serialize(format=ox.QueryResultsFormat.JSON))
    assert rows(ours) == rows(theirs[name])
