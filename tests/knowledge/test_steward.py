"""A steward who breaks something in a copy of the data is told which, where and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coopgraph.errors import DataInvalid, DocumentSyntaxError
from coopgraph.resources import data_dir

NOTICE = data_dir() / "stated" / "gansu-iit-2019-67.ttl"
CHAINS = data_dir() / "background" / "industry-chains.ttl"
DOCKING = "cooperation/gs-2019/docking-baowu"

# What is broken: the file, the resource, a line of it and what stands there instead, the shape
# that tells, and a word of what to do.
BREAKS = {
    "no status": (
        NOTICE, DOCKING, r"\tcoop:status <[^>]+> ;\n", "", "HasStatus", "add coop:status",
    ),
    "two statuses": (
        NOTICE, DOCKING, r"(coop:status <[^>]+)> ;", r"\1> , <scheme/status/done> ;",
        "AtMostOneStatus", "At most one coop:status",
    ),
    "no kind": (
        NOTICE, DOCKING, r"\tcoop:cooperationType <[^>]+> ;\n", "", "CooperationHasType",
        "at least one coop:cooperationType",
    ),
    "end before begin": (
        NOTICE, DOCKING, r'(coop:planTo ")2019', r"\g<1>2018", "PlanOrder", "is later than",
    ),
    "a year for a date": (
        NOTICE, DOCKING, r'coop:planTo "2019-12-31"\^\^xsd:date', 'coop:planTo "2019"',
        "PlanToDate", "as xsd:date",
    ),
    "no evidence": (
        NOTICE, "project/key-projects", r"\tcoop:evidencedBy [^;]+;\n", "", "StatedHasEvidence",
        "add coop:evidencedBy",
    ),
    "an unknown role": (
        NOTICE, DOCKING + "#party-2", "scheme/role/partner", "scheme/role/friend", "HasRole",
        "exactly one coop:role",
    ),
    "a misspelt actor": (
        NOTICE, DOCKING + "#party-2", "id/org/baowu", "id/org/baowoo", "HasParticipant",
        "exactly one coop:participant",
    ),
    "a changed quotation": (
        NOTICE, "evidence/gansu-iit-2019-67/p1-0-5#quote", "【中金网】", "【中金】", "OffsetsFit",
        "expand the quotation again",
    ),
    "a sector for a region": (
        NOTICE, "cooperation/gs-2019/westward-shift",
        "coop:targetRegion <id/region/western-china>",
        "coop:targetRegion <scheme/sector/steel>", "TargetIsRegion", "must be of class coop:Region",
    ),
    "a reading without its reasons": (
        NOTICE, "interpretation/gansu-iit-2019-67/reading-02-open-lists",
        r"\tcoop:rationale [^;]+;\n", "", "HasRationale", "needs its coop:rationale",
    ),
    "a chain in a circle": (
        CHAINS, "chain-link/alumina-refining-electrolytic-aluminium",
        "coop:downstreamSector <scheme/sector/electrolytic-aluminium>",
        "coop:downstreamSector <scheme/chain-stage/bauxite-mining>", "NoChainCycle",
        "runs in a circle",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_told_with_its_line_and_what_to_do(fresh, tmp_path: Path, name: str):
    source, focus, old, new, shape, advice = BREAKS[name]
    before = source.read_text("utf-8")
    begin = re.search(rf"^<id/{re.escape(focus)}> ", before, re.MULTILINE).start()
    after = before[:begin] + re.sub(old, new, before[begin:], count=1)
    assert after != before
    copy = tmp_path / source.parent.name / source.name
    copy.parent.mkdir()
    copy.write_text(after, "utf-8")
    generation = fresh.generation
    with pytest.raises(DataInvalid) as caught:
        fresh.load(copy)
    told = caught.value.extensions["violations"]
    told_of = focus.removesuffix("#quote")  # it is the evidence that no longer fits
    mine = [v for v in told if v["shape"] == shape and v["focus"] == told_of]
    assert mine, [(v["shape"], v["focus"]) for v in told]
    (violation,) = mine[:1]
    assert violation["file"] == source.name
    # The line is that of the resource, or of the very statement.
    text = after.splitlines()
    line = violation["line"]
    first = next(i for i, t in enumerate(text, 1) if t.startswith(f"<id/{told_of}> "))
    last = next(i for i, t in enumerate(text[first - 1 :], first) if t.endswith(" ."))
    assert first <= line <= last
    assert advice in violation["message"]["en"]
    assert violation["message"]["zh"]
    assert fresh.generation == generation


def test_a_broken_line_is_told_with_line_and_column(fresh, tmp_path: Path):
    lines = NOTICE.read_text("utf-8").splitlines(keepends=True)
    lines[40] = lines[40].replace(" ", " ?? ", 1)
    copy = tmp_path / "notice.ttl"
    copy.write_text("".join(lines), "utf-8")
    with pytest.raises(DocumentSyntaxError) as caught:
        fresh.load(copy)
    assert caught.value.extensions["line"] == 41
    assert caught.value.extensions["column"]


def test_quotations_in_shorthand_are_one_finding_with_the_command_to_run(fresh):
    with pytest.raises(DataInvalid) as caught:
        fresh.load(data_dir() / "sources" / "gansu-iit-2019-67.ttl", layer="stated")
    (violation,) = caught.value.extensions["violations"]
    assert violation["shape"] == "ShorthandIsExpanded"
    assert violation["line"]
    assert "python -m coopgraph.intake.quotation" in violation["message"]["en"]
