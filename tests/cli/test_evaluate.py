"""``coopgraph evaluate`` on small data in the layouts of the public data sets."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = os.environ.get("COOPGRAPH_BENCH_DATA")


def run(*args):
    command = [sys.executable, "-c", "from coopgraph.cli import main; main()", "evaluate", *args]
    return subprocess.run([str(a) for a in command], capture_output=True, text=True, check=False)


@pytest.fixture
def families(tmp_path):
    """Parents of children; who is spouse of a parent is a parent too."""
    draw = random.Random(4)  # noqa: S311
    facts = []
    for f in range(25):
        a, b = f"a{f}", f"b{f}"
        facts += [(a, "spouse", b), (b, "spouse", a)]
        for c in range(3):
            facts += [(a, "parent", f"c{f}-{c}"), (b, "parent", f"c{f}-{c}")]
    draw.shuffle(facts)
    parts = {"test": facts[:20], "valid": facts[20:40], "train": facts[40:]}
    for name, part in parts.items():
        text = "".join("\t".join(fact) + "\n" for fact in part)
        (tmp_path / f"{name}.txt").write_text(text)
    return tmp_path


def test_rules_find_what_follows_and_the_constant_does_not(families):
    out = families / "scores.csv"
    done = run("kg", families, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["queries"] == 40
    results = found["results"]
    assert results["combined"]["mrr"] > 0.7 > 0.1 > results["constant"]["mrr"]
    rows = list(csv.DictReader(out.read_text().splitlines()))
    answers = [row for row in rows if row["is_answer"] == "1"]
    assert len(answers) == 40
    mrr = sum(1 / float(row["rank"]) for row in answers) / 40
    assert mrr == pytest.approx(results["combined"]["mrr"])
    assert json.loads(run("kg", families, "--json").stdout)["results"] == results


def test_labels_of_the_test_facts_do_not_change_the_weights(families):
    before = json.loads(run("kg", families, "--json").stdout)["weights"]
    lines = (families / "test.txt").read_text().splitlines()
    (families / "test.txt").write_text("\n".join(reversed(lines)) + "\n")
    assert json.loads(run("kg", families, "--json").stdout)["weights"] == before


@pytest.mark.parametrize(
    ("text", "line"), [("a\tr\tb\na r b\n", 2), ("a\tr\t\n", 1), ("a\tr\tb\n\xff", 2)]
)
def test_a_broken_line_is_named(families, text, line):
    (families / "train.txt").write_bytes(text.encode("latin-1"))
    done = run("kg", families, "--json")
    problem = json.loads(done.stdout)
    assert done.returncode
    assert problem["line"] == line
    assert "train.txt" in problem["detail"]


def test_a_missing_file_is_named(tmp_path):
    done = run("kg", tmp_path)
    assert done.returncode
    assert "train.txt" in done.stderr.replace("\n", "")


@pytest.fixture
def countries(tmp_path):
    draw = random.Random(2)  # noqa: S311
    names = [f"n{i}" for i in range(40)]
    size = {name: i + 1 for i, name in enumerate(names)}
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    chosen = [p for p in pairs if draw.random() < size[p[0]] * size[p[1]] / 3000]
    year = {p: draw.randint(1960, 2020) for p in chosen}

    def write(name, rows):
        return (tmp_path / name).write_text(
            "\n".join(",".join(map(str, row)) for row in rows) + "\n"
        )

    write("actors.csv", [("actor",), *((n,) for n in names)])
    known = [(a, b, y, "bilateral", f"t{a}{b}") for (a, b), y in year.items() if y <= 2000]
    write("agreements_to_2000.csv", [("a", "b", "year", "kind", "treaty"), *known])
    goods = [(n, p, size[n] * draw.random()) for n in names for p in range(6)]
    write("capability.csv", [("country", "product", "value"), *goods])
    asked = [p for p in pairs if year.get(p, 2001) > 2000]
    write("candidates.csv", [("a", "b"), *asked])
    write("truth.csv", [("a", "b", "year"), *((*p, year[p]) for p in asked if p in year)])
    return tmp_path


def test_pairs_are_measured_and_can_be_measured_again(countries):
    out = countries / "out.csv"
    done = run("pairs", countries, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == found["candidates"]
    assert sum(int(row["signed"]) for row in rows) == found["signed"]
    assert found["results"]["size"]["auc"] > 0.6
    assert found["results"]["constant"]["auc"] == 0.5


def test_the_truth_changes_no_score(countries):
    out = countries / "out.csv"
    scores = []
    for _ in range(2):
        run("pairs", countries, "--out", out)
        scores.append([row["score"] for row in csv.DictReader(out.read_text().splitlines())])
        (countries / "truth.csv").write_text("a,b,year\n")
    assert scores[0] == scores[1]
    assert scores[0]


def test_an_unknown_actor_is_named_with_its_line(countries):
    (countries / "candidates.csv").write_text("a,b\nn1,nobody\n")
    problem = json.loads(run("pairs", countries, "--json").stdout)
    assert problem["line"] == 2
    assert "nobody" in problem["detail"]


@pytest.mark.skipif(not BENCH, reason="COOPGRAPH_BENCH_DATA names no folder")
@pytest.mark.parametrize(("name", "least"), [("nations", 0.82), ("kinships", 0.83)])
def test_public_data_sets(name, least):
    found = json.loads(run("kg", Path(str(BENCH)) / name, "--json").stdout)
    assert found["results"]["combined"]["mrr"] >= least
