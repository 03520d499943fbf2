"""The guides show what the commands print, quote the files they speak of, and link to something."""

import csv
import doctest
import importlib.util
import re
import shutil
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.intake.quotation import expand_file
from coopgraph.knowledge.provenance import rule_purpose
from coopgraph.vocabulary import COOP, short_id

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READING = ["how-to-read-the-graph.md", "how-to-read-the-graph.zh.md"]
GUIDES = [*READING, "derivation-rules.md"]
EXAMPLES = DOCS / "examples"
RULES = {path.stem: path.read_text("utf-8") for path in (ROOT / "ontology/rules").glob("*.rq")}


def _module():
    spec = importlib.util.spec_from_file_location("console", DOCS / "console.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


console = _module()


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(name), re.M | re.S)


@pytest.fixture(scope="module")
def tour(published_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guides")
    shutil.copytree(published_dir, folder / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with console.tour(folder, port) as ready:
        yield ready


@pytest.mark.parametrize(
    ("command", "output"),
    [
        pytest.param(command, output, id=f"{name}: {command}")
        for name in GUIDES
        for command, output in console.examples(text_of(name))
    ],
)
def test_the_example_prints_what_is_shown(command, output, tour):
    assert tour.run(command) == output


@pytest.mark.parametrize("name", READING)
def test_the_offsets_shown_lead_to_the_words(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(DOCS / name), module_relative=False, encoding="utf-8")
    assert tried >= 4
    assert failed == 0


def test_both_guides_ask_the_same_questions():
    said = {
        "alumina refining": "氧化铝冶炼",
        "Chinalco": "中铝集团",
        "electrolytic aluminium": "电解铝",
    }

    def asked(name: str) -> list[str]:
        commands = [c.replace(" --lang en", "") for c, _ in console.examples(text_of(name))]
        for english, chinese in said.items():
            commands = [c.replace(f'"{english}"', chinese) for c in commands]
            commands = [c.replace(english, chinese) for c in commands]
        return commands

    english, chinese = map(asked, READING)
    assert english == chinese
    assert len(english) >= 8


def test_both_guides_have_the_same_sections_and_misreadings():
    english, chinese = map(text_of, READING)
    for pattern in (r"^## ", r"^\| ", r"^```", r"^\d\. "):
        count = len(re.findall(pattern, english, re.M))
        assert count == len(re.findall(pattern, chinese, re.M)), pattern
    for text in (english, chinese):
        misreadings = text.split("\n## ")[-2]
        assert len(re.findall(r"^\| ", misreadings, re.M)) - 1 >= 12


@pytest.mark.parametrize("name", [*GUIDES, "loading.md"])
def test_links_lead_somewhere(name):
    def slug(title: str) -> str:
        return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")

    def anchors(path: Path) -> set[str]:
        text = path.read_text("utf-8")
        titles = {slug(title) for title in re.findall(r"^#+ (.+)$", text, re.M)}
        return titles | set(re.findall(r'<a id="([^"]+)">', text))

    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text_of(name)):
        path, _, anchor = target.partition("#")
        file = DOCS / path if path else DOCS / name
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_the_ids_in_the_guides_are_in_the_graph(full):
    for name in READING:
        ids = re.findall(r"`((?:org|region|cooperation|policy|measure|need)/[^`]+)`", text_of(name))
        assert ids
        for short in ids:
            assert full.node(short).data, short


def test_what_the_compact_view_hides_is_what_the_guides_say(full):
    relators = ("Capability", "Need", "Circumstance", "Cooperation")
    drawn = {edge["via"] for *_, edge in full.to_networkx(layers="stated").edges(data=True)}
    query = f"""SELECT ?thing ?top WHERE {{
        VALUES ?top {{ {" ".join(f"<{COOP}{name}>" for name in relators)} }}
        ?kind <http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?top .
        GRAPH ?graph {{ ?thing a ?kind }}
        FILTER(STRSTARTS(STR(?graph), "https://w3id.org/coopgraph/graph/stated/"))
    }}"""
    _, body = full.sparql(query, "csv")
    rows = list(csv.DictReader(body.decode().splitlines()))
    assert len(rows) > 30
    hidden = [row["top"].removeprefix(COOP) for row in rows if short_id(row["thing"]) not in drawn]
    assert sorted(hidden) == ["Capability"] * 3 + ["Circumstance", "Need"]


# -------------------------------------------------------------------------- derivation rules


def test_every_rule_is_told_with_its_text_and_its_property():
    text = text_of("derivation-rules.md")
    told = re.findall(r"^### (.+)$", text, re.M)
    assert sorted(told) == sorted(RULES)
    sections = dict(zip(told, re.split(r"^### .+$", text, flags=re.M)[1:], strict=True))
    for name, rule in RULES.items():
        said = " ".join(sections[name].split())
        assert rule_purpose(rule) in said
        assert f"```sparql\n{rule[rule.index('PREFIX') :].rstrip()}\n```" in sections[name]
        (prop,) = set(re.findall(r"coop:\w+", rule[rule.index("CONSTRUCT") : rule.index("WHERE")]))
        assert f"Derives `{prop}`." in said
        assert f'<a id="{name}"></a>' in text


def test_the_rule_of_a_property_is_the_one_that_is_told():
    store = ox.Store()
    store.load(path=str(ROOT / "ontology" / "coopgraph.ttl"), format=ox.RdfFormat.TURTLE)
    text = text_of("derivation-rules.md")
    for quad in store.quads_for_pattern(None, ox.NamedNode(COOP + "derivedBy"), None):
        section = text.split(f"\n### {quad.object.value}\n")[1]
        prop = quad.subject.value.removeprefix(COOP)
        assert section.strip().startswith(f"Derives `coop:{prop}`.")


def test_a_query_that_is_run_is_the_one_that_is_shown():
    shown = blocks("derivation-rules.md", "sparql")
    files = re.findall(r"-f docs/examples/(\S+)", text_of("derivation-rules.md"))
    assert len(files) == 3
    for name in files:
        assert (EXAMPLES / name).read_text("utf-8") in shown


# ---------------------------------------------------------------------------------- loading


def test_what_loading_shows_stands_in_a_file():
    files = [path.read_text("utf-8") for path in EXAMPLES.glob("*.ttl")]
    shown = [block for block in blocks("loading.md", "turtle") if block.startswith("<")]
    whole = [block for block in shown if "…" not in block]
    assert len(whole) >= 5
    for block in whole:
        assert any(block in text for text in files), block


def refused(graph: CoopGraph, file: Path, **where: str) -> list[str]:
    return [v.shape for v in graph.validate([file], **where) if v.severity == "Violation"]


@pytest.mark.parametrize("name", ["history-and-chain.ttl", "steel-pilot.ttl"])
def test_an_example_is_valid_as_it_is(name, full):
    assert not refused(full, EXAMPLES / name)


def test_the_example_in_shorthand_is_valid_as_stated_when_expanded(tmp_path, full):
    file = tmp_path / "expanded.ttl"
    source = EXAMPLES / "example-talks.ttl"
    file.write_text(expand_file(source, source.with_suffix(".txt")), "utf-8")
    assert not refused(full, file, layer="stated")


def test_an_example_that_is_not_valid_is_refused(full):
    assert refused(full, EXAMPLES / "broken.ttl")
