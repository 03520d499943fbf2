"""Nothing is of two classes that exclude one another, in one file or in two."""

from __future__ import annotations

import pytest

NAMED = "skos:prefLabel '甲'@zh ; coop:status <https://w3id.org/coopgraph/scheme/status/planned>"
SHAPE = "ClassesAreCompatible"


@pytest.fixture
def told(fresh, tmp_path, prefixes):
    def told(text: str) -> list:
        file = tmp_path / "mine.ttl"
        file.write_text(prefixes + text, "utf-8")
        return [v for v in fresh.validate(file) if v.shape == SHAPE]

    return told


def test_a_project_that_is_a_cooperation_too_is_told(told):
    (violation,) = told(f"<http://x/a> a coop:Project , coop:Cooperation ; {NAMED} .")
    assert violation.focus == "http://x/a"
    assert violation.message["en"].startswith("Nothing is both coop:Cooperation and coop:Project")
    assert "互斥" in violation.message["zh"]


def test_superclasses_count(told):
    assert told(f"<http://x/a> a coop:ProjectBatch , coop:Enterprise ; {NAMED} .")


def test_what_is_published_counts(told):
    baowu = "<https://w3id.org/coopgraph/id/org/baowu>"
    (violation,) = told(f"{baowu} a coop:Project ; {NAMED} .")
    assert violation.focus == "org/baowu"


def test_a_class_and_its_subclass_or_two_compatible_ones_are_fine(told):
    assert not told(f"<http://x/a> a coop:Organization , coop:Enterprise ; {NAMED} .")
    assert not told(f"<http://x/a> a coop:Park , coop:Organization ; {NAMED} .")
    assert not told(f"<http://x/a> a coop:Area , coop:Actor ; {NAMED} .")
