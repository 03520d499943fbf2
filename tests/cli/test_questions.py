"""The verbs that ask, in this process."""

from __future__ import annotations

import io
import json

import networkx as nx
import pytest

VERBS = (
    "serve",
    "load",
    "validate",
    "export",
    "stats",
    "search",
    "neighbours",
    "paths",
    "gaps",
    "query",
)


def test_json_is_what_python_answers(call, full, published_dir):
    asked = {
        ("stats",): full.stats(),
        ("stats", "--view", "full", "--layers", "stated"): full.stats(view="full", layers="stated"),
        ("search", "宝武"): full.search("宝武"),
        ("neighbours", "寶武集團", "--depth", "2"): full.neighbours("org/baowu", depth=2),
        ("neighbours", "甘肃省", "--type", "Sector", "--type", "Park", "--limit",
         "3"): full.neighbours(
            "region/CN-GS", type=["Sector", "Park"], limit=3
        ),
        ("neighbours", "甘肃省", "--relation", "SurplusCapacity", "--sector", "水泥",
         "--direction", "out"): full.neighbours(
            "region/CN-GS", relation="SurplusCapacity", sector="scheme/sector/cement",
             direction="out"
        ),
        ("paths", "中铝集团", "电解铝", "--layers", "stated"): full.paths(
            "org/chinalco", "scheme/sector/electrolytic-aluminium", layers="stated"
        ),
        ("paths", "org/baowu", "广东", "--mode", "all", "--max-length", "3", "--k", "2", "--avoid",
         "org/crrc"): full.paths("org/baowu", "广东", mode="all", max_length=3, k=2,
          avoid="org/crrc"),
        ("gaps", "--rule", "advantage-unused", "--as-of", "2019-06-01"): full.gaps(
            rule="advantage-unused", as_of="2019-06-01"
        ),
        ("gaps", "--match", "broader", "--sector", "钢铁"): full.gaps(match="broader",
         sector="钢铁"),
        ("gaps", "--rules"): full.gap_rules(),
    }  # fmt: skip
    for arguments, answer in asked.items():
        done = call(*arguments, "--json", folder=published_dir)
        assert (done.code, done.err) == (0, ""), arguments
        assert done.json == json.loads(json.dumps(answer.to_dict())), arguments


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_in_the_language_asked_for(call, published_dir, lang):
    word = {"zh": "宝武集团", "en": "Baowu"}[lang]
    for arguments in (
        ("search", "宝武"),
        ("neighbours", "甘肃省", "--limit", "1000"),
        ("paths", "宝武集团", "广东"),
        ("gaps",),
    ):
        done = call(*arguments, "--lang", lang, folder=published_dir)
        assert done.code == 0
        assert word in done.out, arguments
        assert done.err == ""
    assert (
        "98" in call("stats", folder=published_dir).out or call("stats", folder=published_dir).out
    )


def test_an_answer_names_its_sources_and_what_it_rests_on(call, published_dir):
    out = call("paths", "中铝集团", "电解铝", "--layers", "stated", folder=published_dir).out
    assert "继续与中铝集团" in out
    assert "gansu-iit-2019-67" in out
    assert "¶11" in out
    assert "layers stated" in out
    assert "generation" in out


def test_no_path_is_fine(call, published_dir):
    done = call("paths", "org/baowu", "region/CN-XZ", folder=published_dir)
    assert done.code == 0
    assert "未见路径" in done.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("neighbours", "nobody"), 2),
        (("neighbours", "org/baowu", "--depth", "9"), 2),
        (("neighbours", "org/baowu", "--depth", "two"), 2),
        (("neighbours",), 2),
        (("paths", "org/baowu"), 2),
        (("paths", "org/baowu", "nobody"), 2),
        (("paths", "org/baowu", "org/crrc", "--mode", "longest"), 2),
        (("gaps", "--rule", "none"), 2),
        (("gaps", "--match", "fuzzy"), 2),
        (("stats", "--layers", "x"), 2),
        (("stats", "--as-of", "today"), 2),
        (("stats", "--lang", "zh"), 2),
        (("search", "宝武", "--lang", "de"), 2),
        (("query", "SELEKT"), 2),
        (("query",), 2),
        (("query", "ASK {}", "--file", "x.rq"), 2),
        (("query", "--file", "/none.rq"), 2),
        (("query", "ASK {}", "--format", "yaml"), 2),
        (("query", "ASK {}", "--timeout", "-1"), 2),
        (("query", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"), 3),
        (("export", "--format", "gpx"), 2),
        (("export", "--lang", "de"), 2),
        (("serve", "--port", "http"), 2),
        (("nonsense",), 2),
        (("--nonsense",), 2),
    ],
)
def test_exit_codes_of_what_cannot_be_answered(call, published_dir, arguments, code):
    done = call(*arguments, folder=published_dir)
    assert done.code == code, done.err
    assert done.out == ""
    assert done.err
    assert "Traceback" not in done.err


def test_an_error_is_told_in_both_languages_and_as_json(call, published_dir):
    done = call("neighbours", "宝武集国", folder=published_dir)
    assert "Not found" in done.err
    assert "未找到" in done.err
    assert "宝武集团" in done.err or "宝武" in done.err
    document = call("neighbours", "宝武集国", "--json", folder=published_dir).json
    assert document["status"] == 404
    assert document["candidates"]
    assert document["detail_zh"]


@pytest.mark.parametrize(("over", "code"), [("40", 1), ("41", 0), ("1000", 0), ("0", 1)])
def test_gaps_over_a_threshold_end_with_1(call, published_dir, over, code):
    arguments = ("gaps", "--layers", "stated", "--fail-over", over)
    assert call(*arguments, "--json", folder=published_dir).code == code


def test_a_threshold_counts_all_gaps_and_not_a_page(call, published_dir):
    arguments = ("gaps", "--layers", "stated", "--fail-over", "10", "--limit", "5")
    assert call(*arguments, folder=published_dir).code == 1


class TestQuery:
    def test_a_table(self, call, published_dir):
        done = call("query", "SELECT (1 AS ?one) {}", folder=published_dir)
        assert "one" in done.out
        assert "1 rows" in done.out

    @pytest.mark.parametrize(
        ("query", "word"), [("ASK {}", "yes"), ("ASK { <x:a> <x:b> 1 }", "no")]
    )
    def test_yes_and_no(self, call, published_dir, query, word):
        done = call("query", query, folder=published_dir)
        assert word in done.out
        assert done.code == 0

    @pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
    def test_every_format_is_written_as_it_is(self, call, full, published_dir, name):
        query = "SELECT ?s { ?s a <https://w3id.org/coopgraph/ns#CentralEnterprise> } ORDER BY ?s"
        done = call("query", query, "--format", name, folder=published_dir)
        assert done.out.encode() == full.sparql(query, name)[1]

    def test_a_graph_is_turtle(self, call, published_dir):
        done = call(
            "query", "DESCRIBE <https://w3id.org/coopgraph/id/org/baowu>", folder=published_dir
        )
        assert "宝武集团" in done.out

    def test_from_a_file(self, call, published_dir, tmp_path):
        (tmp_path / "q.rq").write_text("ASK {}")
        assert call("query", "--file", tmp_path / "q.rq", "--json", folder=published_dir).json[
            "boolean"
        ]
        (tmp_path / "q.rq").write_bytes(b"\xff")
        assert call("query", "-f", tmp_path / "q.rq", folder=published_dir).code == 2

    def test_a_query_that_does_not_end_is_stopped(self, call, published_dir):
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        done = call("query", slow, "--timeout", "0.3", folder=published_dir)
        assert done.code == 3
        assert "504" in done.err or "limit" in done.err

    def test_a_hundredth_of_nothing_is_not_the_default(self, call, published_dir):
        assert call("query", "ASK {}", "--timeout", "0", folder=published_dir).code == 2


def test_words_of_the_data_are_never_markup(call, data_folder, tmp_path, prefixes):
    """Brackets in a label or a question are text."""
    file = tmp_path / "label.ttl"
    file.write_text(
        f"{prefixes}<https://w3id.org/coopgraph/id/org/acme> a coop:Enterprise ; "
        'skos:prefLabel "甲[/b][red]乙[link=x]"@zh ; '
        "coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-GS> ."
    )
    assert call("load", file, "--no-shacl", folder=data_folder).code == 0
    for arguments in (
        ("search", "甲"), ("neighbours", "org/acme"), ("paths", "org/acme", "甘肃省"),
        ("query", 'SELECT ("[/b]" AS ?x) ("[red]" AS ?y) {}'), ("search", "[/b]"), ("search",
         "[red]"),
        ("neighbours", "[/b]"), ("query", "[/b]"),
    ):  # fmt: skip
        done = call(*arguments, folder=data_folder)
        assert "Traceback" not in done.err
        assert done.code in (0, 2)
        if arguments[-1] in ("甲", "org/acme", "甘肃省"):
            assert "甲[/b][red]乙[link=x]" in done.out


class TestExport:
    def test_to_a_file(self, call, full, published_dir, tmp_path):
        file = tmp_path / "graph.graphml"
        done = call("export", file, "--layers", "stated", folder=published_dir)
        assert (done.code, done.out) == (0, "")
        assert str(file) in done.err.replace("\n", "")
        assert file.read_bytes() == b"".join(full.export(layers="stated").chunks)
        assert list(tmp_path.iterdir()) == [file]

    def test_to_the_standard_output(self, call, full, published_dir):
        done = call("export", "--focus", "宝武集团", "--depth", "2", folder=published_dir)
        assert done.err == ""
        assert nx.read_graphml(
            io.BytesIO(done.out.encode()), force_multigraph=True
        ).number_of_nodes()

    def test_paths_are_restricted_as_paths_are(self, call, full, published_dir):
        ends = ("org/chinalco", "org/crrc")
        done = call("export", "--from", ends[0], "--to", ends[1], "--mode", "k-shortest",
                    "--status", "advancing", "--sector", "scheme/sector/steel",
                    "--cost", "informative", folder=published_dir)  # fmt: skip
        file = full.export(
            source=ends[0], target=ends[1], mode="k-shortest", status="advancing",
            sector="scheme/sector/steel", cost="informative",
        )  # fmt: skip
        assert done.out.encode() == b"".join(file.chunks)

    def test_a_file_that_cannot_be_written_is_told(self, call, published_dir, tmp_path):
        for file in (tmp_path / "none" / "graph.graphml", tmp_path):
            done = call("export", file, folder=published_dir)
            assert done.code in (2, 3)
            assert done.err
            assert "Traceback" not in done.err
