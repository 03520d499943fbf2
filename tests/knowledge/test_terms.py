"""A misspelt term is told with its line and the term that was meant; nothing is loaded."""

from __future__ import annotations

import pytest

from coopgraph.errors import DataInvalid

GOOD = "<http://x/a> a coop:Product ; skos:prefLabel '甲'@zh"


@pytest.fixture
def told(fresh, tmp_path, prefixes):
    def told(text: str) -> list[tuple[str, str, int, str]]:
        file = tmp_path / "mine.ttl"
        file.write_text(prefixes + text, "utf-8")
        first = prefixes.count("\n")
        return [
            (v.severity, v.message["en"], v.line - first, v.message["zh"])
            for v in fresh.validate(file)
            if v.shape == "TermIsKnown"
        ]

    return told


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("coop:sektor <http://x/b>", "coop:sektor; did you mean coop:sector?"),
        ("a coop:Projekt", "coop:Projekt; did you mean coop:Project?"),
        ("coop:zzzzqqqq 1", "coop:zzzzqqqq"),
    ],
)
def test_a_term_of_ours_that_is_none_is_refused(told, said, meant):
    assert [found[:3] for found in told(f"{GOOD} ;\n  {said} .")] == [
        ("Violation", f"There is no {meant}", 2)
    ]


def test_a_misspelt_term_of_a_known_vocabulary_is_a_warning(told):
    ((severity, english, line, chinese),) = told(f"{GOOD} ;\n  skos:altLable '乙'@zh .")
    assert (severity, line) == ("Warning", 2)
    assert english == "There is no skos:altLable; did you mean skos:altLabel?"
    assert "是否应为 skos:altLabel" in chinese


def test_terms_of_other_people_are_left_alone(told):
    assert told(f"{GOOD} ; <http://x/ns#anything> 1 ; a <http://x/ns#Thing> .") == []


def test_each_misuse_of_a_subject_is_told_once(told):
    assert len(told(f"{GOOD} ; coop:sektor <http://x/b> , <http://x/c> .")) == 1


def test_nothing_is_loaded(fresh, tmp_path, prefixes):
    file = tmp_path / "mine.ttl"
    file.write_text(prefixes + f"{GOOD} ; coop:sektor <http://x/b> .", "utf-8")
    before = fresh.generation
    with pytest.raises(DataInvalid, match="did you mean coop:sector"):
        fresh.load(file)
    assert fresh.generation == before


MINE = "<https://w3id.org/coopgraph/scheme/sector/hydrogen>"


def test_a_concept_that_is_published_may_be_used_by_a_later_file(fresh, told, tmp_path, prefixes):
    use = f"<http://x/a> a coop:Product ; skos:prefLabel '甲'@zh ; coop:sector {MINE} ."
    assert [found[0] for found in told(use)] == ["Violation"]
    concept = tmp_path / "concepts.ttl"
    concept.write_text(
        prefixes + f"{MINE} a coop:Sector ; skos:prefLabel '氢能'@zh ; dct:source <http://x/d> ; "
        "skos:inScheme <https://w3id.org/coopgraph/scheme/sector> .",
        "utf-8",
    )
    fresh.load(concept)
    assert told(use) == []
