"""Loading: all of it or nothing, and the same data twice is no change."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph import CoopGraph
from coopgraph.errors import (
    BadRequest,
    DataInvalid,
    DocumentSyntaxError,
    NotFound,
    Unavailable,
    UnsupportedMediaType,
)
from coopgraph.knowledge.publish import fingerprint
from coopgraph.resources import data_dir
from coopgraph.vocabulary import graph_iri

ACME = "<https://w3id.org/coopgraph/id/org/acme>"


@pytest.fixture
def write(tmp_path, prefixes):
    def write(text: str, name: str = "mine.ttl") -> Path:
        file = tmp_path / name
        header = prefixes if file.suffix == ".ttl" else ""
        file.write_text(header + text, encoding="utf-8")
        return file

    return write


def state(graph: CoopGraph) -> tuple:
    folder = graph._generations.folder
    return (
        graph.generation,
        (folder / "CURRENT").read_bytes(),
        sorted(p.name for p in (folder / "generations").iterdir()),
        fingerprint(q.triple for q in graph.published.store),
        len(graph.published.store),
    )


def test_what_ships_is_published_once(data_folder):
    with CoopGraph.open(data_folder) as first:
        number = first.generation
    with CoopGraph.open(data_folder) as second:
        assert second.generation == number == 1
        for dataset in second.info["datasets"].values():
            assert dataset["validated"]
            assert dataset["triples"] > 0


def test_the_shipped_files_again_change_nothing(fresh):
    before = state(fresh)
    for layer in ("stated", "background"):
        report = fresh.load(sorted((data_dir() / layer).glob("*.ttl")), layer=layer)
        assert report.changed == []
        assert report.generation == before[0]
    assert state(fresh) == before


TRICKY = f"""
{ACME} a coop:Enterprise ; skos:prefLabel "爱可美"@zh-Hans , "Acme"@en ;
  coop:paragraph "01"^^xsd:integer , "1.50"^^xsd:decimal , "TRUE"^^xsd:boolean ;
  coop:documentDate "2019-06-01T00:00:00.000Z"^^xsd:dateTime ;
  dct:relation [ coop:note "one" ] , [ coop:note "two" ; dct:relation [ coop:note "deep" ] ] ;
  coop:list ( 1 2 "三" ) .
"""


def test_the_same_file_twice_keeps_the_generation(fresh, write):
    file = write(TRICKY)
    first = fresh.load(file, shacl=False)
    assert first.changed == [graph_iri("analyst", "mine")]
    again = fresh.load(file, shacl=False)
    assert (again.generation, again.changed) == (first.generation, [])
    assert again.triples == first.triples


def test_the_same_graph_in_another_order_or_format_keeps_the_generation(fresh, write):
    file = write(TRICKY)
    first = fresh.load(file, name="mine", shacl=False)
    triples = [q.triple for q in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]
    for number, (ending, rdf_format) in enumerate(
        [
            (".nt", ox.RdfFormat.N_TRIPLES),
            (".rdf", ox.RdfFormat.RDF_XML),
            (".ttl", ox.RdfFormat.TURTLE),
        ]
    ):
        other = write("", f"other{number}{ending}")
        other.write_bytes(ox.serialize(reversed(triples), format=rdf_format))
        again = fresh.load(other, name="mine", shacl=False)
        assert (again.generation, again.changed) == (first.generation, []), ending


def test_remarks_and_spaces_are_no_change(fresh, write):
    first = fresh.load(
        write(f'{ACME} a coop:Enterprise ; skos:prefLabel "爱可美"@zh .'), shacl=False
    )
    again = fresh.load(
        write(
            f'# remark\n\n{ACME}\n  skos:prefLabel "爱可美"@zh ; a coop:Enterprise .\n'
            f"{ACME} a coop:Enterprise ."
        )
    )
    assert (again.generation, again.changed) == (first.generation, [])


def test_a_dataset_is_replaced_and_not_merged(fresh, write):
    label = f"{ACME} a coop:Enterprise ; skos:prefLabel '{{}}'@zh ."
    fresh.load(write(label.format("旧名")), shacl=False)
    second = fresh.load(write(label.format("新名")), shacl=False)
    assert second.changed
    assert fresh.neighbours("新名").data["node"]["id"] == "org/acme"
    with pytest.raises(NotFound):
        fresh.neighbours("旧名")
    fresh.load(write("", "empty.ttl"), name="mine")
    with pytest.raises(NotFound):
        fresh.neighbours("org/acme")


def test_a_dataset_of_the_same_name_in_another_layer_is_another(fresh, write):
    file = write(f"{ACME} a coop:Enterprise ; skos:prefLabel '爱可美'@zh .")
    fresh.load(file, layer="analyst", shacl=False)
    fresh.load(file, layer="background", shacl=False)
    for layer in ("analyst", "background"):
        assert fresh.neighbours("爱可美", layers=layer).data["node"]["id"] == "org/acme"
    assert fresh.stats().data["layers"]["analyst"]["triples"] == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [("x:a a coop:Enterprise .", 1), ("\n<http://x/a> a\n  coop:Enterprise ; ;; , .", 3)],
)
def test_a_file_that_does_not_parse_changes_nothing(fresh, write, prefixes, text, line):
    before = state(fresh)
    good = write(f"{ACME} a coop:Enterprise ; skos:prefLabel '爱可美'@zh .", "good.ttl")
    with pytest.raises(DocumentSyntaxError) as caught:
        fresh.load([good, write(text)])
    assert caught.value.extensions["line"] == prefixes.count("\n") + line
    assert caught.value.extensions["column"]
    assert caught.value.zh
    assert state(fresh) == before
    with CoopGraph.open(folder_of(fresh), shipped=False) as other:
        assert other.generation == before[0]


def folder_of(graph: CoopGraph) -> Path:
    return graph._generations.folder


def test_data_that_breaks_a_shape_changes_nothing(fresh, write, prefixes):
    before = state(fresh)
    good = write(f"{ACME} a coop:Enterprise ; skos:prefLabel '爱可美'@zh .", "good.ttl")
    bad = write("""
<http://x/c> a coop:Cooperation ;
  skos:prefLabel "合作"@zh , "cooperation"@en .
""")
    with pytest.raises(DataInvalid) as caught:
        fresh.load([good, bad])
    violations = caught.value.extensions["violations"]
    assert {v["shape"] for v in violations} >= {"CooperationHasParticipation", "HasStatus"}
    header = prefixes.count("\n")
    for violation in violations:
        assert violation["severity"] == "Violation"
        assert violation["file"] == "mine.ttl"
        assert header + 2 <= violation["line"] <= header + 3
        assert set(violation["message"]) == {"zh", "en"}
        assert violation["focus"] == "http://x/c"
    assert "mine.ttl" in caught.value.detail
    assert "未载入" in caught.value.zh
    assert state(fresh) == before


def test_what_is_stated_needs_evidence_and_what_an_analyst_says_does_not(fresh, write):
    said = f"""
{ACME} a coop:Enterprise ; skos:prefLabel "爱可美"@zh , "Acme"@en .
<http://x/c> a coop:Cooperation ; skos:prefLabel "合作"@zh , "cooperation"@en ;
  coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking> ;
  coop:status <https://w3id.org/coopgraph/scheme/status/existing> ; dct:source <http://x/list> ;
  coop:hasParticipation <http://x/p1> , <http://x/p2> .
<http://x/p1> a coop:Participation ; coop:participant {ACME} ;
  coop:role <https://w3id.org/coopgraph/scheme/role/lead> .
<http://x/p2> a coop:Participation ; coop:participant <https://w3id.org/coopgraph/id/org/baowu> ;
  coop:role <https://w3id.org/coopgraph/scheme/role/partner> .
"""
    file = write(said)
    report = fresh.load(file, layer="analyst")
    assert report.changed
    assert fresh.paths("org/acme", "org/baowu").data["paths"][0]["length"] == 1
    assert fresh.paths("org/acme", "region/CN-GS").data["paths"][0]["length"] == 2
    with pytest.raises(DataInvalid):
        fresh.load(file, layer="stated")


def test_a_second_file_cannot_give_a_thing_its_second_status_unseen(fresh, write):
    before = state(fresh)
    project = min(
        data["iri"] for _, data in fresh.to_networkx().nodes(data=True) if data["type"] == "Project"
    )
    status = "<https://w3id.org/coopgraph/scheme/status/existing>"
    with pytest.raises(DataInvalid) as caught:
        fresh.load(write(f"<{project}> a coop:Project ; coop:status {status} ."))
    assert "AtMostOneStatus" in {v["shape"] for v in caught.value.extensions["violations"]}
    assert state(fresh) == before


def test_validate_tells_and_changes_nothing(fresh, write):
    before = state(fresh)
    found = fresh.validate(write("<http://x/c> a coop:Cooperation ."))
    assert {v.severity for v in found} == {"Violation", "Warning"}
    assert [v.severity for v in found] == sorted(v.severity for v in found)
    assert all(str(v) and v.to_dict()["message"]["zh"] for v in found)
    assert (
        fresh.validate(write(f"{ACME} a coop:Enterprise ; skos:prefLabel 'A'@en , '甲'@zh .")) == []
    )
    assert state(fresh) == before


def test_without_shacl_it_is_recorded(fresh, write):
    fresh.load(write("<http://x/c> a coop:Cooperation ."), shacl=False)
    assert fresh.info["datasets"][graph_iri("analyst", "mine")]["validated"] is False


def test_a_dataset_is_checked_once_it_was_loaded_unchecked(fresh, write):
    """The same bytes with validation: refused or recorded as checked, never silently unchecked."""
    file = write("<http://x/c> a coop:Cooperation .")
    fresh.load(file, shacl=False)
    with pytest.raises(DataInvalid):
        fresh.load(file)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"layer": "derived"}, BadRequest),
        ({"layer": ""}, BadRequest),
        ({"name": "a/b"}, BadRequest),
        ({"name": "甲"}, BadRequest),
    ],
)
def test_a_graph_that_cannot_be_named_is_refused(fresh, write, given, error):
    before = state(fresh)
    with pytest.raises(error):
        fresh.load(write(f"{ACME} a coop:Enterprise ."), **given)
    assert state(fresh) == before


def test_one_name_for_two_files_is_refused(fresh, write):
    files = [write(f"{ACME} a coop:Enterprise .", name) for name in ("a.ttl", "b.ttl")]
    with pytest.raises(BadRequest):
        fresh.load(files, name="mine")


def test_two_files_of_one_name_are_not_lost(fresh, tmp_path, prefixes):
    """Each file is one dataset; two with the same stem must not quietly become one."""
    files = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "same.ttl"
        file.write_text(f"{prefixes}<https://w3id.org/coopgraph/id/org/{folder}x> "
                        f"a coop:Enterprise ;"
                        f" skos:prefLabel '{folder}x'@en .")  # fmt: skip
        files.append(file)
    try:
        fresh.load(files)
    except BadRequest:
        return
    assert fresh.neighbours("org/ax").data
    assert fresh.neighbours("org/bx").data


def test_files_that_are_not_rdf_are_refused(fresh, tmp_path):
    (tmp_path / "a.csv").write_text("a,b")
    with pytest.raises(UnsupportedMediaType):
        fresh.load(tmp_path / "a.csv")
    with pytest.raises(NotFound):
        fresh.load(tmp_path / "none.ttl")


def test_statements_about_statements_are_refused_plainly(fresh, write):
    """The data are RDF 1.1."""
    before = state(fresh)
    with pytest.raises(BadRequest):
        fresh.load(write("<http://x/a> <http://x/b> <<( <http://x/c> <http://x/d> 1 )>> ."))
    assert state(fresh) == before


def test_derived_shortcuts_follow_the_data(fresh, write):
    ask = f"ASK {{ {ACME} <https://w3id.org/coopgraph/ns#engagesInSector> ?s }}"
    said = f"""
{ACME} a coop:Enterprise ; skos:prefLabel "爱可美"@zh , "Acme"@en .
<http://x/cap> a coop:SurplusCapacity ; skos:prefLabel "产能"@zh , "capacity"@en ;
  dct:source <http://x/list> ; coop:holder {ACME} ;
  coop:sector <https://w3id.org/coopgraph/scheme/sector/steel> .
"""
    fresh.load(write(said))
    assert fresh.sparql(ask, "json")[1] == b'{"head":{},"boolean":true}'
    fresh.load(write(f"{ACME} a coop:Enterprise ; skos:prefLabel 'Acme'@en , '甲'@zh ."))
    assert fresh.sparql(ask, "json")[1] == b'{"head":{},"boolean":false}'


def _load(folder: Path, file: Path) -> None:
    with CoopGraph.open(folder, shipped=False) as graph:
        graph.load(file)


def test_one_process_follows_what_another_publishes(fresh, write):
    file = write(f"{ACME} a coop:Enterprise ; skos:prefLabel '爱可美'@zh .")
    assert not fresh.refresh()
    answer = fresh.neighbours("org/baowu")
    process = multiprocessing.get_context("spawn").Process(
        target=_load, args=(fresh._generations.folder, file)
    )
    process.start()
    process.join()
    assert process.exitcode == 0
    with pytest.raises(NotFound):
        fresh.neighbours("爱可美")
    assert fresh.refresh()
    assert not fresh.refresh()
    assert fresh.generation == answer.generation + 1
    assert fresh.neighbours("爱可美").data["node"]["id"] == "org/acme"


def test_an_export_that_is_being_written_keeps_its_generation(fresh, write):
    """Chunks are read long after the question: what they are read from must stay on disk."""
    whole = b"".join(fresh.export(view="full").chunks)
    folder = fresh.published.reader.generation.path
    chunks = fresh.export(view="full").chunks
    parts = [next(chunks)]
    for i in range(4):
        fresh.load(write(f"<http://x/{i}> a coop:Enterprise .", "n.ttl"), shacl=False)
    gc.collect()
    assert folder.is_dir(), "pruned while it is read"
    assert b"".join([*parts, *chunks]) == whole


def test_an_answer_is_of_one_generation(fresh, write):
    before = fresh.neighbours("org/baowu").to_dict()
    fresh.load(write(f"{ACME} a coop:Enterprise ."), shacl=False)
    after = fresh.neighbours("org/baowu").to_dict()
    assert after["meta"]["generation"] == before["meta"]["generation"] + 1
    assert after["data"] == before["data"]


def test_nothing_loaded_is_told(tmp_path):
    with CoopGraph.open(tmp_path / "new", shipped=False) as graph:
        assert graph.generation == 0
        for question in (graph.stats, graph.gaps, graph.to_networkx):
            with pytest.raises(Unavailable) as caught:
                question()
            assert "coopgraph load" in caught.value.detail
            assert caught.value.zh


def test_a_closed_graph_is_told(data_folder):
    graph = CoopGraph.open(data_folder, shipped=False)
    graph.close()
    graph.close()
    with pytest.raises(Unavailable):
        graph.stats()


def test_memory_leaves_nothing_behind():
    with CoopGraph.open(":memory:", shipped=False) as graph:
        folder = graph._generations.folder
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("place", ["ftp://x.example/", "https://", "s3://bucket/graph"])
def test_a_url_that_is_no_store_is_refused_plainly(place):
    with pytest.raises(BadRequest) as caught:
        CoopGraph.open(place)
    assert caught.value.zh


def test_a_data_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        CoopGraph.open(tmp_path / "file")


def test_a_shipped_graph_that_a_user_replaced_is_left_alone(data_folder, write):
    with CoopGraph.open(data_folder) as graph:
        graph.load(write(f"{ACME} a coop:Enterprise ."), layer="background",
                   name="public-bodies", shacl=False)  # fmt: skip
        number = graph.generation
    with CoopGraph.open(data_folder) as graph:
        assert graph.generation == number
        assert graph.neighbours("org/acme").data["total"] == 0


def test_a_copied_data_folder_is_a_backup(fresh, tmp_path):
    copy = Path(shutil.copytree(fresh._generations.folder, tmp_path / "copy"))
    with CoopGraph.open(copy, shipped=False) as graph:
        assert graph.stats().data == fresh.stats().data


def test_what_is_validated_is_what_is_published(data_folder, write, monkeypatch):
    """Another publisher comes between validation and writing: the load looks again."""
    import coopgraph.knowledge.publish as module

    genuine, calls = module.check, []
    with (
        CoopGraph.open(data_folder, shipped=False) as one,
        CoopGraph.open(data_folder, shipped=False) as other,
    ):

        def check(*arguments):
            found = genuine(*arguments)
            calls.append(found)
            if len(calls) == 1:
                other.load(write(f"{ACME} a coop:Enterprise ; skos:prefLabel 'A'@en .", "o.ttl"),
                           name="other", shacl=False)  # fmt: skip
            return found

        monkeypatch.setattr(module, "check", check)
        said = "<http://x/b> a coop:Enterprise ; skos:prefLabel 'B'@en , '乙'@zh ."
        report = one.load(write(said), name="mine")
        assert len(calls) >= 2
        assert set(one.info["datasets"]) >= {
            graph_iri("analyst", "mine"), graph_iri("analyst", "other")
        }  # fmt: skip
        assert report.generation == one.generation


def test_validations_at_the_same_time_find_the_same(fresh, write, prefixes):
    broken = write("<http://x/c> a coop:Cooperation ; coop:planFrom '2019' .", "broken.ttl")
    expected = fresh.validate([broken])
    assert expected
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: fresh.validate([broken]), range(12)))
    assert found == [expected] * 12
