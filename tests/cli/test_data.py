"""``load`` and ``validate``."""

from __future__ import annotations

import pytest

from coopgraph import CoopGraph

GOOD = """<https://w3id.org/coopgraph/id/org/acme> a coop:Enterprise ;
  skos:prefLabel '爱可美'@zh , 'Acme'@en ."""


@pytest.fixture
def file(tmp_path, prefixes):
    def file(text: str = GOOD, name: str = "mine.ttl"):
        path = tmp_path / name
        path.write_text(prefixes + text, encoding="utf-8")
        return path

    return file


def generation(folder) -> int:
    with CoopGraph.open(folder, shipped=False) as graph:
        return graph.generation


def test_loading_twice_changes_once(call, data_folder, file):
    first = call("load", file(), folder=data_folder)
    assert first.code == 0
    assert "changed: https://w3id.org/coopgraph/graph/analyst/mine" in first.out
    second = call("load", file(), folder=data_folder)
    assert second.code == 0
    assert "unchanged" in second.out
    assert generation(data_folder) == 2
    report = call("load", file(), "--json", folder=data_folder).json
    assert report["changed"] == []
    assert report["generation"] == 2


@pytest.mark.parametrize("verb", ["load", "validate"])
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("<http://x/a> a ;", 1, "RDF 语法错误"),
        ("<http://x/c> a coop:Cooperation .", 1, "CooperationHasParticipation"),
    ],
)
def test_faulty_data_ends_with_1_and_changes_nothing(
    call, data_folder, file, prefixes, verb, text, code, said
):
    before = (data_folder / "CURRENT").read_bytes()
    done = call(verb, file(text), folder=data_folder)
    assert done.code == code
    assert done.out == ""
    assert said in done.err
    line = prefixes.count("\n") + 1
    assert f"line {line}" in done.err
    assert f"第 {line} 行" in done.err
    assert "Traceback" not in done.err
    assert (data_folder / "CURRENT").read_bytes() == before


def test_violations_come_as_json(call, data_folder, file):
    bad = file("<http://x/c> a coop:Cooperation .")
    loaded = call("load", bad, "--json", folder=data_folder)
    assert loaded.code == 1
    assert {"shape", "line", "message"} <= set(loaded.json["violations"][0])
    checked = call("validate", bad, "--json", folder=data_folder)
    assert checked.code == 1
    assert checked.json["conforms"] is False
    assert {v["severity"] for v in checked.json["violations"]} == {"Violation", "Warning"}
    good = call("validate", file(), "--json", folder=data_folder)
    assert (good.code, good.json) == (0, {"conforms": True, "violations": []})
    assert generation(data_folder) == 1


def test_data_that_conform_are_told(call, data_folder, file):
    done = call("validate", file(), folder=data_folder)
    assert done.code == 0
    assert "通过校验" in done.out


@pytest.mark.parametrize(
    "arguments",
    [("none.ttl",), ("x.csv",), (), ("x.ttl", "--layer", "derived"), ("x.ttl", "--name", "a/b")],
)
def test_what_cannot_be_loaded_ends_with_2(call, data_folder, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("a,b")
    (tmp_path / "x.ttl").write_text("<http://x/a> <http://x/b> 1 .")
    done = call("load", *arguments, folder=data_folder)
    assert done.code == 2, done.err
    assert done.err
    assert "Traceback" not in done.err


def test_the_layer_and_the_name_are_taken(call, data_folder, file):
    report = call(
        "load", file(), "--layer", "background", "--name", "acme", "--json", folder=data_folder
    ).json
    assert report["changed"] == ["https://w3id.org/coopgraph/graph/background/acme"]


def test_a_warning_is_shown_in_both_languages(call, data_folder, file):
    done = call("load", file("""
<http://x/cap> a coop:SurplusCapacity ; skos:prefLabel "产能"@zh , "capacity"@en ;
  dct:source <http://x/list> ; coop:holder <https://w3id.org/coopgraph/id/org/baowu> ."""),
                folder=data_folder)  # fmt: skip
    assert done.code == 0
    assert "CapabilityHasSector" in done.out
    assert "缺口规则无法使用" in done.out
